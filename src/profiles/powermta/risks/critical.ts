/** Changes that let strangers send, read or steer, or that copy, divert or run something. */
import { textAfter, textBefore } from "../../../core/parts.ts"
import type { RiskRule, Settings } from "../../../core/profile.ts"
import { expand, once } from "../macros.ts"
import {
  argumentOf,
  becomes,
  type Condition,
  fresh,
  isRange,
  isWide,
  loses,
  not,
  on,
  reordered,
  row,
  set,
  sets,
  touched,
  within,
} from "./conditions.ts"

/** In a `<source>` that many or unknown machines match: a wide range, or a name that a listener gives to all. */
const openSource: Condition = (difference, { live }) => {
  const source = argumentOf(difference)
  if (isRange(source)) return isWide(source)
  return listenerSources(live).has(source)
}

/** A listener hands all who connect to a source that relays. */
const relayingListener: Condition = (difference, { live }) => {
  const values = fresh(difference).map(({ compare }) => compare)
  const names = difference.name === "source" ? values : values.flatMap(sourceOf)
  return names.some(name => live.at([`source ${name}`], "always-allow-relaying").at(-1)?.compare === "true")
}

const listenerSources = once((live: Settings): ReadonlySet<string> => {
  const inLines = live.named("smtp-listener").flatMap(({ compare }) => sourceOf(compare))
  const inBlocks = live
    .named("source")
    .filter(({ scope }) => scope.at(-1)?.startsWith("smtp-listener"))
    .map(({ compare }) => compare)
  return new Set([...inLines, ...inBlocks])
})

function sourceOf(listener: string): string[] {
  const name = /\bsource=(\S+)/.exec(listener)?.[1]
  return name === undefined ? [] : [name]
}

/** Matches domains of others as well: everything, or everything below a top-level domain. */
const isEveryone = (domain: string) => /^(?:\*|\[\*\.\]|\[\*\.\][^.]*|\*\.[^.]*)$/.test(domain)

/** A domain of a value that came, macros spelled out. */
export function someDomain(fits: (domain: string) => boolean): Condition {
  return (difference, { live }) => fresh(difference).some(({ compare }) => reaches(compare, live, fits))
}

/** A macro that `relay-domain` uses got other members. */
export function relayedMacro(fits: (domain: string) => boolean): Condition {
  return (difference, { live }) =>
    fresh(difference).some(({ compare }) => {
      const name = textBefore(compare, " ")
      return relayMacros(live).has(name.toLowerCase()) && reaches(`$${name}`, live, fits)
    })
}

/** A list too long to be looked through is taken to hold the worst. */
function reaches(list: string, live: Settings, fits: (domain: string) => boolean): boolean {
  const { members, cut } = expand(list, live)
  return cut || members.some(fits)
}

const relayMacros = once(
  live => new Set(live.named("relay-domain").flatMap(({ compare }) => [...expand(compare, live).macros])),
)

/** Access of these levels from such addresses. */
export const accessTo = (levels: RegExp, range: (cidr: string) => boolean) => (value: string) => {
  return levels.test(textAfter(value, " ")) && range(textBefore(value, " "))
}
export const admins = /^(?:admin|operator)\b/
const isUnknownAccess = (value: string) => !/^\S+ (?:admin|operator|monitor|none)\b/.test(value)

export const isPipe = (value: string) => /^"?\s*\|/.test(value)
const isUrl = (value: string) => /^"?[a-z][a-z0-9+.-]*:\/\//i.test(value)
export const diverting = "smtp-hosts route queue-to reroute-to-virtual-mta backoff-reroute-to-virtual-mta"

export const critical: readonly RiskRule[] = [
  row(
    "critical",
    "open relay",
    "Anyone who matches this source may send through the server: check that the source is your own machines only.",
    on("always-allow-relaying", becomes("true"), openSource),
    on("smtp-listener", relayingListener),
    on("source", within("smtp-listener"), relayingListener),
  ),
  row(
    "critical",
    "relaying widened",
    "Mail for these domains or addresses is accepted from any IP: check that each of them is yours.",
    on("relay-domain", someDomain(isEveryone)),
    on("domain-macro", relayedMacro(isEveryone)),
    on(
      "relay-address",
      sets(value => /[/*]/.test(value)),
    ),
    on("host-name", set, not(reordered)),
  ),
  row(
    "critical",
    "authentication weakened",
    "Whoever matches the source or the account may send without the proof that was asked before.",
    on("require-auth", becomes("false")),
    on("authentication-method", touched),
  ),
  row(
    "critical",
    "web monitor opened",
    "The web monitor shows the config with its passwords and runs commands; the first http-access that matches counts: check who can reach it now.",
    on("http-access", sets(accessTo(admins, isWide))),
    on("http-access", sets(accessTo(/^monitor\b/, isWide))),
    on("http-access", sets(isUnknownAccess)),
    on("http-access", reordered),
    on(
      "http-access",
      loses(value => !/ admin\b/.test(value)),
    ),
    on("http-csrf-protection", becomes("false")),
    on("http-api-key", set),
  ),
  row(
    "critical",
    "runs as root",
    "The server, its pipes and any hole in its web monitor have all rights; without the directive it is root too.",
    on("run-as-root", becomes("true")),
  ),
  row(
    "critical",
    "mail copied or diverted",
    "Mail is copied or goes another way, silently: check that the receiver is yours and that this was asked for.",
    on("bcc bcc-upon-delivery alias rewrite-list http-delivery-url", set),
    on(diverting, set),
    on("mail-from from-domain", within("rewrite-list"), set),
    on("<rewrite-list>", set),
    on(
      "type",
      sets(value => value === "http-delivery"),
    ),
  ),
  row(
    "critical",
    "runs a program",
    "The server starts this program with the mail or its log: check the program, its owner and its arguments.",
    on("<acct-file>", sets(isPipe)),
    on("command", set),
    on(
      "type",
      sets(value => value === "pipe"),
    ),
  ),
  row(
    "critical",
    "config from elsewhere",
    "Whoever controls that URL controls this server, and what it serves is not in the backup: include a file instead.",
    on("include", sets(isUrl)),
  ),
]
