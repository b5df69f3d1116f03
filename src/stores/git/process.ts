import { type ChildProcess, spawn } from "node:child_process"
import { Problem } from "../../core/problem.ts"

/** How to run git in one repository. */
export interface Git {
  /** the repository itself: `vault/.git`, or a bare one */
  readonly dir: string
  /** variables for git: PATH, HOME, proxies; no secrets */
  readonly environment: Readonly<Record<string, string>>
  /** the password for a remote; it reaches git through a pipe, never by argument, environment or disk */
  readonly token: (() => string) | null
}

export interface GitResult {
  readonly code: number
  readonly stdout: Buffer
  readonly stderr: string
}

/**
 * Settings of every call: nothing prompts, no hooks and no line-end settings of the user get in, and what is
 * written is on disk before a reference names it.
 */
const settings = {
  "core.hooksPath": "/dev/null",
  "core.autocrlf": "false",
  "core.quotePath": "false",
  "core.fsync": "all",
  "gc.auto": "0",
  // A server that falls silent would hold a run for ever. One that works on a push sends a sign every 5 s.
  "http.lowSpeedLimit": "1",
  "http.lowSpeedTime": "300",
}
const settingArgs = Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`])

/**
 * Answers git's credential protocol from file descriptor 3, one paragraph per question: a push to a blobless
 * clone's remote may fetch blobs to compare with, and that fetch asks anew.
 */
const helper =
  '!f() { test "$1" = get && while IFS= read -r line && test -n "$line"; do echo "$line"; done <&3; }; f'
const maxQuestions = 16

/** @param extraPipe  whether the caller uses file descriptor 3 itself; no token is passed then */
export function startGit(git: Git, args: readonly string[], extraPipe = false): ChildProcess {
  const token = extraPipe ? null : git.token
  const credentials = token === null ? [] : ["-c", "credential.helper=", "-c", `credential.helper=${helper}`]
  const child = spawn("git", [...settingArgs, ...credentials, `--git-dir=${git.dir}`, ...args], {
    stdio: extraPipe || token !== null ? ["pipe", "pipe", "pipe", "pipe"] : ["pipe", "pipe", "pipe"],
    env: { ...git.environment, LC_ALL: "C", GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0" },
  })
  const pipe = child.stdio[3]
  if (token !== null && pipe && "end" in pipe) {
    pipe.on("error", () => {})
    pipe.end(`username=x-access-token\npassword=${token()}\n\n`.repeat(maxQuestions))
  }
  // A child that ends early is told by its exit code; the broken pipe itself says nothing more.
  child.stdin?.on("error", () => {})
  return child
}

/** Runs git to its end. A status other than 0 is the caller's to judge. */
export function runGit(
  git: Git,
  args: readonly string[],
  input: string | Uint8Array = "",
  signal?: AbortSignal,
): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = startGit(git, args)
    const stdout: Buffer[] = []
    let stderr = ""
    const abort = () => child.kill("SIGTERM")
    signal?.addEventListener("abort", abort, { once: true })
    child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk))
    child.stderr?.on("data", (chunk: Buffer) => {
      if (stderr.length < 16_384) stderr += chunk.toString("utf8")
    })
    child.on("error", error => reject(gitMissing(error)))
    child.on("close", code => {
      signal?.removeEventListener("abort", abort)
      if (signal?.aborted) reject(signal.reason)
      else resolve({ code: code ?? 1, stdout: Buffer.concat(stdout), stderr })
    })
    child.stdin?.end(input)
  })
}

/** Runs git and takes any status but 0 for a Problem. */
export async function git(
  repo: Git,
  args: readonly string[],
  input: string | Uint8Array = "",
  signal?: AbortSignal,
): Promise<string> {
  const { code, stdout, stderr } = await runGit(repo, args, input, signal)
  if (code !== 0) throw gitFailed(repo, args, stderr)
  return stdout.toString("utf8")
}

export function gitFailed(repo: Git, args: readonly string[], stderr: string): Problem {
  const look = `look at the repository with \`git --git-dir=${repo.dir} fsck\` and at the free space of its disk`
  return new Problem("vault/git-failed", `git ${args[0]} did not succeed in ${repo.dir}`, {
    data: complaintLines(stderr),
    hint: /Read-only file system/.test(stderr) ? readOnlyHint : look,
  })
}

/** The C library's words are those of the C locale, which every call sets. */
const readOnlyHint =
  "its disk is read-only: look for errors of it in `dmesg`, make it writable, and run again; nothing was changed"

/** The last lines of what git said, short; git masks passwords in URLs itself. */
export function complaintLines(stderr: string): string[] {
  const lines = stderr.split("\n").filter(line => line.trim() !== "" && !line.startsWith("hint:"))
  return lines.slice(-5).map(line => line.slice(0, 300))
}

export function gitMissing(cause: Error): Problem {
  return new Problem("vault/git-missing", "the program `git` cannot be started", {
    cause,
    hint: "install git 2.38 or newer: `apt-get install git`",
  })
}
