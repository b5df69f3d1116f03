/**
 * PowerMTA content of a host that does not exist: config, domain files, DKIM keys, TLS key, licence.
 * Equal seeds give equal text; keys are real and come from a pool that is made once per machine.
 */
import { dkimPool, tlsPem } from "./fixture-keys.ts"
import type { LabFiles } from "./place.ts"
import { type Dice, diceOf } from "./random.ts"

export interface HostContent {
  /** by absolute path; ready for `sshd({ files })` */
  readonly files: LabFiles
  /** everything that must never be seen in clear: the planted secrets, and a line of each private key */
  readonly secrets: readonly string[]
  /** DKIM keys in the order of the config */
  readonly keys: readonly { readonly selector: string; readonly domain: string; readonly path: string }[]
}

export interface ContentOptions {
  readonly seed: string
  /** domain files below `/etc/pmta/domains`; default 300 */
  readonly domains?: number
  /** DKIM keys below `/etc/pmta/dkim`; default 200 */
  readonly keys?: number
  /** how many different keys these are; default 8, since making a real RSA key takes long */
  readonly pool?: number
}

/** One config, domain files, DKIM keys, a TLS key and a licence. */
export async function hostFiles(options: ContentOptions): Promise<HostContent> {
  const { seed, domains = 300, keys: keyCount = 200, pool = 8 } = options
  const secret = plantedSecrets(seed)
  const [pems, tls] = await Promise.all([dkimPool(pool), tlsPem()])
  const keys = Array.from({ length: keyCount }, (_, index) => {
    const domain = `${word(index)}.sender.example`
    return { selector: `s${2020 + (index % 7)}`, domain, path: `/etc/pmta/dkim/${domain}.pem` }
  })
  const files: Record<string, string> = {
    "/etc/pmta/config": mainConfig(seed, keys),
    "/etc/pmta/license": license(seed),
    "/etc/pmta/tls/mx.pem": tls,
  }
  for (let index = 0; index < domains; index++) {
    const name = `${word(index)}.example`
    files[`/etc/pmta/domains/${name}.conf`] = domainFile(seed, name, index)
  }
  for (const [index, key] of keys.entries()) files[key.path] = pems[index % pems.length] ?? ""
  const privateLines = [...pems.slice(0, keyCount), tls].map(pem => secretLine(pem))
  return { files, secrets: [...Object.values(secret), ...privateLines], keys }
}

export interface PlantedSecrets {
  readonly smtpUserPassword: string
  readonly httpApiKey: string
  readonly authPassword: string
  readonly tlsPassphrase: string
  readonly comment: string
  readonly licenseCheck: string
}

/** The secrets that a host's files hold, for a test to search for in everything that is public. */
export function plantedSecrets(seed: string): PlantedSecrets {
  const dice = diceOf(`secrets ${seed}`)
  const planted = (kind: string) => `planted_${kind}_${dice.letters(16)}`
  return {
    smtpUserPassword: planted("smtpuser"),
    httpApiKey: planted("httpapikey"),
    authPassword: planted("authpassword"),
    tlsPassphrase: planted("tlspassphrase"),
    comment: planted("comment"),
    licenseCheck: `PLANTEDINVENTED${dice.letters(16)}==`,
  }
}

