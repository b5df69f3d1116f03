import { expect, test } from "vitest"
import { powermta } from "../../../src/profiles/powermta/index.ts"

const main = "/etc/pmta/config"
const named = (text: string) =>
  powermta.references(main, text).map(({ category, path }) => `${category} ${path}`)

const cases: readonly [text: string, ...references: string[]][] = [
  ["include /etc/pmta/conf.d/*.conf", "config /etc/pmta/conf.d/*.conf"],
  ["include conf.d/a.conf", "config /etc/pmta/conf.d/a.conf"],
  ["include ../shared/./a.conf", "config /etc/shared/a.conf"],
  ['include "/etc/pmta/with blank.conf"   # comment', "config /etc/pmta/with blank.conf"],
  ["include https://config.example/a.conf"],
  ["<domain a>\ninclude /etc/pmta/a.inc\n</domain>", "config /etc/pmta/a.inc"],
  ["domain-key s , example.org , /root/example.org/dkim.pem", "dkim /root/example.org/dkim.pem"],
  ["domain-key s,*,/etc/pmta/a.key", "dkim /etc/pmta/a.key"],
  ['domain-key s, example.org, "/etc/pmta/a b.key"', "dkim /etc/pmta/a b.key"],
  ["domain-key s, example.org, mykey.pem", "dkim /etc/pmta/mykey.pem"],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: PowerMTA's own placeholders
  ["domain-key {selector}, {domain}, {vault}:/v1/keys/${domain}:dk"],
  ["<virtual-mta a>\ndomain-key s,d,/k1\n</virtual-mta>", "dkim /k1"],
  ["<virtual-mta-pool a>\ndomain-key s,d,/k2\n</virtual-mta-pool>", "dkim /k2"],
  ["<domain-key-list a>\ndomain-key s,d,/k3\n</domain-key-list a>", "dkim /k3"],
  ["#domain-key s,d,/k4"],
  ["smtp-server-tls-certificate /a.pem secret", "tls /a.pem"],
  [
    "<smtp-listener 0/0:25>\ntls-certificate /b.pem\ntls-ca-file /c.pem\n</smtp-listener>",
    "tls /b.pem",
    "tls /c.pem",
  ],
  [
    "<domain a>\nsmtp-client-certificate /d.pem x\nsmtp-tls-ca-file /e.pem\n</domain>",
    "tls /d.pem",
    "tls /e.pem",
  ],
  ["http-tls-ca-file /f.pem\nsmtp-server-tls-ca-file /g.pem", "tls /f.pem", "tls /g.pem"],
  ["http-webhook-certificate /h.pem\nhttp-webhook-ca-file /i.pem", "tls /h.pem", "tls /i.pem"],
  [
    "address-file /a.txt\nprecached-domains-file /b.txt\nbody-pattern-file /c.txt",
    "data /a.txt",
    "data /b.txt",
    "data /c.txt",
  ],
  ["include-headers-from /a\ndsn-failed-body-template-from /b", "data /a", "data /b"],
  ["http-delivery-extra-headers /a\nhttp-webhook-extra-headers /b", "data /a", "data /b"],
  ["dummy-smtp-blacklist /etc/pmta/blacklist.dat", "data /etc/pmta/blacklist.dat"],
  ['command "/opt/a --b"\n<acct-file |/opt/pipe.pl>\nrecords b\n</acct-file>'],
  ["spool /var/spool/pmta\npickup /a /b\nfile-destination /c"],
  ["log-file /var/log/other/pmta.log", "log /var/log/other/pmta.log*"],
  [
    "<acct-file /data/acct.csv>\nmove-to /data/done\n</acct-file>",
    "accounting /data/acct-*.csv",
    "accounting /data/done/acct-*.csv",
  ],
]
for (const [text, ...references] of cases) {
  test(`${text.replace(/\n/g, "⏎")} names ${references.join(", ") || "no file"}`, () => {
    expect(named(text)).toEqual(references)
  })
}

test("a reference says where it was found and by what", () => {
  expect(powermta.references("/etc/pmta/a.conf", "\n\ninclude b.conf\n")).toEqual([
    {
      category: "config",
      path: "/etc/pmta/b.conf",
      include: true,
      directive: "include",
      file: "/etc/pmta/a.conf",
      line: 3,
    },
  ])
})
