import { generateKeyPairSync } from "node:crypto"
import { certain } from "../core/certain.ts"

export interface DemoFile {
  readonly content: string
  readonly mode?: number
  readonly owner?: string
  readonly group?: string
}

const secret = { mode: 0o640, owner: "root", group: "pmta" } as const
const keys = new Map<string, string>()

/** One invented server: a config with a password, a domain file, a DKIM key, a licence. */
export function demoFiles(host: string): Readonly<Record<string, DemoFile>> {
  return {
    "/etc/pmta/config": { content: configText(host, 6), ...secret },
    "/etc/pmta/domains/example.com.conf": {
      content: `# signed mail of one customer
domain-key s2026, example.com, /etc/pmta/dkim/example.com.private
relay-domain example.com
`,
      ...secret,
    },
    "/etc/pmta/dkim/example.com.private": { content: keyOf(host), ...secret },
    "/etc/pmta/license": {
      content: `product: PowerMTA
version: 5.0
platform: linux-intel
mac: 00:00:5e:00:53:01
licensee: Example Sender Ltd
serial: 000001
comment: INVENTED - NOT A VALID KEY
issued: 2026-01-01
expires: never
check: INVENTEDINVENTEDINVENT==
`,
      ...secret,
    },
  }
}

/** The main config with another limit for gmail.com. */
export function withLimit(files: Readonly<Record<string, DemoFile>>, limit: number): DemoFile {
  const { content } = certain(files["/etc/pmta/config"])
  return { content: content.replace("max-smtp-out 6", `max-smtp-out ${limit}`), ...secret }
}

function configText(host: string, limit: number): string {
  return `# ${host}: an invented server
postmaster ops@example.com
host-name ${host}.example.com
run-as-root no
include /etc/pmta/domains/*.conf

<smtp-user feeder>
    password "demo-only-${host}-Xk3v9Qp"
</smtp-user>
<source {auth}>
    always-allow-relaying yes
</source>
<domain gmail.com>
    max-smtp-out ${limit}
    max-msg-rate 500/h
</domain>
<domain *>
    max-smtp-out 20
    bounce-after 4d12h
</domain>
<acct-file /var/log/pmta/acct.csv>
    records d,b,t
</acct-file>
`
}

function keyOf(host: string): string {
  const known = keys.get(host)
  if (known !== undefined) return known
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }) as string
  keys.set(host, pem)
  return pem
}
