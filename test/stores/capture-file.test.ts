import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { beforeEach, expect, test } from "vitest"
import type { Store } from "../../src/core/store.ts"
import { tarEnd, tarHeader } from "../../src/core/tar.ts"
import { openCaptureFile, writeCaptureFile } from "../../src/stores/capture-file.ts"

const { signal } = new AbortController()
const bytes = (text: string) => Buffer.from(text)
/** What earlier runs left. */
const committed: Store = {
  name: "git",
  put: async () => Promise.reject(new Error("nothing is put there")),
  get: async key => bytes(`before: ${key}`),
  list: async () => ["bundles/mta1/config/0.age"],
}
let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "pmta-capture-"))
  return async () => await rm(directory, { recursive: true, force: true })
})
const at = (name: string) => join(directory, name)

async function written(path: string): Promise<string> {
  await using file = await writeCaptureFile(path, committed)
  const { sha256 } = await file.store.put("bundles/mta1/config/1.age", bytes("sealed"), signal)
  await file.finish(bytes('{"format":1}'), "signature")
  return sha256
}

test("what is put is got again, beside what earlier runs left, and a name is taken once", async () => {
  await using file = await writeCaptureFile(at("a.tar"), committed)
  const key = "bundles/mta1/config/1.age"
  const first = await file.store.put(key, bytes("sealed"), signal)
  expect(await file.store.put(key, bytes("sealed"), signal)).toEqual(first)
  expect(await file.store.get(key, signal)).toEqual(bytes("sealed"))
  expect(String(await file.store.get("bundles/mta1/config/0.age", signal))).toContain("before")
  expect(await file.store.list("bundles/", signal)).toEqual(["bundles/mta1/config/0.age", key])
  await expect(file.store.put(key, bytes("other"), signal)).rejects.toMatchObject({ code: "store/refused" })
})

test("a file that was not finished is not there, and one that cannot be written says why", async () => {
  {
    await using file = await writeCaptureFile(at("a.tar"), committed)
    await file.store.put("k", bytes("x"), signal)
  }
  expect(await readdir(directory)).toEqual([])
  await expect(writeCaptureFile(at("none/a.tar"), committed)).rejects.toMatchObject({
    code: "settings/unreadable",
    message: expect.stringContaining("ENOENT"),
  })
})

test("a file that is whole is read; one that is none, cut or changed is refused", async () => {
  const sha256 = await written(at("a.tar"))
  {
    await using file = await openCaptureFile(at("a.tar"))
    expect(file).toMatchObject({ record: bytes('{"format":1}'), signature: "signature" })
    expect(await file.object(sha256)).toEqual(bytes("sealed"))
    await expect(file.object("0".repeat(64))).rejects.toMatchObject({
      code: "shard/altered",
      message: expect.stringContaining("is not in it"),
    })
  }
  const whole = await readFile(at("a.tar"))
  await writeFile(
    at("changed.tar"),
    Buffer.from(whole.toString("latin1").replace("sealed", "forged"), "latin1"),
  )
  await using changed = await openCaptureFile(at("changed.tar"))
  await expect(changed.object(sha256)).rejects.toMatchObject({
    code: "shard/altered",
    message: expect.stringContaining("is not what was signed"),
  })

  await writeFile(at("cut.tar"), whole)
  await truncate(at("cut.tar"), whole.length - 3 * 512)
  const common = { mode: 0o644, uid: 0, gid: 0, owner: "root", group: "root", target: "", mtime: 0 }
  const head = (path: string, size: number) => tarHeader({ ...common, kind: "file", path, size })
  await writeFile(at("empty.tar"), tarEnd)
  await writeFile(at("endless.tar"), Buffer.concat([head("capture.json", 2 ** 29), Buffer.alloc(512)]))
  await truncate(at("endless.tar"), 512 + 2 ** 29)
  const rest = Buffer.concat([head("capture.json.sig", 1), Buffer.alloc(512, "s"), tarEnd])
  await writeFile(at("endless.tar"), rest, { flag: "a" })
  for (const name of ["cut.tar", "empty.tar", "endless.tar"])
    await expect(openCaptureFile(at(name))).rejects.toMatchObject({ code: "shard/malformed" })
  await expect(openCaptureFile(at("none.tar"))).rejects.toMatchObject({ code: "shard/unreadable" })
  await expect(openCaptureFile(directory)).rejects.toThrow("EISDIR")
})
