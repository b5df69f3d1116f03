/** Looks at everything a backup needs, and says what is missing in lines that can be copied. Writes nothing. */

import type { Entry } from "../core/file.ts"
import type { Fleet, Host } from "../core/fleet.ts"
import { caughtProblem, type Exit, gravest } from "../core/problem.ts"
import type { Profile, Reference } from "../core/profile.ts"
import type { Check, DoctorReport } from "../core/report.ts"
import type { Limits, Root, Session, Transport } from "../core/transport.ts"
import { listLogs, logsOf } from "../pull/list-logs.ts"
import {
  fixedRoots,
  logRoots,
  type PlannedCategory,
  type PlannedLog,
  planCategories,
  planLogs,
  referencePaths,
} from "../pull/roots.ts"
import { survey } from "../pull/survey.ts"
import { eachHost, type Width } from "./each-host.ts"

export interface DoctorTools {
  readonly fleet: Fleet
  readonly profile: Profile
  readonly transport: Transport
  readonly limits: Limits
  readonly now: () => Date
  /** checks that need no host: settings, keys, vault, disk */
  readonly checks: readonly Check[]
  /** what to put on a host so that our key may read and do nothing else */
  readonly leastPrivilege: (
    host: Host,
    roots: readonly Root[],
    named: readonly string[],
    logs: readonly Root[],
  ) => readonly { where: string; line: string }[]
}

type HostChecks = DoctorReport["hosts"][number] & { readonly exit: Exit }

export async function doctor(
  hosts: readonly Host[],
  width: Width,
  tools: DoctorTools,
  signal: AbortSignal,
): Promise<DoctorReport> {
  const outcomes = await eachHost(
    hosts,
    width,
    tools.limits.hostTimeoutMs,
    (host, stop) => examine(host, tools, stop),
    signal,
  )
  const examined = outcomes.map((outcome): HostChecks => {
    if (outcome.kind === "bug") throw outcome.error
    if (outcome.kind === "done") return outcome.value
    const { host, problem } = outcome
    const roots = fixedRoots(planCategories(tools.profile, tools.fleet.categories))
    const logs = planLogs(tools.profile, tools.fleet.categories)
    const check: Check = {
      name: problem.code === "pull/sudo-refused" ? "sudo" : "connect",
      state: "bad",
      detail: [problem.message, ...problem.data].join("; "),
      hint: problem.hint,
    }
    return {
      host: host.name,
      checks: [check],
      lines: tools.leastPrivilege(host, roots, [], logRoots(logs, [])),
      exit: problem.exit,
    }
  })
  const failed = examined.filter(({ exit }) => exit !== "good").length
  const total = failed === examined.length && failed > 0 ? (["total"] as const) : []
  const own = tools.checks.some(({ state }) => state === "bad") ? (["usage"] as const) : []
  return {
    command: "doctor",
    checks: tools.checks,
    hosts: examined.map(({ host, checks, lines }) => ({ host, checks, lines })),
    exit: gravest([...examined.map(({ exit }) => exit), ...total, ...own]),
  }
}

