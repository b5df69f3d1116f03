import type { Change, Risk } from "./change.ts"
import type { ProofTraits } from "./drill.ts"
import type { CapturedFile, Entry } from "./file.ts"
import type { RestoreTraits } from "./restore-plan.ts"
import type { TrafficCounter } from "./traffic.ts"

/** How much the loss of a category hurts, and so the order in which it is restored. */
export type Priority = "critical" | "high" | "medium" | "low"

export interface LogTraits {
  /** how often they are captured */
  readonly everyMs: number
  /** whether they tell of single attempts to deliver, which are counted as they pass by */
  readonly countsTraffic: boolean
}

/** One class of files of an MTA, with one policy. */
export interface CategoryDefinition {
  readonly name: string
  /** absolute patterns: `*`, `?`, `[…]` within one path segment, `**` over any number of them */
  readonly patterns: readonly string[]
  readonly rpoMs: number
  readonly priority: Priority
  /** whether its files are text that may be shown once masked; all else is shown as facts only */
  readonly shownMasked: boolean
  /** whether a lost file cannot be made again by anybody: each state of them keeps a copy */
  readonly irreplaceable: boolean
  /** growing files, captured in byte ranges and not as one bundle; null for all others */
  readonly log: LogTraits | null
}

/** A file that a config names. */
export interface Reference {
  /** the category that the named file belongs to */
  readonly category: string
  /** absolute path, or pattern where the directive allows wildcards */
  readonly path: string
  /** whether the named file is config text, to be read and followed in its turn */
  readonly include: boolean
  readonly directive: string
  /** where it is named; line counts from 1 */
  readonly file: string
  readonly line: number
}

/**
 * One setting of a config after parsing, masked. What two mirrors are compared by: equal `key`s with
 * different `compare` are a change; all statements with one key are a set, or a list when `ordered`.
 */
export interface Statement {
  /** enclosing blocks, outermost first, such as `["virtual-mta mta-a1", "domain gmail.com"]` */
  readonly scope: readonly string[]
  readonly name: string
  /** as written, masked */
  readonly value: string
  /** normalised: units, booleans, blanks, letter case of names */
  readonly compare: string
  /** `one`: the last of several wins; `set`: they accumulate; `list`: they accumulate in order */
  readonly repeat: "one" | "set" | "list"
  /** null for facts */
  readonly file: string | null
  readonly line: number | null
}

/** Statements of one scope and name that differ between two sides. */
export interface Difference {
  readonly kind: Change["kind"]
  readonly scope: readonly string[]
  readonly name: string
  /** accepted statements; empty when added */
  readonly was: readonly Statement[]
  /** live statements; empty when removed */
  readonly is: readonly Statement[]
}

/** All statements of one side, to look a difference up in its surroundings. */
export interface Settings {
  at(scope: readonly string[], name: string): readonly Statement[]
  named(name: string): readonly Statement[]
}

export interface Sides {
  readonly accepted: Settings
  readonly live: Settings
}

/** One way in which a difference can do harm. Of all rules that apply the gravest counts, then the first. */
export interface RiskRule extends Risk {
  applies(difference: Difference, sides: Sides): boolean
}

/** A keyed digest of a secret value, short and safe to show; equal values give equal digests in one vault. */
export type Fingerprint = (value: string | Uint8Array) => string

/** Public facts of one category of one host: plain data, written as YAML; never a secret. */
export type Facts = Readonly<Record<string, unknown>>

/** A DKIM key: the name of its record, and the public half as in `p=`. */
export interface PublishedKey {
  readonly name: string
  readonly type: "rsa" | "ed25519"
  readonly publicKey: string
}

/** What an MTA is: its files, its grammar, its secrets, its facts. Pure: reads nothing by itself. */
export interface Profile {
  readonly name: string
  /** the file without which there is nothing to back up */
  readonly mainConfig: string
  readonly categories: readonly CategoryDefinition[]
  /** Whether a config, as bytes, can name anything: a quick look at each of many. False is certain. */
  mayName(content: Uint8Array): boolean
  /** What one config text names, in order. Never throws: what it does not know, it skips. */
  references(file: string, text: string): readonly Reference[]
  /**
   * The same text with every secret replaced by a mark that holds its fingerprint. Same line count, still
   * valid config. Deny by default. `mask(mask(x)) = mask(x)`.
   */
  mask(file: string, text: string, fingerprint: Fingerprint): string
  /**
   * What two mirrors of a host are compared by.
   * @param files  masked config texts by path, of the whole host: files include each other
   * @param facts  by category, as `facts` and `permissions` gave them
   */
  outline(files: ReadonlyMap<string, string>, facts: Facts): readonly Statement[]
  readonly risks: readonly RiskRule[]
  /** What a reviewer cannot see in a difference alone, in words. */
  explain(difference: Difference, sides: Sides): readonly string[]
  /** The key that a change brings and that receivers look up in DNS; null for all other changes. */
  publishedKey(change: Change): PublishedKey | null
  /**
   * Public facts of one category from its files.
   * @param configs  masked config texts by path: where keys are named, with selector and domain
   * @param now      when the files were read: what ends soon is a fact
   * @returns        null when the category has no facts
   */
  facts(
    category: string,
    files: readonly CapturedFile[],
    configs: ReadonlyMap<string, string>,
    fingerprint: Fingerprint,
    now: Date,
  ): Facts | null
  /** Entries whose rights are shown and compared, as `path → "0640 root:pmta"`. */
  permissions(entries: readonly Entry[]): ReadonlyMap<string, string>
  readonly restore: RestoreTraits
  readonly proof: ProofTraits
  /**
   * Counts the traffic that accounting files tell of, as they stream by.
   * @param outline  of the host's config, for what the files leave out; may be empty
   * @param now      ms since 1970: later records are not believed
   */
  traffic(host: string, outline: readonly Statement[], now: number): TrafficCounter
  /** @param start  of an accounting file; false: it says of itself all that `outline` would tell of it */
  trafficNeedsConfig(start: Uint8Array): boolean
  /**
   * Whether the config has deferred attempts written to an accounting file; null when it names no such file.
   * Without them, nothing can be said of deferrals.
   */
  recordsDeferrals(outline: readonly Statement[]): boolean | null
}
