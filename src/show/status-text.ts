import { certain } from "../core/certain.ts"
import { listed } from "../core/listed.ts"
import type { CategoryAge, StatusFinding, StatusReport } from "../core/status.ts"
import { ageInWords } from "./age.ts"
import { drillsInWords } from "./last-drill.ts"
import type { Paint } from "./paint.ts"
import { plural, printable } from "./printable.ts"

/** A table of ages, hosts by categories; then what is found, breaches first; then the sum. */
export function statusText(report: StatusReport, colors: Paint): string {
  const { hosts, findings, drills } = report
  const categories = [...new Set(hosts.flatMap(host => host.categories.map(({ name }) => name)))].sort()
  const width = Math.max(4, ...hosts.map(({ host }) => host.length))
  const widthOf = (name: string) => Math.max(8, name.length)
  const head = ["host".padEnd(width), ...categories.map(name => name.padStart(widthOf(name)))]
  const rows = hosts.map(({ host, inFleet, categories: ages }) => {
    const cells = categories.map(name =>
      cell(ages.find(age => age.name === name) ?? null, inFleet, widthOf(name), colors),
    )
    return `${[host.padEnd(width), ...cells].join("  ")}${inFleet ? "" : colors.dim("  not backed up any more")}\n`
  })
  const breaches = findings.filter(({ level }) => level === "breach").length
  const drilled = drillsInWords(drills, hosts.filter(({ inFleet }) => inFleet).length)
  const sum =
    breaches === 0
      ? colors.green(`every objective is met; ${plural(findings.length, "warning")}`)
      : colors.red(
          `${plural(breaches, "breach", "breaches")}, ${plural(findings.length - breaches, "warning")}`,
        )
  return [
    `${colors.dim(head.join("  "))}\n`,
    ...rows,
    ...(findings.length === 0 ? [] : ["\n"]),
    ...groups(findings).map(group => findingText(group, colors)),
    ...(drilled === null ? [] : [`${printable(drilled)}\n`]),
    `${plural(hosts.length, "host")}: ${sum}\n`,
  ].join("")
}

function cell(age: CategoryAge | null, inFleet: boolean, width: number, { red, dim, green }: Paint): string {
  const state = age?.state ?? "absent"
  const text = state === "never" ? "NEVER" : ageInWords(age?.ageMs ?? null)
  const padded = `${text}${state === "late" || state === "clock" ? " !" : ""}`.padStart(width)
  if (state === "absent" || !inFleet) return dim(padded)
  return state === "good" ? green(padded) : red(padded)
}

/** Findings that say the same of several hosts. */
export interface FindingGroup extends Pick<StatusFinding, "level" | "message" | "hint"> {
  readonly hosts: readonly string[]
}

export function groups(findings: readonly StatusFinding[]): readonly FindingGroup[] {
  const found = Map.groupBy(findings, ({ level, message }) => `${level} ${message}`)
  return [...found.values()].map(group => {
    const { level, message, hint } = certain(group[0])
    const hosts = [...new Set(group.flatMap(({ host }) => (host === null ? [] : [host])))]
    return { level, message, hint, hosts }
  })
}

const maxHosts = 4

/** `mta1, mta2 and 3 more`; nothing for what is of the vault as a whole. */
export function hostsInWords(hosts: readonly string[]): string {
  return listed(hosts, maxHosts)
}

function findingText({ level, message, hint, hosts }: FindingGroup, { red, yellow, dim }: Paint): string {
  const mark = level === "breach" ? red("BREACH ") : yellow("warning")
  const who = hosts.length === 0 ? "" : `${hostsInWords(hosts)}: `
  return `${mark}  ${who}${printable(message)}\n${hint === "" ? "" : dim(`         ${printable(hint)}\n`)}`
}

/**
 * For the textfile collector of node_exporter.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/ text format 0.0.4
 */
