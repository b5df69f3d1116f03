import { expect, test } from "vitest"
import type { Entry } from "../../src/core/file.ts"
import type { Restorable } from "../../src/core/restorable.ts"
import { planLines, planRestore } from "../../src/restore/plan.ts"
import { capturedFile, entryOf } from "../lab/captured-file.ts"

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
    capturedFile("/etc/passwd", ""),
    directory("/etc/pmta"),
  ]
  const steps = planRestore([], found, path => path.startsWith("/etc/pmta"))
  expect(steps.map(({ action, path }) => `${action} ${path}`)).toEqual(["extra /etc/pmta/b.conf"])
})

test("a plan's lines change with everything that it was made from", () => {
  const lines = (want: Restorable, found: ReturnType<typeof capturedFile>) =>
    planLines(planRestore([want], [found], () => true)).join()
  const base = lines(wanted(capturedFile("/a", "x")), capturedFile("/a", "y"))
  expect(lines(wanted(capturedFile("/a", "x")), capturedFile("/a", "z"))).not.toBe(base)
  expect(lines(wanted(capturedFile("/a", "w")), capturedFile("/a", "y"))).not.toBe(base)
  expect(lines(wanted(capturedFile("/a", "x", { mode: 0 })), capturedFile("/a", "y"))).not.toBe(base)
})
