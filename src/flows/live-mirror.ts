import { isAscii } from "node:buffer"
import type { Capture } from "../core/capture.ts"
import type { CapturedFile } from "../core/file.ts"
import { mirrorPath } from "../core/mirror-path.ts"
import type { Fingerprint, Profile } from "../core/profile.ts"
import type { PlannedCategory } from "../pull/roots.ts"
import { factsYaml } from "./facts-yaml.ts"

/** The readable form of a capture: masked texts and facts by path, and what is replaced by them. */
export interface LiveMirror {
  /** files and folders of the former mirror that do not stay */
  readonly replaced: readonly string[]
  /** by path below the host, such as `files/etc/pmta/config` and `facts/dkim.yml` */
  readonly texts: ReadonlyMap<string, string>
  /** those of them that masking left as they are, as bytes */
  readonly asRead: ReadonlyMap<string, Uint8Array>
}

/**
 * What of the mirror has to be written again after a capture; nothing when all is unchanged. A category that
 * failed, or was not taken, keeps the mirror that it had; so does a fact that spans categories.
 * @param planned  all categories of the host, taken or not
 */
export function liveMirror(
  capture: Capture,
  profile: Profile,
  planned: readonly PlannedCategory[],
  fingerprint: Fingerprint,
  now: Date,
): LiveMirror {
  const good = capture.categories.filter(({ status }) => status !== "failed")
  if (!capture.read) return { replaced: [], texts: new Map(), asRead: new Map() }
  const shown = new Set(planned.filter(({ shownMasked }) => shownMasked).map(({ name }) => name))
  const texts = new Map<string, string>()
  const replaced: string[] = []
  const configs = new Map<string, string>()
  const asRead = new Map<string, Uint8Array>()
  for (const { files } of good.filter(({ name }) => shown.has(name))) {
    for (const { entry, content } of files) {
      const text = content.revealText("mask it")
      const isKnown = isPlain(profile, entry)
      const masked = isKnown ? text : profile.mask(entry.path, text, fingerprint)
      configs.set(entry.path, masked)
      if (masked === text && !isKnown) rememberPlain(profile, entry)
      const bytes = content.reveal("it holds no secret if masking left it as it is")
      if (masked === text && isAscii(bytes)) asRead.set(mirrorPath(entry.path), bytes)
    }
  }
  // Where a key is named is a fact of the key: without the configs there are no new facts either.
  if (good.some(({ name }) => shown.has(name))) {
    replaced.push("files")
    for (const [path, text] of configs) texts.set(mirrorPath(path), text)
    for (const { name, files } of good.filter(category => !shown.has(category.name))) {
      const facts = profile.facts(name, files, configs, fingerprint, now)
      replaced.push(`facts/${name}.yml`)
      if (facts !== null) texts.set(`facts/${name}.yml`, factsYaml(facts))
    }
  }
  if (good.length === planned.length) {
    const entries = good.flatMap(category => category.entries)
    replaced.push("facts/permissions.yml")
    texts.set("facts/permissions.yml", factsYaml(profile.permissions(entries)))
  }
  return { replaced, texts, asRead }
}

/** Files that masking left as they are, by path and digest: the hosts of a fleet share most of their files. */
const plain = new WeakMap<Profile, Map<string, string>>()
/** Of a fleet that shares nothing it is of no use, and 2 MB. */
const mostPlain = 10_000

type Digested = CapturedFile["entry"]

const isPlain = (profile: Profile, { path, sha256 }: Digested) => plain.get(profile)?.get(sha256) === path

function rememberPlain(profile: Profile, { path, sha256 }: Digested): void {
  const known = plain.get(profile) ?? new Map<string, string>()
  if (known.size >= mostPlain) known.clear()
  plain.set(profile, known.set(sha256, path))
}
