import type { LogEntry } from "../core/log.ts"
import { pathPattern } from "../core/path-pattern.ts"
import type { Reference } from "../core/profile.ts"
import type { Session } from "../core/transport.ts"
import { claims, logRoots, type PlannedLog } from "./roots.ts"

/** What lies where the files of log categories are: what their patterns match, and what configs name. */
export async function listLogs(
  session: Session,
  logs: readonly PlannedLog[],
  references: readonly Reference[],
  signal: AbortSignal,
): Promise<readonly LogEntry[]> {
  return await session.listLogs(logRoots(logs, references), signal)
}

/**
 * The files of one log category.
 * @param listed  what lies where its files are, and perhaps those of other categories
 * @param before  categories that come first: what they claim is theirs
 */
export function logsOf(
  listed: readonly LogEntry[],
  log: PlannedLog,
  before: readonly PlannedLog[],
  references: readonly Reference[],
): readonly LogEntry[] {
  const isMember = memberOf(log, references)
  const others = before.map(other => memberOf(other, references))
  return listed.filter(({ path }) => isMember(path) && !others.some(other => other(path)))
}

function memberOf(log: PlannedLog, references: readonly Reference[]): (path: string) => boolean {
  const named = references
    .filter(({ category }) => category === log.name)
    .map(({ path }) => pathPattern(path))
  return path => claims(log, path) || named.some(pattern => pattern.matches(path))
}
