import type { PruneReport } from "../core/report.ts"
import type { StatusReport } from "../core/status.ts"
import type { Settings } from "../settings.ts"
import { directory } from "../stores/index.ts"
import { holdAgainstLastSeen } from "./heads.ts"
import { unlockSigningKey } from "./parts.ts"
import { openStored } from "./stored.ts"
import type { World } from "./vault-parts.ts"

export async function pruneWith(settings: Settings, world: World, signal: AbortSignal): Promise<PruneReport> {
  const signingKey = unlockSigningKey(settings)
  const [{ prune }, parts] = await Promise.all([
    import("../flows/prune.ts"),
    openStored(settings, world, signal),
  ])
  await using vault = parts.vault
  const about = { tool: world.tool, run: world.run }
  return await prune(settings.dryRun, { ...parts, vault, signingKey, now: world.now, about }, signal)
}

export async function statusWith(
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<StatusReport> {
  const [{ status }, { forgeOf, trackerOf }, parts] = await Promise.all([
    import("../flows/status.ts"),
    import("./forge.ts"),
    openStored(settings, world, signal),
  ])
  await using vault = parts.vault
  const remember = await holdAgainstLastSeen(settings, { ...parts, vault }, signal)
  const besides = settings.storePath === null ? null : directory(settings.storePath)
  const listCopies = async () => [
    ...(await vault.bundles.list("bundles/", signal)),
    ...((await besides?.list("bundles/", signal)) ?? []),
  ]
  // Only the page shows them, and listing them takes time.
  const isShown = settings.html !== null
  const listed = isShown ? listCopies : null
  const forge = await forgeOf(settings, parts.fleet, vault, world)
  const report = await status({ ...parts, vault, forge, listCopies: listed, now: world.now }, signal)
  await remember()
  if (!settings.issues) return report
  const { reportBreaches } = await import("../flows/report-breaches.ts")
  return await reportBreaches(report, await trackerOf(settings, vault, world), signal)
}
