/** Which column of an accounting file holds what: by the header of each file, as columns come in any order. */

/** Places of the columns that are read; -1 where the file has none. */
export interface Columns {
  /** fields that each record has */
  readonly count: number
  readonly type: number
  readonly timeLogged: number
  readonly rcpt: number
  readonly dsnStatus: number
  readonly dsnDiag: number
  readonly dsnMta: number
  readonly bounceCat: number
  readonly dlvSourceIp: number
  readonly vmta: number
  readonly queue: number
}

const readColumns = new Set(
  [
    ...["type", "timeLogged", "rcpt", "dsnStatus", "dsnDiag", "dsnMta"],
    ...["bounceCat", "dlvSourceIp", "vmta", "queue"],
  ].map(name => name.toLowerCase()),
)

/** @param names  as written; letter case varies between versions */
export function columnsOf(names: readonly string[]): Columns {
  const lower = names.map(name => name.trim().toLowerCase())
  const place = (name: keyof Columns) => lower.indexOf(name.toLowerCase())
  return {
    count: names.length,
    type: place("type"),
    timeLogged: place("timeLogged"),
    rcpt: place("rcpt"),
    dsnStatus: place("dsnStatus"),
    dsnDiag: place("dsnDiag"),
    dsnMta: place("dsnMta"),
    bounceCat: place("bounceCat"),
    dlvSourceIp: place("dlvSourceIp"),
    vmta: place("vmta"),
    queue: place("queue"),
  }
}

/**
 * The header with only those names that are read, to be kept where anybody may see it: what else stands in such a
 * line is the host's to choose.
 */
export function shownHeader(names: readonly string[]): string {
  const known = names.map(name => name.trim().toLowerCase())
  return known.map(name => (readColumns.has(name) ? name : "")).join(",")
}

/** Up to two letters as one number. */
function packed(type: string): number {
  return type.charCodeAt(0) | (type.length > 1 ? type.charCodeAt(1) << 8 : 0)
}

/** The type of a record as one number; 0 when it is none. */
export function packedType(bytes: Uint8Array, from: number, to: number): number {
  if (to - from === 1) return bytes[from] as number
  return to - from === 2 ? (bytes[from] as number) | ((bytes[from + 1] as number) << 8) : 0
}

export const delivered = packed("d")
export const bounced = packed("b")
export const deferred = packed("t")
export const queueDeferred = packed("tq")

/** Records that say nothing of an attempt to deliver: receipts, remote bounces and statuses, feedback loops. */
export const otherTypes: ReadonlyMap<number, string> = new Map(
  ["r", "rb", "rs", "f"].map(type => [packed(type), type]),
)
