/** What the hosts have now, or had at a snapshot, against the accepted mirror. Writes nothing. */
import type { Host } from "../core/fleet.ts"
import { gravest, Problem } from "../core/problem.ts"
import type { DiffReport, HostDiff } from "../core/report.ts"
import type { HostRecord } from "../core/vault.ts"
import { textDiff } from "../diff/text.ts"
import { nothingKnown } from "../pull/last-seen.ts"
import { pull } from "../pull/pull.ts"
import { planCategories } from "../pull/roots.ts"
import { eachHost, type Width } from "./each-host.ts"
import { type HostTools, takenNames } from "./host-backup.ts"
import { liveMirror } from "./live-mirror.ts"
import { withPublished } from "./published.ts"
import { type DriftTools, mirrorChanges } from "./review.ts"
import { trustedSnapshot } from "./trust.ts"

export interface DiffRequest {
  readonly hosts: readonly Host[]
  readonly width: Width
  /** null: the live hosts; `latest` or a number: what that snapshot saw */
  readonly snapshot: string | null
}

type DiffTools = Pick<
  HostTools,
  "fleet" | "profile" | "transport" | "fingerprints" | "limits" | "only" | "now"
> &
  Pick<DriftTools, "lookup" | "vault">
type Mirror = ReadonlyMap<string, string>

export async function diff(request: DiffRequest, tools: DiffTools, signal: AbortSignal): Promise<DiffReport> {
  const records = await tools.vault.records(
    request.hosts.map(host => host.name),
    signal,
  )
  const work = async (host: Host, stop: AbortSignal): Promise<HostDiff> => {
    const record = records.get(host.name)
    const accepted = record?.accepted ?? null
    const before = accepted === null ? new Map() : await tools.vault.mirror(accepted, () => true, stop)
    const now =
      request.snapshot === null
        ? await readLive(host, tools, stop)
        : await storedMirror(host, request.snapshot, record, tools, stop)
    // What could not be read is no difference: its former state stands in.
    const live = new Map([...[...before].filter(([path]) => !now.covers(path)), ...now.texts])
    return {
      host: host.name,
      accepted: accepted !== null,
      changes:
        accepted === null
          ? []
          : await withPublished(mirrorChanges(before, live, tools.profile), tools.profile, tools.lookup),
      text: textDiff(before, live),
      problem: now.problem,
    }
  }
  const outcomes = await eachHost(request.hosts, request.width, tools.limits.hostTimeoutMs, work, signal)
  const hosts = outcomes.map((outcome): HostDiff => {
    if (outcome.kind === "bug") throw outcome.error
    if (outcome.kind === "done") return outcome.value
    return { host: outcome.host.name, accepted: false, changes: [], text: "", problem: outcome.problem }
  })
  const drifted = hosts.some(({ text }) => text !== "")
  const failed = hosts.filter(({ problem }) => problem !== null)
  const causes = failed.flatMap(({ problem }) => (problem === null ? [] : [problem.exit]))
  const total = failed.length === hosts.length && hosts.length > 0 ? (["total"] as const) : []
  return {
    command: "diff",
    hosts,
    warnings: tools.fleet.warnings,
    exit: gravest([...causes, ...total, ...(drifted ? (["drift"] as const) : [])]),
  }
}

interface ReadMirror {
  readonly texts: Mirror
  /** whether a path of the accepted mirror would be in `texts` if the host still had it */
  readonly covers: (path: string) => boolean
  readonly problem: Problem | null
}

async function readLive(host: Host, tools: DiffTools, signal: AbortSignal): Promise<ReadMirror> {
  const categories = planCategories(tools.profile, tools.fleet.categories)
  await using session = await tools.transport.connect(host, signal)
  const pullTools = {
    session,
    categories,
    taken: takenNames(categories, tools.only),
    logs: [],
    profile: tools.profile,
    limits: tools.limits,
    fingerprint: tools.fingerprints.ofEntries,
    listingSalt: tools.fingerprints.salt,
    admit: async () => {},
  }
  // With nothing known, everything is read.
  const capture = await pull(host, pullTools, nothingKnown, signal)
  const { texts, replaced } = liveMirror(
    capture,
    tools.profile,
    categories,
    tools.fingerprints.ofValue,
    tools.now(),
  )
  return {
    texts,
    covers: path => replaced.some(part => path === part || path.startsWith(`${part}/`)),
    problem: capture.categories.find(({ problem }) => problem !== null)?.problem ?? null,
  }
}

async function storedMirror(
  host: Host,
  which: string,
  record: HostRecord | undefined,
  tools: DiffTools,
  signal: AbortSignal,
): Promise<ReadMirror> {
  const latest = trustedSnapshot(host.name, record, tools.fleet)
  const sequence =
    which === "latest" ? latest?.snapshot.sequence : /^\d{1,8}$/.test(which) ? Number(which) : undefined
  const isLatest = sequence !== undefined && sequence === latest?.snapshot.sequence
  const tree = isLatest
    ? (record?.live ?? null)
    : sequence === undefined
      ? null
      : await tools.vault.mirrorAt(host.name, sequence, signal)
  if (tree === null) {
    throw new Problem(
      "settings/invalid",
      `${host.name} has no snapshot ${which} in ${tools.vault.location}`,
      {
        hint:
          latest === null
            ? "run `pmta-vault backup` first"
            : `the newest is ${latest.snapshot.sequence}; a remote vault shows the newest only`,
      },
    )
  }
  return { texts: await tools.vault.mirror(tree, () => true, signal), covers: () => true, problem: null }
}
