/**
 * Stops a program from outside at any step by which it changes the disk or sends to the network: `stop-at.c` traces
 * it and everything it starts. The program under test has no hooks for this and knows nothing of it.
 */
import { createHash } from "node:crypto"
import { chmod, copyFile, mkdtemp, readFile, rename, rm, stat, truncate } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type ChildOptions, type Finished, finish, succeed } from "./child.ts"

export interface Step {
  readonly number: number
  /** the name of the process: `node`, `git`, `git-remote-http`, `mv` */
  readonly program: string
  readonly call: string
  readonly inode: string
  /** of the file before this step */
  readonly size: number
  readonly path: string
}

/**
 * `all`: every process of the run dies at once, as when the machine goes down. `one`: only the process that was about
 * to take the step, as an OOM killer does it. `once`: all, and only while `.stop-at` is in the first directory.
 */
export type Whom = "all" | "one" | "once"

export interface Traced extends Finished {
  readonly steps: readonly Step[]
  /** the step that was not taken; null: the run came to its end */
  readonly stopped: Step | null
}

/** @param at  1: before the first step; 0: nothing is stopped, steps are counted */
export async function stopAt(
  at: number,
  whom: Whom,
  watched: readonly string[],
  command: readonly string[],
  options: ChildOptions = {},
): Promise<Traced> {
  const directory = await mkdtemp(join(tmpdir(), "pmta-lab-stop-"))
  try {
    const log = join(directory, "log")
    const run = await finish(await stopper(), [String(at), whom, log, ...watched, "--", ...command], options)
    return { ...run, ...stepsOf(await readFile(log, "utf8")) }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** @param log  as `stop-at` writes it */
export function stepsOf(log: string): Pick<Traced, "steps" | "stopped"> {
  const lines = log.split("\n").filter(line => line !== "")
  const isStop = (line: string) => line.startsWith("stopped ")
  const [stopped = null] = lines.filter(isStop).map(line => stepOf(line.slice(8)))
  return { steps: lines.filter(line => !isStop(line)).map(stepOf), stopped }
}

function stepOf(line: string): Step {
  const [number = "", program = "", call = "", inode = "", size = "", ...path] = line.split("\t")
  return { number: Number(number), program, call, inode, size: Number(size), path: path.join("\t") }
}

/** The compiled tracer, kept for this version of its source. */
export async function stopper(): Promise<string> {
  const source = join(import.meta.dirname, "stop-at.c")
  const version = createHash("sha256")
    .update(await readFile(source))
    .digest("hex")
    .slice(0, 12)
  const path = join(tmpdir(), `pmta-lab-stop-at-${process.getuid?.() ?? 0}-${version}`)
  if (await stat(path).catch(() => null)) return path
  const fresh = await mkdtemp(join(tmpdir(), "pmta-lab-cc-"))
  await succeed("cc", ["-O2", "-o", join(fresh, "stop-at"), source])
  await chmod(join(fresh, "stop-at"), 0o755)
  await rename(join(fresh, "stop-at"), path).catch(async () => await copyFile(join(fresh, "stop-at"), path))
  await rm(fresh, { recursive: true, force: true })
  return path
}

/**
 * What a power cut takes besides the processes: what was written to a file and not synced. Names are kept, as ext4
 * and xfs keep them in order: this is how a file comes to have its final name and no content.
 * @returns how many files lost something
 */
export async function loseUnsynced(steps: readonly Step[], directory: string): Promise<number> {
  const synced = new Map<string, number>()
  const written = new Map<string, number>()
  let allSynced = 0
  for (const { number, call, inode, size } of steps) {
    if (call === "sync") allSynced = number
    if (call === "fsync") {
      synced.set(inode, size)
      written.delete(inode)
    }
    if (call === "write" || call === "truncate") written.set(inode, number)
  }
  const listed = await succeed("find", [directory, "-xdev", "-type", "f", "-printf", "%i %s %p\\0"])
  let lost = 0
  for (const item of listed.toString().split("\0")) {
    const [, inode = "", size = "0", path = ""] = /^(\d+) (\d+) (.*)$/s.exec(item) ?? []
    if ((written.get(inode) ?? 0) <= allSynced) continue
    const kept = Math.min(Number(size), synced.get(inode) ?? 0)
    if (kept === Number(size)) continue
    await truncate(path, kept)
    lost++
  }
  return lost
}
