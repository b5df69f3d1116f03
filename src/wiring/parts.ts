/** The parts that a run is made of, from settings: everything is checked that can be before the first connection. */
import { readdir } from "node:fs/promises"
import type { Fleet, Host } from "../core/fleet.ts"
import { Problem } from "../core/problem.ts"
import type { Profile } from "../core/profile.ts"
import type { Limits, Transport } from "../core/transport.ts"
import type { Vault } from "../core/vault.ts"
import { selectHosts } from "../fleet/select.ts"
import type { Width } from "../flows/each-host.ts"
import { fingerprints } from "../seal/fingerprint.ts"
import { type UnlockedKey, unlockKey } from "../seal/private-key.ts"
import type { Settings } from "../settings.ts"
import { openVault } from "../stores/index.ts"
import { ssh } from "../transports/ssh/index.ts"
import { fleetOf, givenFleet, profileOf, vaultOptions, type World } from "./vault-parts.ts"

export interface Parts {
  readonly fleet: Fleet
  readonly hosts: readonly Host[]
  readonly profile: Profile
  readonly vault: Vault
  readonly transport: Transport
  readonly signingKey: UnlockedKey
  readonly fingerprints: ReturnType<typeof fingerprints>
  readonly limits: Limits
  readonly width: Width
  readonly now: () => Date
}

/**
 * @param how  `create`: whether a vault that is not there is made; `jumpHosts`: whether hosts that are only
 *             gone through are worked on too
 */
export async function assemble(
  settings: Settings,
  world: World,
  how: { readonly create: boolean; readonly jumpHosts: boolean },
  signal: AbortSignal,
): Promise<Parts> {
  const given = await givenFleet(settings)
  const vault = await openVault(vaultOptions(settings, world, how.create && given !== null), signal)
  try {
    const fleet = given ?? (await fleetOf(vault, world, signal))
    return { vault, ...partsFor(fleet, settings, world, how.jumpHosts) }
  } catch (error) {
    await vault[Symbol.asyncDispose]()
    throw error
  }
}

/** For `doctor`, jump hosts too. @throws Problem "settings/missing" without a fleet file of its own */
export async function assembleWithoutVault(
  settings: Settings,
  world: World,
): Promise<Omit<Parts, "vault"> & { readonly vault: null }> {
  const fleet = await givenFleet(settings)
  if (fleet !== null) return { vault: null, ...partsFor(fleet, settings, world, true) }
  throw new Problem("settings/missing", "without a vault, a fleet file is needed", {
    hint: "give --fleet FILE",
  })
}

export async function isAbsent(path: string): Promise<boolean> {
  if (/^[a-z+]+:\/\/|@.*:/i.test(path)) return false
  return (
    (await readdir(path).catch((error: NodeJS.ErrnoException) => (error.code === "ENOENT" ? [] : ["?"])))
      .length === 0
  )
}

function partsFor(fleet: Fleet, settings: Settings, world: World, jumpHosts: boolean): Omit<Parts, "vault"> {
  const signingKey = unlockSigningKey(settings)
  return {
    fleet,
    hosts: selectHosts(fleet, { ...settings, jumpHosts }),
    profile: profileOf(fleet),
    transport: transportOf(settings, world),
    signingKey,
    fingerprints: fingerprints(signingKey),
    limits: limitsOf(settings),
    width: widthOf(settings.concurrency, world.width),
    now: world.now,
  }
}

export function knownCategories(names: readonly string[], fleet: Fleet, profile: Profile): readonly string[] {
  const known = new Set([...profile.categories.map(({ name }) => name), ...fleet.categories.keys()])
  const unknown = names.find(name => !known.has(name))
  if (unknown === undefined) return names
  throw new Problem("settings/invalid", `there is no category ${JSON.stringify(unknown.slice(0, 40))}`, {
    hint: `there are ${[...known].join(", ")}`,
  })
}

/** Those that a backup shall keep. @throws Problem "settings/invalid" too for logs, where the store keeps none */
export function keptCategories(settings: Settings, fleet: Fleet, profile: Profile): readonly string[] {
  const { categories, store, logStore } = settings
  const log = profile.categories.find(({ name, log }) => log !== null && categories.includes(name))
  if (store !== "artifact" || logStore !== "same" || log === undefined)
    return knownCategories(categories, fleet, profile)
  throw new Problem(
    "settings/invalid",
    `store artifact does not keep logs, and categories names ${log.name}`,
    {
      hint: "what is in an artifact expires: say log-store git, or directory with a store-path",
    },
  )
}

export function transportOf(settings: Settings, world: World): Transport {
  const key = loginKey(settings)
  if (key === null && settings.sshAgent === null) {
    throw new Problem(
      "settings/missing",
      "there is no key to log in with: neither ssh-key nor an SSH agent",
      {
        hint: "give --ssh-key-file PATH, or start an agent with `ssh-agent` and `ssh-add`",
      },
    )
  }
  return ssh({
    key: key?.parsed ?? null,
    agent: key === null ? settings.sshAgent : null,
    limits: limitsOf(settings),
    observe: world.observe,
  })
}

export function loginKey(settings: Settings): UnlockedKey | null {
  return settings.sshKey === null ? null : unlockKey("ssh-key", settings.sshKey, settings.sshKeyPassphrase)
}

export function unlockSigningKey({ signingKey, signingKeyPassphrase }: Settings): UnlockedKey {
  if (signingKey !== null) return unlockKey("signing-key", signingKey, signingKeyPassphrase)
  throw new Problem(
    "settings/missing",
    "signing-key is not given: it signs snapshots and keys the fingerprints of secrets",
    {
      hint: "make one with `ssh-keygen -t ed25519 -f signing-key -N ''` and give --signing-key-file signing-key",
    },
  )
}

export function limitsOf(settings: Settings): Limits {
  return {
    maxEntries: 100_000,
    maxFileBytes: settings.maxFileSizeBytes,
    maxHostBytes: settings.maxHostSizeBytes,
    connectTimeoutMs: settings.connectTimeoutMs,
    idleTimeoutMs: settings.idleTimeoutMs,
    hostTimeoutMs: settings.hostTimeoutMs,
  }
}

/** Sockets and processes at a time that no machine minds. */
const mostHosts = 64

function widthOf(concurrency: number, least: number): Width {
  return concurrency > 0 ? { least: concurrency, most: concurrency } : { least, most: mostHosts }
}
