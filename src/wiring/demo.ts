import type { BackupReport, DiffReport } from "../core/report.ts"
import { Secret } from "../core/secret.ts"
import type { DemoReport, DemoRun } from "../flows/demo.ts"
import type { Settings } from "../settings.ts"
import { openVault } from "../stores/index.ts"
import { vaultOptions, type World } from "./vault-parts.ts"

/** The commands that the demo runs, as a person would. */
export interface DemoCommands {
  readonly runBackup: (settings: Settings, world: World, signal: AbortSignal) => Promise<BackupReport>
  readonly runDiff: (settings: Settings, world: World, signal: AbortSignal) => Promise<DiffReport>
  readonly runAccept: (settings: Settings, id: string, world: World, signal: AbortSignal) => Promise<unknown>
}

export async function demoWith(
  { runBackup, runDiff, runAccept }: DemoCommands,
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<DemoReport> {
  const [
    { demo },
    { serveHost, makeKeyPair },
    { openBundle, makeIdentity },
    { readIdentities },
    { diffText },
    { paint },
  ] = await Promise.all([
    import("../flows/demo.ts"),
    import("../transports/ssh/embedded-host.ts"),
    import("../seal/open.ts"),
    import("../seal/identity.ts"),
    import("../show/diff-text.ts"),
    import("../show/paint.ts"),
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
      const key = keys.at(-1) ?? ""
      const identities = readIdentities(new Secret(identity))
      const { files } = await openBundle(await vault.bundles.get(key, signal), identities, {
        host,
        category,
        key,
      })
      return files.map(({ entry }) => entry.path)
    },
    say: message => world.observe({ kind: "step", message }),
  })
}
