import type { Change } from "../core/change.ts"

/** What a change is about, as far as its text tells. */
export interface Touched {
  /** ISPs that it names; null: all, or nobody knows */
  readonly isps: readonly string[] | null
  readonly intent: "volume" | "fewer"
}

/** Settings of which more means that more is sent at once. */
const limits =
  /^(max-smtp-out|max-msg-rate|max-connect-rate|max-data-volume-rate|max-msg-per-connection|max-smtp-msg-rate|backoff-max-.*|source-ip-max-.*|total-max-smtp-out|max-cold-virtual-mta-msg)$/

export function touchedBy(changes: readonly Change[]): Touched {
  const named = changes.map(({ scope }) => domainsOf(scope))
  const isps = named.some(domains => domains.length === 0) ? null : [...new Set(named.flat())].sort()
  const moves = changes
    .filter(({ name }) => limits.test(name))
    .map(({ before, after }) => stepOf(before, after))
  const isRaise = moves.length > 0 && moves.every(step => step > 0)
  return { isps: changes.length === 0 ? null : isps, intent: isRaise ? "volume" : "fewer" }
}

/** `domain gmail.com` names an ISP; `domain *` and macros name many. */
function domainsOf(scope: readonly string[]): readonly string[] {
  return scope.flatMap(block => {
    const domain = /^domain ([^*$[]+)$/.exec(block)?.[1]
    return domain === undefined ? [] : [domain.trim().toLowerCase()]
  })
}

/** Above 0 when a limit was raised; taken away, it is none. */
function stepOf(before: readonly string[], after: readonly string[]): number {
  return amountOf(after.at(-1)) - amountOf(before.at(-1)) || 0
}

const secondsOf = { s: 1, m: 60, h: 3600, d: 86_400 } as const

/** Of several words the last one is the amount. */
const amountForm = /(?:^|\s)(\d+)[bkmgt]?(?:\/(\d*)(s|m|h|d)\w*)?\s*$/i

/** `8`, `500/h`, `100/15m`, `unlimited`; source: User's Guide 5.0, rates. */
function amountOf(value: string | undefined): number {
  const [, number, times, unit] = amountForm.exec(value ?? "unlimited") ?? []
  if (number === undefined || (Number(number) === 0 && unit !== undefined)) return Number.POSITIVE_INFINITY
  const seconds = unit === undefined ? 1 : secondsOf[unit.toLowerCase() as keyof typeof secondsOf]
  return Number(number) / (seconds * Number(times || 1))
}
