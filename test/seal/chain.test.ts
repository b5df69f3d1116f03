/** A host's snapshots as a chain: what is missing, mixed, early or another's is told by number. */
import { describe, expect, test } from "vitest"
import type { PruneRecord, StoredRecord } from "../../src/core/retention.ts"
import { Secret } from "../../src/core/secret.ts"
import type { SignedSnapshot, Snapshot } from "../../src/core/snapshot.ts"
import type { StoredSnapshot } from "../../src/core/vault.ts"
import { checkChain, openChain } from "../../src/seal/chain.ts"
import { headOf, headProblem } from "../../src/seal/heads.ts"
import { unlockKey } from "../../src/seal/private-key.ts"
import { openRecords, signRecord } from "../../src/seal/prune-record.ts"
import { openSnapshot, signSnapshot, snapshotHash } from "../../src/seal/snapshot.ts"
import { sign } from "../../src/seal/sshsig.ts"
import { hostKeyPairs, sshKey } from "../lab/keys.ts"

const pair = (await hostKeyPairs()).ed25519
const key = unlockKey("signing-key", new Secret(pair.privateKey), null)
const strange = unlockKey("signing-key", new Secret((await sshKey("ed25519")).privateKey), null)
const signers = [pair.publicKey]
const now = new Date("2026-11-24T12:00:00Z")

const snapshotOf = (
  sequence: number,
  previous: string | null,
  changes: Partial<Snapshot> = {},
): Snapshot => ({
  ...{ format: 1, host: "mta1", sequence, previous, takenAt: `2026-11-${10 + sequence}T03:00:00Z` },
  ...{ profile: "powermta", tool: "", run: null, categories: {} },
  ...changes,
})
const stored = ({ snapshot, bytes, signature }: SignedSnapshot): StoredSnapshot => ({
  ...{ sequence: snapshot.sequence, bytes, signature },
})

/** `count` snapshots, each naming the one before. */
function history(count: number, changes: Partial<Snapshot> = {}): readonly StoredSnapshot[] {
  const all: StoredSnapshot[] = []
  for (let sequence = 1; sequence <= count; sequence++) {
    const before = all.at(-1)
    const previous = before === undefined ? null : snapshotHash(before.bytes)
    all.push(stored(signSnapshot(snapshotOf(sequence, previous, changes), key)))
  }
  return all
}
const [one, two, three, four] = history(4) as [StoredSnapshot, StoredSnapshot, StoredSnapshot, StoredSnapshot]

/** A record that snapshots up to `to` went. */
const record = (
  number: number,
  to: StoredSnapshot,
  host = "mta1",
  previous: string | null = null,
): PruneRecord => ({
  ...{ format: 1, kind: "prune", number, previous, prunedAt: now.toISOString(), tool: "", run: null },
  hosts: { [host]: { snapshots: [{ from: 1, to: to.sequence, last: snapshotHash(to.bytes) }], bundles: [] } },
})
const check = (found: readonly StoredSnapshot[], records: readonly PruneRecord[] = [], at = now) =>
  checkChain("mta1", found, { signers, records }, at)
const told = (found: readonly StoredSnapshot[], records: readonly PruneRecord[] = [], at = now) =>
  check(found, records, at).faults.map(({ sequence, problem }) => `${sequence} ${problem.code}`)

