/** Invented secrets, and the files of a host that has one in every place where hosts have secrets. */
import { createPrivateKey } from "node:crypto"
import { hostFiles } from "../lab/fixtures.ts"
import { type Canary, mark } from "../lab/leak-scan.ts"
import { header, records } from "../stories/logs-setting.ts"

export interface Secrets {
  readonly all: readonly Canary[]
  /** A secret that only this place has. The same name gives the same one. */
  invented(name: string): string
  /** One that was made elsewhere, such as a token. @returns it */
  known(name: string, text: string): string
  /** A private key: the lines and numbers that its public half does not have. @returns it */
  key(name: string, pem: string): string
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

export function secrets(): Secrets {
  const all: Canary[] = []
  return {
    all,
    invented(name) {
      const known = all.find(one => one.name === name)
      if (known !== undefined) return known.text
      const middle = [...crypto.getRandomValues(new Uint8Array(18))].map(byte => letters[byte % 52]).join("")
      // A mark at both ends: half of a secret is a leak, too.
      const text = `${mark}${middle}${mark}`
      all.push({ name, text })
      return text
    },
    known(name, text) {
      all.push({ name, text })
      // An identity that is cut after so many letters is told by its pieces.
      for (const [index, piece] of (
        /^AGE-SECRET-KEY-1(.*)$/.exec(text)?.[1]?.match(/.{16}/g) ?? []
      ).entries())
        all.push({ name: `${name}, piece ${index}`, text: piece })
      return text
    },
    key(name, pem) {
      for (const [index, text] of secretLines(pem).entries())
        all.push({ name: `${name}, line ${index}`, text })
      for (const [part, text] of secretNumbers(pem)) all.push({ name: `${name}, its number ${part}`, text })
      return pem
    },
  }
}

/** The first half of an RSA key, and of OpenSSH's form, may be its public key. */
function secretLines(pem: string): readonly string[] {
  const private_ = pem.slice(pem.indexOf("PRIVATE KEY"))
  const lines = private_.split("\n").filter(line => /^[A-Za-z0-9+/]{40,}$/.test(line))
  return lines.length < 3 ? lines : lines.slice(Math.ceil(lines.length / 2), -1).slice(0, 3)
}

/** The numbers that are the secret, in whatever form of file: in base64, whose bytes are searched for as well. */
function secretNumbers(pem: string): readonly (readonly [string, string])[] {
  if (pem.includes("OPENSSH")) return []
  const jwk = createPrivateKey(pem.slice(pem.indexOf("-----BEGIN"))).export({ format: "jwk" })
  return (["d", "p", "q"] as const).flatMap(part => {
    const number = jwk[part]
    if (number === undefined) return []
    const bytes = Buffer.from(number, "base64url")
    return [[part, bytes.subarray(0, bytes.length - (bytes.length % 3)).toString("base64")] as const]
  })
}

/** The files of a host at one time; a DKIM key that is another one at another time. */
export async function hostOf({ invented, key }: Secrets) {
  const made = await hostFiles({ seed: "leaks", domains: 0, keys: 2 })
  const [one = "", two = ""] = made.keys.map(({ path }) => String(made.files[path]))
  const tls = String(made.files["/etc/pmta/tls/mx.pem"])
  for (const [name, pem] of Object.entries({ "DKIM key": one, "next DKIM key": two, "TLS key": tls }))
    key(name, pem)
  return {
    "/etc/pmta/tls/mx.pem": { before: tls, after: tls },
    "/etc/pmta/dkim/a.pem": { before: one, after: two },
    "/etc/pmta/config": { before: config(invented, "before"), after: config(invented, "after") },
    "/etc/pmta/domains/in.conf": { before: included(invented, "before"), after: included(invented, "after") },
    "/etc/pmta/license": { before: licence(invented, "before"), after: licence(invented, "after") },
    "/var/log/pmta/acct-1.csv": { before: accounting(invented, 30), after: accounting(invented, 60) },
    "/var/log/pmta/pmta.log": {
      before: `2026-11-24 03:00:00 login of feeder with ${invented("log before")}\n`,
      after: `2026-11-24 03:00:00 login of feeder with ${invented("log before")}\n2026-11-24 04:00:00 ${invented("log after")}\n`,
    },
  } as const
}

type Invent = Secrets["invented"]

/** A config with a secret in every kind of place, tidy and not. */
const config = (invented: Invent, turn: string) => `postmaster ops@sender.example
http-mgmt-port 8080
http-access 127.0.0.1 admin
http-api-key ${invented(`http-api-key ${turn}`)}
HTTP-API-KEY\t"${invented(`upper case ${turn}`)}"
http-access 10.0.0.0/8 admin "${invented(`http-access ${turn}`)}"
smtp-server-tls-certificate /etc/pmta/tls/mx.pem "${invented(`tls passphrase ${turn}`)}"
auth-pasword ${invented(`slip of the pen ${turn}`)}
some-new-secret-token ${invented(`unknown directive ${turn}`)}
# password: ${invented(`comment ${turn}`)}
# old http-api-key ${invented(`commented directive ${turn}`)}
# the passwd was "${invented(`comment in prose ${turn}`)}" until May
# see https://ops:${invented(`url in comment ${turn}`)}@wiki.example/pmta
<smtp-user feeder>
    password "${invented(`smtp-user ${turn}`)}"
    PassWord   ${invented(`mixed case ${turn}`)}   # changed
    source {auth}
</smtp-user>
<smtp-user second>
    password "${invented(`first of two words ${turn}`)} ${invented(`second of two words ${turn}`)}"
    password 'a#${invented(`after a hash ${turn}`)}'
</smtp-user>
<source {auth}>
    always-allow-relaying yes
</source>
<domain relay.example>
    smtp-hosts [10.20.0.99]:2525
    auth-username relay
    auth-password "${invented(`auth-password ${turn}`)}"
</domain>
<acct-file |/usr/local/bin/feed --token=${invented(`pipe ${turn}`)}>
    records d
</acct-file>
<domain gmail.com>
    max-smtp-out ${turn.length + 10}
</domain>
domain-key s1, sender.example, /etc/pmta/dkim/a.pem
include /etc/pmta/domains/*.conf
<acct-file /var/log/pmta/acct-1.csv>
    records d,b
</acct-file>
`
const included = (invented: Invent, turn: string) =>
  `<domain in.example>\n auth-username u\n\tauth-password\t'${invented(`included file ${turn}`)}'\n</domain>\n`
const licence = (invented: Invent, turn: string) =>
  `product: PowerMTA\nversion: 5.0\nlicensee: Example Ltd\nserial: 000001\nexpires: 2027-11-30\ncheck: ${invented(`licence ${turn}`)}\n`
const accounting = (invented: Invent, count: number) =>
  header + records(0, count).replaceAll("@example.com", `@${invented("accounting recipient")}.example`)
