import { spawn } from "node:child_process"

export interface Finished {
  /** exit code; 128 + signal number is not imitated: a killed child has null */
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: string
  /** wall time from spawn to close */
  readonly ms: number
  readonly timedOut: boolean
}

export interface ChildOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  readonly input?: string | Uint8Array
  /** the child is killed afterwards; default 60 s */
  readonly timeoutMs?: number
  /** the child is killed when it is aborted */
  readonly signal?: AbortSignal
}

/** Runs a program to its end and tells how it went. Never throws for an exit code, only when it cannot start. */
export async function finish(
  command: string,
  args: readonly string[],
  options: ChildOptions = {},
): Promise<Finished> {
  const started = performance.now()
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ["pipe", "pipe", "pipe"],
  })
  const stop = () => child.kill("SIGKILL")
  options.signal?.addEventListener("abort", stop)
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    stop()
  }, options.timeoutMs ?? 60_000)
  child.stdout.on("data", chunk => stdout.push(chunk))
  child.stderr.on("data", chunk => stderr.push(chunk))
  // A child that ends before it has read all its input is no failure of ours.
  child.stdin.on("error", () => undefined)
  child.stdin.end(options.input ?? "")
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject)
      child.on("close", resolve)
    })
    return {
      code,
      stdout: Buffer.concat(stdout),
      stderr: Buffer.concat(stderr).toString("utf8"),
      ms: performance.now() - started,
      timedOut,
    }
  } finally {
    clearTimeout(timer)
    options.signal?.removeEventListener("abort", stop)
  }
}

/** As `finish`, but anything other than exit code 0 is an error that shows the child's words. */
export async function succeed(
  command: string,
  args: readonly string[],
  options: ChildOptions = {},
): Promise<Buffer> {
  const finished = await finish(command, args, options)
  if (finished.code === 0) return finished.stdout
  const fate = finished.timedOut ? "ran out of time" : `ended with ${finished.code}`
  throw new Error(`\`${command} ${args.join(" ")}\` ${fate}\n${finished.stderr}`)
}
