/** Puts files into an empty directory of this machine. Never outside of it, and all of it or nothing. */
import * as fs from "node:fs"
import { dirname, join } from "node:path"
import { certain } from "../core/certain.ts"
import type { Entry } from "../core/file.ts"
import { Problem } from "../core/problem.ts"
import type { Restorable, StreamedFile } from "../core/restorable.ts"
import type { Owners } from "./owners.ts"
import { targetProblem } from "./target-problem.ts"

export interface Unpacked {
  /** names that this machine does not know; their files have the numbers of the host */
  readonly unknownOwners: readonly string[]
}

/**
 * @param items      sorted by path; checked, so that none leads out or lies below a link
 * @param logs       as `items`, and none of them
 * @param directory  empty, or not there
 * @param owners     null: this account cannot give files away, and all are its own
 * @throws Problem "restore/not-empty", "restore/full", "restore/refused"; nothing is left behind then
 */
export async function unpack(
  items: readonly Restorable[],
  logs: readonly StreamedFile[],
  directory: string,
  owners: Owners | null,
): Promise<Unpacked> {
  const made = openTarget(directory)
  try {
    return await write(items, logs, directory, owners)
  } catch (cause) {
    for (const name of fs.readdirSync(directory)) fs.rmSync(join(directory, name), { recursive: true })
    if (made) fs.rmdirSync(directory)
    throw targetProblem(directory, cause)
  }
}

/** @returns whether the directory was made */
function openTarget(directory: string): boolean {
  try {
    if (fs.existsSync(directory) && fs.readdirSync(directory).length > 0) {
      throw new Problem("restore/not-empty", `${directory} is not empty; nothing was written`, {
        hint: "name a new or empty directory: nothing is ever overwritten",
      })
    }
    return fs.mkdirSync(directory, { recursive: true, mode: 0o700 }) !== undefined
  } catch (cause) {
    throw targetProblem(directory, cause)
  }
}

/** One call after the other: for many small files that is several times faster than a call each on the pool. */
async function write(
  items: readonly Restorable[],
  logs: readonly StreamedFile[],
  directory: string,
  owners: Owners | null,
): Promise<Unpacked> {
  const unknown = new Set<string>()
  const idsOf = (item: Pick<Restorable, "entry">) => idsFor(item, owners, unknown)
  for (const { entry } of items.filter(({ entry: { kind } }) => kind === "directory"))
    fs.mkdirSync(join(directory, entry.path), { recursive: true, mode: 0o700 })
  for (const item of items.filter(({ entry: { kind } }) => kind === "file"))
    writeFile(join(directory, item.entry.path), item, idsOf(item))
  for (const log of logs) await writeLog(join(directory, log.entry.path), log, idsOf(log))
  for (const item of items.filter(({ entry: { kind } }) => kind === "link")) {
    const path = join(directory, item.entry.path)
    fs.mkdirSync(dirname(path), { recursive: true })
    fs.symlinkSync(certain(item.entry.target), path)
    const ids = idsOf(item)
    if (ids !== null) fs.lchownSync(path, ...ids)
    fs.lutimesSync(path, item.entry.mtime, item.entry.mtime)
  }
  // Deepest first and last of all: writing into a directory changes its time, and its mode may forbid it.
  for (const item of items.filter(({ entry: { kind } }) => kind === "directory").toReversed()) {
    const path = join(directory, item.entry.path)
    const ids = idsOf(item)
    if (ids !== null) fs.chownSync(path, ...ids)
    fs.chmodSync(path, item.entry.mode)
    fs.utimesSync(path, item.entry.mtime, item.entry.mtime)
  }
  return { unknownOwners: [...unknown].sort() }
}

function writeFile(
  path: string,
  { entry, content }: Restorable,
  ids: readonly [number, number] | null,
): void {
  const file = createFile(path)
  try {
    const bytes = certain(content).reveal("write it where the operator asked for it")
    for (let at = 0; at < bytes.length; ) at += fs.writeSync(file, bytes, at)
    setRights(file, entry, ids)
  } finally {
    fs.closeSync(file)
  }
}

/** Piece by piece, so that memory does not grow with the file. */
async function writeLog(
  path: string,
  { entry, content }: StreamedFile,
  ids: readonly [number, number] | null,
): Promise<void> {
  const file = createFile(path)
  try {
    for await (const piece of content()) {
      const bytes = piece.reveal("write it where the operator asked for it")
      for (let at = 0; at < bytes.length; ) at += fs.writeSync(file, bytes, at)
    }
    setRights(file, entry, ids)
  } finally {
    fs.closeSync(file)
  }
}

function setRights(file: number, { mode, mtime }: Entry, ids: readonly [number, number] | null): void {
  if (ids !== null) fs.fchownSync(file, ...ids)
  // After the owner: giving a file away clears its set-id bits.
  fs.fchmodSync(file, mode)
  fs.futimesSync(file, mtime, mtime)
}

/** `wx` refuses what is there already, links included. */
function createFile(path: string): number {
  try {
    return fs.openSync(path, "wx", 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error
    fs.mkdirSync(dirname(path), { recursive: true })
    return fs.openSync(path, "wx", 0o600)
  }
}

function idsFor(
  { entry }: Pick<Restorable, "entry">,
  owners: Owners | null,
  unknown: Set<string>,
): [number, number] | null {
  if (owners === null) return null
  const user = owners.users.get(entry.owner)
  const group = owners.groups.get(entry.group)
  if (user === undefined && entry.owner !== String(entry.uid)) unknown.add(`user ${entry.owner}`)
  if (group === undefined && entry.group !== String(entry.gid)) unknown.add(`group ${entry.group}`)
  return [user ?? entry.uid, group ?? entry.gid]
}
