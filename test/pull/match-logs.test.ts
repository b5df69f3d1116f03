/** Files known again under other names, told apart by what is in them. */
import { createHmac } from "node:crypto"
import { expect, test } from "vitest"
import type { LogEntry, LogFile, Mark } from "../../src/core/log.ts"
import { lossOf, numberGaps, oddEntries } from "../../src/pull/log-findings.ts"
import { markBytes, matchLogs, withoutTwins } from "../../src/pull/match-logs.ts"

interface OnHost {
  readonly inode: string | null
  readonly content: string
  readonly mtime: number
}

const mark = (bytes: Uint8Array): Mark => ({
  bytes: bytes.length,
  fingerprint: createHmac("sha256", "key").update(bytes).digest("hex"),
})
const rights = { mode: 0o640, uid: 1, gid: 1, owner: "pmta", group: "pmta" }
const entry = (path: string, { inode, content, mtime }: OnHost): LogEntry => ({
  ...{ path, kind: "file", ...rights, size: content.length, mtime, target: null, sha256: null },
  ...{ readable: true, inode },
})

/** What a run knows of a file after it has stored all but the last bytes of it. */
function stored(id: string, path: string, file: OnHost, unstored = 0): LogFile {
  const bytes = Buffer.from(file.content).subarray(0, file.content.length - unstored)
  return {
    ...{
      id,
      path,
      ...rights,
      inode: file.inode,
      size: file.content.length,
      mtime: file.mtime,
      end: bytes.length,
    },
    ...{
      open: true,
      quoted: false,
      head: mark(bytes.subarray(0, markBytes)),
      tail: mark(bytes.subarray(-markBytes)),
    },
  }
}

/** @returns by path, the id of what each file was; null for a new one */
async function known(now: Readonly<Record<string, OnHost>>, before: readonly LogFile[], comparable = true) {
  const entries = Object.entries(now).map(([path, file]) => entry(path, file))
  let peeks = 0
  const { matches, vanished } = await matchLogs(entries, before, {
    mark,
    comparable,
    async peek({ path }, { first, end }) {
      peeks++
      return Buffer.from(now[path]?.content ?? "").subarray(first, end)
    },
  })
  const ids = Object.fromEntries([...matches].map(([{ path }, file]) => [path, file?.id ?? null]))
  return { ids, vanished: vanished.map(({ id }) => id), peeks }
}

const text = (seed: string, length = 9000) => `${seed} `.repeat(length).slice(0, length)
const one: OnHost = { inode: "1", content: text("one"), mtime: 100 }
const two: OnHost = { inode: "2", content: text("two"), mtime: 200 }
const without = (file: OnHost): OnHost => ({ ...file, inode: null })

test("what is listed as it was is not looked into", async () => {
  const before = [stored("a", "/l/pmta.log", one), stored("b", "/l/pmta.log.1", two)]
  const renamed = { "/l/pmta.log.1": one, "/l/pmta.log.2": two }
  expect(await known(renamed, before)).toEqual({
    ids: { "/l/pmta.log.1": "a", "/l/pmta.log.2": "b" },
    vanished: [],
    peeks: 0,
  })
})

for (const [way, as] of [
  ["by number", (file: OnHost) => file],
  ["by content, where numbers are not told", without],
] as const) {
  test(`rotation: names move on, a new file takes the first one; known ${way}`, async () => {
    const before = [stored("a", "/l/pmta.log", as(one)), stored("b", "/l/pmta.log.1", as(two))]
    const grown = { ...one, content: `${one.content}more`, mtime: 300 }
    const fresh = { inode: "3", content: text("three", 20_000), mtime: 400 }
    const { ids, vanished } = await known(
      { "/l/pmta.log": as(fresh), "/l/pmta.log.1": as(grown), "/l/pmta.log.2": as(two) },
      before,
    )
    expect(ids).toEqual({ "/l/pmta.log": null, "/l/pmta.log.1": "a", "/l/pmta.log.2": "b" })
    expect(vanished).toEqual([])
  })

  test(`copied away, cut, and written anew under the same number and name; known ${way}`, async () => {
    const anew = { inode: "1", content: text("anew", 12_000), mtime: 300 }
    const copy = { ...one, inode: "9" }
    const { ids } = await known({ "/l/pmta.log": as(anew), "/l/pmta.log.1": as(copy) }, [
      stored("a", "/l/pmta.log", as(one)),
    ])
    expect(ids).toEqual({ "/l/pmta.log": null, "/l/pmta.log.1": "a" })
  })

  test(`another file under the same name; known ${way}`, async () => {
    const other = { inode: "7", content: text("other", 9000), mtime: 101 }
    expect(await known({ "/l/acct.csv": as(other) }, [stored("a", "/l/acct.csv", as(one))])).toMatchObject({
      ids: { "/l/acct.csv": null },
      vanished: ["a"],
    })
  })
}

