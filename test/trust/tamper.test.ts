import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { Fleet } from "../../src/core/fleet.ts"
import { Problem } from "../../src/core/problem.ts"
import { Secret } from "../../src/core/secret.ts"
import type { Snapshot } from "../../src/core/snapshot.ts"
import type { Store } from "../../src/core/store.ts"
import { parseFleet } from "../../src/fleet/parse.ts"
import { restoreOut } from "../../src/flows/restore.ts"
import { verify } from "../../src/flows/verify.ts"
import { profiles } from "../../src/profiles/index.ts"
import { type Identities, readIdentities } from "../../src/seal/identity.ts"
import { diceOf } from "../lab/random.ts"

import { altered, type SmallVault, smallVault } from "./small-vault.ts"
import { figures, seed, sized } from "./suite.ts"

const { signal } = new AbortController()
const isSigned = (path: string) => !/^(hints|live|stats)\//.test(path)
const readText = (path: string) => readFile(path, "utf8")
const dice = diceOf(String(seed))

let small: SmallVault
let fleet: Fleet
let identities: Identities
beforeAll(async () => {
  small = await smallVault("git")
  fleet = parseFleet(await readText(small.story.fleetFile), "fleet.yml")
  identities = readIdentities(new Secret(await readText(small.story.identityFile)))
}, 120_000)
afterAll(async () => await small?.[Symbol.asyncDispose]())

type Changes = ReadonlyMap<string, Buffer | null>

const profile = profiles.get("powermta")
const tools = (changes: Changes, stores: ReadonlyMap<string, Store> = new Map()) => {
  if (profile === undefined) throw new Error("the profile is gone")
  return { fleet, profile, vault: altered(small.files, changes), stores, now: () => new Date() }
}

/** What `verify` says of the vault with some files changed; empty for all good. */
async function findings(changes: Changes): Promise<readonly string[]> {
  const report = await verify({ hosts: [], deep: null, wentBack: null }, tools(changes), signal)
  const found = [...report.findings, ...report.hosts.flatMap(host => host.findings)]
  expect(report.exit).toBe(found.length === 0 ? "good" : "integrity")
  return found.map(({ problem }) => problem.code)
}

/** Why the newest copy of a host is not restored; null when it is. Nothing may be there then. */
async function refusal(host: string, changes: Changes): Promise<string | null> {
  const directory = join(small.story.directory, `out-${restores++}`)
  const request = { host, at: "latest", categories: [], paths: [], allLogs: false, identities, directory }
  const problem = await restoreOut(request, tools(changes), signal).then(
    () => null,
    (error: unknown) => error,
  )
  if (problem === null) return null
  if (!(problem instanceof Problem)) throw problem
  expect(existsSync(directory), `${problem.code}: something was written`).toBe(false)
  expect(problem.exit).toBe("integrity")
  return problem.code
}
let restores = 0

/** One byte of a file other than it was: by every bit of it, or by one. */
function flipped(bytes: Buffer, at: number, mask: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ mask
  return copy
}

/** All places of a file in the full run, some in the short one, the ends always. */
function places(length: number): readonly number[] {
  const all = Array.from({ length }, (_, at) => at)
  return sized([0, length - 1, ...Array.from({ length: 3 }, () => dice.below(Math.min(length, 65_536)))], all)
}

/** What `restore` of a host's newest copy reads: its newest snapshot and the bundles named there. */
function readBy(host: string): readonly string[] {
  const names = [...small.files.keys()].filter(path =>
    new RegExp(`^snapshots/${host}/\\d+\\.json$`).test(path),
  )
  const newest = names.sort().at(-1) ?? ""
  const { categories } = JSON.parse(small.files.get(newest)?.toString() ?? "{}") as Snapshot
  return [
    newest,
    `${newest}.sig`,
    ...Object.values(categories).flatMap(({ bundle }) => (bundle === null ? [] : [bundle.key])),
  ]
}

test("an untouched vault is good, and restores", async () => {
  expect(await findings(new Map())).toEqual([])
  expect(await refusal("mta1", new Map())).toBeNull()
})

test("every byte of a signed file that is changed is found, and refused by a restore that reads it", {
  timeout: 1_800_000,
}, async () => {
  const read = new Map(["mta1", "mta2"].flatMap(host => readBy(host).map(path => [path, host] as const)))
  const missed: string[] = []
  const codes = new Map<string, number>()
  let flips = 0
  let refused = 0
  for (const [path, bytes] of small.files) {
    if (!isSigned(path)) continue
    for (const at of places(bytes.length)) {
      const mask = 1 << dice.below(8)
      const changes = new Map([[path, flipped(bytes, at, mask)]])
      const found = await findings(changes)
      flips++
      if (found.length === 0) missed.push(`${path} byte ${at} ^ ${mask}`)
      for (const code of new Set(found)) codes.set(code, (codes.get(code) ?? 0) + 1)
      const host = read.get(path)
      if (host === undefined) continue
      if ((await refusal(host, changes)) === null) missed.push(`restore: ${path} byte ${at} ^ ${mask}`)
      else refused++
    }
  }
  expect(missed, `seed ${seed}`).toEqual([])
  const by = [...codes].sort().map(([code, count]) => `${count} ${code}`)
  figures("tamper", `${flips} bytes flipped in signed files, ${flips} detected by verify (${by.join(", ")})`)
  figures("tamper", `${refused} of them read by restore, ${refused} refused, 0 files written`)
})

test("each bit of a signature counts, also those that its encoding leaves spare", {
  timeout: 600_000,
}, async () => {
  const missed: string[] = []
  let flips = 0
  const signatures = ["snapshots/", "prunes/", "drills/"].map(folder => {
    const path = [...small.files.keys()].find(name => name.startsWith(folder) && name.endsWith(".sig")) ?? ""
    return [path, small.files.get(path) ?? Buffer.alloc(0)] as const
  })
  for (const [path, bytes] of signatures) {
    const ends = Array.from({ length: 45 }, (_, index) => bytes.length - 1 - index)
    for (const at of sized(ends.slice(25, 40), Array.from(bytes.keys()))) {
      for (let bit = 0; bit < 8; bit++) {
        flips++
        const found = await findings(new Map([[path, flipped(bytes, at, 1 << bit)]]))
        if (found.length === 0) missed.push(`${path} byte ${at} bit ${bit}`)
      }
    }
  }
  expect(missed).toEqual([])
  figures("tamper", `${flips} bits of signatures flipped, ${flips} detected`)
})
