/** Pages of a log category: a chain that is walked from what a snapshot names. */
import { expect, test } from "vitest"
import { escapedName, type LogFile, type LogPage, type LogSegment, type PageRef } from "../../src/core/log.ts"
import type { PruneRecord, RemovedLogs } from "../../src/core/retention.ts"
import { collectLogs, openPage, writePage } from "../../src/seal/log-page.ts"
import { PrunedLogs } from "../../src/seal/pruned-logs.ts"

const rights = { mode: 0o640, owner: "pmta", group: "pmta", uid: 1, gid: 1, inode: "1" }
const none = { bytes: 0, fingerprint: "" }
const file = (id: string, path: string, end: number): LogFile => ({
  ...{ id, path, ...rights, size: end, mtime: 1, end, open: false, quoted: false, head: none, tail: none },
})
const segment = (id: string, first: number, end: number): LogSegment => ({
  ...{ file: id, first, end, store: "git", key: `${id}/${first}-${end}.zst.age`, size: 1 },
  ...{ sha256: "", fingerprint: "", recipients: [] },
})

/** Three runs: a file grows, another comes, the first one leaves the host. */
function chain() {
  const found = new Map<string, Buffer>()
  let previous: PageRef | null = null
  const add = (sequence: number, files: readonly LogFile[], segments: readonly LogSegment[]) => {
    const place = { host: "mta1", category: "log", takenAt: "2026-11-24T03:00:00.000Z", key: "k" }
    const page: LogPage = { format: 1, ...place, sequence, previous, files, segments }
    const { ref, bytes } = writePage(page)
    found.set(ref.key, bytes)
    previous = ref
    return ref
  }
  add(1, [file("a@1", "/l/pmta.log", 10)], [segment("a@1", 0, 10)])
  const second = add(4, [file("a@1", "/l/pmta.log.1", 25)], [segment("a@1", 10, 25)])
  const newest = add(9, [file("b@9", "/l/pmta.log", 7)], [segment("b@9", 0, 7)])
  const read = async (key: string) => found.get(key) ?? null
  return { found, second, newest, read }
}

test("all segments of each file, in order; what left the host goes by its id", async () => {
  const { newest, read } = chain()
  const { files, missing } = await collectLogs(newest, "mta1", "log", read)
  expect(missing).toBeNull()
  expect(files.map(({ path, present, size }) => ({ path, present, size }))).toEqual([
    { path: "/l/a@1", present: false, size: 25 },
    { path: "/l/pmta.log", present: true, size: 7 },
  ])
  expect(files[0]?.segments.map(({ first, end }) => [first, end])).toEqual([
    [0, 10],
    [10, 25],
  ])
})

test("an earlier snapshot gives what there was then", async () => {
  const { second, read } = chain()
  const { files } = await collectLogs(second, "mta1", "log", read)
  expect(files.map(({ path, present }) => ({ path, present }))).toEqual([
    { path: "/l/pmta.log.1", present: true },
  ])
})

/** Trusted records of prunes that took something of the log category. */
function pruned(...all: readonly Partial<RemovedLogs>[]): PrunedLogs {
  return new PrunedLogs(
    all.map((logs, index): PruneRecord => {
      const log = { files: [], segments: 0, bytes: 0, pages: [], ...logs }
      return {
        ...{ format: 1, kind: "prune", number: index + 1, previous: null, prunedAt: "", tool: "", run: null },
        hosts: { mta1: { snapshots: [], bundles: [], logs: { log } } },
      }
    }),
  )
}

test("behind pages that a record says went the chain goes on, and files that went are left out", async () => {
  const { found, second, newest, read } = chain()
  const first = { key: "logs/mta1/log/00000001.json", sha256: "" }
  found.delete(second.key)
  const range = { from: 2, to: 4, last: second.sha256, previous: second }
  // The first page as page 4 named it.
  const page = JSON.parse((found.get(first.key) ?? "").toString()) as LogPage
  const { ref } = writePage(page)
  const bridged = pruned({ pages: [{ ...range, previous: ref }] })
  const across = await collectLogs(newest, "mta1", "log", read, bridged)
  expect(across).toMatchObject({ missing: null, files: [{ id: "a@1" }, { id: "b@9" }] })
  const both = pruned({ pages: [{ ...range, previous: ref }] }, { files: ["a@1"] })
  expect(await collectLogs(newest, "mta1", "log", read, both)).toMatchObject({
    missing: null,
    files: [{ id: "b@9" }],
  })
  found.delete(first.key)
  const later = { from: 1, to: 1, last: ref.sha256, previous: null }
  const all = pruned({ pages: [{ ...range, previous: ref }] }, { files: ["a@1"], pages: [later] })
  expect(await collectLogs(newest, "mta1", "log", read, all)).toMatchObject({ missing: null })
  // A record of another page, of another category, or of another content, explains nothing.
  for (const pages of [[{ ...range, from: 2, to: 3 }], [{ ...range, last: "another" }]])
    expect(await collectLogs(newest, "mta1", "log", read, pruned({ pages }))).toMatchObject({
      missing: { key: expect.any(String) },
    })
})

