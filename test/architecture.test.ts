import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, normalize } from "node:path"
import { describe, expect, test } from "vitest"

/**
 * Who may import whom: doors → wiring → flows → steps → core ← shelves. Steps never import steps, shelves
 * never import shelves, and what writes to stores, proposals and reports cannot name a plaintext.
 */
const steps = ["fleet", "pull", "seal", "diff", "propose", "restore", "prove", "retain", "impact", "show"]
const shelves = ["profiles", "transports", "stores"]

/** Rooms that a room may import, besides itself. */
const reachable: Readonly<Record<string, readonly string[]>> = {
  door: ["wiring", "settings", "flows", "show", "core", "door"],
  wiring: ["settings", "flows", ...steps, ...shelves, "core"],
  flows: [...steps, "core"],
  settings: ["core"],
  core: [],
  ...Object.fromEntries([...steps, ...shelves].map(room => [room, ["core"]])),
}

/** Single files that further rooms may import, with the reason. */
const exceptions: readonly { readonly from: RegExp; readonly to: RegExp; readonly reason: string }[] = [
  {
    from: /^show\/(help|completion)\.ts$/,
    to: /^settings(\/|\.ts$)/,
    reason: "help is the settings table in words",
  },
]

/** `terminal.ts` is the half of the CLI's door that is loaded when a command needs it. */
const maySayProcess = /^(action|cli|terminal)\.ts$/
const withoutPlaintext = ["stores", "diff", "propose", "impact", "show"]
const mostLines = 300

type Files = Readonly<Record<string, string>>

/** Everything that breaks a rule, as `file: what`. */
function violations(files: Files): readonly string[] {
  return Object.entries(files).flatMap(([file, text]) => [
    ...importsOf(text).flatMap(found => importViolations(file, found)),
    ...textViolations(file, text),
  ])
}

interface Import {
  readonly from: string
  readonly typeOnly: boolean
}

function importViolations(file: string, { from, typeOnly }: Import): readonly string[] {
  const room = roomOf(file)
  if (!from.startsWith(".")) {
    const found = []
    if (from === "age-encryption" && room !== "seal") found.push(`${file}: only seal/ imports age-encryption`)
    const isOfArtifacts = /^@actions\/(artifact|github)\b/.test(from)
    if (from.startsWith("@actions/") && room !== "door" && !isOfArtifacts)
      found.push(`${file}: only doors import ${from}`)
    if (isOfArtifacts && room !== "stores") found.push(`${file}: only stores/ imports ${from}`)
    if (/^(node:)?process$/.test(from) && !maySayProcess.test(file))
      found.push(`${file}: only doors use process`)
    if (room === "core" && from !== "node:util") found.push(`${file}: core imports nothing, not even ${from}`)
    return found
  }
  const target = normalize(join(dirname(file), from))
  const other = roomOf(target)
  if (withoutPlaintext.includes(room) && target === "core/secret.ts")
    return [`${file}: ${room}/ cannot import core/secret.ts`]
  const allowed =
    room === other ||
    reachable[room]?.includes(other) === true ||
    exceptions.some(exception => exception.from.test(file) && exception.to.test(target)) ||
    (room === "show" && other === "settings" && typeOnly)
  const shelf =
    shelves.includes(room) && room === other && plugInOf(file) !== null && plugInOf(file) !== plugInOf(target)
  if (allowed && !shelf) return []
  return [`${file}: ${shelf ? plugInOf(file) : room} cannot import ${target}`]
}

