/** Which form of restore is meant, and its parts. What can be refused is refused before the vault is opened. */
import { Problem } from "../core/problem.ts"
import type { RestoreReport } from "../core/restore-report.ts"
import type { RestoreRequest } from "../flows/restore.ts"
import { readIdentities } from "../seal/identity.ts"
import type { Settings } from "../settings.ts"
import { openStored } from "./stored.ts"
import type { World } from "./vault-parts.ts"

export async function restoreStored(
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<RestoreReport> {
  const form = formOf(settings)
  if (settings.host === null) {
    throw new Problem("settings/missing", "restore does not know which host's copies to take", {
      hint: "give --host HOST; `pmta-vault verify` lists the hosts that the vault has",
    })
  }
  const request = {
    ...{ host: settings.host, at: settings.at },
    ...{ categories: settings.categories, paths: settings.path },
  }
  if (form === "bundle") return await bundled(request, settings, world, signal)
  const identities = readIdentities(settings.identity)
  const [flows, parts] = await Promise.all([
    import("../flows/restore.ts"),
    openStored(settings, world, signal),
  ])
  await using vault = parts.vault
  const tools = { ...parts, vault }
  if (form === "list") return await flows.restoreList({ ...request, identities }, tools, signal)
  return await flows.restoreOut({ ...request, identities, directory: settings.out ?? "" }, tools, signal)
}

async function bundled(
  request: RestoreRequest,
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<RestoreReport> {
  const [{ restoreBundle }, { runbook }, parts] = await Promise.all([
    import("../flows/restore-bundle.ts"),
    import("../show/runbook.ts"),
    openStored(settings, world, signal),
  ])
  await using vault = parts.vault
  const tools = { ...parts, vault, runbook, tool: world.tool }
  return await restoreBundle({ ...request, file: settings.bundle ?? "" }, tools, signal)
}

function formOf(settings: Settings): "list" | "out" | "bundle" {
  const given = (["out", "bundle"] as const).filter(name => settings[name] !== null)
  if (given.length > 1) {
    throw new Problem("settings/invalid", `restore takes one of ${given.join(" and ")} at a time`, {
      hint: "run it once for each",
    })
  }
  const [form] = given
  if (settings.plan) return "list"
  if (form !== undefined) return form
  throw new Problem("settings/missing", "restore does not know where to", {
    hint: "give --out DIRECTORY or --bundle FILE; --plan shows what there is",
  })
}