test("where a page is gone and no record says why, the chain ends, and says so; the newest one has to be there", async () => {
  const { found, newest, read } = chain()
  found.delete("logs/mta1/log/00000001.json")
  expect(await collectLogs(newest, "mta1", "log", read)).toMatchObject({
    missing: { key: expect.any(String) },
    files: { length: 2 },
  })
  found.delete(newest.key)
  await expect(collectLogs(newest, "mta1", "log", read)).rejects.toMatchObject({ code: "store/missing" })
})

test("a page that is altered, or another host's, is refused wherever it is in the chain", async () => {
  const { found, newest, read } = chain()
  const first = "logs/mta1/log/00000001.json"
  found.set(first, Buffer.from((found.get(first)?.toString() ?? "").replace('"end": 10', '"end": 11')))
  await expect(collectLogs(newest, "mta1", "log", read)).rejects.toMatchObject({ code: "seal/altered" })
  const bytes = found.get(newest.key) ?? null
  expect(() => openPage(bytes, newest, "mta2", "log")).toThrow("a page of log of mta1")
  expect(openPage(bytes, newest, "mta1", "log").sequence).toBe(9)
})

test("file names become segments of keys that nothing takes for something else", () => {
  expect(escapedName("acct-2026-11-24-0001.csv")).toBe("acct-2026-11-24-0001.csv")
  expect(escapedName(".git")).toBe("%2Egit")
  expect(escapedName("..")).toBe("%2E.")
  expect(escapedName('a b"$(id)\n@ü%')).toBe("a%20b%22%24%28id%29%0A%40%C3%BC%25")
  expect(escapedName("ü".repeat(255))).toMatch(/^(%C3%BC)+(%C3)?$/)
  expect(escapedName("x".repeat(255))).toHaveLength(160)
})

test("a page of a newer format, or of another category, is refused by its name", () => {
  const { newest, found } = chain()
  const bytes = found.get(newest.key) ?? null
  expect(() => openPage(bytes, newest, "mta1", "accounting")).toThrow("a page of log of mta1")
  expect(() => openPage(null, newest, "mta1", "log")).toThrow(`the vault has no ${newest.key}`)
  const { ref, bytes: newer } = writePage({ ...openPage(bytes, newest, "mta1", "log"), format: 2 as 1 })
  expect(() => openPage(newer, ref, "mta1", "log")).toThrow(
    expect.objectContaining({ code: "vault/newer-format", message: expect.stringContaining("has format 2") }),
  )
})

test("a file that nothing is stored of has no segments; files come in the order of their paths", async () => {
  const place = { host: "mta1", category: "log", takenAt: "2026-11-24T03:00:00.000Z", key: "k", sequence: 1 }
  const files = [file("c@1", "/l/c", 0), file("a@1", "/l/a", 5), file("b@1", "/l/b", 0)]
  const { ref, bytes } = writePage({
    format: 1,
    ...place,
    previous: null,
    files,
    segments: [segment("a@1", 0, 5)],
  })
  const collected = await collectLogs(ref, "mta1", "log", async () => bytes)
  expect(collected.files.map(({ path, segments }) => `${path} ${segments.length}`)).toEqual([
    "/l/a 1",
    "/l/b 0",
    "/l/c 0",
  ])
})

test("records that took no logs explain no missing page, and say where the files lay that went", () => {
  const ref = { key: "logs/mta1/log/00000003.json", sha256: "abc" }
  const without: PruneRecord = {
    ...{ format: 1, kind: "prune", number: 1, previous: null, prunedAt: "", tool: "", run: null },
    hosts: { mta1: { snapshots: [], bundles: [] } },
  }
  expect(new PrunedLogs([without]).behind("mta1", "log", ref)).toBeUndefined()
  const range = { from: 2, to: 3, last: "abc", previous: null }
  const some = pruned({ files: ["a@1", "b@2"], pages: [range] })
  expect([...some.folders()]).toEqual(["bundles/mta1/log/a@1", "bundles/mta1/log/b@2"])
  expect(some.behind("mta1", "log", ref)).toBeNull()
  expect(some.behind("mta1", "log", { ...ref, key: "logs/mta1/log/00000002.json" })).toBeNull()
  for (const key of [
    "logs/mta2/log/00000003.json",
    "logs/mta1/log/3.json",
    "logs/mta1/log/00000004.json",
    "logs/mta1/log/00000001.json",
  ])
    expect(some.behind("mta1", "log", { ...ref, key })).toBeUndefined()
  expect([
    some.hasFile("mta1", "log", "a@1"),
    some.hasFile("mta1", "log", "c@1"),
    some.hasFile("mta2", "log", "a@1"),
  ]).toEqual([true, false, false])
})
