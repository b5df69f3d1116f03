import type { BackupReport, DiffReport } from "../core/report.ts"
import type { RestoreReport, VerifyReport } from "../core/restore-report.ts"
import { Secret } from "../core/secret.ts"
import type { DemoReport, DemoRun } from "../flows/demo.ts"
import type { Settings } from "../settings.ts"
import type { Drilled } from "./drilling.ts"
import type { World } from "./vault-parts.ts"

/** The commands that the demo runs, as a person would. */
export interface DemoCommands {
  readonly runBackup: (settings: Settings, world: World, signal: AbortSignal) => Promise<BackupReport>
  readonly runDiff: (settings: Settings, world: World, signal: AbortSignal) => Promise<DiffReport>
  readonly runVerify: (settings: Settings, world: World, signal: AbortSignal) => Promise<VerifyReport>
  readonly runRestore: (settings: Settings, world: World, signal: AbortSignal) => Promise<RestoreReport>
  readonly runDrill: (settings: Settings, world: World, signal: AbortSignal) => Promise<Drilled>
  readonly runAccept: (settings: Settings, id: string, world: World, signal: AbortSignal) => Promise<unknown>
}

/** A resolver that is not there: the discard port of this machine. */
const nobody = ["127.0.0.1:9"]

export async function demoWith(
  { runBackup, runDiff, runVerify, runRestore, runDrill, runAccept }: DemoCommands,
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<DemoReport> {
  const [{ demo }, { serveHost, makeKeyPair }, { makeIdentity }, { diffText }, { paint }] = await Promise.all(
    [
      import("../flows/demo.ts"),
      import("../transports/ssh/embedded-host.ts"),
      import("../seal/open.ts"),
      import("../show/diff-text.ts"),
      import("../show/paint.ts"),
    ],
  )
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
    verify: (run, identity) =>
      runVerify({ ...settingsFor(run), identity: new Secret(identity), deep: "100%" }, quiet, signal),
    restore: (run, host, identity, out) =>
      runRestore({ ...settingsFor(run), identity: new Secret(identity), host, out }, quiet, signal),
    drill: (run, host, identity) =>
      runDrill(
        { ...settingsFor(run), identity: new Secret(identity), host, resolver: nobody },
        quiet,
        signal,
      ),
    say: message => world.observe({ kind: "step", message }),
  })
}
