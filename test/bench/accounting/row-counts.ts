import { bucketSeconds, type TrafficDay } from "../../../src/core/traffic.ts"
import { errorReader } from "../../../src/profiles/powermta/accounting-error.ts"

type Counts = { delivered: number; bounced: number; deferred: number; queueDeferred: number }
const outcomes: Readonly<Record<string, keyof Counts>> = {
  ...{ d: "delivered", b: "bounced", t: "deferred", tq: "queueDeferred" },
}

/**
 * The same counts from rows of texts, as one would write it on top of a general CSV package: Maps with texts as keys.
 * For well-formed files with a queue, which is what the bench has.
 */
export function rowCounts() {
  let places = new Map<string, number>()
  const cells = new Map<string, Counts>()
  const bounces = new Map<string, number>()
  const errors = new Map<string, number>()
  const recipients = new Map<string, number>()
  const buckets = new Map<string, number>()
  const isps = new Map<string, string>()
  let seen = new Set<string>()
  let seenBucket = -1
  const reader = errorReader()

  function row(values: readonly string[]): void {
    if (values[0] === "type") {
      places = new Map(values.map((name, place) => [name, place]))
      return
    }
    const value = (name: string): string => values[places.get(name) ?? -1] ?? ""
    const outcome = outcomes[values[0] ?? ""]
    if (outcome === undefined) return
    const at = bucketOf(value("timeLogged"))
    const isp = ispOf(value("queue"))
    const ip = value("dlvSourceIp")
    const key = `${at}\t${isp}\t${ip}\t${value("vmta")}`
    const counts = cells.get(key) ?? { delivered: 0, bounced: 0, deferred: 0, queueDeferred: 0 }
    if (counts.delivered + counts.bounced + counts.deferred + counts.queueDeferred === 0)
      cells.set(key, counts)
    counts[outcome]++
    if (outcome === "delivered") return
    if (outcome === "bounced") add(bounces, `${at}\t${isp}\t${value("bounceCat")}`)
    const rcpt = value("rcpt")
    if (outcome === "deferred") {
      if (at !== seenBucket) seen = new Set()
      seenBucket = at
      const before = seen.size
      if (seen.add(`${isp}\t${rcpt}`).size > before) add(recipients, `${at}\t${isp}`)
    }
    const kind = outcome === "bounced" ? "bounced" : "deferred"
    add(errors, `${at}\t${isp}\t${ip}\t${kind}\t${errorOf(value("dsnDiag"), rcpt)}`)
  }

  const bucketOf = (time: string): number => {
    const minute = time.slice(0, 16)
    const known = buckets.get(minute)
    if (known !== undefined) return known
    const seconds = Date.parse(`${minute.replace(" ", "T")}:00${time.slice(19, 22)}:${time.slice(22)}`) / 1000
    const bucket = Math.floor(seconds / bucketSeconds) * bucketSeconds
    buckets.set(minute, bucket)
    return bucket
  }
  const ispOf = (queue: string): string => {
    const known = isps.get(queue)
    if (known !== undefined) return known
    const isp = queue.slice(0, queue.lastIndexOf("/")).toLowerCase()
    isps.set(queue, isp)
    return isp
  }
  const errorOf = (reply: string, rcpt: string): string => {
    const bytes = Buffer.from(reply + rcpt, "utf8")
    const length = reader.read(bytes, 0, reply.length, reply.length, bytes.length)
    return Buffer.from(reader.bytes.subarray(0, length)).toString("utf8")
  }

  return {
    row,
    day: (host: string, day: string): TrafficDay => ({
      ...{ host, day, others: {}, skipped: {} },
      cells: [...cells].map(([key, counts]) => {
        const [at, isp = "", ip = "", vmta = ""] = key.split("\t")
        return { at: Number(at), isp, ip, vmta, ...counts }
      }),
      bounces: [...bounces].map(([key, count]) => {
        const [at, isp = "", category = ""] = key.split("\t")
        return { at: Number(at), isp, category, count }
      }),
      errors: [...errors].map(([key, count]) => {
        const [at, isp = "", ip = "", kind, error = ""] = key.split("\t")
        const outcome = kind === "bounced" ? ("bounced" as const) : ("deferred" as const)
        return { at: Number(at), isp, ip, outcome, error, count }
      }),
      recipients: [...recipients].map(([key, count]) => {
        const [at, isp = ""] = key.split("\t")
        return { at: Number(at), isp, count }
      }),
    }),
  }
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
