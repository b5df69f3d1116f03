/** Which log categories need work: by the time that has gone, and by what a listing shows. */
import type { LogEntry } from "../core/log.ts"
import { Problem } from "../core/problem.ts"
import { logsOf } from "../pull/list-logs.ts"
import { oddEntries } from "../pull/log-findings.ts"
import { isAsStored } from "../pull/match-logs.ts"
import type { PlannedLog } from "../pull/roots.ts"
import type { KnownLog, OneLog, SealedLog } from "./host-logs.ts"
import { keyMark } from "./log-file.ts"

/** A schedule is never exact: what is due within this share of its interval is due. */
const slack = 0.1

export function dueLogs(
  logs: readonly PlannedLog[],
  known: ReadonlyMap<string, KnownLog>,
  now: Date,
): readonly PlannedLog[] {
  return logs.filter(({ name, everyMs }) => {
    const last = known.get(name)?.capturedAt ?? null
    const elapsed = last === null ? Infinity : now.getTime() - Date.parse(last)
    // Read in the future, it says: a clock jumped, and nothing can be concluded.
    return elapsed < 0 || elapsed >= everyMs * (1 - slack)
  })
}

/**
 * A log category of which the listing alone shows that nothing happened since all of it was stored: nothing is asked
 * for, and no turn waited for.
 * @param listed  owners as numbers
 * @returns       null where there may be something to do
 */
export function quietLog(
  { log, before, references, tools }: OneLog,
  listed: readonly LogEntry[],
  known: ReadonlyMap<string, KnownLog>,
): SealedLog | null {
  const { page = null, ref = null } = known.get(log.name) ?? {}
  if (page instanceof Problem) return null
  const entries = logsOf(listed, log, before, references)
  const files = new Map(page?.files.map(file => [file.path, file]))
  const isQuiet = (entry: LogEntry) => {
    const file = files.get(entry.path)
    return file !== undefined && !file.open && file.end === entry.size && isAsStored(entry, file)
  }
  const isWhole = entries.length === files.size && entries.every(isQuiet)
  if (!isWhole || oddEntries(entries, null, tools.now()).length > 0) return null
  if (page !== null && page.key !== keyMark(tools.fingerprints)) return null
  return {
    ...{ name: log.name, status: files.size > 0 ? "unchanged" : "missing" },
    ...{ problem: null, findings: [], page: null, previous: ref, files: files.size, bytes: 0, traffic: [] },
  }
}