describe("a chain", () => {
  test("in which each follows the one before is whole, in whatever order it was found", () => {
    const chain = check([three, one, four, two])
    expect(chain.faults).toEqual([])
    expect([...chain.snapshots.keys()]).toEqual([1, 2, 3, 4])
    expect(headOf(chain)).toEqual({
      sequence: 4,
      takenAt: "2026-11-14T03:00:00Z",
      sha256: snapshotHash(four.bytes),
    })
    expect(
      openChain("mta1", [two, one], { signers, records: [] }).map(({ snapshot }) => snapshot.sequence),
    ).toEqual([1, 2])
  })

  test("of no snapshot is whole, and has no head", () => {
    expect(check([]).faults).toEqual([])
    expect(headOf(check([]))).toBeNull()
  })

  test("with a gap says which are missing, unless a record of this host says that they went", () => {
    expect(check([one, three]).faults[0]?.problem.message).toBe(
      "snapshot 2 of mta1 is missing, and no prune record says why",
    )
    expect(check([four]).faults[0]?.problem.message).toBe(
      "snapshots 1 to 3 of mta1 are missing, and no prune record says why",
    )
    expect(told([four])).toEqual(["4 seal/gap"])
    expect(told([four], [record(1, three)])).toEqual([])
    expect(told([four], [record(1, three, "mta2")])).toEqual(["4 seal/gap"])
    expect(told([four], [record(1, two)])).toEqual(["4 seal/gap"])
  })

  test("that goes on behind another snapshot than the record names is two histories", () => {
    const other = { ...three, bytes: Buffer.from("another third") }
    expect(told([four], [record(1, other)])).toEqual(["4 seal/fork"])
  })

  test("into which another snapshot was put is told behind it", () => {
    const second = stored(signSnapshot(snapshotOf(2, snapshotHash(one.bytes), { tool: "other" }), key))
    expect(told([one, second, three, four])).toEqual(["3 seal/fork"])
    const first = stored(signSnapshot(snapshotOf(1, "before"), key))
    const { problem } = check([first]).faults[0] ?? {}
    expect(problem).toMatchObject({
      code: "seal/fork",
      message: "snapshot 1 of mta1 says that another came before it",
    })
    expect(check([one, second, three]).faults[0]?.problem.message).toBe(
      "snapshot 3 of mta1 follows another snapshot 2 than the vault holds",
    )
  })

  test("with one that cannot be trusted has the others still, and says why", () => {
    const chain = check([one, { ...two, signature: "" }, three])
    expect([...chain.snapshots.keys()]).toEqual([1, 3])
    expect(chain.faults.map(({ sequence, problem }) => `${sequence} ${problem.code}`)).toEqual([
      "2 seal/not-signed",
    ])
    expect(() => openChain("mta1", [one, { ...two, signature: "" }], { signers, records: [] })).toThrow(
      expect.objectContaining({ code: "seal/not-signed" }),
    )
  })

  test("whose newest is of a time to come is told; a clock may be five minutes ahead", () => {
    const taken = Date.parse("2026-11-14T03:00:00Z")
    const early = (minutes: number) => told([one, two, three, four], [], new Date(taken - minutes * 60_000))
    expect(early(5)).toEqual([])
    expect(early(6)).toEqual(["4 seal/from-future"])
    expect(early(24 * 60 * 3)).toEqual(["2 seal/from-future", "3 seal/from-future", "4 seal/from-future"])
  })

  test("with a text in it that a signer signed and that is no snapshot ends as a bug, not as an attack", () => {
    const bytes = Buffer.from("no JSON")
    expect(() => check([{ sequence: 1, bytes, signature: sign(key, bytes) }])).toThrow(SyntaxError)
  })
})

describe("one snapshot", () => {
  test("is signed as a text that people can read", () => {
    expect(Buffer.from(one.bytes).toString()).toMatch(/^\{\n {2}"format": 1,[\s\S]*\n\}\n$/)
  })

  const open = (signed: SignedSnapshot | StoredSnapshot, list = signers) =>
    openSnapshot(signed.bytes, signed.signature, list, { host: "mta1", sequence: 1 })

  test.each<[string, () => unknown, string, string]>([
    [
      "without a signature",
      () => open({ ...one, signature: "" }),
      "seal/not-signed",
      "has no signature that can be read",
    ],
    [
      "by a stranger",
      () => open(signSnapshot(snapshotOf(1, null), strange)),
      "seal/wrong-signer",
      "a key that fleet.yml does not list",
    ],
    ["that was altered", () => open({ ...one, bytes: two.bytes }), "seal/altered", "is not what was signed"],
    [
      "of another host",
      () => open(signSnapshot(snapshotOf(1, null, { host: "mta2" }), key)),
      "seal/wrong-host",
      "a snapshot of mta2",
    ],
    [
      "of another number",
      () => open(signSnapshot(snapshotOf(7, null), key)),
      "seal/out-of-order",
      "number 7",
    ],
    [
      "of a newer format",
      () => open(signSnapshot({ ...snapshotOf(1, null), format: 2 as 1 }, key)),
      "vault/newer-format",
      "has format 2; this program knows format 1",
    ],
  ])("%s is refused", (_, opening, code, message) => {
    expect(opening).toThrow(
      expect.objectContaining({
        code,
        message: expect.stringMatching(new RegExp(`^snapshot 1 of mta1 .*${message}`)),
      }),
    )
  })
})

