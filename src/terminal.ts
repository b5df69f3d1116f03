/** The half of the terminal's door that is loaded when a command has work to do. */

import { writeFile } from "node:fs/promises"
import { availableParallelism, tmpdir } from "node:os"
import { createInterface } from "node:readline/promises"
import { setTimeout } from "node:timers/promises"
import { setFlagsFromString } from "node:v8"
import { certain } from "./core/certain.ts"
import { textBefore } from "./core/parts.ts"
import { type Exit, exits, Problem } from "./core/problem.ts"
import { version } from "./core/version.ts"
import { type OfferedHost, pin } from "./flows/pin.ts"
import type { CliRequest } from "./settings.ts"
import { type Paint, paint } from "./show/paint.ts"
import { progress, type Screen } from "./show/progress.ts"
import * as wiring from "./wiring.ts"

// V8 doubles the space for young objects as texts of many hosts pass through it, up to 96 MB. What passes is dead
// at once: with a small space the process stays a third smaller, and is as fast.
setFlagsFromString("--semi-space-growth-factor=1")
// Packets and pieces of files lie outside of V8's heap. Each time some MB of them have passed it marks all of its heap
// on four threads, which takes as long as decrypting and sealing them. Not marking ahead, it does so after 64 MB.
setFlagsFromString("--no-incremental-marking")
// On a machine with much memory V8 lets its heap grow to four times of what is alive, and where a change of 500 hosts is
// judged, to 200 MB for 45. Twice of it costs 8 % of the time there, and nothing elsewhere.
setFlagsFromString("--heap-growing-percent=100")

/** How often `--follow` looks again. */
const followMs = 60_000

/** @returns the exit code */
export async function runInTerminal(
  request: CliRequest,
  color: boolean,
  signal: AbortSignal,
): Promise<number> {
  const colors = paint(color)
  const screen = screenOf(request)
  for (const warning of request.warnings) screen.line(`${colors.yellow("warning:")} ${warning}`)
  const observe = progress(screen, colors, () => performance.now())
  const world = worldFor({ scratch: tmpdir(), observe, run: null })
  const work = async () => {
    const result = await runCommand(request, world, colors, signal)
    screen.status?.("")
    if (request.settings.json) process.stdout.write(`${JSON.stringify(result.report, null, 2)}\n`)
    else process.stdout.write(result.text)
    return result
  }
  const { exit } = await wiring.pinged(request.settings.pingUrl, world.observe, work, ending => ending)
  return exits[exit].code
}

export interface Result {
  readonly report: object
  readonly text: string
  /** Markdown for a job summary, where there is more to say than the text */
  readonly summary?: string
  readonly exit: Exit
}

/** Runs one command and puts its result in words. */
export async function runCommand(
  { command, positionals, settings }: Omit<CliRequest, "warnings">,
  world: wiring.World,
  colors: Paint,
  signal: AbortSignal,
): Promise<Result> {
  switch (command) {
    case "backup": {
      const report = await wiring.runBackup(settings, world, signal)
      const { backupText } = await import("./show/backup-text.ts")
      return { report, text: backupText(report, colors), exit: report.exit }
    }
    case "plan-shards": {
      const matrix = await wiring.runPlanShards(settings, world, signal)
      return { report: { command, matrix }, text: `${JSON.stringify(matrix)}\n`, exit: "good" }
    }
    case "collect": {
      const report = await wiring.runCollect(settings, world, signal)
      const { backupText } = await import("./show/backup-text.ts")
      return { report, text: backupText(report, colors), exit: report.exit }
    }
    case "diff": {
      const report = await wiring.runDiff(settings, world, signal)
      const { diffText } = await import("./show/diff-text.ts")
      const exit = report.exit === "drift" && !settings.exitCode ? "good" : report.exit
      return { report, text: diffText(report, colors), exit }
    }
    case "doctor": {
      const report = await wiring.runDoctor(settings, world, signal)
      const { doctorText } = await import("./show/doctor-text.ts")
      return { report, text: doctorText(report, colors), exit: report.exit }
    }
    case "verify": {
      const report = await wiring.runVerify(settings, world, signal)
      const { verifyText } = await import("./show/verify-text.ts")
      return { report, text: verifyText(report, colors), exit: report.exit }
    }
    case "restore": {
      const report = await wiring.runRestore(settings, world, signal)
      const { restoreText } = await import("./show/restore-text.ts")
      return { report, text: restoreText(report, colors), exit: report.exit }
    }
    case "drill": {
      const { report, filed, markdown } = await wiring.runDrill(settings, world, signal)
      const { drillText } = await import("./show/drill-text.ts")
      const text = drillText(report, filed, colors)
      return { report: { ...report, filed }, text, summary: markdown, exit: report.exit }
    }
    case "accept": {
      const report = {
        command,
        ...(await wiring.runAccept(settings, certain(positionals[0]), world, signal)),
      }
      return { report, text: `accepted: ${textBefore(report.message, "\n")}\n`, exit: "good" }
    }
    case "status": {
      const report = await wiring.runStatus(settings, world, signal)
      if (settings.html !== null) {
        const { statusPage } = await import("./show/status-page.ts")
        await writeOut(settings.html, statusPage(report))
      }
      const [{ statusText, statusMetrics }, { statusSummary }] = await Promise.all([
        import("./show/status-text.ts"),
        import("./show/status-summary.ts"),
      ])
      const text = settings.prometheus ? statusMetrics(report) : statusText(report, colors)
      return { report, text, exit: report.exit, summary: statusSummary(report) }
    }
    case "prune": {
      const report = await wiring.runPrune(settings, world, signal)
      const { pruneText } = await import("./show/prune-text.ts")
      return { report, text: pruneText(report, colors), exit: report.exit }
    }
    case "init": {
      const report = { command, ...(await wiring.runInit(settings, world, signal)) }
      const { initText } = await import("./show/init-text.ts")
      return { report, text: initText(report.location, settings.recipient.length), exit: "good" }
    }
    case "pin":
      return await runPin(settings, world, colors, signal)
    case "impact": {
      if (settings.comment) {
        const report = await wiring.runImpactComments(settings, world, signal)
        const { impactCommentsMarkdown, impactCommentsText } = await import("./show/impact-comments.ts")
        const words = { text: impactCommentsText(report, colors), summary: impactCommentsMarkdown(report) }
        return { report, ...words, exit: report.exit }
      }
      const report = await wiring.runImpact(settings, world, signal)
      const { impactText } = await import("./show/impact-text.ts")
      const { impactMarkdown } = await import("./show/impact-markdown.ts")
      if (settings.picture !== null) {
        const { impactSvg } = await import("./show/impact-svg.ts")
        await writeOut(settings.picture, impactSvg(report))
      }
      if (settings.html !== null) {
        const { impactPage } = await import("./show/impact-page.ts")
        await writeOut(settings.html, impactPage(report))
      }
      const text = impactText(report, colors)
      if (settings.follow && !report.isFull) {
        if (!settings.json) process.stdout.write(process.stdout.isTTY ? `\u001B[H\u001B[2J${text}` : text)
        // The last table comes when the window is over, and not up to a minute later.
        const left = report.after.to * 1000 - world.now().getTime() + 1000
        // An interrupted pause ends with an error of its own, which says nothing of the reason.
        await setTimeout(Math.min(followMs, left), undefined, { signal }).catch(() => signal.throwIfAborted())
        return await runCommand({ command, positionals, settings }, world, colors, signal)
      }
      return { report, text, exit: report.exit, summary: impactMarkdown(report) }
    }
    case "demo": {
      const report = await wiring.runDemo(settings, world, signal)
      return { report, text: `vault: ${report.vault}\n`, exit: report.exit }
    }
    default:
      throw new Error(`${command} has no story`)
  }
}

