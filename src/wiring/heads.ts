/** The file of `last-seen`: which snapshot of each host was the newest when this machine last looked. */

import { randomBytes } from "node:crypto"
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { dirname } from "node:path"
import { compareTexts } from "../core/order.ts"
import { Problem } from "../core/problem.ts"
import type { HeadsTools } from "../flows/heads.ts"
import type { Heads } from "../seal/heads.ts"
import type { Settings } from "../settings.ts"

/**
 * Refuses a vault that went back behind what was seen of it.
 * @returns  to be called once the command has done its work: remembers what is there then
 * @throws   Problem "seal/rolled-back", "seal/fork", "settings/unreadable"
 */
export async function holdAgainstLastSeen(
  { lastSeen }: Pick<Settings, "lastSeen">,
  tools: HeadsTools,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  if (lastSeen === null) return async () => {}
  const { currentHeads } = await import("../flows/heads.ts")
  const heads = await currentHeads(await readHeads(lastSeen), tools, signal)
  return async () => await writeHeads(lastSeen, await currentHeads(heads, tools, signal))
}

async function readHeads(path: string): Promise<Heads> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return null
    throw unreadable(path, cause)
  })
  if (text === null) return new Map()
  try {
    const { format, hosts } = JSON.parse(text) as { format: unknown; hosts: Record<string, unknown> }
    const heads = Object.entries(hosts).map(([host, head]) => {
      const { sequence, sha256, takenAt } = head as Record<string, unknown>
      if (!Number.isSafeInteger(sequence) || typeof takenAt !== "string") throw new Error(host)
      return [host, { sequence: Number(sequence), sha256: String(sha256), takenAt }] as const
    })
    if (format !== 1) throw new Error("another format")
    return new Map(heads)
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

/** Whole or not at all: half a file would stop the next run. */
async function writeHeads(path: string, heads: Heads): Promise<void> {
  const hosts = Object.fromEntries([...heads].sort(([a], [b]) => compareTexts(a, b)))
  const beside = `${path}.${randomBytes(6).toString("hex")}`
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(beside, `${JSON.stringify({ format: 1, hosts }, null, 2)}\n`, {
      mode: 0o600,
      flush: true,
    })
    await rename(beside, path)
  } catch (cause) {
    throw unreadable(path, cause)
  } finally {
    await rm(beside, { force: true })
  }
}

function unreadable(path: string, cause: unknown): Problem {
  const code = (cause as NodeJS.ErrnoException).code
  return new Problem(
    "settings/unreadable",
    `last-seen ${path} ${code ? `cannot be used (${code})` : "is no such file"}`,
    {
      cause,
      hint: "name a file of this command's own; without it nobody knows what was seen: look at the vault before you let it be made again",
    },
  )
}
