/** What of the changes of late made deferrals worse, at a glance: for a status, which has no time for all of it. */
import { onlyOne } from "../core/certain.ts"
import type { Profile } from "../core/profile.ts"
import type { StatusFinding, WorseChange } from "../core/status.ts"
import type { FoundChange, Vault } from "../core/vault.ts"
import { impactOf } from "../impact/impact.ts"
import { daysOf, windowsAround } from "../impact/windows.ts"
import { changeSubject } from "./impact.ts"

/** What was found longer ago is known by now, or nobody minds. */
const lookBackMs = 7 * 86_400_000
const mostChanges = 10
/** Days of hosts that are read, for all changes together. */
const mostDays = 60
/** As `impact` has them when nobody says otherwise. */
const windowSeconds = 4 * 3600
const thresholds = { investigate: 0.05, reduce: 0.15 }

export async function worseChanges(
  tools: { readonly vault: Vault; readonly profile: Profile; readonly now: () => Date },
  signal: AbortSignal,
): Promise<readonly WorseChange[]> {
  const { vault, now } = tools
  const changes = await vault.recentChanges(new Date(now().getTime() - lookBackMs), mostChanges, signal)
  const worse: WorseChange[] = []
  let left = mostDays
  for (const change of changes) {
    const windows = windowsAround(change.seenAt, change.notBefore ?? change.seenAt, windowSeconds)
    const dates = daysOf(Object.values(windows))
    const hosts = change.mirrors.map(({ host }) => host)
    const looked = hosts.slice(0, Math.floor(left / dates.length))
    if (looked.length === 0) break
    left -= looked.length * dates.length
    const days = await vault.traffic(looked, dates, signal)
    if (days.length === 0) continue
    const { result, reason } = impactOf({
      subject: { ...(await firstSubject(change, tools, signal)), hosts: looked },
      ...{ windows, thresholds, days, records: new Map() },
      now: now().getTime() / 1000,
    })
    const { id, title, seenAt } = change
    if (result === "worse") worse.push({ id, title, hosts, looked: looked.length, reason, seenAt })
  }
  return worse
}

/** One proposal is one change: what it does on its first host says which ISPs it is about. */
const firstSubject = async (
  change: FoundChange,
  tools: { readonly vault: Vault; readonly profile: Profile },
  signal: AbortSignal,
) => await changeSubject({ ...change, mirrors: change.mirrors.slice(0, 1) }, tools, signal)

/** A warning: deliverability is no objective of a backup, so that a status does not end with code 7 for it. */
export function worseFinding({ id, title, hosts, looked, reason, seenAt }: WorseChange): StatusFinding {
  const part = looked < hosts.length ? ` (as seen on ${looked} of its ${hosts.length} hosts)` : ""
  const day = new Date(seenAt * 1000).toISOString().slice(0, 16).replace("T", " ")
  return {
    id: `impact/${id}`,
    level: "warning",
    host: onlyOne(hosts),
    message: `worse since ${day} UTC, ${title}: ${reason}${part}`,
    hint: `pmta-vault impact --change ${id}`,
  }
}
