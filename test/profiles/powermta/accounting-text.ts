import type { SkippedLines, TrafficDay } from "../../../src/core/traffic.ts"
import { powermta } from "../../../src/profiles/powermta/index.ts"

export const header =
  "type,timeLogged,timeQueued,orig,rcpt,orcpt,dsnAction,dsnStatus,dsnDiag,dsnMta,bounceCat,srcType,srcMta,dlvType,dlvSourceIp,dlvDestinationIp,dlvEsmtpAvailable,dlvSize,vmta,jobId,envId,queue,vmtaPool"

export interface RecordText {
  readonly type?: string
  readonly timeLogged?: string
  readonly rcpt?: string
  readonly dsnDiag?: string
  readonly dsnMta?: string
  readonly bounceCat?: string
  readonly dlvSourceIp?: string
  readonly vmta?: string
  readonly queue?: string
}

const usual: RecordText = {
  type: "d",
  timeLogged: "2026-03-02 09:15:04+0100",
  rcpt: "alice@gmail.com",
  dsnDiag: "smtp;250 OK",
  dlvSourceIp: "203.0.113.11",
  vmta: "mta-a1",
  queue: "gmail.com/mta-a1",
}

/** One line, with its line end, under the columns of `head`. */
export function line(record: RecordText = {}, head = header): string {
  const values: Readonly<Record<string, string | undefined>> = { ...usual, ...record }
  return `${head
    .split(",")
    .map(name => quoted(values[name] ?? ""))
    .join(",")}\r\n`
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

export const now = Date.parse("2026-03-10T00:00:00Z")

export interface Counted {
  readonly days: readonly TrafficDay[]
  readonly skipped: readonly SkippedLines[]
}

/** @param pieces  bytes that arrive at a time */
export function countFile(content: string | Uint8Array, config = "", pieces = 65_536): Counted {
  const outline = powermta.outline(new Map(config === "" ? [] : [["/etc/pmta/config", config]]), {})
  const counter = powermta.traffic("mta1", outline, now)
  const tap = counter.tap("acct.csv")
  const bytes = Buffer.from(content)
  for (let at = 0; at < bytes.length; at += pieces) tap.push(bytes.subarray(at, at + pieces))
  tap.end()
  return { days: counter.days(), skipped: counter.skipped() }
}

/** Counts of all cells together. */
export function totals({ days }: Counted) {
  const cells = days.flatMap(day => day.cells)
  const sum = (name: "delivered" | "bounced" | "deferred" | "queueDeferred") =>
    cells.reduce((total, cell) => total + cell[name], 0)
  return {
    delivered: sum("delivered"),
    bounced: sum("bounced"),
    deferred: sum("deferred"),
    queueDeferred: sum("queueDeferred"),
  }
}
