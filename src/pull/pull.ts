/**
 * Reads what belongs to one host, whole and consistent, into memory. Never writes to a host or to a disk.
 * What changes while it is read is read again; what cannot be read is named.
 */

import type { Capture, CategoryCapture, KnownCategory } from "../core/capture.ts"
import { onlyOne } from "../core/certain.ts"
import type { CapturedFile, Entry } from "../core/file.ts"
import type { Host } from "../core/fleet.ts"
import type { Limits } from "../core/transport.ts"
import { checkCategory, missingFiles, shrunk } from "./check.ts"
import type { Contents } from "./contents.ts"
import { asLastSeen, type Known, type LastSeenTools, lastSeen } from "./last-seen.ts"
import { type Survey, type SurveyTools, survey } from "./survey.ts"

export interface PullTools extends SurveyTools, LastSeenTools {
  readonly limits: Limits
  /** keyed digest over everything that makes a category's content */
  readonly fingerprint: (entries: readonly Entry[]) => string
}

const maxTries = 3

export async function pull(
  host: Host,
  tools: PullTools,
  known: Known,
  signal: AbortSignal,
): Promise<Capture> {
  const started = performance.now()
  const seen = await asLastSeen(tools, known, signal)
  if (seen !== null) return { ...unchanged(tools, known, performance.now() - started), logs: seen.logs }
  for (let attempt = 1; ; attempt++) {
    const capture = await pullOnce(host, tools, known, attempt === 1, signal)
    if (capture !== "changing") return capture
    if (attempt === maxTries) return await pullOnce(host, tools, known, false, signal, true)
  }
}

function unchanged({ session, taken }: PullTools, known: Known, surveyMs: number): Omit<Capture, "logs"> {
  return {
    way: session.way,
    read: false,
    categories: [...taken].map(name => {
      const fingerprint = known.categories.get(name)?.fingerprint ?? null
      const status = fingerprint === null ? "missing" : "unchanged"
      return { name, status, entries: [], files: [], fingerprint, problem: null }
    }),
    references: known.references,
    listing: known.listing,
    problem: null,
    findings: [],
    bytes: session.received(),
    surveyMs,
    transferMs: 0,
  }
}

function pullOnce(
  host: Host,
  tools: PullTools,
  known: Known,
  first: boolean,
  signal: AbortSignal,
  last: true,
): Promise<Capture>
function pullOnce(
  host: Host,
  tools: PullTools,
  known: Known,
  first: boolean,
  signal: AbortSignal,
): Promise<Capture | "changing">
async function pullOnce(
  host: Host,
  tools: PullTools,
  known: Known,
  first: boolean,
  signal: AbortSignal,
  last = false,
): Promise<Capture | "changing"> {
  const started = performance.now()
  const texts = tools.categories.filter(category => category.shownMasked).map(({ name }) => name)
  const onlyText = onlyOne(texts)
  const settled = (configs: readonly Entry[]) =>
    onlyText !== null && known.categories.get(onlyText)?.fingerprint === digest(tools, configs)
  // Of a new host everything is read. Digests would still say which file changes while it is read, so that it fails its
  // category alone: when one does, the next try has them.
  const whole = first && known.categories.size === 0 ? tools.taken : null
  const all = await survey(host, tools, known.references, settled, whole, signal)
  const found = { ...all, members: new Map([...all.members].filter(([name]) => tools.taken.has(name))) }
  const surveyed = performance.now()

  const isRead = await readChanged(tools, known, found, signal)
  const { contents } = found
  const changing = [...contents.unread.values()].includes("changed")
  if (changing && !last) return "changing"
  const members = await withNames(tools, found.members, signal)
  const categories = [...tools.taken].map(name =>
    captureCategory(host, tools, name, members.get(name) ?? [], contents, known.categories.get(name)),
  )
  const problem = missingFiles(host, tools, found)
  const findings = [...members.values()].flat().flatMap(specialFile)
  // What has to be told in each run has to be looked for in each run.
  const problems = [problem, ...categories.map(category => category.problem)]
  const clean = findings.length === 0 && problems.every(found => found === null)
  const fingerprints = new Map(
    categories.flatMap(({ name, fingerprint }) => (fingerprint === null ? [] : [[name, fingerprint]])),
  )
  return {
    way: tools.session.way,
    read: isRead,
    categories,
    references: found.references,
    logs: null,
    listing: clean && found.only ? lastSeen(tools, found.only, found.references, fingerprints) : null,
    problem,
    findings,
    bytes: tools.session.received(),
    surveyMs: surveyed - started,
    transferMs: performance.now() - surveyed,
  }
}