test("a number that is used again for another file does not pass for the old one", async () => {
  const other = { inode: "1", content: text("other", 9500), mtime: 300 }
  expect(await known({ "/l/new.csv": other }, [stored("a", "/l/old.csv", one)])).toMatchObject({
    ids: { "/l/new.csv": null },
    vanished: ["a"],
  })
})

test("files that begin with the same header are told apart by how they go on", async () => {
  const header = "type,timeLogged,rcpt\n"
  const first = { inode: null, content: `${header}${text("first", 100)}`, mtime: 100 }
  const second = { inode: null, content: `${header}${text("second", 200)}`, mtime: 200 }
  const { ids } = await known({ "/moved/b.csv": second, "/moved/a.csv": first }, [
    stored("a", "/l/a.csv", first),
    stored("b", "/l/b.csv", second),
  ])
  expect(ids).toEqual({ "/moved/a.csv": "a", "/moved/b.csv": "b" })
})

test("with another signing key marks say nothing: number and name do", async () => {
  const before = [stored("a", "/l/acct.csv", one), stored("b", "/l/pmta.log", without(two))].map(file => ({
    ...file,
    head: mark(Buffer.from("by another key")),
  }))
  const grown = { ...one, content: `${one.content}more`, mtime: 300 }
  const { ids, vanished } = await known(
    { "/moved/acct.csv": grown, "/l/pmta.log": without(two) },
    before,
    false,
  )
  expect({ ids, vanished }).toEqual({ ids: { "/moved/acct.csv": "a", "/l/pmta.log": "b" }, vanished: [] })
})

test("hard links are one file", () => {
  const twins = [entry("/l/a", one), entry("/l/b", one), entry("/l/c", two)]
  expect(withoutTwins(twins).map(({ path }) => path)).toEqual(["/l/a", "/l/c"])
})

const seenAt = "2026-11-24T03:00:00.000Z"

test("what vanished is told with its size and its dates, unless all of it is stored and it was at rest", () => {
  const cut = stored("a", "/l/acct-2026-11-23-0001.csv", { ...one, mtime: 1_764_000_000 }, 1000)
  expect(lossOf(cut, seenAt, [])).toBe(
    "/l/acct-2026-11-23-0001.csv vanished: 9000 bytes at 2026-11-24T03:00:00.000Z, last written 2025-11-24T16:00:00Z; 1000 of them are not stored, nor is what was written to it later",
  )
  const open = stored("a", "/l/x", one)
  expect(lossOf(open, seenAt, [])).toContain("they are stored; what was written to it later is not")
  expect(lossOf({ ...open, open: false }, seenAt, [])).toBeNull()
  expect(lossOf(cut, seenAt, [entry(cut.path, { ...one, content: "short" })])).toContain("was cut to 5 bytes")
  expect(lossOf(cut, seenAt, [entry("/l/other", one)]), "its number is another's").toContain("vanished")
  expect(lossOf(cut, seenAt, [entry(cut.path, two)])).toContain("was replaced by another file")
})

test("a number that was skipped is a file that came and went", () => {
  const name = (n: string) => `/l/acct-2026-11-24-${n}.csv`
  expect(numberGaps([name("0004")], [name("0002"), name("0004")])).toEqual([
    "acct-2026-11-24-0003.csv was never seen: it came and went between two runs, before acct-2026-11-24-0004.csv",
  ])
  expect(numberGaps([name("0003"), name("0000")], [name("0002"), name("0003"), name("0000")])).toEqual([])
  expect(numberGaps([name("0003")], ["/moved/acct-2026-11-24-0002.csv", name("0003")]), "moved").toEqual([])
  expect(numberGaps(["/l/pmta.log.3"], ["/l/pmta.log.3"])).toEqual([])
})

test("links, FIFOs and files from the future are named", () => {
  const now = new Date("2026-11-24T03:00:00Z")
  const link = { ...entry("/l/acct.csv", one), kind: "link" as const, target: "/etc/shadow" }
  const fifo = { ...entry("/l/acct-1.csv", one), kind: "other" as const }
  const future = entry("/l/acct-2.csv", { ...one, mtime: now.getTime() / 1000 + 10 * 86_400 })
  expect(oddEntries([link, fifo, future, entry("/l/acct-3.csv", one)], null, now)).toEqual([
    "/l/acct.csv is a link, to /etc/shadow; it is not followed",
    "/l/acct-1.csv is no file (a FIFO, socket or device); it is not read",
    "/l/acct-2.csv was last written 2026-12-04T03:00:00Z, in the future: a clock jumped",
  ])
  expect(oddEntries([{ ...link, target: "acct-3.csv" }, entry("/l/acct-3.csv", one)], null, now)).toEqual([])
})
