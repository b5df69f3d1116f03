/** The parts of what works on the vault alone. Loads nothing that reaches hosts: that is the heavier half. */

import { readFile } from "node:fs/promises"
import { certain } from "../core/certain.ts"
import type { Observe } from "../core/event.ts"
import type { Fleet } from "../core/fleet.ts"
import { Problem } from "../core/problem.ts"
import type { Profile } from "../core/profile.ts"
import type { RemovableStore, Store } from "../core/store.ts"
import { systemCode } from "../core/thrown.ts"
import type { Vault } from "../core/vault.ts"
import { parseFleet } from "../fleet/parse.ts"
import { profiles } from "../profiles/index.ts"
import type { Settings } from "../settings.ts"
import {
  artifact,
  directory,
  type Runner,
  refuseEnterpriseServer,
  refuseShellStep,
  repositoryOf,
} from "../stores/index.ts"

/** What a door gives of the outside world. */
export interface World {
  /** variables for git: PATH, HOME, proxies; no secrets */
  readonly environment: Readonly<Record<string, string>>
  /** a directory for ciphertext and masked text for the time of a run */
  readonly scratch: string
  readonly now: () => Date
  readonly observe: Observe
  /** version of this program */
  readonly tool: string
  /** where the log of this run can be found; null outside of CI */
  readonly run: string | null
  readonly runner: Runner
  /** hosts that are read at a time when nobody says otherwise, and there is work to do; more while there is none */
  readonly width: number
}

export async function readFleetFile(path: string): Promise<string> {
  return await readFile(path, "utf8").catch((cause: unknown) => {
    throw new Problem("fleet/unreadable", `${path} cannot be read (${systemCode(cause)})`, {
      cause,
      hint: "name the fleet file with --fleet FILE, or the vault that holds it with --vault PATH",
    })
  })
}

export async function givenFleet(settings: Settings): Promise<Fleet | null> {
  return settings.fleet === null ? null : parseFleet(await readFleetFile(settings.fleet), settings.fleet)
}

/** The fleet file that is named, else the one in the vault. */
export async function fleetFor(
  settings: Settings,
  vault: Vault,
  world: World,
  signal: AbortSignal,
): Promise<Fleet> {
  return (await givenFleet(settings)) ?? (await fleetOf(vault, world, signal))
}

export async function fleetOf(vault: Vault, world: World, signal: AbortSignal): Promise<Fleet> {
  const found = await vault.fleet(signal)
  if (found === null) {
    throw new Problem("fleet/unreadable", `${vault.location} has no fleet.yml on its branch main`, {
      hint: "commit one there, or name another with --fleet FILE; `pmta-vault init` writes a commented one",
    })
  }
  if (found.edited) {
    const message = `fleet.yml in ${vault.location} has changes that are not committed; this run uses the committed one`
    world.observe({ kind: "warning", host: null, message })
  }
  return parseFleet(found.text, `${vault.location}/fleet.yml`)
}

/** One profile exists today; the schema refuses any other name. */
export function profileOf(fleet: Fleet): Profile {
  return certain(profiles.get(certain(fleet.hosts[0]).profile))
}

export function vaultOptions(settings: Settings, world: World, create: boolean) {
  const { token } = settings
  return {
    location: settings.vault,
    environment: world.environment,
    token: token === null ? null : () => token.revealText("for git's credential pipe"),
    scratch: world.scratch,
    create,
    now: world.now,
  }
}

/** @param isWritten  whether bundles will be put, which GitHub allows in fewer places than getting them */
export async function storeOf(
  settings: Settings,
  vault: Pick<Vault, "bundles">,
  world: World,
  isWritten: boolean,
): Promise<Store> {
  if (settings.store === "git") return vault.bundles
  if (settings.store === "artifact") return await artifactStore(settings, world, isWritten)
  // It was asked for when the settings were read.
  return directory(certain(settings.storePath))
}

/** Where segments of logs are put; null: nowhere, as artifacts expire. */
export function logStoreOf(settings: Settings, vault: Pick<Vault, "bundles">, store: Store): Store | null {
  if (settings.logStore === "git") return vault.bundles
  if (settings.logStore === "directory" && settings.storePath !== null) return directory(settings.storePath)
  return settings.store === "artifact" ? null : store
}

/** All that rests outside of the vault, by the name of its store. */
export async function storesBesides(
  settings: Settings,
  world: World,
): Promise<ReadonlyMap<string, RemovableStore>> {
  const all = [
    ...(settings.storePath === null ? [] : [directory(settings.storePath)]),
    ...(settings.store === "artifact" ? [await artifactStore(settings, world, false)] : []),
  ]
  return new Map(all.map(store => [store.name, store]))
}

async function artifactStore(settings: Settings, world: World, isWritten: boolean): Promise<RemovableStore> {
  checkArtifactService(settings, world, isWritten)
  const { runner, scratch, now, observe } = world
  return await artifact({
    ...{
      repository: repositoryOf(settings.artifactRepository, runner, settings.vault),
      run: runner.runId,
      scratch,
    },
    now,
    token: certain(settings.token).revealText("list and download artifacts"),
    retentionDays: settings.artifactRetentionDays,
    warn: message => observe({ kind: "warning", host: null, message }),
  })
}

/** @throws Problem "store/no-service", "settings/missing": what can be known before anything is read */
export function checkArtifactService(settings: Settings, { runner }: World, isWritten: boolean): void {
  if (settings.store !== "artifact") return
  refuseEnterpriseServer(runner)
  if (isWritten) refuseShellStep(runner)
  if (settings.token !== null) return
  throw new Problem("settings/missing", "the artifact store needs a token to find artifacts of other runs", {
    hint: "give --token-file FILE, a token with `actions: read` on the repository",
  })
}
