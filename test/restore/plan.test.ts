import { expect, test } from "vitest"
import type { Entry } from "../../src/core/file.ts"
import type { Restorable } from "../../src/core/restorable.ts"
import { packFiles } from "../../src/restore/pack-files.ts"
import { isWork, planLines, planRestore } from "../../src/restore/plan.ts"
import { capturedFile, entryOf } from "../lab/captured-file.ts"
import { succeed } from "../lab/child.ts"

const wanted = (found: { readonly entry: Entry }): Restorable => ({
  category: "config",
  content: null,
  ...found,
})
const link = (path: string, target: string) => ({ entry: entryOf(path, "link", { target }), content: null })
const directory = (path: string, changes = {}) => ({
  entry: entryOf(path, "directory", changes),
  content: null,
})

const cases = [
  ["not there", capturedFile("/a", "x"), null, "create"],
  ["the same, at another time", capturedFile("/a", "x"), capturedFile("/a", "x", { mtime: 5 }), "unchanged"],
  ["other content", capturedFile("/a", "x"), capturedFile("/a", "y"), "change"],
  ["another mode", capturedFile("/a", "x"), capturedFile("/a", "x", { mode: 0o644 }), "rights"],
  ["another owner by name", capturedFile("/a", "x"), capturedFile("/a", "x", { owner: "pmta" }), "rights"],
  [
    "another number of the same name",
    capturedFile("/a", "x"),
    capturedFile("/a", "x", { gid: 7 }),
    "unchanged",
  ],
  ["a link where a file was", capturedFile("/a", "x"), link("/a", "b"), "change"],
  ["a directory where a file was", capturedFile("/a", "x"), directory("/a"), "blocked"],
  ["a file where a directory was", directory("/a"), capturedFile("/a", "x"), "blocked"],
  ["a link where a directory was", directory("/a"), link("/a", "/srv/a"), "unchanged"],
  ["a directory that is more open", directory("/a"), directory("/a", { mode: 0o777 }), "rights"],
  ["a link to another place", link("/a", "b"), link("/a", "c"), "change"],
  ["the same link", link("/a", "b"), link("/a", "b"), "unchanged"],
] as const

test.each(cases)("%s", (_, want, found, action) => {
  const steps = planRestore([wanted(want)], found === null ? [] : [found], () => true)
  expect(steps).toMatchObject([{ action, path: "/a" }])
})

test("what the backup has not is named when it is of its kind, and directories are not", () => {
  const found = [
    capturedFile("/etc/pmta/b.conf", ""),
    capturedFile("/etc/pmta/a.conf", ""),
    capturedFile("/etc/passwd", ""),
    capturedFile("/etc/pmta/c.conf", ""),
    directory("/etc/pmta"),
  ]
  const steps = planRestore([], found, path => path.startsWith("/etc/pmta"))
  expect(steps.map(({ action, path }) => `${action} ${path}`)).toEqual(
    ["a", "b", "c"].map(name => `extra /etc/pmta/${name}.conf`),
  )
})

test("a plan's lines change with everything that it was made from", () => {
  const lines = (want: Restorable, found: ReturnType<typeof capturedFile>) =>
    planLines(planRestore([want], [found], () => true)).join()
  const base = lines(wanted(capturedFile("/a", "x")), capturedFile("/a", "y"))
  expect(lines(wanted(capturedFile("/a", "x")), capturedFile("/a", "z"))).not.toBe(base)
  expect(lines(wanted(capturedFile("/a", "w")), capturedFile("/a", "y"))).not.toBe(base)
  expect(lines(wanted(capturedFile("/a", "x", { mode: 0 })), capturedFile("/a", "y"))).not.toBe(base)
})

test("a plan's lines say what is there, what shall be, and nothing for what is not", () => {
  const steps = planRestore(
    [wanted(capturedFile("/a", "x")), wanted(link("/b", "c"))],
    [link("/b", "d")],
    () => true,
  )
  const { sha256 } = capturedFile("/a", "x").entry
  expect(planLines(steps)).toEqual([
    JSON.stringify(["create", "/a", ["file", 0o640, "root", "pmta", sha256], null]),
    JSON.stringify([
      "change",
      "/b",
      ["link", 0o640, "root", "pmta", "c"],
      ["link", 0o640, "root", "pmta", "d"],
    ]),
  ])
})

test("what is created, changed or given other rights is work, and the rest is not", () => {
  const actions = ["create", "change", "rights", "unchanged", "extra", "blocked"] as const
  const steps = actions.map(action => ({ action, path: "/a", wanted: null, found: null }))
  expect(steps.filter(isWork).map(({ action }) => action)).toEqual(["create", "change", "rights"])
})

test("what is handed over still sealed is one folder in a tar that stock tar lists, sorted", async () => {
  const names = ["b.age", "a/x.age", "c", "SHA256SUMS"]
  const packed = packFiles("mta1", new Map(names.map(name => [name, Buffer.from(name)])), 1_700_000_000)
  const listed = await succeed("tar", ["-tv", "--utc", "--full-time"], { input: packed })
  const lines = listed.toString().trim().split("\n")
  expect(lines.map(line => line.split(/\s+/).at(-1))).toEqual(
    ["SHA256SUMS", "a/x.age", "b.age", "c"].map(name => `mta1/${name}`),
  )
  for (const line of lines) expect(line).toMatch(/^-rw-r--r-- root\/root +\d+ 2023-11-14 22:13:20 /)
  expect((await succeed("tar", ["-xO", "mta1/c"], { input: packed })).toString()).toBe("c")
})
