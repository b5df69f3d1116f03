import { closeSync, openSync, writeSync } from "node:fs"
import { chanceOf } from "../../lab/traffic.ts"

const head =
  "type,timeLogged,timeQueued,orig,rcpt,orcpt,dsnAction,dsnStatus,dsnDiag,dsnMta,bounceCat,srcType,srcMta,dlvType,dlvSourceIp,dlvDestinationIp,dlvEsmtpAvailable,dlvSize,vmta,jobId,envId,queue,vmtaPool"
const isps = ["gmail.com", "yahoo.rollup", "outlook.rollup", "web.de", "orange.fr", "example.org"]
const replies = {
  d: () => "smtp;250 2.0.0 OK",
  t: (chance: () => number) =>
    `"smtp;421-4.7.28 rate limited, try again later a0${Math.floor(chance() * 1e9).toString(36)} - gsmtp"`,
  b: () => "smtp;550 5.1.1 no such user",
} as const
const status = { d: "2.0.0 (success)", t: "4.7.28 (other)", b: "5.1.1 (bad mailbox)" } as const
const writeBytes = 4 * 1024 * 1024

/**
 * A day of one busy host with the columns of PowerMTA 5: 85 in 100 delivered, 10 deferred, 5 bounced; 8 source IPs.
 * @returns  records in it
 */
export function writeAccountingFile(path: string, bytes: number, day = "2026-03-02"): number {
  const chance = chanceOf(1)
  const pick = (limit: number) => Math.floor(chance() * limit)
  const file = openSync(path, "w")
  // About 205 bytes a record; the day's records are spread over 20 hours of it.
  const perSecond = Math.max(1, bytes / 205 / (20 * 3600))
  const start = Date.parse(`${day}T01:00:00Z`) / 1000
  let text = `${head}\r\n`
  let written = 0
  let records = 0
  let clock = ""
  let second = -1
  for (; written + text.length < bytes; records++) {
    const now = Math.floor(records / perSecond)
    if (now !== second) {
      second = now
      clock = `${new Date((start + now) * 1000).toISOString().slice(0, 19).replace("T", " ")}+0000`
    }
    const roll = chance()
    const type = roll < 0.85 ? "d" : roll < 0.95 ? "t" : "b"
    const isp = isps[pick(isps.length)] ?? ""
    const ip = pick(8)
    const domain = isp.replace("rollup", "com")
    const esmtp = type === "d" ? '"PIPELINING,SIZE"' : ""
    text += `${type},${clock},,b@s.example,u${pick(1e6)}@${domain},,,${status[type]},${replies[type](chance)},mx.${domain} (192.0.2.26),${type === "b" ? "bad-mailbox" : ""},,,smtp,203.0.113.${11 + ip},192.0.2.26,${esmtp},1823,mta-a${ip},,,${isp}/mta-a${ip},\r\n`
    if (text.length < writeBytes) continue
    written += writeSync(file, text)
    text = ""
  }
  writeSync(file, text)
  closeSync(file)
  return records
}
