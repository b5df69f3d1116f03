/** What stories of logs share: pages as the snapshots name them, and files put together by stock tools alone. */
import { createHash } from "node:crypto"
import type { LogPage, LogSegment } from "../../src/core/log.ts"
import { collectLogs, type StoredLog } from "../../src/seal/log-page.ts"
import { succeed } from "../lab/child.ts"
import type { Setting } from "./setting.ts"

/** The log files of a host at its newest snapshot; every page is checked against what names it. */
export async function storedLogs(
  story: Setting,
  host: string,
  category: string,
): Promise<readonly StoredLog[]> {
  const newest = (await story.snapshots(host)).at(-1)?.categories[category]?.log
  if (!newest) return []
  const { files, missing } = await collectLogs(newest, host, category, key => story.blob(key))
  if (missing !== null) throw new Error(`the chain of ${category} of ${host} is broken`)
  return files
}

/** `git show`, `age -d` and `zstd -d`, one segment behind the other. */
export async function assembled(story: Setting, log: StoredLog): Promise<Buffer> {
  const parts: Buffer[] = []
  for (const segment of log.segments) {
    const sealed = await story.blob(segment.key)
    if (createHash("sha256").update(sealed).digest("hex") !== segment.sha256)
      throw new Error(`${segment.key} is not what the page says`)
    parts.push(await unsealed(story, sealed, "zstd"))
  }
  return Buffer.concat(parts)
}

export async function unsealed(story: Setting, sealed: Buffer, unpack: "zstd" | "gzip"): Promise<Buffer> {
  const packed = await succeed("age", ["-d", "-i", `${story.directory}/identity`], { input: sealed })
  return await succeed(unpack, ["-d", "-c"], { input: packed })
}

/** Bytes that are stored twice or not at all below the end of a file: none, when all is well. */
export function overlapsAndGaps(log: StoredLog): readonly string[] {
  let at = 0
  const wrong: string[] = []
  for (const { first, end } of log.segments) {
    if (first !== at || end <= first) wrong.push(`${log.id}: ${first}-${end} after ${at}`)
    at = end
  }
  return at === log.size ? wrong : [...wrong, `${log.id}: ends at ${at}, not at ${log.size}`]
}

/** Segments in the vault, whoever names them. */
export async function allSegments(story: Setting, host: string): Promise<readonly string[]> {
  return (await story.names(`bundles/${host}/`)).filter(name =>
    /\/\d+-\d+(\.\d+)?\.(zst|gz)\.age$/.test(name),
  )
}

export async function pages(story: Setting, host: string, category: string): Promise<readonly LogPage[]> {
  const names = await story.names(`logs/${host}/${category}/`)
  return await Promise.all(
    names.map(async name => JSON.parse((await story.blob(name)).toString()) as LogPage),
  )
}

export const rangesOf = (segments: readonly LogSegment[]) =>
  segments.map(({ first, end }) => `${first}-${end}`)

export const header =
  "type,timeLogged,timeQueued,orig,rcpt,orcpt,dsnAction,dsnStatus,dsnDiag,dsnMta,vmta,jobId,queue\r\n"

/** One invented accounting record, with a reply of several lines in its quoted field now and then. */
export function record(n: number): string {
  const reply =
    n % 7 === 0 ? `smtp;550-5.7.1 rejected,\r\n550 see ""policy"" ${n}` : `smtp;250 2.0.0 OK, ${n}`
  return `d,2026-11-24 03:${String(n % 60).padStart(2, "0")}:04+0000,,b-${n}@bounce.sender.example,u${n}@example.com,,relayed,2.0.0 (success),"${reply}",mx.example.com (192.0.2.26),mta-a1,camp-${n % 9},example.com/mta-a1\r\n`
}

export const records = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => record(from + index)).join("")
