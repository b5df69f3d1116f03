#!/usr/bin/env node
import { readFileSync } from "node:fs"
import { enableCompileCache } from "node:module"
import { homedir } from "node:os"
import { join } from "node:path"
import { exitOf, exits, Problem } from "./core/problem.ts"
/** The terminal's door: reads settings, runs a command, shows its result. stdout is the result, stderr the talk. */
import { traceOf } from "./core/thrown.ts"
import { version } from "./core/version.ts"
import { type CliRequest, readCliSettings } from "./settings.ts"

// Compiled code is kept for the next start, in the user's own place: a shared one could be tampered with.
enableCompileCache(join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "pmta-vault"))

// A report of Node on a crash, where somebody has asked for them, lists the environment, and that may hold keys.
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

const exitCode = await main().catch(async (error: unknown) => {
  process.stderr.write(await errorText(error))
  return exits[exitOf(error)].code
})
// Not `process.exit`: what is on its way to a pipe must arrive.
process.exitCode = exitCode

async function main(): Promise<number> {
  const request = readCliSettings(process.argv.slice(2), process.env, path => readFileSync(path))
  const { command, positionals } = request
  const [topic = ""] = positionals
  if (command === "version") return say(`${version}\n`)
  if (command === "help") {
    const { helpText, topicOf } = await import("./show/help.ts")
    return say(
      helpText(topicOf(topic), {
        color: isColored(request, process.stdout),
        width: process.stdout.columns ?? 100,
      }),
    )
  }
  if (command === "completion") {
    const { completionScript } = await import("./show/completion.ts")
    return say(completionScript(topic as "bash"))
  }
  const { runInTerminal } = await import("./terminal.ts")
  return await runInTerminal(request, isColored(request, process.stderr), stop.signal)
}

function say(text: string): number {
  process.stdout.write(text)
  return 0
}

function isColored({ settings }: CliRequest, stream: NodeJS.WriteStream): boolean {
  if (settings.color !== "auto") return settings.color === "always"
  return stream.isTTY === true && (process.env["NO_COLOR"] ?? "") === ""
}

async function errorText(error: unknown): Promise<string> {
  if (error instanceof Problem) {
    const [{ problemText }, { paint }] = await Promise.all([
      import("./show/problem-text.ts"),
      import("./show/paint.ts"),
    ])
    return problemText(error, paint(process.stderr.isTTY === true))
  }
  return `bug: ${traceOf(error)}\nThis is a bug of pmta-vault ${version}; please report it with the lines above.\n`
}
