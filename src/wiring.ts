/**
 * Puts the parts together: the only file that names concrete adapters. What a command does not need is not
 * loaded: each function brings in its own story.
 */
import { readFile, statfs } from "node:fs/promises"
import { join } from "node:path"
import type { Observe } from "./core/event.ts"
import type { Fleet, Host } from "./core/fleet.ts"
import { Problem } from "./core/problem.ts"
import type { Profile } from "./core/profile.ts"
import type { BackupReport, Check, DiffReport, DoctorReport } from "./core/report.ts"
import { Secret } from "./core/secret.ts"
import type { Store } from "./core/store.ts"
import type { Limits, Root, Transport } from "./core/transport.ts"
import type { Vault } from "./core/vault.ts"
import { parseFleet } from "./fleet/parse.ts"
import { selectHosts } from "./fleet/select.ts"
import type { DemoReport, DemoRun } from "./flows/demo.ts"
import type { OfferedHost } from "./flows/pin.ts"
import { profiles } from "./profiles/index.ts"
import { fingerprints } from "./seal/fingerprint.ts"
import { type UnlockedKey, unlockKey } from "./seal/private-key.ts"
import type { Settings } from "./settings.ts"
import { directory, openVault } from "./stores/index.ts"
import * as sshLines from "./transports/ssh/index.ts"
import { ssh } from "./transports/ssh/index.ts"

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
  /** hosts that are read at a time when nobody says otherwise */
  readonly width: number
}

