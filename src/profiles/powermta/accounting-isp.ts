/**
 * Which ISP a record is about: the domain of its queue, with `*.rollup` as it stands; without a queue what the config
 * would have made of the recipient's domain, else the host that took or refused the mail.
 */
import type { Statement } from "../../core/profile.ts"
import { unnamed } from "./accounting-names.ts"

export interface IspRules {
  /** the domain part of `queue` */
  ofQueue(queue: string): string
  /** @param mta  `dnsMta`, `host (ip)`; empty when not recorded */
  ofRecipient(domain: string, mta: string): string
  ofHost(mta: string): string
}

/** @param statements  the outline of the host's config; none when it is not known */
export function ispRules(statements: readonly Statement[]): IspRules {
  const macros = macroDomains(statements)
  const rollups = statements
    .filter(({ name, scope }) => name === "mx" && scope.at(-1)?.startsWith("mx-rollup-list"))
    .map(({ value }) => {
      const [pattern = "", queue = ""] = value.split(/\s+/)
      return { matches: hostPattern(pattern), queue: queue.toLowerCase() }
    })
  const rollupOf = (mta: string): string | null => {
    const host = hostOf(mta)
    return host === "" ? null : (rollups.find(({ matches }) => matches.test(host))?.queue ?? null)
  }
  return {
    ofQueue(queue) {
      const slash = queue.lastIndexOf("/")
      return ispName(slash === -1 ? queue : queue.slice(0, slash))
    },
    ofRecipient(domain, mta) {
      const name = domain.toLowerCase()
      const macro = macros.find(({ matches }) => matches.test(name))?.name
      return rollupOf(mta) ?? macro ?? ispName(name)
    },
    ofHost(mta) {
      const suffix = hostOf(mta).split(".").slice(-2).join(".")
      return rollupOf(mta) ?? ispName(suffix)
    },
  }
}

/** `mx.example.com (192.0.2.1)` → `mx.example.com` */
function hostOf(mta: string): string {
  return (mta.split(/[\s(]/, 1)[0] ?? "").toLowerCase().replace(/\.$/, "")
}

/** A name that can be shown: what no domain or queue may contain could be an address. */
function ispName(text: string): string {
  const name = text.toLowerCase()
  return /^[\p{L}\p{M}\p{N}._{}-]{1,253}$/u.test(name) ? name : unnamed
}

interface Macro {
  readonly name: string
  readonly matches: RegExp
}

/** Macros may use macros; the ones that would go round are left as they stand. */
function macroDomains(statements: readonly Statement[]): readonly Macro[] {
  const lists = new Map<string, readonly string[]>()
  for (const { name, value } of statements) {
    const [, macro, list] = (name === "domain-macro" && /^(\w+)\s+(.*)$/s.exec(value)) || []
    if (macro !== undefined && list !== undefined) lists.set(macro, list.split(/[\s,]+/).filter(Boolean))
  }
  const expand = (pattern: string, within: readonly string[]): readonly string[] => {
    const [whole, macro] = /\$(\w+)/.exec(pattern) ?? []
    if (whole === undefined || macro === undefined) return [pattern]
    const list = within.includes(macro) ? undefined : lists.get(macro)
    return (list ?? []).flatMap(part =>
      expand(
        pattern.replace(whole, () => part),
        [...within, macro],
      ),
    )
  }
  return [...lists].map(([name, list]) => {
    const patterns = list
      .flatMap(pattern => expand(pattern, [name]))
      .map(pattern => hostPattern(pattern).source)
    return { name, matches: new RegExp(patterns.join("|") || "$^", "i") }
  })
}

/** `d`, `*.d` (below d), `[*.]d` (d and below). Source: User's Guide 5.0, "Specifying Domain Names". */
function hostPattern(pattern: string): RegExp {
  const parts = pattern.split(/(\[\*\.\]|\*)/).map(part => {
    if (part === "[*.]") return "(?:.*\\.)?"
    return part === "*" ? ".*" : part.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&")
  })
  return new RegExp(`^(?:${parts.join("")})$`, "i")
}
