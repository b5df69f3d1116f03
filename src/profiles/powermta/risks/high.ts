/** Changes after which mail is lost, unsigned, blocked or readable on its way. */
import type { RiskRule } from "../../../core/profile.ts"
import {
  becomes,
  type Condition,
  cleared,
  fresh,
  gone,
  loses,
  not,
  on,
  removed,
  reordered,
  row,
  set,
  sets,
  shorter,
  touched,
  within,
} from "./conditions.ts"
import { accessTo, admins, diverting, relayedMacro, someDomain } from "./critical.ts"
import { raised } from "./limits.ts"
import { tighterRights } from "./rights.ts"

const any = () => true
/** What bounds how much goes out. */
export const limits = `max-msg-rate max-smtp-out max-connect-rate max-smtp-msg-rate max-data-volume-rate
  max-smtp-data-volume-rate max-msg-per-hour max-smtp-out-per-source-ip max-smtp-in
  source-ip-max-msg-rate source-ip-max-smtp-out source-ip-max-connect-rate source-ip-max-data-volume-rate
  backoff-max-msg-rate backoff-max-smtp-out backoff-max-connect-rate backoff-max-data-volume-rate
  backoff-max-msg-per-hour total-max-smtp-out max-cold-virtual-mta-msg mx-connection-limit ip-connection-limit`

/** A `domain-key` for all domains came: where it stands before others it signs for them. */
const forAll = (value: string) => /^[^,]*,\*(?: |$)/.test(value)
const isDkimFact: Condition = ({ name, scope }) => scope[1] === "dkim" && name.startsWith("DKIM key ")
const fact =
  (category: string): Condition =>
  ({ scope }) =>
    scope[0] === "facts" && scope[1] === category

export const high: readonly RiskRule[] = [
  row(
    "high",
    "relaying widened",
    "More mail is accepted for sending: check that these machines, domains and accounts are yours.",
    on("always-allow-relaying", becomes("true")),
    on("relay-domain", someDomain(any), not(reordered)),
    on("relay-address", set),
    on("domain-macro", relayedMacro(any)),
    on("<smtp-user>", set),
    on("source", within("smtp-user"), touched),
  ),
  row(
    "high",
    "web monitor opened",
    "These addresses may now change config, licence and queues, or read the config with its passwords.",
    on("http-access", sets(accessTo(admins, any))),
  ),
  row(
    "high",
    "passwords exposed",
    "Passwords cross the network in clear, or can be guessed without limit.",
    on("allow-unencrypted-plain-auth use-unencrypted-plain-auth", becomes("true")),
    on("require-starttls-before-auth allow-starttls", becomes("false")),
    on("smtp-max-auth-failure-rate", raised),
  ),
  row(
    "high",
    "DKIM signing changed",
    "Mail may go out unsigned or signed with a key that DNS does not have: check the TXT record of selector and domain first.",
    on("domain-key", gone),
    on("domain-key", reordered),
    on("domain-key", sets(forAll)),
    on("dkim-sign second-dkim-sign dk-sign", becomes("false")),
    on("dkim-sign second-dkim-sign dk-sign", removed),
    on("dkim-algorithm second-dkim-algorithm", becomes("rsa-sha1")),
    on("dkim-add-body-limit second-dkim-add-body-limit process-x-dkim-key", becomes("true")),
    on("<domain-key-list>", gone),
    on("<vault>", gone),
    on("server-url access-token", within("vault"), touched),
    (difference, sides) => isDkimFact(difference, sides) && gone(difference, sides),
  ),
  row(
    "high",
    "sending limit raised",
    "More mail at once than receivers are used to: they throttle or block the IP; without a limit the default is none, or 20 connections.",
    on(limits, raised),
  ),
  row(
    "high",
    "backoff weakened",
    "When a receiver defers, the server slows down less or not at all.",
    on("smtp-pattern-list", not(within("smtp-pattern-list")), gone),
    on("<smtp-pattern-list>", gone),
    on(
      "reply",
      loses(value => value.includes("mode=backoff")),
    ),
    on("reply", within("smtp-pattern-list"), reordered),
    on("backoff-retry-after", shorter),
    on("disable-mx-rollup", becomes("true")),
    on("mx <mx-rollup-list>", gone),
  ),
  row(
    "high",
    "mail lost or unlogged",
    "Mail is given up, thrown away or not recorded: check that this is meant for these recipients.",
    on(
      "reply header mail-from rcpt-to",
      sets(value => /bounce-(?:queue|rcpt)/.test(value)),
    ),
    (difference, sides) =>
      difference.name === "" &&
      within("pattern-list", "smtp-pattern-list")(difference, sides) &&
      fresh(difference).some(({ compare }) => /bounce-(?:queue|rcpt)/.test(compare)),
    on(
      "type",
      sets(value => value === "discard" || value === "file"),
    ),
    on("bounce-after", shorter),
    on("bounce-upon-transfer-failure", becomes("true")),
    on(
      "bounce-upon-no-mx",
      sets(value => value !== "false" && value !== "never"),
    ),
    on("deliver-unmatched-email", becomes("false")),
    on("disable-acct-records", set),
    on("<acct-file>", gone),
  ),
  row(
    "high",
    "sending IP changed",
    "Mail leaves from another IP: check its reputation, SPF and PTR; mail for a virtual MTA that is gone bounces.",
    on("smtp-source-host smtp-proxy-source-host", gone),
    on("virtual-mta", within("virtual-mta-pool"), gone),
    on("<virtual-mta> <virtual-mta-pool>", gone),
    on("default-virtual-mta invalid-virtual-mta-fallback", touched),
  ),
  row(
    "high",
    "queued mail at risk",
    "Mail that is queued now may be left behind or deleted: check what is in the spool first.",
    on("spool <spool>", gone),
    on("deliver-only spool-delete-corrupted", becomes("true")),
  ),
  row(
    "high",
    "mail takes another way",
    "Mail passes other machines than before, or bounces and complaints go to somebody else.",
    on(diverting, cleared),
    on("forward-unmatched-to forward-errors-to http-webhook-url use-proxy", set),
    on("server", within("proxy"), touched),
  ),
  row(
    "high",
    "file is missing",
    "The config names a file that the host does not have: a reload fails, or mail is not signed.",
    on("missing-file", set),
  ),
  row(
    "high",
    "rights widened",
    "More accounts of the host can read or change this file: config and keys are for root and the group pmta only.",
    (difference, sides) =>
      difference.name.startsWith("permissions of ") &&
      fact("permissions")(difference, sides) &&
      !tighterRights(difference),
  ),
  row(
    "high",
    "licence ends",
    "The server sends nothing without a valid licence: ask for the renewal now.",
    ({ name, is }) => name.startsWith("licence ") && name.endsWith(": ends") && is.length > 0,
  ),
  row(
    "high",
    "licence changed",
    "Without a valid licence for this machine the server does not start: check product, MAC and expiry.",
    (difference, sides) => fact("license")(difference, sides) && gone(difference, sides),
  ),
]
