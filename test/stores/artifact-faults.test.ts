/** Whatever the artifact service answers, at whichever call: it ends, says what to do, and the next run has no trace of it. */
import { mkdtemp, readdir, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest"
import { Problem } from "../../src/core/problem.ts"
import type { RemovableStore } from "../../src/core/store.ts"
import { artifactName } from "../../src/stores/artifact/names.ts"
import { type ArtifactService, artifactService } from "../lab/artifact-service.ts"
import { failed } from "../lab/github/answers.ts"
import type { Fault } from "../lab/github/index.ts"
import { figures, isFull, sized } from "../trust/suite.ts"

const { signal } = new AbortController()
const service: ArtifactService = await artifactService()
const inRun = (run: number) => {
  for (const [name, value] of Object.entries(service.environment(run))) vi.stubEnv(name, value)
}
// GitHub's client reads where the API is when it is loaded.
inRun(1)
const { artifact } = await import("../../src/stores/artifact/store.ts")
let scratch = ""
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "pmta-artifact-faults-"))
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await rm(scratch, { recursive: true, force: true })
  vi.unstubAllEnvs()
})
/** The client says everything it does on stdout. */
beforeEach(() => void vi.spyOn(process.stdout, "write").mockReturnValue(true))
afterEach(() => void vi.restoreAllMocks())

function storeOf(run: number): RemovableStore {
  inRun(run)
  const [owner = "", repo = ""] = service.repository.split("/")
  const options = { repository: { owner, repo }, run, token: service.token, retentionDays: 0, scratch }
  return artifact({ ...options, now: () => new Date(), warn: () => undefined })
}

/** What the client itself tries again takes half a minute each: in the full form alone. */
const faults: Readonly<Record<string, Fault>> = {
  "403": failed(403, "Resource not accessible by integration"),
  ...(isFull
    ? {
        ...{ "401": failed(401, "Bad credentials"), "404": failed(404, "Not Found") },
        ...{ "409": failed(409, "Conflict"), "422": failed(422, "Validation Failed") },
        ...{ "429": failed(429, "Too many requests"), "500": failed(500, "Server Error") },
        ...{ "503": failed(503, "Service Unavailable"), "a dropped connection": "drop" as const },
        "an answer that is no JSON": { status: 502, body: {} },
      }
    : {}),
}

type Act = "put" | "get own" | "get of another run" | "remove"
const calls: readonly (readonly [Act, string])[] = [
  ["put", "CreateArtifact"],
  ["put", "PUT blob"],
  ["put", "FinalizeArtifact"],
  ["put", "GET artifact"],
  ["get own", "ListArtifacts"],
  ["get own", "GetSignedArtifactURL"],
  ["get of another run", "GET artifacts"],
  ["get of another run", "GET zip"],
  ["remove", "DELETE artifact"],
  ...(isFull
    ? ([
        ["get own", "GET blob"],
        ["get of another run", "GET blob"],
      ] as const)
    : []),
]
/** What is not there need not be deleted, and says nothing of how long it lives. */
const isNoTrouble = (call: string, name: string) =>
  name === "404" && ["DELETE artifact", "GET artifact"].includes(call)

const bytesOf = (key: string) => Buffer.from(`sealed ${key}`)

async function expectTold(
  act: Act,
  call: string,
  name: string,
  fault: Fault,
  faulty: Map<string, [string, Fault]>,
) {
  const key = `bundles/h/${`${act} ${call} ${name}`.replaceAll(/\W/g, "-")}/1.age`
  const store = storeOf(1)
  if (act !== "put") await store.put(key, bytesOf(key), signal)
  faulty.set(artifactName(key), [call, fault])
  const other = storeOf(1)
  const work = {
    put: () => store.put(key, bytesOf(key), signal),
    "get own": () => store.get(key, signal),
    "get of another run": () => other.get(key, signal),
    remove: () => other.remove([key], signal),
  }[act]
  const problem: unknown = await work().then(
    () => null,
    (error: unknown) => error,
  )
  faulty.delete(artifactName(key))
  const what = `${name} at ${call} of ${act}`
  if (isNoTrouble(call, name)) return void expect(problem, what).toBeNull()
  expect(problem, what).toBeInstanceOf(Problem)
  const said = problem as Problem
  expect(said.code, what).toMatch(/^store\/(refused|unreachable|missing|full)$/)
  expect(said.hint, what).toMatch(/\w{3}/)
  expect(JSON.stringify(said), what).not.toMatch(/lab(%2F|\/)secret|lab_artifact_token/)
}

