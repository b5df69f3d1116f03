import type { LogEntry } from "../core/log.ts"
import { pathPattern } from "../core/path-pattern.ts"
import type { Reference } from "../core/profile.ts"
import type { Session } from "../core/transport.ts"
import { claims, logRoots, type PlannedLog } from "./roots.ts"

/**
 * What lies where the files of a log category are: what its patterns match, and what configs name.
 * @param before  categories that come first: what they claim is theirs
 */
export async function listLogs(
  session: Session,
  log: PlannedLog,
  before: readonly PlannedLog[],
  references: readonly Reference[],
  signal: AbortSignal,
): Promise<readonly LogEntry[]> {
  const listed = await session.listLogs(logRoots([log], references), signal)
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
