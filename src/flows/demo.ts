/** The main job on an embedded fleet: two hosts in this process, a vault in a new directory, nothing else touched. */

import { mkdtemp, readFile, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { certain } from "../core/certain.ts"
import type { DrillReport } from "../core/drill.ts"
import type { Exit } from "../core/problem.ts"
import type { BackupReport } from "../core/report.ts"
import type { RestoreReport, VerifyReport } from "../core/restore-report.ts"
import { demoFiles, withLimit } from "./demo-files.ts"

interface DemoHost extends AsyncDisposable {
  readonly address: string
  readonly port: number
  readonly hostKey: string
  write(
    path: string,
    file: { readonly content: string; readonly mode?: number; readonly group?: string },
  ): void
}

/** Which vault and fleet file a step works on, and the key that logs in and signs. */
export interface DemoRun {
  readonly fleet: string
  readonly vault: string
  readonly key: string
}

export interface DemoTools {
  readonly makeKeyPair: () => { readonly privateKey: string; readonly publicLine: string }
  readonly makeIdentity: () => Promise<{ readonly identity: string; readonly recipient: string }>
  readonly serveHost: (options: {
    readonly user: string
    readonly authorizedKey: string
    readonly files: Readonly<
      Record<string, { readonly content: string; readonly mode?: number; readonly group?: string }>
    >
  }) => Promise<DemoHost>
  readonly backUp: (run: DemoRun) => Promise<BackupReport>
  readonly accept: (vault: string, id: string) => Promise<void>
  readonly drift: (run: DemoRun) => Promise<string>
  readonly verify: (run: DemoRun, identity: string) => Promise<VerifyReport>
  readonly restore: (
    run: DemoRun,
    host: string,
    identity: string,
    directory: string,
  ) => Promise<RestoreReport>
  /** without DNS: nothing outside of this machine is asked */
  readonly drill: (
    run: DemoRun,
    host: string,
    identity: string,
  ) => Promise<{ readonly report: DrillReport; readonly filed: string | null }>
  readonly say: (line: string) => void
}

export interface DemoReport {
  readonly command: "demo"
  readonly vault: string
  readonly backups: readonly BackupReport[]
  /** what was found at each step, true when it was as it must be */
  readonly proofs: Readonly<Record<string, boolean>>
  readonly exit: Exit
}

const user = "pmta-backup"

export async function demo(tools: DemoTools): Promise<DemoReport> {
  const directory = await mkdtemp(join(tmpdir(), "pmta-vault-demo-"))
  const [vault, fleet] = [join(directory, "vault"), join(directory, "fleet.yml")]
  const login = tools.makeKeyPair()
  const [first, second] = await Promise.all([tools.makeIdentity(), tools.makeIdentity()])
  const serve = (name: string) =>
    tools.serveHost({ user, authorizedKey: login.publicLine, files: demoFiles(name) })
  await using mta1 = await serve("mta1")
  await using mta2 = await serve("mta2")
  await writeFile(fleet, fleetText([first.recipient, second.recipient], login.publicLine, { mta1, mta2 }))
  const run = { fleet, vault, key: login.privateKey }

  tools.say("1. two hosts answer over SSH on this machine; the first backup seals them into a new vault")
  const baseline = await tools.backUp(run)
  const proposal = certain(baseline.proposals[0])
  tools.say(`   ${sealedLine(baseline)}; baseline on branch drift/${proposal.id}`)
  await tools.accept(vault, proposal.id)
  tools.say("   the baseline is accepted: it is what later runs are compared with")

  tools.say("2. someone raises max-smtp-out for gmail.com on both hosts; the second backup notices")
  for (const [name, host] of [
    ["mta1", mta1],
    ["mta2", mta2],
  ] as const) {
    host.write("/etc/pmta/config", withLimit(demoFiles(name), 8))
  }
  const changed = await tools.backUp(run)
  const drift = certain(changed.proposals[0])
  tools.say(`   ${sealedLine(changed)}; drift/${drift.id}: ${drift.title}`)
  for (const line of (await tools.drift(run)).trimEnd().split("\n")) tools.say(`   ${line}`)

  tools.say("3. a third backup finds nothing new, and writes no bundle")
  const quiet = await tools.backUp(run)
  tools.say(`   ${sealedLine(quiet)}`)

  tools.say("4. everything in the vault is verified, with an identity that the backups never had")
  const verified = await tools.verify(run, first.identity)
  tools.say(
    `   ${verified.snapshots} snapshots, ${verified.bundles} bundles, ${certain(verified.deep).files} files opened and hashed`,
  )

  tools.say("5. mta1 is restored into a directory, as if the server were gone")
  const out = join(directory, "mta1")
  await tools.restore(run, "mta1", first.identity, out)
  const expected = { ...demoFiles("mta1"), "/etc/pmta/config": withLimit(demoFiles("mta1"), 8) }
  const restored = await Promise.all(
    Object.entries(expected).map(
      async ([path, { content }]) => (await readFile(join(out, path), "utf8")) === content,
    ),
  )
  tools.say(`   ${restored.length} files in ${out}`)

  tools.say("6. a drill restores mta1 once more, into memory, and proves that the server would work")
  const { report: drilled, filed } = await tools.drill(run, "mta1", first.identity)
  for (const { name, verdict, summary } of drilled.proofs) tools.say(`   ${name}: ${verdict}; ${summary}`)
  tools.say(`   ${drilled.ms} ms; the demo asks no DNS, so that the key stays a weak point`)
  tools.say(
    `   the report is in the vault: git -C ${vault} show bundles:${certain(filed).replace(/json$/, "md")}`,
  )

  const proofs = {
    "both hosts were backed up": baseline.exit === "good" && baseline.hosts.length === 2,
    "the drift is one proposal for both hosts": changed.proposals.length === 1 && drift.hosts.length === 2,
    "the unchanged run sealed nothing": quiet.hosts.every(({ status }) => status === "unchanged"),
    "all that was stored is what was signed": verified.exit === "good" && verified.snapshots === 6,
    "every restored file is what the host had": restored.every(equal => equal),
    "the drill found the server fit to come back": drilled.verdict === "weak" && drilled.objective.isMet,
  }
  for (const [proof, holds] of Object.entries(proofs)) tools.say(`${holds ? "ok " : "NOT"} ${proof}`)
  tools.say(`look around: git -C ${vault} log --all --oneline`)
  const exit = Object.values(proofs).every(holds => holds) ? "good" : "total"
  return { command: "demo", vault, backups: [baseline, changed, quiet], proofs, exit }
}

function sealedLine({ hosts, ms }: BackupReport): string {
  const sealed = hosts.flatMap(({ categories }) => categories.filter(({ status }) => status === "stored"))
  return `${hosts.length} hosts, ${sealed.length} bundles sealed, ${(ms.total / 1000).toFixed(1)} s`
}

function fleetText(
  recipients: readonly string[],
  signer: string,
  hosts: Readonly<Record<string, DemoHost>>,
): string {
  const entries = Object.entries(hosts).flatMap(([name, { address, port, hostKey }]) => [
    `  ${name}:`,
    `    address: ${address}`,
    `    port: ${port}`,
    `    hostKeys: ["${hostKey}"]`,
  ])
  return [
    "version: 1",
    `recipients: [${recipients.join(", ")}]`,
    `signers: ["${signer}"]`,
    "hosts:",
    ...entries,
    "",
  ].join("\n")
}
