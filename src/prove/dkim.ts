/** Whether every key that a config names loads, is published, and signs. */
import type { ProofFinding, ProofTraits, SigningKeyUse } from "../core/drill.ts"
import { type Proof, proofOf } from "../core/drill.ts"
import type { Facts } from "../core/profile.ts"
import type { SigningKey } from "./dkim-message.ts"
import { judgeRecord, type PublicHalf, type RecordVerdict } from "./dkim-record.ts"
import type { RestoredTree } from "./tree.ts"
import type { TxtLookup } from "./txt-lookup.ts"

export interface MessageTools {
  /** as in `dkim-message.ts`, which is large and loaded on demand */
  readonly sign: (key: SigningKey, now: Date) => Promise<string>
  readonly verify: (message: string, record: string, publicKey: string) => Promise<string | null>
}

export interface DkimInput {
  /** config texts by path */
  readonly configs: ReadonlyMap<string, string>
  readonly tree: RestoredTree
  readonly traits: ProofTraits
  /** public facts of the keys by path */
  readonly facts: Facts
  readonly now: Date
}

const levels: Readonly<Record<RecordVerdict, ProofFinding["level"] | null>> = {
  good: null,
  testing: "weak",
  "wrong-key": "failed",
  revoked: "failed",
  "missing-record": "failed",
  "dns-failure": "weak",
  "malformed-record": "failed",
  "several-records": "failed",
}

export async function proveDkim(input: DkimInput, lookup: TxtLookup, messages: MessageTools): Promise<Proof> {
  const uses = namedKeys(input)
  const findings = await Promise.all(uses.map(use => judgeUse(use, input, lookup, messages)))
  const unnamed = Object.keys(input.facts).filter(path => !uses.some(use => use.paths.includes(path)))
  const notes = unnamed.map(path => finding("note", "not-named", path, "no domain-key names this file"))
  const good = findings.filter(found => found.every(({ level }) => level === "note")).length
  const summary =
    uses.length === 0
      ? "no domain-key in the config"
      : `${good} of ${uses.length} keys load, are published in DNS, and sign a message that verifies`
  return proofOf("dkim", summary, [...findings.flat(), ...notes])
}

interface NamedKey extends SigningKeyUse {
  /** restored files that it stands for */
  readonly paths: readonly string[]
}

function namedKeys({ configs, tree, traits }: DkimInput): readonly NamedKey[] {
  const found = new Map<string, NamedKey>()
  for (const text of configs.values()) {
    for (const use of traits.signingKeys(text)) {
      found.set(`${use.selector} ${use.domain} ${use.path}`, { ...use, paths: tree.matching(use.path) })
    }
  }
  return [...found.values()]
}

async function judgeUse(
  use: NamedKey,
  input: DkimInput,
  lookup: TxtLookup,
  messages: MessageTools,
): Promise<readonly ProofFinding[]> {
  const name = `${use.selector}._domainkey.${use.domain}`
  const [path] = use.paths
  if (path === undefined) return [finding("failed", "missing-file", name, `${use.path} is not in the backup`)]
  const half = publicHalf(input.facts[path])
  if (typeof half === "string") return [finding("failed", "unusable-key", name, `${path}: ${half}`)]
  if (half.type === "rsa" && half.bits < 1024)
    return [
      finding("failed", "short-key", name, `${path} has ${half.bits} bits; receivers want 1024 at least`),
    ]
  const own = `v=DKIM1; k=${half.type}; p=${half.publicKey}`
  const messageWith = async (domain: string, record: string) =>
    await judgeMessage(
      { selector: use.selector, domain, path, record, publicKey: half.publicKey },
      input,
      messages,
    )
  if (use.domain === "*" || use.paths.length > 1 || /[*$]/.test(name)) {
    const found = await messageWith("example.com", own)
    return [...found, finding("note", "any-domain", name, "stands for several domains; DNS was not asked")]
  }
  const { verdict, detail, record } = judgeRecord(await lookup(name), half)
  const level = levels[verdict]
  const findings = level === null ? [] : [finding(level, verdict, name, detail)]
  // Where DNS does not have the key, the message shows at least that the file is one.
  const signed = await messageWith(use.domain, verdict === "good" ? (record ?? own) : own)
  return [...findings, ...signed]
}

interface TestMessage {
  readonly selector: string
  readonly domain: string
  /** of the key */
  readonly path: string
  readonly record: string
  readonly publicKey: string
}

async function judgeMessage(
  { selector, domain, path, record, publicKey }: TestMessage,
  { tree, now }: DkimInput,
  { sign, verify }: MessageTools,
): Promise<readonly ProofFinding[]> {
  const name = `${selector}._domainkey.${domain}`
  try {
    const message = await sign({ selector, domain, privateKey: tree.text(path) }, now)
    const complaint = await verify(message, record, publicKey)
    return complaint === null
      ? []
      : [finding("failed", "message-refused", name, `a message signed with ${path}: ${complaint}`)]
  } catch {
    // What a library says of a key may quote it.
    return [finding("failed", "cannot-sign", name, `no message can be signed with ${path}`)]
  }
}

function publicHalf(facts: unknown): (PublicHalf & { readonly bits: number }) | string {
  const { type, publicKey, bits, unreadable, half } = (facts ?? {}) as Readonly<Record<string, unknown>>
  if (typeof unreadable === "string") return unreadable
  if (half !== undefined) return "the private half is not there"
  if ((type === "rsa" || type === "ed25519") && typeof publicKey === "string" && typeof bits === "number")
    return { type, publicKey, bits }
  return "not a key"
}

const finding = (
  level: ProofFinding["level"],
  verdict: string,
  subject: string,
  detail: string,
): ProofFinding => ({ level, verdict, subject, detail })
