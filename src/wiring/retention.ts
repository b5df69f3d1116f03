import type { PruneReport } from "../core/report.ts"
import type { Settings } from "../settings.ts"
import { directory } from "../stores/index.ts"
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
  const store = settings.storePath === null ? null : directory(settings.storePath)
  const about = { tool: world.tool, run: world.run }
  return await prune(settings.dryRun, { ...parts, vault, store, signingKey, now: world.now, about }, signal)
}