export async function runBackup(
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<BackupReport> {
  const started = performance.now()
  const [{ backup }, parts] = await Promise.all([
    import("./flows/backup.ts"),
    assemble(settings, world, true, signal),
  ])
  await using vault = parts.vault
  await using transport = parts.transport
  const request = {
    hosts: parts.hosts,
    width: parts.width,
    dryRun: settings.dryRun,
    propose: settings.propose,
  }
  const own = {
    store: storeOf(settings, vault),
    compression: settings.compression,
    only: knownCategories(settings.categories, parts.fleet, parts.profile),
    signingKey: parts.signingKey,
    observe: world.observe,
    about: { tool: world.tool, run: world.run },
    openMs: performance.now() - started,
  }
  return await backup(request, { ...parts, transport, vault, ...own }, signal)
}

export async function runDiff(settings: Settings, world: World, signal: AbortSignal): Promise<DiffReport> {
  const [{ diff }, parts] = await Promise.all([
    import("./flows/diff.ts"),
    assemble(settings, world, false, signal),
  ])
  await using vault = parts.vault
  await using transport = parts.transport
  const request = { hosts: parts.hosts, width: parts.width, snapshot: settings.snapshot }
  return await diff(request, { ...parts, transport, vault }, signal)
}

export async function runDoctor(
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<DoctorReport> {
  const [{ doctor }, parts] = await Promise.all([
    import("./flows/doctor.ts"),
    assemble(settings, world, false, signal),
  ])
  await using vault = parts.vault
  await using transport = parts.transport
  const publicKey = loginKey(settings)?.publicLine ?? "ssh-ed25519 AAAA… (the public key of ssh-key)"
  const checks = await ownChecks(settings, parts, vault)
  const leastPrivilege = (host: Host, roots: readonly Root[], named: readonly string[]) =>
    sshLines.privilegeLines(publicKey, host, roots, named)
  return await doctor(parts.hosts, parts.width, { ...parts, transport, checks, leastPrivilege }, signal)
}

export async function runAccept(settings: Settings, id: string, world: World, signal: AbortSignal) {
  await using vault = await openVault(vaultOptions(settings, world, false), signal)
  return await vault.accept(id.replace(/^drift\//, ""), signal)
}

export async function runDemo(settings: Settings, world: World, signal: AbortSignal): Promise<DemoReport> {
  const [{ demo }, { serveHost, makeKeyPair }, { openBundle, makeIdentity }, { diffText }, { paint }] =
    await Promise.all([
      import("./flows/demo.ts"),
      import("./transports/ssh/embedded-host.ts"),
      import("./seal/open.ts"),
      import("./show/diff-text.ts"),
      import("./show/paint.ts"),
    ])
  const quiet = { ...world, observe: () => {} }
  const settingsFor = ({ fleet, vault, key }: DemoRun) => ({
    ...settings,
    fleet,
    vault,
    sshKey: new Secret(key),
    signingKey: new Secret(key),
  })
  return await demo({
    ...{ serveHost, makeKeyPair, makeIdentity },
    backUp: run => runBackup(settingsFor(run), quiet, signal),
    drift: async run =>
      diffText(await runDiff({ ...settingsFor(run), snapshot: "latest" }, quiet, signal), paint(false)),
    accept: async (vault, id) => void (await runAccept({ ...settings, vault }, id, quiet, signal)),
    async open(location, host, category, identity) {
      await using vault = await openVault(
        vaultOptions({ ...settings, vault: location }, world, false),
        signal,
      )
      const keys = await vault.bundles.list(`bundles/${host}/${category}/`, signal)
      const { members } = await openBundle(await vault.bundles.get(keys.at(-1) ?? "", signal), identity)
      return members.filter(({ entry }) => entry.kind === "file").map(({ entry }) => entry.path)
    },
    say: message => world.observe({ kind: "step", message }),
  })
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
  if ((await vault.fleet(signal)) !== null) {
    throw new Problem(
      "vault/local-changes",
      `${vault.location} has a fleet.yml already; it is left as it is`,
      {
        hint: "edit it, commit it, and run `pmta-vault doctor`",
      },
    )
  }
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
  const fleet = parseFleet(text, file, { allowUnpinned: true })
  const hosts = selectHosts(fleet, { hosts: settings.hosts, tags: [] })
  await using transport = transportOf(settings, world)
  return await Promise.all(
    hosts.map(async host => {
      const keys = await transport.offeredKeys(host, signal)
      return {
        host,
        keys: keys.map(key => ({
          ...key,
          fingerprint: sshLines.fingerprintOf(key),
          pinned: sshLines.isPinned(key, host.hostKeys),
        })),
      }
    }),
  )
}

/** Where the fleet file lies for a person to edit. */
export function fleetPath(settings: Settings): string {
  return settings.fleet ?? join(settings.vault, "fleet.yml")
}

export async function readFleetFile(path: string): Promise<string> {
  return await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new Problem("fleet/unreadable", `${path} cannot be read (${cause.code ?? "unknown reason"})`, {
      cause,
      hint: "name the fleet file with --fleet FILE, or the vault that holds it with --vault PATH",
    })
  })
}

interface Parts {
  readonly fleet: Fleet
  readonly hosts: readonly Host[]
  readonly profile: Profile
  readonly vault: Vault
  readonly transport: Transport
  readonly signingKey: UnlockedKey
  readonly fingerprints: ReturnType<typeof fingerprints>
  readonly limits: Limits
  readonly width: number
  readonly now: () => Date
}

/** Everything is checked that can be checked before the first connection. */
async function assemble(
  settings: Settings,
  world: World,
  create: boolean,
  signal: AbortSignal,
): Promise<Parts> {
  const signingKey = signingKeyOf(settings)
  const given =
    settings.fleet === null ? null : parseFleet(await readFleetFile(settings.fleet), settings.fleet)
  const vault = await openVault(vaultOptions(settings, world, create && given !== null), signal)
  try {
    const fleet = given ?? (await fleetOf(vault, world, signal))
    const hosts = selectHosts(fleet, settings)
    return {
      fleet,
      hosts,
      profile: profileOf(fleet),
      vault,
      transport: transportOf(settings, world),
      signingKey,
      fingerprints: fingerprints(signingKey),
      limits: limitsOf(settings),
      width: settings.concurrency || world.width,
      now: world.now,
    }
  } catch (error) {
    await vault[Symbol.asyncDispose]()
    throw error
  }
}

async function fleetOf(vault: Vault, world: World, signal: AbortSignal): Promise<Fleet> {
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
function profileOf(fleet: Fleet): Profile {
  const profile = profiles.get(fleet.hosts[0]?.profile ?? "powermta")
  if (profile === undefined) throw new Error("the fleet names a profile that is not on the shelf")
  return profile
}

function vaultOptions(settings: Settings, world: World, create: boolean) {
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

function storeOf(settings: Settings, vault: Vault): Store {
  if (settings.store === "git") return vault.bundles
  if (settings.storePath === null) {
    throw new Problem("settings/missing", "store is `directory`, and store-path is not given", {
      hint: "give --store-path DIRECTORY",
    })
  }
  return directory(settings.storePath)
}

function knownCategories(names: readonly string[], fleet: Fleet, profile: Profile): readonly string[] {
  const known = new Set([...profile.categories.map(({ name }) => name), ...fleet.categories.keys()])
  const unknown = names.find(name => !known.has(name))
  if (unknown === undefined) return names
  throw new Problem("settings/invalid", `there is no category ${JSON.stringify(unknown.slice(0, 40))}`, {
    hint: `there are ${[...known].join(", ")}`,
  })
}

function transportOf(settings: Settings, world: World): Transport {
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

function loginKey(settings: Settings): UnlockedKey | null {
  return settings.sshKey === null ? null : unlockKey("ssh-key", settings.sshKey, settings.sshKeyPassphrase)
}

function signingKeyOf({ signingKey, signingKeyPassphrase }: Settings): UnlockedKey {
  if (signingKey !== null) return unlockKey("signing-key", signingKey, signingKeyPassphrase)
  throw new Problem(
    "settings/missing",
    "signing-key is not given: it signs snapshots and keys the fingerprints of secrets",
    {
      hint: "make one with `ssh-keygen -t ed25519 -f signing-key -N ''` and give --signing-key-file signing-key",
    },
  )
}

function limitsOf(settings: Settings): Limits {
  return {
    maxEntries: 100_000,
    maxFileBytes: settings.maxFileSizeBytes,
    maxHostBytes: settings.maxHostSizeBytes,
    connectTimeoutMs: settings.connectTimeoutMs,
    idleTimeoutMs: settings.idleTimeoutMs,
    hostTimeoutMs: settings.hostTimeoutMs,
  }
}

const minFreeBytes = 1024 ** 3

async function ownChecks(settings: Settings, parts: Parts, vault: Vault): Promise<readonly Check[]> {
  const listed = parts.fleet.signers.some(
    signer => signer.split(/\s+/).slice(0, 2).join(" ") === parts.signingKey.publicLine,
  )
  const space = await statfs(
    settings.store === "directory" ? (settings.storePath ?? ".") : vault.location,
  ).catch(() => null)
  const free = space === null ? null : space.bavail * space.bsize
  const checks: (Check | null)[] = [
    {
      name: "fleet",
      state: "good",
      detail: `${parts.fleet.hosts.length} hosts, ${parts.fleet.recipients.length} recipients`,
      hint: null,
    },
    ...parts.fleet.warnings.map(detail => ({ name: "fleet", state: "warning" as const, detail, hint: null })),
    { name: "vault", state: "good", detail: `${vault.location} can be read`, hint: null },
    listed
      ? { name: "signing key", state: "good", detail: "is one of the signers", hint: null }
      : {
          name: "signing key",
          state: "bad",
          detail: "is not one of the signers",
          hint: `add "${parts.signingKey.publicLine}" under signers: in fleet.yml`,
        },
    free === null
      ? null
      : free < minFreeBytes
        ? {
            name: "space",
            state: "warning",
            detail: `${Math.floor(free / 1024 ** 2)} MiB free for the vault`,
            hint: "make room before the next run",
          }
        : {
            name: "space",
            state: "good",
            detail: `${Math.floor(free / 1024 ** 3)} GiB free for the vault`,
            hint: null,
          },
  ]
  return checks.filter(check => check !== null)
}