describe("what was seen before", () => {
  const all = [one, two, three]
  const seen = (of: StoredSnapshot, sha256 = snapshotHash(of.bytes)) => ({
    ...{ sequence: of.sequence, takenAt: "2026-11-13T03:00:00Z", sha256 },
  })

  test("is no problem while it is there, or a record says that it went", () => {
    expect(headProblem("mta1", seen(two), all, [])).toBeNull()
    expect(headProblem("mta1", seen(two), [three], [record(1, two)])).toBeNull()
    // The chain itself tells of a gap that no record explains.
    expect(headProblem("mta1", seen(two), [three], [])).toBeNull()
  })

  test("and is newer than all there is was set back", () => {
    expect(headProblem("mta1", seen(three), [one, two], [])).toMatchObject({
      code: "seal/rolled-back",
      message: expect.stringContaining(
        "mta1 ends at snapshot 2; snapshot 3 of 2026-11-13T03:00:00Z was there",
      ),
    })
    expect(headProblem("mta1", seen(three), [], [])?.message).toContain("mta1 has no snapshot; snapshot 3")
  })

  test("and is another now, here or in a record, is another history", () => {
    const problem = headProblem("mta1", seen(two, "0".repeat(64)), all, [])
    expect(problem).toMatchObject({
      code: "seal/fork",
      message: expect.stringContaining("mta1 has another snapshot 2"),
    })
    expect(problem?.data).toEqual([`seen   ${"0".repeat(64)}`, `stored ${snapshotHash(two.bytes)}`])
    expect(headProblem("mta1", seen(two, "0"), [three], [record(1, two, "mta2"), record(2, two)])?.code).toBe(
      "seal/fork",
    )
  })
})

describe("records of prunes", () => {
  const first = signRecord(record(1, one), key)
  const second = signRecord(record(2, two, "mta1", snapshotHash(first.bytes)), key)

  test("are trusted in their order", () => {
    expect(openRecords([], signers)).toEqual([])
    expect(openRecords([first, second], signers).map(({ number }) => number)).toEqual([1, 2])
    expect(first.bytes.toString()).toMatch(/^\{\n {2}"format": 1,[\s\S]*\}\n$/)
  })

  test.each<[string, () => readonly StoredRecord[], string, string]>([
    [
      "without a signature",
      () => [{ ...first, signature: "" }],
      "seal/not-signed",
      "prune record 1 has no signature",
    ],
    [
      "by a stranger",
      () => [signRecord(record(1, one), strange)],
      "seal/wrong-signer",
      "prune record 1 is signed by",
    ],
    [
      "that was altered",
      () => [{ ...first, bytes: second.bytes }],
      "seal/altered",
      "prune record 1 is not what was signed",
    ],
    ["without the one before", () => [second], "seal/out-of-order", "prune record 2 does not follow"],
    ["behind another", () => [first, signRecord(record(2, two), key)], "seal/out-of-order", "prune record 2"],
    [
      "of another number",
      () => [signRecord(record(2, one), key)].map(found => ({ ...found, number: 1 })),
      "seal/out-of-order",
      "prune record 1",
    ],
    [
      "of another kind",
      () => [signRecord({ ...record(1, one), kind: "drill" as "prune" }, key)],
      "seal/out-of-order",
      "prune record 1",
    ],
    ["twice", () => [first, first], "seal/out-of-order", "prune record 1"],
  ])("%s are refused", (_, found, code, message) => {
    expect(() => openRecords(found(), signers)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    )
  })
})
