import { createHash } from "node:crypto"
import { certain } from "../core/certain.ts"
import type { CapturedFile, Entry } from "../core/file.ts"
import { isNormalPath } from "../core/path-pattern.ts"
import { Problem } from "../core/problem.ts"
import { Secret } from "../core/secret.ts"
import type { TarMember } from "../core/tar-reader.ts"

/** What is in a bundle, once each entry of the archive is known to be what the manifest says. */
export interface BundleContents {
  readonly host: string
  readonly category: string
  /** paths are absolute, normal and all different, and none lies below a file */
  readonly files: readonly CapturedFile[]
  /** links and directories */
  readonly others: readonly Entry[]
}

type Expected = { readonly host: string; readonly category: string; readonly key: string }

/**
 * @param manifest  as parsed; whoever held a recipient could have sealed it, so nothing of it is trusted
 * @throws Problem "seal/bundle-altered", "seal/wrong-host", "seal/swapped", "seal/unsafe-path", "vault/newer-format"
 */
export function checkContents(
  manifest: unknown,
  members: readonly TarMember[],
  expected: Expected,
): BundleContents {
  const { host, category, entries } = readManifest(manifest, expected)
  checkPaths(entries, expected)
  const found = new Map(members.map(member => [`/${member.entry.path}`, member]))
  if (found.size !== members.length || found.size !== entries.length) {
    throw altered(expected, `the manifest names ${entries.length} entries, the archive has ${members.length}`)
  }
  const files: CapturedFile[] = []
  const others: Entry[] = []
  for (const entry of entries) {
    const member = found.get(entry.path)
    if (member === undefined || !agrees(entry, member))
      throw altered(expected, `an entry differs: ${entry.path}`)
    if (entry.kind !== "file") {
      others.push(entry)
      continue
    }
    const sha256 = createHash("sha256").update(member.content).digest("hex")
    if (sha256 !== entry.sha256) throw altered(expected, `the content of ${entry.path} differs`)
    files.push({ entry: { ...entry, kind: "file", sha256 }, content: new Secret(member.content) })
  }
  return { host, category, files, others }
}

function readManifest(manifest: unknown, expected: Expected) {
  const fields = (manifest ?? {}) as Record<string, unknown>
  if (typeof fields["format"] === "number" && fields["format"] > 1) {
    throw new Problem(
      "vault/newer-format",
      `${expected.key} has format ${fields["format"]}; this program knows format 1`,
      {
        hint: "update pmta-vault",
      },
    )
  }
  const { host, category, files } = fields
  if (
    fields["format"] !== 1 ||
    typeof host !== "string" ||
    typeof category !== "string" ||
    !Array.isArray(files)
  ) {
    throw altered(expected, "it has no manifest that can be read")
  }
  if (host !== expected.host) {
    throw new Problem("seal/wrong-host", `${expected.key} holds files of ${JSON.stringify(host)}`, { hint })
  }
  if (category !== expected.category) {
    throw new Problem("seal/swapped", `${expected.key} holds the category ${JSON.stringify(category)}`, {
      hint,
    })
  }
  const entries = files.map(file => readEntry(file))
  if (entries.includes(null)) throw altered(expected, "its manifest has an entry that cannot be read")
  return { host, category, entries: entries.filter(entry => entry !== null) }
}

const kinds = ["file", "link", "directory"] as const

function readEntry(file: unknown): Entry | null {
  const {
    path,
    kind,
    mode,
    owner,
    group,
    uid,
    gid,
    size,
    mtime,
    sha256 = null,
    target = null,
  } = (file ?? {}) as Record<string, unknown>
  const isKind = (found: unknown): found is (typeof kinds)[number] => kinds.includes(found as "file")
  const isCount = (found: unknown): found is number => Number.isSafeInteger(found) && Number(found) >= 0
  const isName = (found: unknown): found is string => typeof found === "string" && !/[\0/:]/.test(found)
  if (typeof path !== "string" || !isKind(kind) || !isName(owner) || !isName(group)) return null
  if (typeof mode !== "string" || !/^[0-7]{4}$/.test(mode)) return null
  if (!isCount(uid) || !isCount(gid) || !isCount(size) || !Number.isSafeInteger(mtime)) return null
  if (
    (kind === "file") !== (typeof sha256 === "string") ||
    (kind === "link") !== (typeof target === "string")
  )
    return null
  return {
    ...{ path, kind, owner, group, uid, gid, size },
    mode: Number.parseInt(mode, 8),
    mtime: Number(mtime),
    target: target as string | null,
    sha256: sha256 as string | null,
    readable: true,
  }
}

/**
 * Nothing may lead out of the place that is restored to. A file below a link is no harm yet, and happens: a config
 * may name a key through a linked directory. Who restores it resolves the link, and never follows one on a disk.
 */
function checkPaths(entries: readonly Entry[], expected: Expected): void {
  const seen = new Map(entries.map(entry => [entry.path, entry]))
  const unsafe = (path: string, why: string) =>
    new Problem("seal/unsafe-path", `${expected.key} holds ${JSON.stringify(path).slice(0, 200)}, ${why}`, {
      hint,
    })
  if (seen.size !== entries.length) throw unsafe(firstTwice(entries), "twice")
  for (const { path } of entries) {
    if (!isNormalPath(path) || path === "/") throw unsafe(path, "which is no plain absolute path")
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      const above = seen.get(path.slice(0, end))
      if (above?.kind === "file") throw unsafe(path, "which lies below a file")
    }
  }
}

function firstTwice(entries: readonly Entry[]): string {
  const seen = new Set<string>()
  return certain(entries.find(({ path }) => seen.size === seen.add(path).size)).path
}

/** The archive is what stock tools unpack: what it says of an entry must be what the manifest says. */
function agrees(entry: Entry, { entry: member, content }: TarMember): boolean {
  return (
    member.kind === entry.kind &&
    member.mode === entry.mode &&
    member.owner === entry.owner &&
    member.group === entry.group &&
    member.target === (entry.target ?? "") &&
    (entry.kind !== "file" || content.length === entry.size)
  )
}

function altered({ key }: Expected, what: string): Problem {
  return new Problem("seal/bundle-altered", `${key} is not what was sealed: ${what}`, { hint })
}

const hint =
  "someone sealed another thing under this name; take another snapshot with --at SEQUENCE, and find out who could write"
