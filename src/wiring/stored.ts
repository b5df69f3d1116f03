/** The parts of what works on the vault alone: no host, no signing key. */

import type { Fleet } from "../core/fleet.ts"
import { matched } from "../core/parts.ts"
import { Problem } from "../core/problem.ts"
import type { Profile } from "../core/profile.ts"
import type { VerifyReport } from "../core/restore-report.ts"
import type { RemovableStore } from "../core/store.ts"
import type { Vault } from "../core/vault.ts"
import { selectHosts } from "../fleet/select.ts"
import type { Settings } from "../settings.ts"
import { openVault } from "../stores/index.ts"
import { holdAgainstLastSeen } from "./heads.ts"
import { fleetOf, givenFleet, profileOf, storesBesides, vaultOptions, type World } from "./vault-parts.ts"

export interface StoredParts {
  readonly fleet: Fleet
  readonly profile: Profile
  readonly vault: Vault
  /** stores besides the vault's own branch, by name */
  readonly stores: ReadonlyMap<string, RemovableStore>
  readonly now: () => Date
}

export async function openStored(
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<StoredParts> {
  const given = await givenFleet(settings)
  const vault = await openVault(vaultOptions(settings, world, false), signal)
  try {
    const fleet = given ?? (await fleetOf(vault, world, signal))
    const stores = await storesBesides(settings, world)
    return { fleet, profile: profileOf(fleet), vault, stores, now: world.now }
  } catch (error) {
    await vault[Symbol.asyncDispose]()
    throw error
  }
}

export async function verifyStored(
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<VerifyReport> {
  // First: nobody would close a vault that is opened while this is refused.
  const deep = await deepOf(settings, world.now())
  const [{ verify }, parts] = await Promise.all([
    import("../flows/verify.ts"),
    openStored(settings, world, signal),
  ])
  await using vault = parts.vault
  let wentBack: Problem | null = null
  const remember = await holdAgainstLastSeen(settings, { ...parts, vault }, signal).catch(
    (problem: unknown) => {
      // One finding among others: what else is wrong with the vault helps to see what happened.
      if (!(problem instanceof Problem) || problem.exit !== "integrity") throw problem
      wentBack = problem
      return async () => {}
    },
  )
  const isLimited = settings.hosts.length + settings.tags.length > 0
  const hosts = isLimited
    ? selectHosts(parts.fleet, { ...settings, jumpHosts: false }).map(({ name }) => name)
    : []
  const report = await verify({ hosts, deep, wentBack }, { ...parts, vault }, signal)
  if (report.exit === "good") await remember()
  return report
}

const dayMs = 24 * 3600 * 1000

/** Which bundles this run opens. With `20%` there are five turns. */
async function deepOf(settings: Settings, now: Date) {
  if (settings.deep === null) return null
  const found = matched(/^([1-9][0-9]?|100)%?$/, settings.deep, "share")
  if (found === null) {
    throw new Problem("settings/invalid", `deep is ${JSON.stringify(settings.deep.slice(0, 20))}`, {
      hint: "say a share from 1% to 100%, such as --deep 20%",
    })
  }
  const { readIdentities } = await import("../seal/identity.ts")
  const turns = Math.ceil(100 / Number(found.share))
  const count = settings.deepTurn || Math.floor(now.getTime() / dayMs)
  return { identities: readIdentities(settings.identity), turn: (count % turns) + 1, turns }
}
