/**
 * `node --expose-gc diff-work.ts RUNS`: masks, parses and compares one large config in this process, after a
 * warm-up, and prints a `DiffMeasure` as JSON. Throws when the result is not what it must be.
 */
import { createHmac } from "node:crypto"
import type { Change } from "../../src/core/change.ts"
import { compareOutlines } from "../../src/diff/judge.ts"
import { parse } from "../../src/profiles/powermta/grammar.ts"
import { powermta } from "../../src/profiles/powermta/index.ts"
import { largeConfig } from "../lab/large-config.ts"

export interface DiffMeasure {
  readonly bytes: number
  readonly directives: number
  /** wall time of each run */
  readonly ms: readonly number[]
  /** live heap when most is held at once, beyond the texts that were there before */
  readonly liveBytes: number
}

const path = "/etc/pmta/config"
const warmUps = 20
const changed = 50

const { text, directives, secrets } = largeConfig()
let left = changed
const edited = text.replace(/max-smtp-out \d+/g, line => (left-- > 0 ? "max-smtp-out 77" : line))
const keyed = (value: string | Uint8Array) =>
  createHmac("sha256", "bench").update(value).digest("hex").slice(0, 16)
const mask = (text: string) => powermta.mask(path, text, keyed)
const outline = (text: string) => powermta.outline(new Map([[path, text]]), {})
const accepted = mask(text)

/** What a run does for a host whose config changed: mask what it has, and compare it with what was accepted. */
function work(): readonly Change[] {
  return compareOutlines(outline(accepted), outline(mask(edited)), powermta)
}

function prove(changes: readonly Change[]): void {
  const masked = mask(edited)
  if (changes.length !== changed) throw new Error(`${changes.length} changes found, ${changed} were made`)
  if (changes.some(({ risk }) => risk.name === "")) throw new Error("a change was not judged")
  if (secrets.some(secret => masked.includes(secret))) throw new Error("a secret was not masked")
}

/**
 * The most that is alive at once: when the second text is a tree, or when both outlines are compared. Between the
 * two the tree goes while its outline grows.
 */
function live(): number {
  const start = heap()
  const masked = mask(edited)
  const first = outline(accepted)
  const asTree = heapWith(() => parse(masked)) - start
  const second = outline(masked)
  const asOutlines = heapWith(() => compareOutlines(first, second, powermta)) - start
  prove(compareOutlines(first, second, powermta))
  return Math.max(asTree, asOutlines)
}

/** The live heap while this is kept. */
function heapWith(make: () => object): number {
  const kept = make()
  const bytes = heap()
  if (Object.keys(kept).length === 0) throw new Error("nothing was made")
  return bytes
}

function heap(): number {
  for (let round = 0; round < 3; round++) globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

const runs = Number(process.argv[2] ?? 5)
for (let run = 0; run < warmUps; run++) prove(work())
const ms = Array.from({ length: runs }, () => {
  globalThis.gc?.()
  const start = performance.now()
  work()
  return performance.now() - start
})
const measure: DiffMeasure = { bytes: Buffer.byteLength(text), directives, ms, liveBytes: live() }
process.stdout.write(`${JSON.stringify(measure)}\n`)
