import { readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { finish } from "../lab/child.ts"

/** One run of one program and all its descendants. */
export interface Measure {
  readonly wallMs: number
  /** user and system time; NaN where it was not measured */
  readonly cpuMs: number
  /** largest resident set of any one process, MB; NaN where it was not measured */
  readonly peakMb: number
}

/** A way to do the work of a case. */
export interface Contender {
  readonly name: string
  readonly command: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** one run and no warm-up, for who takes minutes: nothing is judged by it */
  readonly once?: boolean
  /** in place of running the command and waiting for its end */
  measure?(): Promise<Measure>
  /** before each run, not measured */
  prepare?(): Promise<void>
  /** after each run, not measured: throws when less than the whole work was done */
  prove(output: { readonly stdout: string }): Promise<void>
}

export interface Result {
  readonly name: string
  readonly runs: readonly Measure[]
}

/**
 * Runs all contenders in turn, `rounds` times, so that each round meets the same machine; the first round
 * warms caches and is thrown away.
 * @param scratch  an existing directory
 */
export async function compare(
  contenders: readonly Contender[],
  rounds: number,
  scratch: string,
  say: (line: string) => void,
): Promise<readonly Result[]> {
  const runs = new Map<string, Measure[]>(contenders.map(contender => [contender.name, []]))
  for (let round = 0; round <= rounds; round++) {
    // Every other round goes backwards, so that nobody always runs after the same neighbour.
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
      if (contender.once && round !== 1) continue
      await contender.prepare?.()
      const measure = await (contender.measure?.() ?? measured(contender, scratch))
      say(
        `  ${round === 0 ? "warm-up" : `run ${round}`}  ${contender.name}: ${Math.round(measure.wallMs)} ms`,
      )
      if (round > 0) runs.get(contender.name)?.push(measure)
    }
  }
  return [...runs].map(([name, measures]) => ({ name, runs: measures }))
}

/** GNU time counts what the program and the descendants it waited for used; its CPU times are in 10 ms. */
async function measured(contender: Contender, scratch: string): Promise<Measure> {
  const file = join(scratch, "time")
  const words = ["-o", file, "-f", "%U %S %M", ...contender.command]
  const finished = await finish("/usr/bin/time", words, {
    env: { ...process.env, ...contender.env },
    cwd: scratch,
    timeoutMs: 600_000,
  })
  if (finished.code !== 0)
    throw new Error(`${contender.name} ended with ${finished.code}\n${finished.stderr}`)
  const [user = 0, system = 0, kilobytes = 0] = (await readFile(file, "utf8")).trim().split(" ").map(Number)
  await rm(file)
  await contender.prove({ stdout: finished.stdout.toString("utf8") })
  return { wallMs: finished.ms, cpuMs: (user + system) * 1_000, peakMb: kilobytes / 1024 }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2
}
