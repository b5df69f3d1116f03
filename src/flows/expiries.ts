/** What the public facts of hosts say of licences, certificates and keys: what ends soon, and what is weak. */
import { listed } from "../core/listed.ts"
import type { Expiry, StatusFinding } from "../core/status.ts"

const dayMs = 86_400_000
/** From here on an end is near: time enough for a vendor or an authority to answer. */
const nearMs = 30 * dayMs
const leastRsaBits = 2048

export interface FactFindings {
  readonly expiries: readonly Expiry[]
  readonly findings: readonly StatusFinding[]
}

/** @param facts  by category, as read from `live/<host>/facts/`; null for what is no YAML */
export function factFindings(host: string, facts: ReadonlyMap<string, unknown>, now: number): FactFindings {
  const licenses = licenseExpiries(host, facts.get("license"))
  const certificates = certificateExpiries(host, facts.get("tls"))
  return {
    expiries: [...licenses, ...certificates],
    findings: [
      ...licenseFindings(host, licenses, now),
      ...certificates.flatMap(expiry => endFinding(expiry, "breach", now)),
      ...keyFindings(host, facts.get("dkim")),
      ...[...facts].flatMap(([category, fact]) => (fact === null ? [unreadFinding(host, category)] : [])),
    ],
  }
}

function licenseExpiries(host: string, facts: unknown): readonly Expiry[] {
  return entriesOf(facts).flatMap(([path, file]) =>
    listAt(file, "licenses").flatMap(license => {
      const end = textAt(license, "expires")
      // The last day is a day on which it still holds. `never` and the like have no end.
      if (!/^\d{4}-\d{2}-\d{2}$/.test(end)) return []
      const name = `${textAt(license, "product")} ${textAt(license, "version")}`.trim()
      return [{ host, kind: "license" as const, path, name, expiresAt: `${end}T23:59:59.000Z` }]
    }),
  )
}

/** The first certificate of a file is the server's own; what follows is the way to its authority. */
function certificateExpiries(host: string, facts: unknown): readonly Expiry[] {
  return entriesOf(facts).flatMap(([path, file]) => {
    const [own] = listAt(file, "certificates")
    const end = textAt(own, "notAfter")
    if (Number.isNaN(Date.parse(end))) return []
    return [{ host, kind: "tls" as const, path, name: textAt(own, "subject"), expiresAt: end }]
  })
}

/** An old key may lie beside a new one: only when all of a file have ended is the server without. */
function licenseFindings(host: string, licenses: readonly Expiry[], now: number): StatusFinding[] {
  return [...Map.groupBy(licenses, ({ path }) => path).values()].flatMap(file => {
    const allEnded = file.every(({ expiresAt }) => Date.parse(expiresAt) <= now)
    return file.flatMap(license => endFinding({ ...license, host }, allEnded ? "breach" : "warning", now))
  })
}

function endFinding(
  { host, kind, path, name, expiresAt }: Expiry,
  whenEnded: StatusFinding["level"],
  now: number,
): StatusFinding[] {
  const left = Date.parse(expiresAt) - now
  if (left > nearMs) return []
  const what = kind === "license" ? `licence ${name} (${path})` : `certificate ${name} (${path})`
  const date = expiresAt.slice(0, 10)
  return [
    {
      id: `${kind}/${host}/${path}/${name}`,
      level: left <= 0 ? whenEnded : "warning",
      host,
      message:
        left <= 0
          ? `${what} ended on ${date}`
          : `${what} ends on ${date}, in ${Math.ceil(left / dayMs)} days`,
      hint:
        kind === "license"
          ? "ask the vendor for a renewal, and put it in place"
          : "renew it, and put it in place",
    },
  ]
}

/** Nobody but the program writes there: then it is not known what ends. */
function unreadFinding(host: string, category: string): StatusFinding {
  return {
    id: `facts-unreadable/${host}/${category}`,
    level: "warning",
    host,
    message: `live/${host}/facts/${category}.yml in the vault is not what a backup wrote`,
    hint: "find out who else writes to the branch bundles; the next change on the host writes it anew",
  }
}

function keyFindings(host: string, facts: unknown): StatusFinding[] {
  const files = entriesOf(facts)
  const weak = files.filter(
    ([, key]) => textAt(key, "type") === "rsa" && Number(fieldAt(key, "bits")) < leastRsaBits,
  )
  const unreadable = files.filter(([, key]) => textAt(key, "unreadable") !== "")
  const named = (some: typeof files) =>
    listed(
      some.map(([path]) => path),
      3,
    )
  return [
    ...(weak.length === 0
      ? []
      : [
          {
            id: `dkim-weak/${host}`,
            level: "warning" as const,
            host,
            message: `${weak.length} DKIM keys are shorter than ${leastRsaBits} bits: ${named(weak)}`,
            hint: "make keys of 2048 bits, publish them under new selectors, then change the config",
          },
        ]),
    ...(unreadable.length === 0
      ? []
      : [
          {
            id: `dkim-unreadable/${host}`,
            level: "warning" as const,
            host,
            message: `${unreadable.length} files are no DKIM keys that can be used: ${named(unreadable)}`,
            hint: "look at the files on the host: nothing can be signed with them",
          },
        ]),
  ]
}

const entriesOf = (facts: unknown): [string, unknown][] =>
  typeof facts === "object" && facts !== null ? Object.entries(facts) : []

const fieldAt = (node: unknown, key: string): unknown =>
  typeof node === "object" && node !== null && Object.hasOwn(node, key)
    ? (node as Record<string, unknown>)[key]
    : undefined

function textAt(node: unknown, key: string): string {
  const value = fieldAt(node, key)
  return typeof value === "string" ? value : ""
}

function listAt(node: unknown, key: string): readonly unknown[] {
  const value = fieldAt(node, key)
  return Array.isArray(value) ? value : []
}
