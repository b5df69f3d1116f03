/** A very large fleet as several jobs: the plan, the capture jobs, and the one job that writes. */
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { Problem } from "../core/problem.ts"
import type { BackupReport } from "../core/report.ts"
import { selectHosts } from "../fleet/select.ts"
import { type Shard, shareHosts } from "../fleet/shards.ts"
import type { Settings } from "../settings.ts"
import { openVault } from "../stores/index.ts"
import { forgeOf } from "./forge.ts"
import { holdAgainstLastSeen } from "./heads.ts"
import { unlockSigningKey } from "./parts.ts"
import { openStored } from "./stored.ts"
import {
  checkArtifactService,
  fleetOf,
  givenFleet,
  logStoreOf,
  vaultOptions,
  type World,
} from "./vault-parts.ts"

/** What `strategy.matrix` takes. */
export interface ShardPlan {
  readonly include: readonly Shard[]
}

export async function planShardsWith(
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<ShardPlan> {
  const fleet = (await givenFleet(settings)) ?? (await committedFleet(settings, world, signal))
  return { include: shareHosts(selectHosts(fleet, { ...settings, jumpHosts: false }), settings.shards) }
}

async function committedFleet(settings: Settings, world: World, signal: AbortSignal) {
  await using vault = await openVault(vaultOptions(settings, world, false), signal)
  return await fleetOf(vault, world, signal)
}

export async function collectWith(
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<BackupReport> {
  const started = performance.now()
  if (settings.captures.length === 0) {
    throw new Problem("settings/missing", "collect needs what the capture jobs wrote", {
      hint: "usage: pmta-vault collect DIR|FILE…",
    })
  }
  checkArtifactService(settings, world, false)
  const signingKey = unlockSigningKey(settings)
  const [{ collect }, { txtLookup }, { openCaptureFile }, parts] = await Promise.all([
    import("../flows/collect.ts"),
    import("../prove/txt-lookup.ts"),
    import("../stores/capture-file.ts"),
    openStored(settings, world, signal),
  ])
  await using vault = parts.vault
  const remember = await holdAgainstLastSeen(settings, { ...parts, vault }, signal)
  const request = {
    files: await captureFiles(settings.captures),
    hosts: selectHosts(parts.fleet, { ...settings, jumpHosts: false }),
    propose: settings.propose,
  }
  const own = {
    ...{ signingKey, open: openCaptureFile, dryRun: false, observe: world.observe },
    logStore: logStoreOf(settings, vault, vault.bundles),
    forge: settings.propose ? await forgeOf(settings, parts.fleet, vault, world) : null,
    mostOpen: settings.maxProposals,
    about: { tool: world.tool, run: world.run },
    lookup: txtLookup(settings.resolver, signal),
    openMs: performance.now() - started,
  }
  const report = await collect(request, { ...parts, vault, ...own }, signal)
  await remember()
  return report
}

/** A directory stands for the capture files in it; what is not there is said when it is opened. */
async function captureFiles(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    paths.map(async path => {
      const names = await readdir(path, { recursive: true }).catch(() => null)
      if (names === null) return [path]
      return names
        .filter(name => name.endsWith(".capture"))
        .sort()
        .map(name => join(path, name))
    }),
  )
  return found.flat()
}
