/** The artifact store with the unmodified client of GitHub, against a stand-in for GitHub's service. */
import { randomBytes } from "node:crypto"
import { mkdtemp, readdir, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { artifactName, keyOf } from "../../src/stores/artifact/names.ts"
import { refuseEnterpriseServer, refuseShellStep, repositoryOf } from "../../src/stores/artifact/service.ts"
import { storeContract } from "../contracts/store.ts"
import { type ArtifactService, artifactService, type ServiceOptions } from "../lab/artifact-service.ts"

const { signal } = new AbortController()

// GitHub's client reads where the API is when it is loaded: all services of this file are at one place.
const port = await (async () => {
  await using first = await artifactService()
  for (const [name, value] of Object.entries(first.environment(1))) vi.stubEnv(name, value)
  return first.port
})()
const { artifact } = await import("../../src/stores/artifact/store.ts")
const serve = (options: ServiceOptions = {}) => artifactService({ port, ...options })

/** The client says everything it does on stdout. */
beforeEach(() => void vi.spyOn(process.stdout, "write").mockReturnValue(true))
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

async function inRun(service: ArtifactService, run: number, retentionDays = 0) {
  for (const [name, value] of Object.entries(service.environment(run))) vi.stubEnv(name, value)
  const scratch = await mkdtemp(join(tmpdir(), "pmta-artifact-test-"))
  const warnings: string[] = []
  const [owner = "", repo = ""] = service.repository.split("/")
  const store = artifact({
    ...{ repository: { owner, repo }, run, token: service.token, retentionDays, scratch },
    now: () => new Date(),
    warn: message => warnings.push(message),
  })
  const remove = () => rm(scratch, { recursive: true, force: true })
  return { store, scratch, warnings, [Symbol.asyncDispose]: remove }
}

storeContract("artifact", async () => {
  const service = await serve()
  const { store, [Symbol.asyncDispose]: remove } = await inRun(service, 1)
  return {
    store,
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]()
      await remove()
    },
  }
})

describe("names", () => {
  test.each([
    ["bundles/mta1/config/20261123T031500Z.tar.zst.age", "bundles~mta1~config~20261123T031500Z.tar.zst.age"],
    ['bundles/a:b/c"<>|*?\\\r\n/~%é', "bundles~a%3Ab~c%22%3C%3E%7C%2A%3F%5C%0D%0A~%7E%25%C3%A9"],
  ])("%j is mapped there and back", (key, name) => {
    expect(artifactName(key)).toBe(name)
    expect(keyOf(name)).toBe(key)
  })

  test("an artifact of others is no key", () => {
    for (const name of ["coverage", "bundles", "bundles~a b", "bundles~%zz"]) expect(keyOf(name)).toBeNull()
  })

  test("a name that no file system takes is refused", () => {
    expect(() => artifactName(`bundles/${"x".repeat(300)}`)).toThrow(/too long/)
  })
})

describe("over runs", () => {
  const key = "bundles/mta1/dkim/20261123T031500Z.tar.zst.age"

  test("a later run reads what an earlier one put, as one artifact that is the bundle itself", async () => {
    await using service = await serve()
    const bytes = randomBytes(9_000_000)
    await using first = await inRun(service, 7)
    const stored = await first.store.put(key, bytes, signal)
    expect(stored.artifact).toMatchObject({ id: 1, run: 7, digest: `sha256:${stored.sha256}` })
    expect(service.artifacts[0]?.bytes.equals(bytes)).toBe(true)
    await using second = await inRun(service, 8)
    expect(Buffer.from(await second.store.get(key, signal, stored.sha256)).equals(bytes)).toBe(true)
    expect(await second.store.list("bundles/mta1/", signal)).toEqual([key])
    expect(await readdir(first.scratch)).toEqual([])
    expect(await readdir(second.scratch)).toEqual([])
  })

  test("another artifact under the same name, by a fork or by another workflow, is not taken for ours", async () => {
    await using service = await serve()
    service.plant(artifactName(key), Buffer.from("of a fork"), { run: 1, isForeign: true })
    service.plant(artifactName(key), Buffer.from("of a workflow"), { run: 2, isForeign: false })
    await using first = await inRun(service, 3)
    const { sha256 } = await first.store.put(key, Buffer.from("ours"), signal)
    await using later = await inRun(service, 4)
    expect(Buffer.from(await later.store.get(key, signal, sha256)).toString()).toBe("ours")
  })

  test("more artifacts than fit on a page are all listed", async () => {
    await using service = await serve()
    const keys = Array.from({ length: 230 }, (_, index) => `bundles/h/c/${String(index).padStart(3, "0")}`)
    for (const name of [...keys.map(artifactName), "coverage"])
      service.plant(name, Buffer.from(name), { run: 1, isForeign: false })
    await using later = await inRun(service, 2)
    expect(await later.store.list("bundles/h/", signal)).toEqual(keys)
  })

  test("what expired is said to have expired", async () => {
    await using service = await serve()
    await using first = await inRun(service, 1)
    const { sha256 } = await first.store.put(key, Buffer.from("gone"), signal)
    for (const made of service.artifacts) made.expiresAt = new Date(Date.now() - 1000)
    await using later = await inRun(service, 2)
    const reading = later.store.get(key, signal, sha256)
    await expect(reading).rejects.toMatchObject({
      code: "store/missing",
      message: expect.stringMatching(/expired at 20/),
    })
    expect(await later.store.list("bundles/", signal)).toEqual([])
  })

  test("another attempt of the run finds its artifact and does not need to put it again", async () => {
    await using service = await serve()
    await using first = await inRun(service, 5)
    const stored = await first.store.put(key, Buffer.from("once"), signal)
    await using again = await inRun(service, 5)
    expect((await again.store.put(key, Buffer.from("once"), signal)).artifact?.id).toBe(stored.artifact?.id)
    await using other = await inRun(service, 5)
    await expect(other.store.put(key, Buffer.from("twice"), signal)).rejects.toMatchObject({
      code: "store/refused",
    })
  })
})