function mainConfig(seed: string, keys: HostContent["keys"]): string {
  const secret = plantedSecrets(seed)
  return `# INVENTED config of a host that does not exist (seed ${seed})
postmaster ops@sender.example
host-name ${seed.replace(/[^A-Za-z0-9-]/g, "-")}.sender.example
run-as-root no
total-max-smtp-out 5000

http-mgmt-port 8080
http-access 127.0.0.1 admin
http-access 10.0.0.0/8 monitor
http-access 0/0 none
http-api-key ${secret.httpApiKey}

smtp-server-tls-certificate /etc/pmta/tls/mx.pem "${secret.tlsPassphrase}"
smtp-listener 10.20.0.10:2525

<smtp-user feeder>
    # password "${secret.comment}" until the move
    password "${secret.smtpUserPassword}"
    source {auth}
</smtp-user>
<source {auth}>
    always-allow-relaying yes
    default-virtual-mta pool-a
</source>
<source 10.20.0.0/24>
    always-allow-relaying yes
    process-x-virtual-mta yes
    process-x-job yes
</source>
<source 0/0>
    always-allow-relaying no
    allow-unencrypted-plain-auth no
</source>

<smtp-pattern-list backoff>
    reply /^421 .* too many errors/ mode=backoff,backoff-to-normal-after=10m
    reply /TS03/ mode=backoff,disable-source-ip,reenable-after=1h
</smtp-pattern-list>

<virtual-mta mta-a1>
    smtp-source-host 203.0.113.11 a1.sender.example
    <domain gmail.com>
        max-msg-rate 500/h
        max-smtp-out 6
    </domain>
    <domain *>
        dkim-sign yes
    </domain>
</virtual-mta>
<virtual-mta mta-a2>
    smtp-source-host 203.0.113.12 a2.sender.example
</virtual-mta>
<virtual-mta-pool pool-a>
    virtual-mta mta-a1
    virtual-mta mta-a2
</virtual-mta-pool>

<domain gmail.com>
    max-smtp-out 20
    max-msg-per-connection 100
</domain>
<domain relay.example>
    smtp-hosts [10.20.0.99]:2525
    auth-username relay
    auth-password "${secret.authPassword}"
</domain>
<domain *>
    max-smtp-out 20
    bounce-after 4d12h
    retry-after 10m,10m,30m,1h
    smtp-pattern-list backoff
</domain>

${keys.map(key => `domain-key ${key.selector}, ${key.domain}, ${key.path}\n`).join("")}
include /etc/pmta/domains/*.conf

log-file /var/log/pmta/pmta.log
<acct-file /var/log/pmta/acct.csv>
    records d,b
    move-interval 1h
    max-size 500M
</acct-file>
<spool /var/spool/pmta>
</spool>
`
}

/** 0.5–4 KB: a few settings, and the remarks and rarely used settings that grow in real files. */
function domainFile(seed: string, name: string, index: number): string {
  const dice = diceOf(`${seed} ${name}`)
  const size = 500 + dice.below(3_400)
  const lines = [`# ${name}, ticket ${dice.letters(8)}`, `<domain ${name}>`]
  for (const setting of settings) lines.push(`    ${setting(dice)}`)
  if (index % 25 === 0)
    lines.push(`    auth-username u${index}`, `    auth-password "${plantedSecrets(seed).authPassword}"`)
  for (let length = lines.join("\n").length; length < size; ) {
    const address = `198.51.${dice.below(256)}.${dice.below(256)}`
    const line = `    source-ip-max-msg-rate ${address}/32 ${50 + dice.below(900)}/h  # ${dice.letters(12)}`
    lines.push(line)
    length += line.length + 1
  }
  return `${lines.join("\n")}\n</domain>\n`
}

const settings: readonly ((dice: Dice) => string)[] = [
  dice => `max-smtp-out ${1 + dice.below(40)}`,
  dice => `max-msg-per-connection ${10 * (1 + dice.below(20))}`,
  dice => `max-msg-rate ${100 * (1 + dice.below(50))}/h`,
  dice => `bounce-after ${1 + dice.below(5)}d`,
  dice => `retry-after ${5 * (1 + dice.below(6))}m`,
  dice => `use-starttls ${dice.below(2) === 0 ? "yes" : "no"}`,
  () => "smtp-pattern-list backoff",
]

function license(seed: string): string {
  return `product: PowerMTA
version: 5.0
platform: linux-intel
units: 0
options: 
mac: 00:00:5e:00:53:01
licensee: Example Sender Ltd
serial: 000001
comment: INVENTED SAMPLE - NOT A VALID KEY
issued: 2025-11-01
expires: 2027-11-30
copyright: Port25 Solutions, Inc.  All Rights Reserved
check: ${plantedSecrets(seed).licenseCheck}
`
}

const syllables = [
  "ba",
  "co",
  "di",
  "fu",
  "ga",
  "he",
  "jo",
  "ka",
  "lu",
  "me",
  "no",
  "pi",
  "ra",
  "so",
  "tu",
  "vi",
]

/** A pronounceable word per number, all different below 4096. */
const word = (index: number) =>
  [index >> 8, index >> 4, index].map(part => syllables[part & 15]).join("") + (index > 4095 ? index : "")

/** A secret line of a PEM: past the first lines, which hold the algorithm and the modulus, which is public. */
function secretLine(pem: string): string {
  const body = pem.slice(pem.indexOf("PRIVATE KEY"))
  const lines = body.split("\n").slice(1)
  return lines[lines.length > 12 ? 10 : 0] ?? ""
}
