import fc from "fast-check"
import { expect, test } from "vitest"
import { powermta } from "../../../src/profiles/powermta/index.ts"
import { anyText, configText } from "./config-text.ts"
import { fingerprint } from "./fingerprint.ts"
import { shapeOf } from "./shape.ts"

const mask = (text: string) => powermta.mask("/etc/pmta/config", text, fingerprint)

test("masking twice is masking once, and no line moves", () => {
  fc.assert(
    fc.property(fc.oneof(configText, anyText), text => {
      const masked = mask(text)
      expect(mask(masked)).toBe(masked)
      if (!masked.startsWith("# binary content")) expect(masked.match(/\r?\n/g)).toEqual(text.match(/\r?\n/g))
    }),
    { numRuns: 2000 },
  )
})

test("what is masked is read as what it was: the same blocks and directives", () => {
  fc.assert(
    fc.property(configText, text => {
      // Keys in PEM and lines broken by a lone carriage return are hidden whole, and so is the slash by which a line
      // after a comma is known to be no part of the list.
      fc.pre(!/-----BEGIN|\r(?!\n)|,[^\n]*\n[^\S\n]*\//.test(text))
      const masked = mask(text)
      if (!masked.startsWith("# binary content")) expect(shapeOf(masked)).toEqual(shapeOf(text))
    }),
    { numRuns: 3000 },
  )
})

test("what stands behind a tag or right behind a name is hidden alone", () => {
  expect(mask("<domain x>A1b2C3d4E5f6A7b8C9\n")).toMatch(/^<domain x>masked:[0-9a-f]+\n$/)
  expect(mask('password"planted"\n')).toMatch(/^password masked:[0-9a-f]+\n$/)
})

test("a line that ends in a comma still goes on when what stands before it was announced as a secret", () => {
  for (const text of ['auth-password\r\n,\n\\"', "password\nhunter2,\nhunter3\n"]) {
    expect(shapeOf(mask(text))).toEqual(shapeOf(text))
    expect(mask(text)).not.toContain("hunter")
  }
})

/** Where a secret may stand. `S` is the secret as a bare word. */
const places = [
  "password S",
  'password "S"',
  "PASSWORD\tS",
  "password=S",
  "password S S S",
  "\ufeffpassword S",
  "auth-password S # a comment",
  "http-api-key S",
  "api-key S",
  "volume-audit-api-key S",
  "access-token S",
  "password a,\n  S",
  "password ,\n  S",
  "password\n  S",
  "smtp-server-tls-certificate /etc/pmta/a.pem S",
  "smtp-server-tls-certificate /etc/pmta/a.pem S S",
  "smtp-server-tls-certificate /etc/pmta/a.pem,\n  S",
  'tls-certificate "/etc/pmta/a b.pem" "S"',
  "smtp-client-certificate /etc/pmta/a.pem S",
  "http-webhook-certificate /etc/pmta/a.pem S",
  "privacy-policy siphash S",
  'privacy-policy hmac-sha256-hexkey "S"',
  "include https://user:S@host.example/x.conf",
  "include https://S@host.example/x.conf",
  "include https://host.example/x.conf?from=https://S.example/y",
  "http-webhook-url https://host.example/x?key=S",
  "http-webhook-url https://host.example/x?S",
  "upload-url https://host.example/x?a=b&c=S#d",
  "command /opt/x --password=S",
  'command "/opt/x --password \\"S\\" -v"',
  'command "/opt/x -p S -v"',
  'command "/opt/x -pS1 -v"',
  "command \"/opt/x --api-token 'S' -v\"",
  'command "/opt/x -H \\"Authorization: Bearer S\\" -v"',
  'command "/opt/x -u user:S -v"',
  "<acct-file |/opt/x --secret S>\n</acct-file>",
  "<acct-file |API_TOKEN=S /opt/x>\n</acct-file>",
  "<acct-file |/opt/x --header=X-Auth:S>\n</acct-file>",
  "<acct-file |/opt/x user=a,password=S,b=c>\n</acct-file>",
  "new-secret /etc/pmta/file S",
  "relay-domain x\rpassword S",
  "relay-domain x\u2028auth-password S",
  "<smtp-user u> password S\n</smtp-user>",
  "<smtp-user u>\n  passwort S\n</smtp-user>",
  "<smtp-user u>\n  something S\n</smtp-user>",
  "<smtp-user u password S\n</smtp-user>",
  "<vault>\n  ticket S\n</vault>",
  "</smtp-user> password S",
  "new-shared-secret S",
  "my-api S",
  "passwrod S",
  "# password S",
  '#    password "S"',
  "## api-key S",
  "# tls-certificate /etc/pmta/a.pem S",
  "# the old password was S",
  "# S is the password",
  "# token: S",
  "# pw: S",
  "# the password is\n# S",
  "# curl -u user:S https://host.example",
  "host-name a.example # secret S",
  "<domain x> # the token is S\n</domain>",
  "<bounce-category-patterns>\n  secret S\n</bounce-category-patterns>",
  "-----BEGIN PRIVATE KEY-----\nS\n-----END PRIVATE KEY-----",
  "# -----BEGIN PRIVATE KEY-----\n#   S\n# -----END PRIVATE KEY-----",
  "x-pem -----BEGIN PRIVATE KEY-----S-----END PRIVATE KEY-----",
]
const secret = fc
  .string({
    minLength: 6,
    maxLength: 30,
    unit: fc.constantFrom(..."abcdefghjkmnqrstuvwxyzABCDEFGHJKMNQRSTUVWXYZ23456789"),
  })
  .map(text => `Zq${text}`)

for (const place of places) {
  test(`a secret does not survive in: ${place.replace(/\n/g, "⏎")}`, () => {
    fc.assert(
      fc.property(secret, text => {
        for (const eol of ["\n", "\r\n"]) {
          const config = place.replaceAll("S1", text).replaceAll(/\bS\b/g, text)
          const masked = mask(`host-name a.example\n${config}\nhost-name b.example\n`.replaceAll("\n", eol))
          expect(masked).not.toContain(text)
          expect(masked).toContain("masked:")
          expect(masked).toMatch(/^host-name a\.example\r?\n/)
          expect(masked).toMatch(/\nhost-name b\.example\r?\n$/)
        }
      }),
      { numRuns: 20 },
    )
  })
}

/** Secrets that are known by their looks wherever they stand. */
const looks = [
  "AKIAIOSFODNN7EXAMPLE",
  "ghp_0123456789abcdefghijABCDEFGHIJ012345",
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlc2lnbmF0dXJl",
  "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY09",
  "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
  "31415926535897932384626433832795",
  "hvs.CAESIJ1a2b3c4d5e6f7g8h9i0j",
]
for (const text of looks) {
  for (const place of [
    "user-string S",
    "# S",
    "unheard-of a S b",
    "<acct-file |/opt/x S>\n</acct-file>",
    "S",
    "postmaster a S",
  ]) {
    test(`${text.slice(0, 8)}… is hidden in: ${place.replace(/\n/g, "⏎")}`, () => {
      expect(mask(place.replace("S", text))).not.toContain(text)
    })
  }
}

test("one secret has one mark, quoted or not, wherever it stands", () => {
  const marks = mask('password abc\nauth-password "abc"\napi-key abc\nauth-password other\n').match(
    /masked:\w+/g,
  )
  expect(new Set(marks?.slice(0, 3)).size).toBe(1)
  expect(marks?.[3]).not.toBe(marks?.[0])
})

const readable = [
  "include /etc/pmta/conf.d/*.conf",
  "include /etc/pmta/0123456789abcdef0123456789abcdef/A1b2C3d4E5f6A7b8C9d0E1f2A3b4C5d6.conf",
  "domain-key s2026a, example.org, /etc/pmta/dkim/A1b2C3d4E5f6A7b8C9d0E1f2A3b4C5d6.pem",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: PowerMTA's own placeholders
  "domain-key {selector}, {domain}, {vault}:/v1/keys/data/${selector}/${domain}:dk",
  "smtp-server-tls-ca-file /etc/ssl/certs/ca-certificates.crt",
  "http-delivery-extra-headers /etc/pmta/http-headers.txt",
  "smtp-server-tls-ciphers ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-CHACHA20-POLY1305:!ADH:@STRENGTH",
  "domain-macro yahooAll yahoo.com, ymail.com, rocketmail.com, aol.com",
  "smtp-source-host 2001:db8:1234:5678:9abc:def0:1234:5678 a1.sender.example",
  "record-fields f *, header_List-Unsubscribe, header_X-Mw-Subscriber-Uid, header_X-HmXmrOriginalRecipient",
  "smtp-max-auth-failure-rate 1/min",
  "require-auth true   # everybody must log in",
  "auth-username relay",
  "authentication-method password",
  "reply /authentication required/ mode=backoff",
  "server-url https://vault.example:8200/v1",
  "http-access 10.0.0.0/8 monitor,deny-logs",
  "<smtp-user feeder>",
  "</domain-key-list list-one>",
  "# E-mail address for mailer's administrator, see section 3.2.1 (2026-11-23)",
  "#http-access 10.1.0/24 admin",
  "# Check won't pass on ELB traffic",
  "# Author: somebody",
  "# ticket 2026112300000017 of the vendor",
  "x-key-file /etc/pmta/some.key",
  "turbo-mode 3",
  "require-auth-everywhere yes",
]
for (const line of readable) {
  test(`what is no secret stays readable: ${line}`, () => {
    expect(mask(`${line}\n`)).toBe(`${line}\n`)
  })
}

test("binary content is one comment; single bytes that are not UTF-8 do no harm", () => {
  expect(mask(`\0${"\ufffd".repeat(50)}`)).toMatch(/^# binary content, 51 characters, masked:[0-9a-f]+\n$/)
  expect(mask(`host-name a.example\n${"\u0001".repeat(20)}`)).toMatch(
    /^# binary content, 40 characters, masked:/,
  )
  expect(mask("# caf\ufffd\nhost-name a.example\n")).toBe("# caf\ufffd\nhost-name a.example\n")
})

test("a fingerprint in any alphabet makes a mark that stays", () => {
  const other = (value: string | Uint8Array) => Buffer.from(value).toString("base64url")
  const masked = powermta.mask("/etc/pmta/config", "password x\n", other)
  expect(masked).toMatch(/^password masked:[0-9a-f]{8,64}\n$/)
  expect(powermta.mask("/etc/pmta/config", masked, other)).toBe(masked)
})