export function statusMetrics(report: StatusReport): string {
  const { at, hosts, drifts, worse, expiries, drills, findings } = report
  const count = (level: StatusFinding["level"]) => findings.filter(finding => finding.level === level).length
  const ages = hosts
    .filter(({ inFleet }) => inFleet)
    .flatMap(({ host, categories }) => categories.map(age => ({ host, age })))
  return [
    metric("status_timestamp_seconds", "When this was so.", [[{}, seconds(at)]]),
    metric(
      "last_good_copy_timestamp_seconds",
      "When the content of the last good copy was last found equal; 0 without a copy.",
      ages.map(({ host, age }) => [
        { host, category: age.name },
        age.capturedAt === null ? 0 : seconds(age.capturedAt),
      ]),
    ),
    metric(
      "rpo_seconds",
      "How old the last good copy may be.",
      ages.map(({ host, age }) => [{ host, category: age.name }, age.rpoMs / 1000]),
    ),
    metric(
      "copy_breach",
      "1 when the last good copy is missing or older than its RPO.",
      ages.map(({ host, age }) => [
        { host, category: age.name },
        age.state === "good" || age.state === "absent" ? 0 : 1,
      ]),
    ),
    metric(
      "artifact_expiry_timestamp_seconds",
      "When the artifact with the last good copy expires.",
      ages.flatMap(({ host, age }) =>
        age.expiresAt === null ? [] : [[{ host, category: age.name }, seconds(age.expiresAt)] as const],
      ),
    ),
    metric(
      "expiry_timestamp_seconds",
      "When a licence or certificate ends.",
      expiries.map(({ host, kind, path, name, expiresAt }) => [
        { host, kind, path, name },
        seconds(expiresAt),
      ]),
    ),
    metric(
      "drill_timestamp_seconds",
      "When the last drill of a host began; 0 when its report is not trusted.",
      drills.map(drill => [{ host: drill.host }, drill.at === null ? 0 : seconds(drill.at)]),
    ),
    metric(
      "drill_breach",
      "1 when the last drill of a host failed, took too long, or is not trusted.",
      drills.map(drill => [{ host: drill.host }, drill.isMet && drill.failed.length === 0 ? 0 : 1]),
    ),
    metric(
      "drill_seconds",
      "How long the last restore that was rehearsed took.",
      drills.map(drill => [{ host: drill.host, scenario: drill.scenario }, drill.ms / 1000]),
    ),
    metric(
      "drill_rto_seconds",
      "How long it may take.",
      drills.map(drill => [{ host: drill.host, scenario: drill.scenario }, drill.rtoMs / 1000]),
    ),
    metric(
      "drifts",
      "Drifts that are not accepted; not-open: rejected or not proposed yet, as nobody could be asked.",
      driftStates.map(state => [{ state }, drifts.filter(drift => drift.state === state).length]),
    ),
    metric(
      "drift_timestamp_seconds",
      "Since when a drift is not accepted; 0 when that is not known.",
      drifts.map(({ state, id, hosts, risk, since }) => [
        { state, drift: id ?? hosts.join(","), risk: risk?.level ?? "unknown" },
        since === null ? 0 : seconds(since),
      ]),
    ),
    metric("worse_changes", "Changes of the last week after which deferrals rose.", [[{}, worse.length]]),
    metric("findings", "What is wrong or will be.", [
      [{ level: "breach" }, count("breach")],
      [{ level: "warning" }, count("warning")],
    ]),
  ].join("")
}

const driftStates = ["open", "rejected", "unproposed", "not-open"] as const

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number]

function metric(name: string, help: string, samples: readonly Sample[]): string {
  const full = `pmta_vault_${name}`
  const lines = samples.map(([labels, value]) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${labelText(text)}"`)
    return `${full}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}\n`
  })
  return samples.length === 0 ? "" : `# HELP ${full} ${help}\n# TYPE ${full} gauge\n${lines.join("")}`
}

const labelText = (text: string): string => printable(text).replace(/[\\"]/g, "\\$&")
const seconds = (iso: string): number => Math.floor(Date.parse(iso) / 1000)
