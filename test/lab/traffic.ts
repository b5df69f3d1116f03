/** Two days of mail of a small fleet as accounting files, with what happened kept beside them. */

export interface SimulatedChange {
  /** share of attempts that are put off, before the change and after it */
  readonly deferralsBefore: number
  readonly deferralsAfter: number
  /** ISPs that it acts on */
  readonly isps: readonly string[]
  /** source IPs that it acts on; null: all */
  readonly ips: readonly string[] | null
}

export interface Outcomes {
  attempts: number
  delivered: number
  bounced: number
  deferred: number
}

export interface Simulation {
  /** content by host */
  readonly files: ReadonlyMap<string, string>
  /** seconds since 1970 */
  readonly changeAt: number
  readonly windowSeconds: number
  /** by `before|after isp` and `before|after isp ip` */
  readonly truth: ReadonlyMap<string, Outcomes>
  /** by `before|after isp`: recipients put off, each once in five minutes on each host */
  readonly recipients: ReadonlyMap<string, number>
}

export const simulatedIsps = ["gmail.com", "yahoo.rollup", "outlook.rollup", "web.de"] as const
export const simulatedHosts = ["mta1", "mta2", "mta3"] as const
const ipsOf = (host: number): readonly string[] => [
  `203.0.113.${11 + 2 * host}`,
  `203.0.113.${12 + 2 * host}`,
]

const head = "type,timeLogged,rcpt,dsnDiag,bounceCat,dlvSourceIp,vmta,queue"
const bucket = 300
const windowSeconds = 4 * 3600
const bounceShare = 0.02

/** @param day  the first of the two, UTC */
export function simulate(seed: number, change: SimulatedChange, day = "2026-03-02"): Simulation {
  const chance = chanceOf(seed)
  const start = Date.parse(`${day}T00:00:00Z`) / 1000
  const changeAt = start + 36 * 3600
  const truth = new Map<string, Outcomes>()
  const unique = new Map<string, Set<string>>()

  const count = (key: string, outcome: "delivered" | "bounced" | "deferred") => {
    const outcomes = truth.get(key) ?? { attempts: 0, delivered: 0, bounced: 0, deferred: 0 }
    outcomes.attempts++
    outcomes[outcome]++
    truth.set(key, outcomes)
  }

  const files = simulatedHosts.map((host, hostIndex) => {
    const lines = [head]
    for (let at = start; at < start + 48 * 3600; at += bucket) {
      const side = at >= changeAt ? "after" : "before"
      const isInWindow = at >= changeAt - windowSeconds && at < changeAt + windowSeconds
      for (const isp of simulatedIsps) {
        for (const ip of ipsOf(hostIndex)) {
          const isHit =
            side === "after" && change.isps.includes(isp) && (change.ips === null || change.ips.includes(ip))
          const share = isHit ? change.deferralsAfter : change.deferralsBefore
          // Busier around the change, so that the rest of the two days is there but costs little.
          const tries = isInWindow ? 3 + Math.floor(chance() * 5) : Math.floor(chance() * 2)
          for (let attempt = 0; attempt < tries; attempt++) {
            const rcpt = `user${Math.floor(chance() * 40)}@${isp.replace("rollup", "com")}`
            const roll = chance()
            const outcome = roll < share ? "deferred" : roll < share + bounceShare ? "bounced" : "delivered"
            const second = at + Math.floor((attempt / tries) * bucket)
            lines.push(recordLine(outcome, second, rcpt, ip, isp))
            if (!isInWindow) continue
            count(`${side} ${isp}`, outcome)
            count(`${side} ${isp} ${ip}`, outcome)
            if (outcome !== "deferred") continue
            const seen = unique.get(`${side} ${isp}`) ?? new Set()
            unique.set(`${side} ${isp}`, seen.add(`${host} ${at} ${rcpt}`))
          }
        }
      }
    }
    return [host, `${lines.join("\r\n")}\r\n`] as const
  })
  return {
    files: new Map(files),
    changeAt,
    windowSeconds,
    truth,
    recipients: new Map([...unique].map(([key, seen]) => [key, seen.size])),
  }
}

const types = { delivered: "d", bounced: "b", deferred: "t" } as const
const replies = {
  delivered: "smtp;250 2.0.0 OK",
  bounced: "smtp;550 5.1.1 no such user",
  deferred: '"smtp;421 4.7.28 rate limited, try again later"',
} as const

function recordLine(
  outcome: keyof typeof types,
  second: number,
  rcpt: string,
  ip: string,
  isp: string,
): string {
  const time = new Date((second + 3600) * 1000).toISOString().slice(0, 19).replace("T", " ")
  const category = outcome === "bounced" ? "bad-mailbox" : outcome === "deferred" ? "policy-related" : ""
  const vmta = `mta-${ip.slice(-2)}`
  return `${types[outcome]},${time}+0100,${rcpt},${replies[outcome]},${category},${ip},${vmta},${isp}/${vmta}`
}

/** Numbers from 0 to 1, the same for the same seed. Source: mulberry32 (Tommy Ettinger, public domain). */
export function chanceOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
