/** A crash matrix: a command is stopped before each of its steps in turn, and after each stop all must be well. */
import { cp, mkdir, rm } from "node:fs/promises"
import { join } from "node:path"
import { expect } from "vitest"
import { dist } from "../lab/cli.ts"
import { loseUnsynced, type Step, stopAt, type Traced } from "../lab/stop-at.ts"
import { figures } from "./suite.ts"

/** `all`: the whole run is killed; `one`: one process of it; `power`: all, and what was not synced is lost. */
export type Way = "all" | "one" | "power"

/** A directory of one stop: `vault`, `store`, `tmp` and `home` are below it. */
export interface Place {
  readonly directory: string
  readonly at: (name: string) => string
  readonly env: NodeJS.ProcessEnv
}

export interface Matrix {
  readonly name: string
  readonly parent: string
  /** a directory to begin with; null: nothing is there */
  readonly template: string | null
  readonly command: (place: Place) => readonly string[]
  readonly ways: readonly Way[]
  /** which steps; all that touch the disk are taken in the full form */
  readonly points: (steps: readonly Step[]) => readonly Step[]
  /** the run that nothing stopped */
  readonly expectWhole?: (run: Traced, place: Place) => Promise<void>
  /** what must hold afterwards; `run` says what was stopped */
  readonly expectRecovery: (place: Place, run: Traced, way: Way) => Promise<void>
  /** before and after each stop, for what lies outside of the place */
  readonly begin?: (place: Place) => Promise<void>
  /** stops at a time; default 2 */
  readonly width?: number
}

export const cliCommand = (...args: readonly string[]): readonly string[] => [
  process.execPath,
  join(dist, "cli.js"),
  ...args,
]

/** Every `n`-th, and the last. */
export const every =
  (n: number) =>
  (steps: readonly Step[]): readonly Step[] =>
    steps.filter((_, index) => index % n === 0 || index === steps.length - 1)

export const onDisk = (steps: readonly Step[]) => steps.filter(({ path }) => !path.startsWith("socket:"))

export async function crashMatrix(matrix: Matrix): Promise<void> {
  const counted = await placeOf(matrix, "whole")
  await matrix.begin?.(counted)
  const whole = await stopAt(0, "all", [counted.directory], matrix.command(counted), optionsOf(counted))
  expect(whole.code, whole.stderr).toBe(0)
  await matrix.expectWhole?.(whole, counted)
  const points = matrix.points(whole.steps)
  const work = matrix.ways.flatMap(way => points.map(step => ({ way, step })))
  const failures: string[] = []
  let stopped = 0
  let lossy = 0
  const queue = work.values()
  const worker = async () => {
    for (const { way, step } of queue) {
      const name = `${way}-${step.number}`
      const place = await placeOf(matrix, name)
      try {
        await matrix.begin?.(place)
        const whom = way === "one" ? "one" : "all"
        const run = await stopAt(
          step.number,
          whom,
          [place.directory],
          matrix.command(place),
          optionsOf(place),
        )
        if (run.stopped !== null) stopped++
        if (way === "power" && (await loseUnsynced(run.steps, place.directory)) > 0) lossy++
        await matrix.expectRecovery(place, run, way)
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error)
        failures.push(`${name} (${step.program} ${step.call} ${step.path}): ${words}`)
      }
      await rm(place.directory, { recursive: true, force: true })
    }
  }
  await Promise.all(Array.from({ length: matrix.width ?? 2 }, worker))
  const lost = lossy === 0 ? "" : `, ${lossy} of them with data that was not synced and is gone`
  figures(
    "crash matrix",
    `${matrix.name}: ${whole.steps.length} steps, ${points.length} points, ${stopped} stops${lost}, ${failures.length} not recovered`,
  )
  expect(failures).toEqual([])
}

async function placeOf(matrix: Matrix, name: string): Promise<Place> {
  const directory = join(matrix.parent, name)
  await rm(directory, { recursive: true, force: true })
  if (matrix.template === null) await mkdir(directory, { recursive: true })
  else await cp(matrix.template, directory, { recursive: true, preserveTimestamps: true })
  const at = (below: string) => join(directory, below)
  await mkdir(at("tmp"), { recursive: true })
  await mkdir(join(matrix.parent, "home"), { recursive: true })
  // The compile cache is no part of the state: it lies outside of what is watched.
  const env = {
    PATH: process.env["PATH"],
    HOME: join(matrix.parent, "home"),
    TMPDIR: at("tmp"),
    LANG: "C.UTF-8",
  }
  return { directory, at, env }
}

const optionsOf = (place: Place) => ({ env: place.env, cwd: place.directory, timeoutMs: 120_000 })
