/** The Action's door: reads inputs, runs a command, writes summary, annotations and outputs. */

import { randomUUID } from "node:crypto"
import { writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as core from "@actions/core"
import type { Event } from "./core/event.ts"
import { type Exit, exitOf, exits, Problem } from "./core/problem.ts"
import type { BackupReport } from "./core/report.ts"
import { Secret } from "./core/secret.ts"
import { traceOf } from "./core/thrown.ts"
import { version } from "./core/version.ts"
import { type ActionOutput, type ActionRequest, readActionSettings } from "./settings.ts"
import { backupText } from "./show/backup-text.ts"
import { paint } from "./show/paint.ts"
import { printable, printableLines } from "./show/printable.ts"
import { backupSummary, textSummary } from "./show/summary.ts"
import { runCommand, worldFor } from "./terminal.ts"
import * as wiring from "./wiring.ts"

// A report of Node on a crash, where somebody has asked for them, lists the environment, and inputs are in it.
process.report.excludeEnv = true

const stop = new AbortController()
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.once(name, () =>
    stop.abort(
      new Problem("run/interrupted", "interrupted; nothing half-done is visible in the vault", {
        hint: "run it again: it takes up what is left to do",
      }),
    ),
  )
}

/** GitHub shows ten errors and ten warnings of a step. */
const maxAnnotatedHosts = 7
/** What came up during the run is in the report once more. */
const warned = new Set<string>()

await main().catch((error: unknown) => {
  if (error instanceof Problem) {
    for (const line of error.data) core.info(printable(line))
    core.setFailed(printable(`${error.message} (${error.code}); ${error.hint}`))
  } else {
    core.info(printableLines(traceOf(error)))
    core.setFailed(`this is a bug of pmta-vault ${version}; please report it with the lines above`)
  }
  process.exitCode = exits[exitOf(error)].code
})

async function main(): Promise<void> {
  const request = readActionSettings(process.env)
  maskSecrets(request)
  for (const warning of request.warnings) warnOnce(printable(warning), {})
  const world = worldOf()
  const { settings } = request
  const { exit } = await wiring.pinged(
    settings.pingUrl,
    world.observe,
    () => run(request, world),
    ending => ending,
  )
  process.exitCode = exits[exit].code
}

interface Ending {
  readonly exit: Exit
  readonly text: string
}

async function run({ command, settings }: ActionRequest, world: wiring.World): Promise<Ending> {
  if (command === "backup" || command === "collect") {
    const work = command === "backup" ? wiring.runBackup : wiring.runCollect
    const report = await core.group(command, () => work(settings, world, stop.signal))
    await showBackup(report)
    return { exit: report.exit, text: backupText(report, paint(false)) }
  }
  const report = await runCommand({ command, positionals: [], settings }, world, paint(false), stop.signal)
  sayVerbatim(report.text)
  core.setOutput("report", await writeReport(report.report))
  if (command === "plan-shards") core.setOutput("matrix", report.text.trim())
  await core.summary.addRaw(report.summary ?? textSummary(command, report.text)).write()
  if (report.exit !== "good") core.setFailed(`${command}: ${exits[report.exit].meaning}`)
  return report
}

/** Before the first use: from here on the runner replaces them in every line of the log. */
function maskSecrets({ settings }: ActionRequest): void {
  for (const value of Object.values(settings)) {
    if (!(value instanceof Secret) || value.size === 0) continue
    const text = value.revealText("tell the runner to mask it")
    core.setSecret(text)
    // The runner masks a text of several lines as a whole only; each line could be printed on its own.
    for (const line of text.split("\n").filter(part => part.trim().length > 8)) core.setSecret(line)
  }
}

async function showBackup(report: BackupReport): Promise<void> {
  core.info(backupText(report, paint(false)).trimEnd())
  const troubled = report.hosts.filter(({ problems }) => problems.length > 0)
  for (const { host, problems, status } of troubled.slice(0, maxAnnotatedHosts)) {
    const say = status === "failed" ? core.error : core.warning
    for (const { message, hint } of problems) say(problemLine({ message, hint }), { title: host })
  }
  const more = troubled.length - maxAnnotatedHosts
  if (more > 0) core.error(`${more} more hosts are in trouble; the summary names them`)
  for (const warning of report.warnings) warnOnce(printable(warning), {})
  for (const { problem } of report.captures)
    if (problem !== null) core.error(problemLine(problem), { title: "a capture was refused" })
  const unproposed = report.reviewProblem
  if (unproposed !== null) core.error(problemLine(unproposed), { title: "drift could not be proposed" })
  const failed = report.hosts
    .filter(({ status }) => status === "failed" || status === "partial")
    .map(({ host }) => host)
  const path = await writeReport(report)
  const outputs: Readonly<Record<Exclude<ActionOutput, "matrix">, string>> = {
    changed: String(report.changed),
    "pull-requests": JSON.stringify(pullRequests(report)),
    snapshots: JSON.stringify(Object.fromEntries(report.hosts.map(({ host, sequence }) => [host, sequence]))),
    "failed-hosts": JSON.stringify(failed),
    report: path,
  }
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value)
  await core.summary.addRaw(backupSummary(report)).write()
  if (failed.length > 0)
    core.setFailed(`${failed.length} of ${report.hosts.length} hosts: ${exits[report.exit].meaning}`)
  else if (unproposed !== null) core.setFailed("the copies are safe, but drift could not be proposed")
}

function problemLine({ message, hint }: { readonly message: string; readonly hint: string | undefined }) {
  return printable(`${message}; ${hint}`)
}

/** Hosts' own text, such as a diff, may hold lines that the runner would take for its commands. */
function sayVerbatim(text: string): void {
  const token = randomUUID()
  core.info(`::stop-commands::${token}\n${text.trimEnd()}\n::${token}::`)
}

async function writeReport(report: object): Promise<string> {
  const path = join(process.env["RUNNER_TEMP"] || tmpdir(), "pmta-vault-report.json")
  await writeFile(path, `${JSON.stringify(report, null, 2)}\n`)
  return path
}

/** No titles: they hold words of hosts, and outputs end up in scripts. */
function pullRequests({ forge, proposals }: BackupReport) {
  if (forge === null) return []
  return proposals.flatMap(({ id, action, url, hosts }) => {
    const number = Number(/\/pull\/(\d+)$/.exec(url ?? "")?.[1])
    return Number.isNaN(number) ? [] : [{ number, url, branch: `drift/${id}`, operation: action, hosts }]
  })
}

function worldOf(): wiring.World {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = process.env
  return worldFor({
    scratch: process.env["RUNNER_TEMP"] || tmpdir(),
    observe: log,
    run: run === undefined ? null : `${server}/${repository}/actions/runs/${run}`,
  })
}

function log(event: Event): void {
  if (event.kind === "host-retried")
    core.info(printable(`retry: ${event.problem.message}; attempt ${event.attempt + 1}`))
  if (event.kind === "warning")
    warnOnce(printable(event.message), event.host === null ? {} : { title: event.host })
  if (event.kind === "step") core.info(printable(event.message))
}

function warnOnce(message: string, properties: core.AnnotationProperties): void {
  if (warned.has(message)) return
  warned.add(message)
  core.warning(message, properties)
}