describe("how long they are kept", () => {
  test("a shorter time than asked for is told, and the snapshot gets the true one", async () => {
    await using service = await serve({ retentionDays: 30 })
    await using run = await inRun(service, 1, 90)
    const { artifact: place } = await run.store.put("bundles/a", Buffer.from("a"), signal)
    await run.store.put("bundles/b", Buffer.from("b"), signal)
    expect(run.warnings).toEqual([expect.stringMatching(/30 days, not for the 90/)])
    const days = (Date.parse(place?.expiresAt ?? "") - Date.now()) / 86_400_000
    expect(Math.round(days)).toBe(30)
  })

  test("what was asked for is what is got otherwise", async () => {
    await using service = await serve({ retentionDays: 90 })
    await using run = await inRun(service, 1, 14)
    const { artifact: place } = await run.store.put("bundles/a", Buffer.from("a"), signal)
    expect(run.warnings).toEqual([])
    expect(Math.round((Date.parse(place?.expiresAt ?? "") - Date.now()) / 86_400_000)).toBe(14)
  })
})

describe("trouble", () => {
  test("storage that is used up says what to do", async () => {
    await using service = await serve()
    service.trouble.isFull = true
    await using run = await inRun(service, 1)
    await expect(run.store.put("bundles/a", Buffer.from("a"), signal)).rejects.toMatchObject({
      code: "store/full",
      hint: expect.stringContaining("store git"),
    })
  })

  test("a token that may not read artifacts is told which right it lacks", async () => {
    await using service = await serve()
    service.trouble.isForbidden = true
    await using run = await inRun(service, 1)
    for (const trying of [run.store.get("bundles/a", signal), run.store.list("bundles/", signal)]) {
      await expect(trying).rejects.toMatchObject({
        code: "store/refused",
        hint: expect.stringContaining("actions: read"),
      })
    }
  })

  test("a service that is busy for a moment is asked again", async () => {
    await using service = await serve()
    service.trouble.busy = 1
    await using run = await inRun(service, 1)
    expect((await run.store.put("bundles/a", Buffer.from("a"), signal)).size).toBe(1)
  })

  test("bytes that were spoiled on the way come as they are: their digest is the reader's to check", async () => {
    await using service = await serve()
    await using run = await inRun(service, 1)
    await run.store.put("bundles/a", Buffer.from("abc"), signal)
    service.trouble.spoil = bytes => bytes.subarray(1)
    expect(Buffer.from(await run.store.get("bundles/a", signal)).toString()).toBe("bc")
  })

  test("an interruption ends the wait", { timeout: 40_000 }, async () => {
    await using service = await serve()
    service.trouble.busy = 5
    await using run = await inRun(service, 1)
    const stop = new AbortController()
    const putting = run.store.put("bundles/a", Buffer.from("a"), stop.signal)
    stop.abort(new Error("interrupted"))
    await expect(putting).rejects.toThrow("interrupted")
    service.trouble.busy = 0
    // What the client still does ends too, and leaves nothing behind.
    await vi.waitFor(async () => expect(await readdir(run.scratch)).toEqual([]), { timeout: 30_000 })
  })
})

describe("where there is no service", () => {
  const runner = { hasRuntimeToken: true, hasResultsUrl: true, repository: "o/r", runId: 1 }

  test("GitHub Enterprise Server is told at once, data residency is let through", () => {
    const refused = () => refuseEnterpriseServer({ ...runner, serverUrl: "https://git.example.com" })
    expect(refused).toThrow(
      expect.objectContaining({ code: "store/no-service", hint: expect.stringContaining("store git") }),
    )
    for (const serverUrl of ["https://github.com", "https://octo.ghe.com", "http://github.localhost:1", ""])
      refuseEnterpriseServer({ ...runner, serverUrl })
  })

  test("a shell step and a machine of one's own are told apart", () => {
    const without = { ...runner, serverUrl: "", hasRuntimeToken: false }
    expect(() => refuseShellStep(without)).toThrow(/`run:` step/)
    expect(() => refuseShellStep({ ...without, repository: "" })).toThrow(/outside of GitHub Actions/)
  })

  test("the repository is the named one, this one, or the vault's", () => {
    const elsewhere = { ...runner, serverUrl: "", repository: "" }
    expect(repositoryOf("a/b", { ...runner, serverUrl: "" }, "")).toEqual({ owner: "a", repo: "b" })
    expect(repositoryOf(null, { ...runner, serverUrl: "" }, "x")).toEqual({ owner: "o", repo: "r" })
    expect(repositoryOf(null, elsewhere, "https://github.com/me/vault.git")).toEqual({
      owner: "me",
      repo: "vault",
    })
    expect(() => repositoryOf(null, elsewhere, "./vault")).toThrow(/which repository/)
    expect(() => repositoryOf("a b", elsewhere, "")).toThrow(/artifact-repository/)
  })
})
