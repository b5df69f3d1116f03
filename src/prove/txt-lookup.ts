import { Resolver } from "node:dns/promises"
import { isIP } from "node:net"
import { matched } from "../core/parts.ts"
import { Problem } from "../core/problem.ts"
import { systemCode } from "../core/thrown.ts"
import type { TxtAnswer } from "./dkim-record.ts"

export type TxtLookup = (name: string) => Promise<TxtAnswer>

/** Questions under way at a time: a resolver of one's own minds no more, a public one may. */
const width = 16
const absent = new Set(["ENODATA", "ENOTFOUND"])

/**
 * Asks for TXT records; falls back to TCP for long answers.
 * @param servers  addresses, each with `:port` or without; empty for those of this machine
 * @throws Problem "settings/invalid"
 */
export function txtLookup(servers: readonly string[], signal: AbortSignal): TxtLookup {
  const resolver = new Resolver({ timeout: 3000, tries: 2 })
  const wrong = servers.find(server => !isServer(server))
  if (wrong !== undefined) {
    throw new Problem("settings/invalid", `resolver is ${JSON.stringify(wrong.slice(0, 60))}`, {
      hint: "give the address of a DNS server, such as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:53",
    })
  }
  if (servers.length > 0) resolver.setServers(servers)
  signal.addEventListener("abort", () => resolver.cancel(), { once: true })
  const known = new Map<string, Promise<TxtAnswer>>()
  let running = 0
  const waiting: (() => void)[] = []
  const ask = async (name: string): Promise<TxtAnswer> => {
    if (running >= width) await new Promise<void>(resolve => waiting.push(resolve))
    running++
    try {
      return await answerOf(resolver, name)
    } finally {
      running--
      waiting.shift()?.()
    }
  }
  return async name => {
    signal.throwIfAborted()
    const answer = known.get(name) ?? ask(name)
    known.set(name, answer)
    const found = await answer
    // What an interruption cancelled is no answer of DNS.
    signal.throwIfAborted()
    return found
  }
}

async function answerOf(resolver: Resolver, name: string): Promise<TxtAnswer> {
  try {
    return { kind: "records", records: await resolver.resolveTxt(name) }
  } catch (error) {
    const code = systemCode(error)
    return absent.has(code) ? { kind: "missing" } : { kind: "failure", reason: code }
  }
}

function isServer(text: string): boolean {
  const inBrackets = matched(/^\[([^\]]+)\](?::\d{1,5})?$/, text, "address")
  if (inBrackets !== null) return isIP(inBrackets.address) === 6
  return isIP(text) !== 0 || isIP(text.replace(/:\d{1,5}$/, "")) === 4
}
