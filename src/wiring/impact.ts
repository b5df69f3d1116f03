/** Impact needs the vault only: no key, no host. With accounting files at hand, not even that. */

import { open } from "node:fs/promises"
import { basename } from "node:path"
import { certain } from "../core/certain.ts"
import { parseDuration } from "../core/duration.ts"
import type { ImpactCommentsReport, ImpactReport } from "../core/impact.ts"
import { matched } from "../core/parts.ts"
import { Problem } from "../core/problem.ts"
import { systemCode } from "../core/thrown.ts"
import { skipReasons } from "../core/traffic.ts"
import { selectHosts } from "../fleet/select.ts"
import { type ImpactRequest, impact, impactOfDays } from "../flows/impact.ts"
import { profiles } from "../profiles/index.ts"
import type { Settings } from "../settings.ts"
import { openVault } from "../stores/index.ts"
import { fleetFor, profileOf, vaultOptions, type World } from "./vault-parts.ts"

export async function impactWith(
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<ImpactReport> {
  const of = subjectOf(settings, world.now())
  const request = ofSettings(settings)
  if (settings.accountingFile.length > 0) {
    if (of.kind === "change")
      throw momentNeeded("with accounting files there is no vault to look a change up in")
    const days = await countFiles(settings.accountingFile, world, signal)
    return impactOfDays(days, { ...request, of }, world.now())
  }
  await using vault = await openVault(vaultOptions(settings, world, false), signal)
  const fleet = await fleetFor(settings, vault, world, signal)
  const isLimited = settings.hosts.length + settings.tags.length > 0
  const hosts = isLimited ? selectHosts(fleet, { ...settings, jumpHosts: false }).map(({ name }) => name) : []
  const { discussionsIn } = await import("./forge.ts")
  const discussions = await discussionsIn(settings, vault, world)
  const tools = { vault, fleet, profile: profileOf(fleet), now: world.now, discussions }
  return await impact({ ...request, of, hosts }, tools, signal)
}

export async function impactCommentsWith(
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<ImpactCommentsReport> {
  const { change, at, since, accountingFile, hosts, tags } = settings
  const others = [at === "latest" ? null : at, since, ...accountingFile, ...hosts, ...tags]
  if (others.some(text => text !== null)) {
    throw new Problem(
      "settings/invalid",
      "a comment is about a merged change, on all hosts that it touches",
      {
        hint: "with --comment give --change ID, or nothing for all changes that were merged lately",
      },
    )
  }
  await using vault = await openVault(vaultOptions(settings, world, false), signal)
  const fleet = await fleetFor(settings, vault, world, signal)
  const [{ commentImpacts }, { discussionsOf }] = await Promise.all([
    import("../flows/impact-comments.ts"),
    import("./forge.ts"),
  ])
  const discussions = await discussionsOf(settings, vault, world)
  const tools = { vault, fleet, profile: profileOf(fleet), now: world.now, discussions }
  return await commentImpacts({ ...ofSettings(settings), change }, tools, signal)
}

const ofSettings = (settings: Settings) => ({
  windowSeconds: settings.windowMs / 1000,
  hosts: [],
  thresholds: { investigate: settings.investigateAbove / 100, reduce: settings.reduceAbove / 100 },
})

/** One of `change`, `at` and `since`. */
function subjectOf({ change, at, since }: Settings, now: Date): ImpactRequest["of"] {
  // `latest` is what --at says when nobody says anything: restore and drill take it too.
  const moments = [at === "latest" ? null : at, since]
  const [given, ...more] = [change, ...moments].filter(text => text !== null)
  if (given === undefined || more.length > 0) throw momentNeeded("impact is of one change, or of one moment")
  return change !== null ? { kind: "change", name: given } : { kind: "moment", at: momentOf(given, now) }
}

function momentNeeded(message: string): Problem {
  return new Problem("settings/missing", message, {
    hint: "give one of --change ID, --at TIME, --since TIME",
  })
}

/** @returns  seconds since 1970 */
function momentOf(text: string, now: Date): number {
  const ago = parseDuration(text)
  if (ago !== null) return (now.getTime() - ago) / 1000
  const form = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d):?((?:\d\d)?)$/
  const found = matched(form, text, "day", "clock", "zone", "minutes")
  const offset = found?.zone === "Z" ? "Z" : `${found?.zone}:${found?.minutes || "00"}`
  // Date.parse takes almost any text for some time.
  const time = found === null ? Number.NaN : Date.parse(`${found.day}T${found.clock}${offset}`)
  if (!Number.isNaN(time)) return time / 1000
  throw new Problem("settings/invalid", `${JSON.stringify(text.slice(0, 40))} is not a moment`, {
    hint: "write it as 2026-03-02T09:15Z, with its offset as 2026-03-02T09:15+01:00, or as how long ago: 3h",
  })
}

async function countFiles(files: readonly string[], world: World, signal: AbortSignal) {
  const profile = certain(profiles.get("powermta"))
  const counter = profile.traffic("local", [], world.now().getTime())
  // What is pushed is not kept: one buffer serves all.
  const chunk = Buffer.alloc(256 * 1024)
  for (const file of files) {
    const tap = counter.tap(basename(file))
    try {
      await using opened = await open(file)
      for (let read = 1; read > 0; tap.push(chunk.subarray(0, read))) {
        signal.throwIfAborted()
        read = (await opened.read(chunk, 0, chunk.length)).bytesRead
      }
    } catch (cause) {
      signal.throwIfAborted()
      const reason = systemCode(cause)
      throw new Problem("settings/unreadable", `${file} cannot be read (${reason})`, {
        cause,
        hint: "accounting files are not readable by everybody: run as a user who may",
      })
    }
    tap.end()
  }
  for (const { file, reason, count, example } of counter.skipped()) {
    const message = `${file}: ${count} not counted, ${skipReasons[reason]}; the first begins at byte ${example}`
    world.observe({ kind: "warning", host: null, message })
  }
  return counter.days()
}