function textViolations(file: string, text: string): readonly string[] {
  const code = withoutComments(text)
  const found = []
  if (/\bprocess\s*[.[]|\bglobalThis\.process\b/.test(withoutQuoted(code)) && !maySayProcess.test(file))
    found.push(`${file}: only doors use process`)
  if (withoutPlaintext.includes(roomOf(file)) && /\b(CapturedFile|Secret)\b/.test(withoutTexts(code))) {
    found.push(`${file}: ${roomOf(file)}/ cannot name a plaintext type`)
  }
  const lines = text.split("\n").length - 1
  if (lines > mostLines) found.push(`${file}: ${lines} lines; what second thing moved in?`)
  if (/(^|\/)(utils?|helpers?|common|misc)\.ts$/.test(file)) found.push(`${file}: name it after what it does`)
  return found
}

/** The room a file of src belongs to: its first folder, or what a top-level file is. */
function roomOf(file: string): string {
  if (maySayProcess.test(file)) return "door"
  const [first = ""] = file.split("/")
  return first.replace(/\.ts$/, "")
}

/** The plug-in of a shelf that a file belongs to, a folder or a single file; null for the shelf's index. */
function plugInOf(file: string): string | null {
  const [room, plugIn = ""] = file.split("/")
  return plugIn === "index.ts" ? null : `${room}/${plugIn.replace(/\.ts$/, "")}`
}

const importPattern =
  /(?:^|[;\n])\s*(?:import|export)\s+(type\s+)?(?:[\w*$\s{},]*?\sfrom\s+|(?=["']))["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/g

function importsOf(text: string): readonly Import[] {
  return [...withoutComments(text).matchAll(importPattern)].map(([, type, named, dynamic]) => ({
    from: named ?? dynamic ?? "",
    typeOnly: type !== undefined,
  }))
}

// Rough, but wrong only for comment marks inside texts, which hide imports of the same line at worst.
const withoutComments = (text: string): string =>
  text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*$/gm, "$1")
const withoutQuoted = (text: string): string => text.replaceAll(/"(?:[^"\\\n]|\\.)*"/g, '""')
const withoutTexts = (text: string): string => withoutQuoted(text).replaceAll(/`(?:[^`\\]|\\.)*`/g, "``")

function sourceFiles(): Files {
  const root = join(import.meta.dirname, "../src")
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(name => name.endsWith(".ts"))
  return Object.fromEntries(names.map(name => [name, readFileSync(join(root, name), "utf8")]))
}

test("the source keeps its directions", () => {
  expect(violations(sourceFiles())).toEqual([])
})

test("every room is known", () => {
  const rooms = new Set(Object.keys(sourceFiles()).map(roomOf))
  expect([...rooms].filter(room => reachable[room] === undefined)).toEqual([])
})

describe("the rules can be broken", () => {
  test.each([
    ["a step imports a step", "diff/compare.ts", 'import { pull } from "../pull/pull.ts"'],
    ["a step imports a shelf", "pull/pull.ts", 'import { ssh } from "../transports/ssh/index.ts"'],
    ["a step imports a flow", "pull/pull.ts", 'export * from "../flows/backup.ts"'],
    ["a flow names an adapter", "flows/backup.ts", 'import { ssh } from "../transports/ssh/index.ts"'],
    ["a shelf imports a step", "stores/git/store.ts", 'import type { seal } from "../../seal/seal.ts"'],
    ["a shelf imports a shelf", "stores/git/store.ts", 'import { x } from "../../profiles/powermta/x.ts"'],
    ["a plug-in imports its neighbour", "stores/git/store.ts", 'import { directory } from "../directory.ts"'],
    ["core imports something", "core/file.ts", 'import { readFile } from "node:fs"'],
    ["core imports a room", "core/file.ts", 'const { x } = await import("../pull/pull.ts")'],
    ["a door skips the wiring", "cli.ts", 'import { ssh } from "./transports/ssh/index.ts"'],
    ["a store sees plaintext", "stores/git/store.ts", 'import type { Entry } from "../../core/secret.ts"'],
    ["a store sees plaintext by another way", "stores/git/store.ts", "function put(file: CapturedFile) {}"],
    ["a report sees settings", "show/report.ts", 'import {\n  settings,\n} from "../settings.ts"'],
    ["age is used elsewhere", "pull/pull.ts", 'import { Encrypter } from "age-encryption"'],
    ["the toolkit is used elsewhere", "flows/backup.ts", 'import * as core from "@actions/core"'],
    ["process is used elsewhere", "flows/backup.ts", "const home = process.env.HOME"],
    ["process is imported elsewhere", "flows/backup.ts", 'import { env } from "node:process"'],
    ["a file has grown", "pull/pull.ts", "\n".repeat(301)],
    ["a file has no name", "pull/utils.ts", ""],
    ["an import for its effect", "pull/pull.ts", 'import "../seal/seal.ts"'],
  ])("%s", (_, file, text) => {
    expect(violations({ [file]: text })).toHaveLength(1)
  })

  test("what is allowed is left alone", () => {
    const files = {
      "cli.ts":
        'import { readCliSettings } from "./settings.ts"\nimport { wire } from "./wiring.ts"\nprocess.exitCode = 1',
      "wiring.ts":
        'import { ssh } from "./transports/ssh/index.ts"\nimport { settings } from "./settings.ts"',
      "settings.ts": 'export { x } from "./settings/table.ts"',
      "flows/backup.ts": '// process.env is for doors\nimport { pull } from "../pull/pull.ts"',
      "pull/pull.ts": 'import type { Host } from "../core/fleet.ts"\nimport { each } from "./each.ts"',
      "stores/index.ts": 'import { git } from "./git/store.ts"',
      "stores/git/store.ts":
        'import { run } from "./run.ts"\nimport { Problem } from "../../core/problem.ts"',
      "show/help.ts": 'import { settings } from "../settings.ts"\nconst text = "a Secret is never shown"',
      "show/report.ts": 'import type { Settings } from "../settings.ts"',
      "core/secret.ts": 'import { inspect } from "node:util"',
    }
    expect(violations(files)).toEqual([])
  })
})
