/**
 * Which ISP a record is about: the domain of its queue, with `*.rollup` as it stands; without a queue what the config
 * would have made of the recipient's domain, else the host that took or refused the mail.
 */
import { matched } from "../../core/parts.ts"
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
    .flatMap(({ value }) => {
      const rule = matched(/^(\S+)\s+(\S+)/, value, "pattern", "queue")
      return rule === null ? [] : [{ matches: hostPattern(rule.pattern), queue: rule.queue.toLowerCase() }]
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
  return mta
    .replace(/[\s(].*/s, "")
    .toLowerCase()
    .replace(/\.$/, "")
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
    const found = name === "domain-macro" ? matched(/^(\w+)\s+(.*)$/s, value, "macro", "list") : null
    if (found !== null) lists.set(found.macro, found.list.split(/[\s,]+/).filter(Boolean))
  }
  const expand = (pattern: string, within: readonly string[]): readonly string[] => {
    const found = matched(/\$(\w+)/, pattern, "macro")
    if (found === null) return [pattern]
    const { macro } = found
    const list = within.includes(macro) ? undefined : lists.get(macro)
    return (list ?? []).flatMap(part =>
      expand(
        pattern.replace(`$${macro}`, () => part),
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
