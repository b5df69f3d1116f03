/** Changes that weaken, blind or slow down, and those that only want a look. */
import type { RiskRule } from "../../../core/profile.ts"
import { isKnown, knownTags, secretNames } from "../directives.ts"
import {
  becomes,
  type Condition,
  fresh,
  gone,
  loses,
  lost,
  not,
  on,
  reordered,
  row,
  set,
  sets,
  shorter,
  touched,
  within,
} from "./conditions.ts"
import { accessTo } from "./critical.ts"
import { limits } from "./high.ts"
import { raised } from "./limits.ts"

const oldTls = ["smtp-server-tls", "http-tls", "smtp-tls", "tls"]
  .flatMap(prefix => ["tlsv1", "tlsv1.1", "sslv3"].map(version => `${prefix}-allow-${version}`))
  .join(" ")
const timeouts = `connect-timeout smtp-greeting-timeout data-send-timeout smtp-data-termination-timeout
  smtp-data-timeout smtp-command-timeout smtp-multiple-line-response-timeout write-timeout retry-after
  retry-recipients-after retry-after-dns-error backoff-to-normal-after reenable-source-ip-after`

/** Of a list in its one spelling, some of these items went. */
const losesItems =
  (...items: readonly string[]): Condition =>
  difference => {
    const kept = new Set(difference.is.flatMap(({ compare }) => itemsOf(compare)))
    const had = lost(difference).flatMap(({ compare }) => itemsOf(compare))
    return !kept.has("*") && items.some(item => (had.includes(item) || had.includes("*")) && !kept.has(item))
  }

function itemsOf(compare: string): string[] {
  return compare.split(/[ ,]/).map(item => item.toLowerCase())
}

const isUnknown: Condition = ({ name, scope }) =>
  scope[0] !== "facts" &&
  name !== "" &&
  !(name.startsWith("<") ? knownTags.has(name.slice(1, -1)) : isKnown(name))
const isText: Condition = ({ name, is, was }) =>
  name === "" && [...is, ...was].some(({ repeat }) => repeat === "set")
const isSecret: Condition = ({ name }) => secretNames.has(name) || name === "auth-username"

export const lesser: readonly RiskRule[] = [
  row(
    "medium",
    "transport weakened",
    "Mail or logins may cross the network in clear or with broken TLS.",
    on("use-starttls require-starttls use-dane use-mta-sts", becomes("false")),
    on(oldTls, becomes("true")),
    on("http-redirect-to-https", becomes("false")),
    on("smtp-tls-ciphers smtp-server-tls-ciphers http-tls-ciphers tls-ciphers", touched),
  ),
  row(
    "medium",
    "sender may choose",
    "Who sends may pick the sending IP or use mail merge: allow this to your own machines only.",
    on("process-x-virtual-mta allow-mailmerge always-allow-api-submission", becomes("true")),
  ),
  row(
    "medium",
    "records lost",
    "Accounting records or fields are missing from now on, and cannot be made up for later.",
    on("records", losesItems("d", "b", "t", "tq", "f")),
    on("record-fields", losesItems("dsndiag", "dlvsourceip", "queue")),
    on("delete-after", shorter),
    on("move-to", touched),
    on("queue-filter", set),
  ),
  row(
    "medium",
    "personal data exposed",
    "Addresses or mail text can be read by more people, or are written down where they were not.",
    on("world-readable log-file-world-readable log-data http-log-data", becomes("true")),
    on("privacy-policy", gone),
    on("privacy-policy", becomes("retain")),
  ),
  row(
    "medium",
    "delivery less reliable",
    "Mail may be taken for delivered when it is not, sent twice, or receivers be asked too often.",
    on("assume-delivery-upon-data-termination-timeout retry-upon-new-mail", becomes("true")),
    on(timeouts, shorter),
  ),
  row(
    "medium",
    "web monitor changed",
    "Who can reach the web monitor changes: check its port and addresses.",
    on("http-access", sets(accessTo(/^monitor\b/, () => true))),
    on("http-mgmt-port http-mgmt-source no-http-mgmt-source", touched),
    on("http-api-key", gone),
  ),
  row(
    "medium",
    "reception changed",
    "Who can hand mail to this server, and how, changes.",
    on("smtp-listener <smtp-listener> <source> <transmissions-api> <transmissions-api-listener>", touched),
    on("smtp-service allow-auth", touched),
    on("relay-domain relay-address host-name", gone),
    on("host-name", reordered),
    on("<smtp-user>", gone),
  ),
  row(
    "medium",
    "sending IP added",
    "Mail leaves from a further IP: check its reputation, SPF and PTR, and warm it up.",
    on("smtp-source-host smtp-proxy-source-host <virtual-mta>", set),
    on("virtual-mta cold-virtual-mta", set),
  ),
  row(
    "medium",
    "DKIM signing changed",
    "Receivers may judge the signature otherwise: check a signed message.",
    on("domain-key", set),
    ({ name }) => /^(?:second-)?dkim-/.test(name),
    ({ scope }) => scope[0] === "facts" && scope[1] === "dkim",
  ),
  row(
    "medium",
    "credential changed",
    "Whoever uses the old one is refused: check that both sides have the new one.",
    isSecret,
    on(
      "smtp-server-tls-certificate tls-certificate smtp-client-certificate http-webhook-certificate",
      touched,
    ),
    ({ scope }) => scope[0] === "facts" && (scope[1] === "tls" || scope[1] === "data"),
  ),
  row(
    "medium",
    "config file added or removed",
    "Another file becomes part of the config: its settings are listed as changes of their own.",
    on("include", not(reordered)),
  ),
  row(
    "medium",
    "unknown setting",
    "No guide describes it, so nothing can be said of its danger: ask who put it there.",
    isUnknown,
    isText,
  ),
  row(
    "low",
    "nobody is told",
    "Notices of crashes and of the end of the licence go to nobody.",
    on("postmaster", gone),
    on("backoff-notify disabled-source-ip-notify", (difference, sides) => !set(difference, sides)),
  ),
  row(
    "low",
    "sending limit lowered",
    "Mail goes out slower: queues may grow.",
    on(limits, not(raised), difference => fresh(difference).length > 0),
  ),
  row(
    "low",
    "pattern changed",
    "Other mail or replies match than before.",
    within("pattern-list", "smtp-pattern-list", "bounce-category-patterns", "rewrite-list"),
    on(
      "reply header mail-from rcpt-to",
      loses(() => true),
    ),
  ),
]