async function writeOut(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((cause: NodeJS.ErrnoException) => {
    throw new Problem("settings/unreadable", `${path} cannot be written (${cause.code})`, {
      ...{ cause, hint: "check the directory's owner, mode and free space" },
    })
  })
}

async function runPin(
  settings: CliRequest["settings"],
  world: wiring.World,
  colors: Paint,
  signal: AbortSignal,
): Promise<Result> {
  const file = wiring.fleetPath(settings)
  const { pinText } = await import("./show/pin-text.ts")
  const shown = (hosts: readonly OfferedHost[]) =>
    pinText(
      hosts.map(({ host, keys }) => ({ name: host.name, keys })),
      colors,
    )
  const report = await pin(file, {
    read: () => wiring.readFleetFile(file),
    write: text => writeFile(file, text),
    offered: text => wiring.offeredKeys(text, file, settings, world, signal),
    confirm: async hosts => {
      if (settings.yes) return true
      process.stderr.write(shown(hosts))
      if (process.stdin.isTTY !== true) return false
      const lines = createInterface({ input: process.stdin, output: process.stderr })
      const answer = await lines.question(`Write them to ${file}? Type yes: `, { signal })
      lines.close()
      return answer.trim() === "yes"
    },
  })
  const next = report.written
    ? `written to ${file}; commit it once it is right\n`
    : `nothing written; give --yes once you have compared them\n`
  return { report, text: next, exit: "good" }
}

/** Variables that git and the programs it starts may see; none of them is a secret. */
const shownToGit = [
  ...["PATH", "HOME", "TMPDIR", "XDG_CONFIG_HOME", "SSH_AUTH_SOCK"],
  ...["https_proxy", "http_proxy", "no_proxy", "GIT_HTTP_LOW_SPEED_LIMIT", "GIT_HTTP_LOW_SPEED_TIME"],
]

/** The outside world as both doors give it; a door adds what is its own. */
export function worldFor(own: Pick<wiring.World, "scratch" | "observe" | "run">): wiring.World {
  return {
    environment: Object.fromEntries(
      shownToGit.flatMap(name => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
    ),
    now: () => new Date(),
    tool: version,
    runner: wiring.runnerOf(process.env),
    // More at a time costs time while the cores have work to do.
    width: Math.max(4, 2 * availableParallelism()),
    ...own,
  }
}

/** On a terminal the last line is progress; with --quiet or --json only warnings and errors are said. */
function screenOf({ settings }: CliRequest): Screen {
  const isTerminal = process.stderr.isTTY === true && !settings.quiet && !settings.json
  const clear = isTerminal ? "\r\u001B[K" : ""
  return {
    line: text => process.stderr.write(`${clear}${text}\n`),
    status: isTerminal ? text => process.stderr.write(`${clear}${text}`) : null,
  }
}
