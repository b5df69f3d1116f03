/** Which form of restore is meant, and its parts. What can be refused is refused before the vault is opened. */
import { certain } from "../core/certain.ts"
import { Problem } from "../core/problem.ts"
import type { PlanReport, RestoreReport } from "../core/restore-report.ts"
import { selectHosts } from "../fleet/select.ts"
import type { RestoreRequest } from "../flows/restore.ts"
import { type Identities, readIdentities } from "../seal/identity.ts"
import type { Settings } from "../settings.ts"
import { holdAgainstLastSeen } from "./heads.ts"
import { openStored, type StoredParts } from "./stored.ts"
import type { World } from "./vault-parts.ts"

/** A vault that went back is refused before anything of it is used. */
async function openCurrent(settings: Settings, world: World, signal: AbortSignal): Promise<StoredParts> {
  const parts = await openStored(settings, world, signal)
  try {
    const remember = await holdAgainstLastSeen(settings, parts, signal)
    await remember()
    return parts
  } catch (error) {
    await parts.vault[Symbol.asyncDispose]()
    throw error
  }
}

export async function restoreStored(
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<RestoreReport> {
  const form = formOf(settings)
  const host = settings.host ?? settings.to
  if (host === null) {
    throw new Problem("settings/missing", "restore does not know which host's copies to take", {
      hint: "give --host HOST; `pmta-vault verify` lists the hosts that the vault has",
    })
  }
  const request = {
    ...{ host, at: settings.at },
    ...{ categories: settings.categories, paths: settings.path, allLogs: settings.allLogs },
  }
  if (form.kind === "bundle") return await bundled({ ...request, file: form.value }, settings, world, signal)
  const identities = readIdentities(settings.identity)
  if (form.kind === "to")
    return await overSsh({ ...request, identities }, form.value, settings, world, signal)
  const [flows, parts] = await Promise.all([
    import("../flows/restore.ts"),
    openCurrent(settings, world, signal),
  ])
  await using vault = parts.vault
  const tools = { ...parts, vault }
  if (form.kind === "list") return await flows.restoreList({ ...request, identities }, tools, signal)
  return await flows.restoreOut({ ...request, identities, directory: form.value }, tools, signal)
}

async function bundled(
  request: RestoreRequest & { readonly file: string },
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<RestoreReport> {
  const [{ restoreBundle }, { runbook }, parts] = await Promise.all([
    import("../flows/restore-bundle.ts"),
    import("../show/runbook.ts"),
    openCurrent(settings, world, signal),
  ])
  await using vault = parts.vault
  const tools = { ...parts, vault, runbook, tool: world.tool }
  return await restoreBundle(request, tools, signal)
}

async function overSsh(
  request: RestoreRequest & { readonly identities: Identities },
  to: string,
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<RestoreReport> {
  const [{ restoreTo }, { transportOf }, parts] = await Promise.all([
    import("../flows/restore-to.ts"),
    import("./parts.ts"),
    openCurrent(settings, world, signal),
  ])
  await using vault = parts.vault
  const host = certain(selectHosts(parts.fleet, { hosts: [to], tags: [], jumpHosts: true })[0])
  await using transport = transportOf(settings, world)
  const wanted = {
    ...request,
    target: { ...host, user: settings.restoreUser },
    planOnly: settings.plan,
    ...{ confirm: settings.confirm, planHash: settings.planHash },
    ...{ checks: settings.checks, withoutLicense: settings.withoutLicense },
  }
  const tools = {
    ...{ ...parts, vault, transport },
    // A command that says nothing for longer than that would be taken for a host that hangs.
    commandTimeoutMs: settings.idleTimeoutMs * 0.9,
    keepPlan: async (plan: PlanReport) => await keepPlan(settings.planFile, plan),
    say: (message: string) => world.observe({ kind: "step", message }),
  }
  return await restoreTo(wanted, tools, signal)
}

async function keepPlan(file: string | null, plan: PlanReport): Promise<void> {
  if (file === null) return
  const { writeNew } = await import("../restore/write-new.ts")
  await writeNew(file, Buffer.from(`${JSON.stringify(plan, null, 2)}\n`))
}

type Form = { readonly kind: "list" } | { readonly kind: "out" | "bundle" | "to"; readonly value: string }

function formOf(settings: Settings): Form {
  const given = (["out", "bundle", "to"] as const).flatMap(kind => {
    const value = settings[kind]
    return value === null ? [] : [{ kind, value }]
  })
  const [form] = given
  if (given.length > 1) {
    const names = given.map(({ kind }) => kind).join(" and ")
    throw new Problem("settings/invalid", `restore takes one of ${names} at a time`, {
      hint: "run it once for each",
    })
  }
  if (settings.plan && form?.kind !== "to") return { kind: "list" }
  if (form !== undefined) return form
  throw new Problem("settings/missing", "restore does not know where to", {
    hint: "give --out DIRECTORY, --bundle FILE or --to HOST; --plan shows what there is",
  })
}
