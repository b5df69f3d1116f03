/** Runs the built doors, `dist/cli.js` and `dist/index.js`, as child processes, the way a person and a runner do. */
import { randomUUID } from "node:crypto"
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { countedDist, isCounted, root } from "../coverage/place.ts"
import { finish } from "./child.ts"

/** What ships; with `COVERAGE=1` the same program with counters in it. */
export const dist = isCounted() ? countedDist : join(root, "dist")

export interface CliRun {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** wall time of the whole process */
  readonly ms: number
}

export interface CliOptions {
  /** on top of PATH, HOME (new and empty) and LANG */
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  readonly input?: string
  /** a program and its arguments that runs the door, such as a tracer */
  readonly through?: readonly string[]
  /** default 60 s; a run that takes longer has code null */
  readonly timeoutMs?: number
}

export interface ActionOptions extends CliOptions {
  /** sees the outputs while the runner's directories are still there; not called for a run without any */
  readonly after?: (outputs: Readonly<Record<string, string>>) => Promise<void>
}

export async function cli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  return await inScratch(async scratch => await node("cli.js", args, scratch, options))
}

export interface ActionRun extends CliRun {
  /** of `GITHUB_OUTPUT`, by name */
  readonly outputs: Readonly<Record<string, string>>
  /** of `GITHUB_STEP_SUMMARY` */
  readonly summary: string
  /** of `GITHUB_ENV` and `GITHUB_STATE`, by name */
  readonly exported: Readonly<Record<string, string>>
  readonly state: Readonly<Record<string, string>>
}

/**
 * @param inputs   by name as in `action.yml`; hyphens stay in the environment's names, as on a runner
 * @param options  `cwd` is the workspace, too; default: a new empty one, removed afterwards
 */
export async function action(
  inputs: Readonly<Record<string, string>>,
  options: ActionOptions = {},
): Promise<ActionRun> {
  return await inScratch(async scratch => {
    const file = (name: string) => join(scratch, name)
    const workspace = options.cwd ?? file("workspace")
    const files = {
      GITHUB_OUTPUT: file("output"),
      GITHUB_STEP_SUMMARY: file("summary"),
      GITHUB_ENV: file("env"),
    }
    const state = { GITHUB_STATE: file("state"), GITHUB_PATH: file("path") }
    await Promise.all([...Object.values(files), ...Object.values(state)].map(path => writeFile(path, "")))
    await Promise.all([mkdir(workspace, { recursive: true }), mkdir(file("temp")), mkdir(file("tool-cache"))])
    const env = {
      CI: "true",
      GITHUB_ACTIONS: "true",
      GITHUB_WORKSPACE: workspace,
      RUNNER_TEMP: file("temp"),
      RUNNER_TOOL_CACHE: file("tool-cache"),
      RUNNER_OS: "Linux",
      RUNNER_ARCH: "X64",
      GITHUB_REPOSITORY: "example/vault",
      GITHUB_RUN_ID: "1",
      GITHUB_RUN_ATTEMPT: "1",
      GITHUB_SERVER_URL: "https://github.invalid",
      GITHUB_API_URL: "https://github.invalid/api/v3",
      ...files,
      ...state,
      ...Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => [
          `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`,
          value,
        ]),
      ),
      ...options.env,
    }
    const run = await node("index.js", [], scratch, { ...options, cwd: workspace, env })
    const outputs = fileCommands(await readFile(files.GITHUB_OUTPUT, "utf8"))
    if (Object.keys(outputs).length > 0) await options.after?.(outputs)
    return {
      ...run,
      outputs,
      summary: await readFile(files.GITHUB_STEP_SUMMARY, "utf8"),
      exported: fileCommands(await readFile(files.GITHUB_ENV, "utf8")),
      state: fileCommands(await readFile(state.GITHUB_STATE, "utf8")),
    }
  })
}

async function node(
  door: string,
  args: readonly string[],
  home: string,
  options: CliOptions,
): Promise<CliRun> {
  const env = { PATH: process.env["PATH"], HOME: home, LANG: "C.UTF-8", ...options.env }
  const [program = "", ...words] = [...(options.through ?? []), process.execPath, join(dist, door), ...args]
  const finished = await finish(program, words, {
    ...options,
    cwd: options.cwd ?? home,
    env,
  })
  return { ...finished, stdout: finished.stdout.toString("utf8") }
}

async function inScratch<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), `pmta-lab-cli-${randomUUID().slice(0, 8)}-`))
  try {
    return await use(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** `name<<delimiter`, lines, `delimiter`; or `name=value`: what a runner reads from its command files. */
export function fileCommands(text: string): Record<string, string> {
  const found: Record<string, string> = {}
  const lines = text.split("\n")
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? ""
    const long = /^([^=]+?)<<(.+)$/.exec(line)
    const short = /^([^=]+)=(.*)$/.exec(line)
    if (long?.[1] !== undefined) {
      const end = lines.indexOf(long[2] ?? "", index + 1)
      found[long[1]] = lines.slice(index + 1, end).join("\n")
      index = end
    } else if (short?.[1] !== undefined) found[short[1]] = short[2] ?? ""
  }
  return found
}
