import type { RiskLevel } from "../../../src/core/change.ts"

export interface RiskRow {
  readonly least: RiskLevel
  readonly change: string
  readonly accepted: string
  readonly live: string
}

const rows: RiskRow[] = []

/** In each line `accepted → live`; both stand inside the blocks named first, such as `source 0/0`. */
function put(least: RiskLevel, blocks: string, lines: string): void {
  const tags = blocks === "" ? [] : blocks.split(" > ")
  const wrap = (text: string) => {
    const open = tags.map(tag => `<${tag}>\n`).join("")
    const close = tags
      .toReversed()
      .map(tag => `</${tag.split(" ")[0]}>\n`)
      .join("")
    return `${open}${text.trim().replaceAll(" ; ", "\n")}\n${close}`
  }
  for (const line of lines.trim().split("\n")) {
    const [accepted = "", live = ""] = line.trim().split("→")
    rows.push({ least, change: `${blocks}: ${line.trim()}`, accepted: wrap(accepted), live: wrap(live) })
  }
}

put(
  "critical",
  "source 0/0",
  "always-allow-relaying no → always-allow-relaying yes\n→ always-allow-relaying true",
)
put("critical", "source 10/8", "→ always-allow-relaying yes")
put("critical", "source ::/0", "→ always-allow-relaying yes")
put("critical", "source 198.51.100.0/23", "→ always-allow-relaying TRUE")
put("high", "source 192.0.2.1", "→ always-allow-relaying yes")
put(
  "critical",
  "",
  `smtp-listener 0/0:25 ; <source f> ; always-allow-relaying no ; </source> → smtp-listener 0/0:25 source=f ; <source f> ; always-allow-relaying yes ; </source>
   <source f> ; always-allow-relaying yes ; </source> → smtp-listener 0/0:25 source=f ; <source f> ; always-allow-relaying yes ; </source>
   <source f> ; always-allow-relaying yes ; </source> → <smtp-listener 0/0:25> ; source f ; </smtp-listener> ; <source f> ; always-allow-relaying yes ; </source>
   <source 0/0> ; require-auth yes ; </source> → <source 0/0> ; always-allow-relaying yes ; </source>
   → relay-domain *
   relay-domain a.example → relay-domain a.example ; relay-domain [*.]com
   → relay-domain *.com
   domain-macro m a.example ; relay-domain $m → domain-macro m a.example,* ; relay-domain $m
   domain-macro m $n ; domain-macro n a ; relay-domain $m → domain-macro m $n ; domain-macro n a, [*.]org ; relay-domain $m
   → relay-address /.*/
   relay-address a@a.example → relay-address /@/
   → host-name other.example
   host-name a.example → host-name b.example
   → http-access 0/0 admin
   http-access 10.1.2.3 admin → http-access 0.0.0.0/0 operator
   → http-access ::/0 admin
   → http-access 0/0 monitor
   → http-access 0/0 monitor,deny-logs
   http-access 10.1.2.3 admin ; http-access 0/0 none → http-access 0/0 none ; http-access 10.1.2.3 admin
   http-access 0/0 none → http-access 0/0 admin
   http-access 10/8 none ; http-access 10.1.2.0/24 admin → http-access 10.1.2.0/24 admin
   http-csrf-protection true → http-csrf-protection false
   → http-csrf-protection no
   → http-api-key masked:00000000000000aa
   http-api-key masked:00000000000000aa → http-api-key masked:00000000000000bb
   run-as-root no → run-as-root yes
   run-as-root no →
   run-as-root no → run-as-root no ; run-as-root yes
   → alias a@a.example b@b.example
   → <aliases> ; alias a@a.example b@b.example ; </aliases>
   → <rewrite-list r> ; mail-from a@a.example b@b.example ; </rewrite-list>
   <rewrite-list r> ; from-domain a b ; </rewrite-list> → <rewrite-list r> ; from-domain a c ; </rewrite-list>
   → <acct-file |/opt/x> ; </acct-file>
   → <acct-file "|/opt/x -a"> ; </acct-file>
   <acct-file |/opt/x> ; </acct-file> → <acct-file |/opt/x -v> ; </acct-file>
   → include https://config.example/x.conf
   include /etc/pmta/a.conf → include HTTP://config.example/a.conf`,
)
put(
  "critical",
  "source 0/0",
  "require-auth yes → require-auth no\nrequire-auth yes →\n→ require-auth false\n→ bcc x@x.example\n→ rewrite-list r\nbcc x@x.example → bcc y@y.example",
)
put(
  "critical",
  "smtp-user u",
  "authentication-method password → authentication-method system\nauthentication-method certificate →\n→ authentication-method system",
)
put(
  "critical",
  "domain a.example",
  '→ bcc-upon-delivery x@x.example\n→ smtp-hosts [192.0.2.9]:25\nsmtp-hosts a.example → smtp-hosts b.example\n→ route b.example\n→ queue-to b.example\n→ reroute-to-virtual-mta v\n→ command /opt/x\ncommand /opt/x → command "/opt/x -v"\n→ type pipe',
)
put("critical", "virtual-mta v", "→ rewrite-list r")
put(
  "high",
  "source 0/0",
  `allow-unencrypted-plain-auth no → allow-unencrypted-plain-auth yes
   require-starttls-before-auth yes → require-starttls-before-auth no
   require-starttls-before-auth yes →
   allow-starttls yes → allow-starttls no
   allow-starttls yes →
   smtp-max-auth-failure-rate 1/min → smtp-max-auth-failure-rate unlimited
   smtp-max-auth-failure-rate 1/min → smtp-max-auth-failure-rate 0
   smtp-max-auth-failure-rate 1/min →
   → process-x-dkim-key yes
   default-virtual-mta a → default-virtual-mta b`,
)
put(
  "high",
  "virtual-mta v > domain a.example",
  `→ use-unencrypted-plain-auth yes
   dkim-sign yes → dkim-sign no
   dkim-sign yes →
   → dkim-sign no
   second-dkim-sign yes → second-dkim-sign no
   dkim-algorithm rsa-sha256 → dkim-algorithm RSA-SHA1
   → dkim-add-body-limit yes
   max-msg-rate 100/h → max-msg-rate 200/h
   max-msg-rate 100/h → max-msg-rate unlimited
   max-msg-rate 100/h → max-msg-rate 0
   max-msg-rate 60/m → max-msg-rate 2/s
   max-msg-rate 100/15m → max-msg-rate 100/m
   max-msg-rate 100/h →
   max-smtp-out 6 → max-smtp-out 8
   max-smtp-out 6 →
   → max-smtp-out 21
   max-connect-rate 1/5s → max-connect-rate 1/s
   source-ip-max-msg-rate 0/0 5/s → source-ip-max-msg-rate 0/0 9/s
   source-ip-max-smtp-out 0/0 5 → source-ip-max-smtp-out 0/0 unlimited
   source-ip-max-connect-rate 10/8 5/s →
   backoff-max-msg-rate 1/h → backoff-max-msg-rate 1/m
   backoff-max-smtp-out 1 →
   max-cold-virtual-mta-msg 10/day → max-cold-virtual-mta-msg 20/day
   max-cold-virtual-mta-msg 10/day,20/day → max-cold-virtual-mta-msg 10/day,30/day
   smtp-pattern-list p →
   smtp-pattern-list p → smtp-pattern-list q
   backoff-retry-after 1h → backoff-retry-after 10m
   backoff-retry-after 2h →
   → disable-mx-rollup yes
   → type discard
   bounce-after 4d12h → bounce-after 1d
   bounce-after 9d →
   → bounce-upon-transfer-failure yes
   → bounce-upon-no-mx yes
   → disable-acct-records d`,
)
put(
  "high",
  "virtual-mta v",
  "smtp-source-host 192.0.2.1 a → smtp-source-host 192.0.2.2 a\nsmtp-source-host 192.0.2.1 a → smtp-source-host 192.0.2.1 b\nsmtp-source-host 192.0.2.1 a →\nmax-smtp-msg-rate 1/s → max-smtp-msg-rate 2/s\ndomain-key s, d, /k →",
)
put("high", "virtual-mta-pool p", "virtual-mta a ; virtual-mta b → virtual-mta a")
put(
  "high",
  "smtp-pattern-list p",
  "reply /a/ mode=backoff ; reply /b/ mode=backoff → reply /a/ mode=backoff\n→ reply /a/ bounce-queue\n→ reply /a/ bounce-rcpt",
)
put("high", "bounce-processor", "→ deliver-unmatched-email no")
put("high", "pattern-list p", "→ rcpt-to /a/ bounce-rcpt")
put("high", "spool /s", "→ deliver-only yes")
put(
  "high",
  "",
  `domain-key s, d, /k →
   domain-key s, d, /k → domain-key t, d, /k
   domain-key s, d, /k → domain-key s, d, /l
   domain-key s, d, /k ; domain-key s, *, /l → domain-key s, *, /l ; domain-key s, d, /k
   domain-key s, d, /k → domain-key s, *, /l ; domain-key s, d, /k
   total-max-smtp-out 500 → total-max-smtp-out 900
   total-max-smtp-out 500 →
   <smtp-pattern-list p> ; reply /a/ mode=backoff ; </smtp-pattern-list> →
   <virtual-mta v> ; smtp-source-host 192.0.2.1 a ; </virtual-mta> →
   spool /var/spool/pmta →
   <spool /a> ; </spool> → <spool /b> ; </spool>
   → spool-delete-corrupted yes`,
)
put(
  "medium",
  "domain a.example",
  "→ use-starttls no\nrequire-starttls yes → require-starttls no\nrequire-starttls yes →\nuse-dane yes → use-dane no\nuse-mta-sts yes →\n→ smtp-tls-allow-tlsv1 yes\n→ smtp-tls-allow-tlsv1.1 yes\nsmtp-tls-allow-tlsv1.1 no →\n→ assume-delivery-upon-data-termination-timeout yes\n→ retry-upon-new-mail yes\nconnect-timeout 2m → connect-timeout 5s\n→ data-send-timeout 1s",
)
put(
  "medium",
  "source 0/0",
  "→ process-x-virtual-mta yes\n→ allow-mailmerge yes\n→ always-allow-api-submission yes\n→ log-data yes",
)
put(
  "medium",
  "acct-file /a.csv",
  "records d,b,t → records d,b\nrecords d,b,tq → records delivery,bounce\nrecord-fields t dsnDiag,queue → record-fields t queue\nrecord-fields d * → record-fields d dlvSourceIp\ndelete-after 8d → delete-after 1d\ndelete-after never →\nmove-to /a → move-to /b\n→ queue-filter a\n→ world-readable yes\nprivacy-policy redact →\nprivacy-policy redact → privacy-policy retain",
)
put(
  "medium",
  "",
  "→ log-file-world-readable yes\n→ http-tls-allow-tlsv1 yes\n→ smtp-server-tls-allow-tlsv1.1 yes",
)
put("low", "", "postmaster a@a.example →")

/** Each change that the risk table of PowerMTA lists, and at least how dangerous it is. */
export const riskRows: readonly RiskRow[] = rows
