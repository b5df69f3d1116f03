/**
 * What an operator can meet. Everything else that is thrown is a bug of this program.
 * Messages, hints and data are written as if public: never a secret, never a file's content.
 */

/** Exit codes, printed in `--help`; `rank` decides which cause wins when several occur in one run. */
export const exits = {
  good: { code: 0, meaning: "good" },
  bug: { code: 1, meaning: "a bug of pmta-vault: please report it" },
  usage: { code: 2, meaning: "usage, settings or fleet file" },
  partial: { code: 3, meaning: "some hosts or categories failed, or drift could not be proposed" },
  total: { code: 4, meaning: "all hosts failed, or the vault could not be written" },
  integrity: { code: 5, meaning: "integrity or authenticity of stored data" },
  identity: { code: 6, meaning: "a host's identity: its key is not the pinned one" },
  objective: {
    code: 7,
    meaning: "an objective is missed (RPO, RTO, drill), or a change made deliverability worse",
  },
  drift: { code: 8, meaning: "drift found (with --exit-code)" },
  interrupted: { code: 130, meaning: "interrupted" },
} as const

export type Exit = keyof typeof exits

const winningOrder: readonly Exit[] = [
  "interrupted",
  "bug",
  "usage",
  "identity",
  "integrity",
  "total",
  "partial",
  "objective",
  "drift",
  "good",
]

/** The cause that decides the exit code of a run in which all of `causes` occurred. */
export function gravest(causes: Iterable<Exit>): Exit {
  const found = new Set(causes)
  return winningOrder.find(exit => found.has(exit)) ?? "good"
}

/**
 * Every code a Problem may have, and what it means for the exit code. `partial` is what a single
 * host's failure counts as; a run in which every host failed turns it into `total`.
 */
export const codes = {
  "settings/unknown": "usage",
  "settings/missing": "usage",
  "settings/invalid": "usage",
  "settings/unreadable": "usage",
  "fleet/unreadable": "usage",
  "fleet/invalid": "usage",
  "fleet/no-such-host": "usage",
  "fleet/not-backed-up": "usage",
  "pull/host-key-changed": "identity",
  "pull/unreachable": "partial",
  "pull/refused-key": "partial",
  "pull/stalled": "partial",
  "pull/closed": "partial",
  "pull/no-algorithm": "partial",
  "pull/no-way-to-read": "partial",
  "pull/malformed": "partial",
  "pull/unreadable": "partial",
  "pull/sudo-refused": "partial",
  "pull/no-config": "partial",
  "pull/shrunk": "partial",
  "pull/changing": "partial",
  "pull/too-large": "partial",
  "pull/out-of-time": "partial",
  "pull/missing-reference": "partial",
  "pull/log-lost": "partial",
  "seal/key-unusable": "usage",
  "seal/key-locked": "usage",
  "seal/no-signer": "usage",
  "seal/recipient-unusable": "usage",
  "seal/no-recipient": "usage",
  "seal/not-signed": "integrity",
  "seal/wrong-signer": "integrity",
  "seal/altered": "integrity",
  "seal/out-of-order": "integrity",
  "seal/wrong-host": "integrity",
  "seal/gap": "integrity",
  "seal/fork": "integrity",
  "seal/rolled-back": "integrity",
  "seal/from-future": "integrity",
  "seal/no-identity": "integrity",
  "seal/identity-unusable": "usage",
  "seal/wrong-identity": "integrity",
  "seal/truncated": "integrity",
  "seal/bundle-altered": "integrity",
  "seal/swapped": "integrity",
  "seal/unsafe-path": "integrity",
  "store/missing": "integrity",
  "store/not-read-back": "integrity",
  "store/full": "total",
  "store/refused": "total",
  "store/unreachable": "total",
  "store/no-service": "usage",
  "vault/not-a-vault": "usage",
  "vault/local-changes": "usage",
  "vault/unreachable": "total",
  "vault/refused": "total",
  "vault/unsigned": "partial",
  "vault/moved": "total",
  "vault/full": "total",
  "vault/newer-format": "integrity",
  "vault/no-copy": "integrity",
  "vault/git-missing": "usage",
  "vault/git-failed": "total",
  "propose/no-such-proposal": "usage",
  "propose/conflict": "usage",
  "restore/no-such-snapshot": "usage",
  "restore/nothing": "usage",
  "restore/not-empty": "usage",
  "restore/wrong-host": "usage",
  "restore/not-confirmed": "usage",
  "restore/not-spare": "usage",
  "restore/plan-changed": "usage",
  "restore/other-hardware": "usage",
  "restore/blocked": "total",
  "restore/no-rights": "total",
  "restore/rolled-back": "total",
  "restore/half-done": "total",
  "restore/full": "total",
  "restore/refused": "total",
  "propose/token": "partial",
  "propose/not-permitted": "partial",
  "propose/not-found": "partial",
  "propose/refused": "partial",
  "propose/rate-limited": "partial",
  "propose/unavailable": "partial",
  "shard/unreadable": "partial",
  "shard/malformed": "integrity",
  "shard/not-ours": "integrity",
  "shard/altered": "integrity",
  "shard/other-run": "integrity",
  "shard/other-vault": "integrity",
  "shard/other-fleet": "partial",
  "shard/other-version": "partial",
  "shard/moved": "partial",
  "shard/no-capture": "partial",
  "run/interrupted": "interrupted",
} as const satisfies Record<string, Exit>

export type Code = keyof typeof codes

interface ProblemOptions {
  readonly hint: string
  readonly cause?: unknown
  /** lines of data shown between message and hint, such as expected and offered fingerprints */
  readonly data?: readonly string[]
}

/**
 * @param code     key of `codes`; what programs match on
 * @param message  what is so, naming the thing; lower-case, no full stop
 * @param options  `hint`: the next thing to do
 */
export class Problem extends Error {
  override readonly name = "Problem"
  readonly code: Code
  readonly hint: string
  readonly data: readonly string[]

  constructor(code: Code, message: string, options: ProblemOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint
    this.data = options.data ?? []
  }

  get exit(): Exit {
    return codes[this.code]
  }

  toJSON() {
    return { code: this.code, message: this.message, data: this.data, hint: this.hint }
  }
}

/**
 * The Problem that was caught, for where the work goes on without what failed.
 * @throws  what was caught, where it is a bug, or where all of the work was stopped
 */
export function caughtProblem(caught: unknown, signal?: AbortSignal): Problem {
  if (caught instanceof Problem && signal?.aborted !== true) return caught
  throw caught
}

/** The exit code that something thrown stands for: a Problem's own, else `bug`. */
export function exitOf(thrown: unknown): Exit {
  return thrown instanceof Problem ? thrown.exit : "bug"
}