async function examine(host: Host, tools: DoctorTools, signal: AbortSignal): Promise<HostChecks> {
  const categories = planCategories(tools.profile, tools.fleet.categories)
  const started = performance.now()
  await using session = await tools.transport.connect(host, signal)
  const connect: Check = {
    name: "connect",
    state: "good",
    detail: `key verified, logged in as ${host.user} in ${Math.round(performance.now() - started)} ms`,
    hint: null,
  }
  if (!host.backup)
    return {
      host: host.name,
      checks: [connect, jumpOnly],
      lines: tools.leastPrivilege(host, [], [], []),
      exit: "good",
    }
  const found = await survey(
    host,
    { session, profile: tools.profile, categories, limits: tools.limits, admit: async () => {} },
    [],
    () => false,
    null,
    signal,
  )
  const rights = categories.map(category =>
    rightsCheck(host, category, found.members.get(category.name) ?? [], tools.profile),
  )
  const named = [...new Set(referencePaths(found.references, categories))]
  const logs = planLogs(tools.profile, tools.fleet.categories)
  const logRights: Check[] = []
  for (const log of logs)
    logRights.push(await logCheck(host, session, log, found.references, tools.profile, signal))
  const missing = named.filter(path => !/[*?[]/.test(path) && !found.entries.has(path))
  const references: Check = {
    name: "references",
    state: missing.length === 0 ? "good" : "warning",
    detail: `${named.length} files named by configs, ${missing.length} of them missing${
      missing.length === 0 ? "" : `: ${missing.slice(0, 3).join(", ")}`
    }`,
    hint:
      missing.length === 0 ? null : "PowerMTA misses them too: put them in place, or take the directive out",
  }
  const checks = [
    connect,
    wayCheck(session),
    ...(await clockChecks(session, tools.now, signal)),
    ...rights,
    ...logRights,
    references,
  ]
  const roots = fixedRoots(categories)
  return {
    host: host.name,
    checks,
    lines: tools.leastPrivilege(host, roots, named, logRoots(logs, found.references)),
    exit: checks.some(({ state }) => state === "bad") ? "partial" : "good",
  }
}

const jumpOnly: Check = {
  name: "way",
  state: "good",
  detail: "a jump host only: it is gone through, and nothing of it is read",
  hint: null,
}

function wayCheck({ way }: Session): Check {
  const details = {
    shell: "reads by a command on the host, the fast way",
    sudo: "reads through sudo, by one fixed command",
    sftp: "reads by SFTP, as no command may run; slower, and nothing else is needed",
  }
  return { name: "way", state: "good", detail: details[way], hint: null }
}

function rightsCheck(
  host: Host,
  category: PlannedCategory,
  members: readonly Entry[],
  profile: Profile,
): Check {
  const name = `rights: ${category.name}`
  const closed = members.filter(entry => !entry.readable)
  const files = members.filter(({ kind }) => kind === "file").length
  if (closed.length > 0) {
    const shown = closed
      .slice(0, 3)
      .map(({ path }) => path)
      .join(", ")
    const hint = host.sudo
      ? "put the sudoers lines below on the host"
      : `let ${host.user} read them: add it to the group that owns them (usermod -aG pmta ${host.user}), or set sudo: true`
    return { name, state: "bad", detail: `${closed.length} may not be read: ${shown}`, hint }
  }
  const hasMain = !category.shownMasked || members.some(({ path }) => path === profile.mainConfig)
  if (!hasMain)
    return {
      name,
      state: "bad",
      detail: `${profile.mainConfig} is not there, or its directory may not be entered`,
      hint: `is PowerMTA installed on ${host.name}?`,
    }
  return {
    name,
    state: "good",
    detail: files === 0 ? "no such files" : `${files} files, all readable`,
    hint: null,
  }
}

async function logCheck(
  host: Host,
  session: Session,
  log: PlannedLog,
  references: readonly Reference[],
  profile: Profile,
  signal: AbortSignal,
): Promise<Check> {
  try {
    const listed = await listLogs(session, [log], references, signal)
    return rightsCheck(host, log, logsOf(listed, log, [], references), profile)
  } catch (error) {
    const problem = caughtProblem(error)
    if (problem.code !== "pull/sudo-refused") throw problem
    const hint = "put the sudoers lines below on the host"
    return { name: `rights: ${log.name}`, state: "bad", detail: problem.message, hint }
  }
}

const maxSkewMs = 60_000

async function clockChecks(session: Session, now: () => Date, signal: AbortSignal): Promise<Check[]> {
  const theirs = await session.clock(signal)
  if (theirs === null) return []
  const skew = theirs.getTime() - now().getTime()
  const off = Math.abs(skew) > maxSkewMs
  return [
    {
      name: "clock",
      state: off ? "warning" : "good",
      detail: off
        ? `differs by ${Math.round(skew / 1000)} s from this machine's`
        : "agrees with this machine's",
      hint: off ? "set up time synchronisation on the one that is wrong: `timedatectl`" : null,
    },
  ]
}
