import type { BackupReport } from "../core/report.ts"
import { backup } from "../flows/backup.ts"
import { txtLookup } from "../prove/txt-lookup.ts"
import type { Settings } from "../settings.ts"
import { trafficReaders } from "./counting.ts"
import { forgeOf } from "./forge.ts"
import { holdAgainstLastSeen } from "./heads.ts"
import { assemble, keptCategories } from "./parts.ts"
import { checkArtifactService, logStoreOf, storeOf, type World } from "./vault-parts.ts"

export async function backupWith(
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<BackupReport> {
  const started = performance.now()
  checkArtifactService(settings, world, true)
  const parts = await assemble(settings, world, { create: true, jumpHosts: false }, signal)
  await using vault = parts.vault
  await using transport = parts.transport
  await using readers = trafficReaders(parts.profile, world.now, parts.fleet.countsMs)
  const remember = await holdAgainstLastSeen(settings, { ...parts, vault }, signal)
  const request = { hosts: parts.hosts, width: parts.width, propose: settings.propose }
  // What the git store is given becomes visible with the commit that a dry run does not make.
  const store = settings.dryRun ? vault.bundles : await storeOf(settings, vault, world, true)
  const own = {
    ...{ ...readingOf(settings, world), store, logStore: logStoreOf(settings, vault, store) },
    dryRun: settings.dryRun,
    readTraffic: readers.read,
    only: keptCategories(settings, parts.fleet, parts.profile),
    forge: settings.propose && !settings.dryRun ? await forgeOf(settings, parts.fleet, vault, world) : null,
    mostOpen: settings.maxProposals,
    lookup: txtLookup(settings.resolver, signal),
    openMs: performance.now() - started,
  }
  const report = await backup(request, { ...parts, transport, vault, ...own }, signal)
  await remember()
  return report
}

/** As `backup`, but into a file for `collect`: nothing in the vault changes. */
export async function captureWith(
  settings: Settings,
  path: string,
  world: World,
  signal: AbortSignal,
): Promise<BackupReport> {
  const started = performance.now()
  checkArtifactService(settings, world, true)
  const [{ capture }, { writeCaptureFile }] = await Promise.all([
    import("../flows/capture.ts"),
    import("../stores/capture-file.ts"),
  ])
  const parts = await assemble(settings, world, { create: false, jumpHosts: false }, signal)
  await using vault = parts.vault
  await using transport = parts.transport
  await using readers = trafficReaders(parts.profile, world.now, parts.fleet.countsMs)
  await holdAgainstLastSeen(settings, { ...parts, vault }, signal)
  await using file = await writeCaptureFile(path, vault.bundles)
  // What would go to the vault's own branch travels in the file.
  const carried = { bundles: file.store }
  const store = await storeOf(settings, carried, world, true)
  const own = {
    ...{ ...readingOf(settings, world), store, logStore: logStoreOf(settings, carried, store) },
    readTraffic: readers.read,
    only: keptCategories(settings, parts.fleet, parts.profile),
    openMs: performance.now() - started,
  }
  const request = { hosts: parts.hosts, width: parts.width }
  return await capture(request, path, { ...parts, transport, vault, file, ...own }, signal)
}

const readingOf = (settings: Settings, world: World) => ({
  compression: settings.compression,
  maxLogRate: settings.maxLogRateBytes,
  observe: world.observe,
  about: { tool: world.tool, run: world.run },
})
