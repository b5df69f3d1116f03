/**
 * Puts the parts together: the only room that names concrete adapters. What a command does not need is not
 * loaded: each function brings in its own story.
 */
import { join } from "node:path"
import type { Host } from "./core/fleet.ts"
import type { ImpactCommentsReport, ImpactReport } from "./core/impact.ts"
import type { BackupReport, DiffReport, DoctorReport, PruneReport } from "./core/report.ts"
import type { RestoreReport, VerifyReport } from "./core/restore-report.ts"
import type { StatusReport } from "./core/status.ts"
import type { Root } from "./core/transport.ts"
import type { DemoReport } from "./flows/demo.ts"
import type { OfferedHost } from "./flows/pin.ts"
import type { Settings } from "./settings.ts"
import { openVault } from "./stores/index.ts"
import type { Drilled } from "./wiring/drilling.ts"
import type { ShardPlan } from "./wiring/sharding.ts"
import { vaultOptions, type World } from "./wiring/vault-parts.ts"

export { pinged } from "./wiring/ping.ts"
export { runnerOf } from "./wiring/runner.ts"
export { readFleetFile, type World } from "./wiring/vault-parts.ts"

export async function runBackup(
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<BackupReport> {
  const { backupWith, captureWith } = await import("./wiring/backing-up.ts")
  const { capture } = settings
  return capture === null
    ? await backupWith(settings, world, signal)
    : await captureWith(settings, capture, world, signal)
}

export async function runPlanShards(
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<ShardPlan> {
  const { planShardsWith } = await import("./wiring/sharding.ts")
  return await planShardsWith(settings, world, signal)
}

export async function runCollect(
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<BackupReport> {
  const { collectWith } = await import("./wiring/sharding.ts")
  return await collectWith(settings, world, signal)
}

export async function runDiff(settings: Settings, world: World, signal: AbortSignal): Promise<DiffReport> {
  const [{ diff }, { txtLookup }, { assemble, knownCategories }] = await Promise.all([
    import("./flows/diff.ts"),
    import("./prove/txt-lookup.ts"),
    import("./wiring/parts.ts"),
  ])
  const parts = await assemble(settings, world, { create: false, jumpHosts: false }, signal)
  await using vault = parts.vault
  await using transport = parts.transport
  const request = { hosts: parts.hosts, width: parts.width, snapshot: settings.snapshot }
  const only = knownCategories(settings.categories, parts.fleet, parts.profile)
  const lookup = txtLookup(settings.resolver, signal)
  return await diff(request, { ...parts, transport, vault, only, lookup }, signal)
}

export async function runDoctor(
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<DoctorReport> {
  const [{ doctor }, { ownChecks }, { isJump }, { privilegeLines, restoreLines }, made] = await Promise.all([
    import("./flows/doctor.ts"),
    import("./wiring/checks.ts"),
    import("./fleet/rules.ts"),
    import("./transports/ssh/index.ts"),
    import("./wiring/parts.ts"),
  ])
  // With a fleet file at hand there need not be a vault yet: the first backup makes it.
  const before = settings.fleet !== null && (await made.isAbsent(settings.vault))
  const parts = before
    ? await made.assembleWithoutVault(settings, world)
    : await made.assemble(settings, world, { create: false, jumpHosts: true }, signal)
  await using vault = parts.vault
  await using transport = parts.transport
  const publicKey = made.loginKey(settings)?.publicLine ?? "ssh-ed25519 AAAA… (the public key of ssh-key)"
  const checks = await ownChecks(settings, world, parts, vault)
  const leastPrivilege = (
    host: Host,
    roots: readonly Root[],
    named: readonly string[],
    logs: readonly Root[],
  ) => [
    ...privilegeLines(publicKey, host, isJump(host.name, parts.fleet), roots, named, logs),
    ...restoreLines(publicKey, host, settings.restoreUser),
  ]
  return await doctor(parts.hosts, parts.width, { ...parts, transport, checks, leastPrivilege }, signal)
}

export async function runStatus(
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<StatusReport> {
  const { statusWith } = await import("./wiring/retention.ts")
  return await statusWith(settings, world, signal)
}

export async function runPrune(settings: Settings, world: World, signal: AbortSignal): Promise<PruneReport> {
  const { pruneWith } = await import("./wiring/retention.ts")
  return await pruneWith(settings, world, signal)
}

export async function runVerify(
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<VerifyReport> {
  const { verifyStored } = await import("./wiring/stored.ts")
  return await verifyStored(settings, world, signal)
}

export async function runRestore(
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<RestoreReport> {
  const { restoreStored } = await import("./wiring/restoring.ts")
  return await restoreStored(settings, world, signal)
}

export async function runDrill(settings: Settings, world: World, signal: AbortSignal): Promise<Drilled> {
  const { drillStored } = await import("./wiring/drilling.ts")
  return await drillStored(settings, world, signal)
}

export async function runAccept(settings: Settings, id: string, world: World, signal: AbortSignal) {
  await using vault = await openVault(vaultOptions(settings, world, false), signal)
  return await vault.accept(id.replace(/^drift\//, ""), signal)
}

export async function runImpact(
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<ImpactReport> {
  const { impactWith } = await import("./wiring/impact.ts")
  return await impactWith(settings, world, signal)
}

export async function runImpactComments(
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<ImpactCommentsReport> {
  const { impactCommentsWith } = await import("./wiring/impact.ts")
  return await impactCommentsWith(settings, world, signal)
}

export async function runDemo(settings: Settings, world: World, signal: AbortSignal): Promise<DemoReport> {
  const { demoWith } = await import("./wiring/demo.ts")
  return await demoWith(
    { runBackup, runDiff, runVerify, runRestore, runDrill, runAccept },
    settings,
    world,
    signal,
  )
}

/** @returns the text of the new fleet file */
export async function runInit(
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<{ readonly location: string; readonly fleet: string }> {
  const { starterFleet } = await import("./fleet/starter.ts")
  const fleet = starterFleet({ recipients: settings.recipient, signers: settings.signer })
  await using vault = await openVault(vaultOptions(settings, world, true), signal)
  await vault.addFleet(fleet, signal)
  return { location: vault.location, fleet }
}

/** What `pin` shows before anything is written. */
export async function offeredKeys(
  text: string,
  file: string,
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<readonly OfferedHost[]> {
  const [{ parseFleet }, { selectHosts }, { fingerprintOf, isPinned }, { transportOf }] = await Promise.all([
    import("./fleet/parse.ts"),
    import("./fleet/select.ts"),
    import("./transports/ssh/index.ts"),
    import("./wiring/parts.ts"),
  ])
  const fleet = parseFleet(text, file, { allowUnpinned: true })
  const hosts = selectHosts(fleet, { hosts: settings.hosts, tags: [], jumpHosts: true })
  await using transport = transportOf(settings, world)
  return await Promise.all(
    hosts.map(async host => {
      const keys = await transport.offeredKeys(host, signal)
      return {
        host,
        keys: keys.map(key => ({
          ...key,
          fingerprint: fingerprintOf(key),
          pinned: isPinned(key, host.hostKeys),
        })),
      }
    }),
  )
}

/** Where the fleet file lies for a person to edit. */
export function fleetPath(settings: Settings): string {
  return settings.fleet ?? join(settings.vault, "fleet.yml")
}
