/**
 * `node test/coverage/report.ts`: adds up what the runs counted, by room; ends with 1 where a room has less than it must.
 * With the start of a path below `src/`: the places there that never ran.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { createCoverageMap, type FileCoverageData } from "@vitest/istanbul-lib-coverage"
import { counted } from "./count.ts"
import type { Counts } from "./keep.ts"
import { countsDir, root } from "./place.ts"
import { type Room, rooms } from "./rooms.ts"

/** By their names below `src/`. */
type Files = ReadonlyMap<string, FileCoverageData>

const source = join(root, "src")

/** None of them run yet. */
function sourceFiles(): Files {
  const names = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(name =>
    name.endsWith(".ts"),
  )
  return new Map(
    names.sort().map(name => {
      const path = join(source, name)
      return [name, counted(path, readFileSync(path, "utf8")).of]
    }),
  )
}

function add(counts: Counts, to: Files): void {
  for (const [path, { s, b }] of Object.entries(counts)) {
    const of = to.get(relative(source, path))
    if (of === undefined || Object.keys(of.s).length !== s.length || Object.keys(of.b).length !== b.length)
      throw new Error(`${path} is not what was counted: run the tests again`)
    for (const [id, times] of s.entries()) of.s[id] = (of.s[id] ?? 0) + times
    for (const [id, sides] of b.entries())
      of.b[id] = sides.map((times, side) => times + (of.b[id]?.[side] ?? 0))
  }
}

/** @returns the exit code */
function report(files: Files): number {
  const rows = rooms.map(room => rowOf(room, files))
  const table = [
    ["room", "files", "lines", "", "branches", ""],
    ...rows.map(({ room, held, lines, branches }) => [
      room.name,
      String(held),
      ...cells(lines, room.lines),
      ...cells(branches, room.branches),
    ]),
  ]
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map(row => row[column]?.length ?? 0)))
  for (const row of table) {
    say(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
  }
  const below = rows.filter(
    ({ room, lines, branches }) => percent(lines) < room.lines || percent(branches) < room.branches,
  )
  for (const { room } of below) {
    say(
      `${room.name} is below what test/coverage/rooms.ts asks of it; node test/coverage/report.ts PATH tells where`,
    )
  }
  return below.length === 0 ? 0 : 1
}

interface Part {
  readonly covered: number
  readonly total: number
}

interface Row {
  readonly room: Room
  /** how many files */
  readonly held: number
  readonly lines: Part
  readonly branches: Part
}

function rowOf(room: Room, files: Files): Row {
  const held = [...files].filter(([file]) => room.holds(file))
  const { lines, branches } = createCoverageMap(Object.fromEntries(held)).getCoverageSummary()
  return { room, held: held.length, lines, branches }
}

const percent = ({ covered, total }: Part): number => (100 * covered) / total

/** Rounded down: 100 is all. */
const cells = (part: Part, least: number): readonly string[] => [
  `${(Math.floor(percent(part) * 100) / 100).toFixed(2)} % of ${part.total}`,
  `(least ${least})`,
]

function neverRun(file: string, of: FileCoverageData): string {
  const places = [
    ...Object.entries(of.s).flatMap(([id, times]) =>
      times === 0 ? [{ at: of.statementMap[id]?.start, what: "statement" }] : [],
    ),
    ...Object.entries(of.b).flatMap(([id, sides]) => {
      const { loc, locations, type } = of.branchMap[id] ?? {}
      return sides.flatMap((times, side) =>
        times === 0
          ? [
              {
                at: locations?.[side]?.start.line === undefined ? loc?.start : locations[side].start,
                what: `${type} ${side}`,
              },
            ]
          : [],
      )
    }),
  ]
  const lines = readFileSync(join(source, file), "utf8").split("\n")
  return places
    .map(({ at, what }) => ({ line: at?.line ?? 0, column: (at?.column ?? 0) + 1, what }))
    .sort((a, b) => a.line - b.line || a.column - b.column)
    .map(({ line, column, what }) => `src/${file}:${line}:${column} ${what}: ${lines[line - 1]?.trim()}`)
    .join("\n")
}

function say(text: string): void {
  if (text !== "") process.stdout.write(`${text}\n`)
}

const files = sourceFiles()
for (const name of readdirSync(countsDir)) {
  add(JSON.parse(readFileSync(join(countsDir, name), "utf8")), files)
}
const [start] = process.argv.slice(2)
if (start === undefined) process.exitCode = report(files)
else for (const [file, of] of files) if (file.startsWith(start)) say(neverRun(file, of))