/**
 * Reads everything, unless the listing alone shows that all is as it was: what one category says is shown with
 * the help of the others, such as the domains that a config gives to a key.
 * @returns  whether it was read
 */
async function readChanged(
  tools: PullTools,
  known: Known,
  found: Survey,
  signal: AbortSignal,
): Promise<boolean> {
  const asBefore = [...tools.taken].every(name => {
    const members = found.members.get(name) ?? []
    const before = known.categories.get(name)
    // No digest, as over SFTP, says nothing: it must not pass for "was not there, is not there".
    return members.length === 0
      ? before === undefined
      : before !== undefined && digest(tools, members) === before.fingerprint
  })
  if (!asBefore) await found.contents.read([...found.members.values()].flat(), signal)
  return !asBefore
}

/** After the reading, which brings along most of the names. */
async function withNames(
  { session }: PullTools,
  members: Survey["members"],
  signal: AbortSignal,
): Promise<Survey["members"]> {
  const all = await session.named([...members.values()].flat(), signal)
  const named = new Map(all.map(entry => [entry.path, entry]))
  return new Map(
    [...members].map(([name, entries]) => [name, entries.map(entry => named.get(entry.path) ?? entry)]),
  )
}

/** The digest of a category from its listing alone; null where the host gave no digest of a file. */
function digest(tools: PullTools, entries: readonly Entry[]): string | null {
  const complete = entries.every(entry => entry.kind !== "file" || entry.sha256 !== null)
  return entries.length > 0 && complete ? tools.fingerprint(entries) : null
}

function captureCategory(
  host: Host,
  tools: PullTools,
  name: string,
  members: readonly Entry[],
  { files: contents, unread }: Contents,
  before: KnownCategory | undefined,
): CategoryCapture {
  const nothing = { name, entries: [], files: [], fingerprint: null } as const
  const problem = checkCategory(host, tools, name, members, unread)
  if (problem !== null) return { ...nothing, status: "failed", problem }
  if (members.length === 0) {
    return {
      ...nothing,
      status: "missing",
      problem: before === undefined ? null : shrunk(host, name, before, 0, 0),
    }
  }
  const files = members.flatMap(entry => named(contents.get(entry.path), entry))
  const known = digest(tools, members)
  if (known !== null && known === before?.fingerprint)
    return { ...nothing, status: "unchanged", entries: members, files, fingerprint: known, problem: null }
  // The content's own digests replace the listing's, which SFTP cannot give.
  const byPath = new Map(files.map(({ entry }) => [entry.path, entry]))
  const digested = members.map(entry => byPath.get(entry.path) ?? entry)
  const isSame = known !== null && digested.every(({ sha256 }, index) => sha256 === members[index]?.sha256)
  const fingerprint = isSame ? known : tools.fingerprint(digested)
  if (fingerprint === before?.fingerprint) {
    return { ...nothing, status: "unchanged", entries: digested, files, fingerprint, problem: null }
  }
  if (files.length !== members.filter(({ kind }) => kind === "file").length) {
    throw new Error(`${name}: a file would be missing from its bundle`)
  }
  const bytes = files.reduce((sum, file) => sum + file.content.size, 0)
  const smaller = before === undefined ? null : shrunk(host, name, before, files.length, bytes)
  return { name, status: "changed", entries: digested, files, fingerprint, problem: smaller }
}

/** It may have been read before the names of its owner and group were known. */
function named(file: CapturedFile | undefined, { owner, group }: Entry): CapturedFile[] {
  return file === undefined ? [] : [{ ...file, entry: { ...file.entry, owner, group } }]
}

function specialFile(entry: Entry): string[] {
  return entry.kind === "other" && entry.readable
    ? [`${entry.path} is no file, directory or link; it is left out`]
    : []
}