test("each fault at each call", { timeout: sized(60_000, 900_000) }, async () => {
  const faulty = new Map<string, [string, Fault]>()
  service.trouble.fault = (call, name) => {
    const [at, fault] = faulty.get(name) ?? ["", null]
    return at === call ? fault : null
  }
  const cells = calls.flatMap(([act, call]) =>
    Object.entries(faults).map(cell => [act, call, ...cell] as const),
  )
  // Most of the time is the client's own pauses: all wait together.
  await Promise.all(cells.map(([act, call, name, fault]) => expectTold(act, call, name, fault, faulty)))
  expect(await readdir(scratch), "nothing stays on the disk").toEqual([])
  // A list has no name: it fails for everybody.
  for (const [name, fault] of Object.entries(faults)) {
    service.trouble.fault = call => (call === "GET artifacts" ? fault : null)
    for (const work of [
      () => storeOf(1).list("bundles/", signal),
      () => storeOf(1).remove(["bundles/x"], signal),
    ])
      await expect(work(), `${name} at the list`).rejects.toMatchObject({
        code: expect.stringMatching(/^store\/(refused|unreachable)$/),
      })
  }
  service.trouble.fault = () => null
  const next = storeOf(2)
  const key = "bundles/h/config/2.age"
  await next.put(key, bytesOf(key), signal)
  expect(Buffer.from(await storeOf(2).get(key, signal))).toEqual(bytesOf(key))
  expect(await next.list("bundles/h/config/", signal)).toEqual([key])
  const count = Object.keys(faults).length
  figures("artifacts", `${count} faults at each of ${calls.length + 2} calls: each ended, and was told`)
})

test("what GitHub does not say of an artifact is not known, and what is gone need not be deleted", async () => {
  const names = ["bundles/mta1/config/silent-1.age", "bundles/mta1/config/silent-2.age"] as const
  const silent = { id: 1, name: "x", digest: null, expired: false, created_at: null, expires_at: null }
  const answers: readonly Fault[] = [failed(404, "Not Found"), { status: 200, body: silent }]
  for (const [index, key] of names.entries()) {
    const store = storeOf(900 + index)
    service.trouble.fault = call => (call === "GET artifact" ? (answers[index] ?? null) : null)
    expect((await store.put(key, bytesOf(key), signal)).artifact).toMatchObject({ expiresAt: null })
  }
  service.trouble.fault = call => (call === "DELETE artifact" ? failed(404, "Not Found") : null)
  await storeOf(902).remove([...names], signal)
  // What is listed without its run is of no fork that anybody knows, and has no digest to be told by.
  const key = names[0]
  const listed = { ...silent, name: artifactName(key), expired: true }
  service.trouble.fault = call =>
    call === "GET artifacts" ? { status: 200, body: { total_count: 1, artifacts: [listed] } } : null
  await expect(storeOf(903).get(key, signal)).rejects.toMatchObject({
    code: "store/missing",
    message: expect.stringContaining("expired at an unknown time"),
  })
  service.trouble.fault = call => (call === "GET artifacts" ? failed(404, "Not Found") : null)
  await expect(storeOf(904).get(key, signal)).rejects.toMatchObject({
    ...{ code: "store/refused", message: expect.stringContaining("(404)") },
    hint: expect.stringContaining("actions: read"),
  })
  service.trouble.fault = () => null
})
