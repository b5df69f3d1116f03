/**
 * Random trees go all the way: read by the reader script, packed, sealed, stored, recorded and signed, found again,
 * verified, opened, unpacked. What comes back is what was there: names, bytes, modes, owners, times, links.
 */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { Secret } from "../../src/core/secret.ts"
import { parseFleet } from "../../src/fleet/parse.ts"
import { backup } from "../../src/flows/backup.ts"
import { restoreOut } from "../../src/flows/restore.ts"
import { profiles } from "../../src/profiles/index.ts"
import { fingerprints } from "../../src/seal/fingerprint.ts"
import { readIdentities } from "../../src/seal/identity.ts"
import { unlockKey } from "../../src/seal/private-key.ts"
import { directory } from "../../src/stores/index.ts"
import { openLabVault } from "../lab/filled-vault.ts"
import { fleetYml } from "../lab/fleet-file.ts"
import { ageKey, sshKey } from "../lab/keys.ts"
import { sshd } from "../lab/sshd.ts"
import { nobody, setting } from "../stories/setting.ts"
import { localHost } from "./local-host.ts"
import { figures, seed, sized } from "./suite.ts"
import { differences, makeTree, type Node, sampleTrees, treeAt } from "./trees.ts"

const { signal } = new AbortController()
/** Each tree is a category, and so a bundle, of its own. */
const treesPerRun = 25
const runsPerVault = 20
const limits = {
  ...{ maxEntries: 100_000, maxFileBytes: 2 ** 24, maxHostBytes: 2 ** 28 },
  ...{ connectTimeoutMs: 60_000, idleTimeoutMs: 60_000, hostTimeoutMs: 600_000 },
}

/** Lines of `fleet.yml` for the trees below a directory of the host. */
const categoryLines = (place: string, count: number) => [
  "categories:",
  ...Array.from({ length: count }, (_, index) => `  t${index}: { paths: ["${place}/t${index}"] }`),
]

interface Ground {
  readonly place: string
  readonly signing: Awaited<ReturnType<typeof sshKey>>
  readonly age: Awaited<ReturnType<typeof ageKey>>
}

/** One run: some trees, one backup, one restore. @returns the differences */
async function roundTrip(ground: Ground, vaultPath: string, run: number): Promise<readonly string[]> {
  const trees = sampleTrees(treesPerRun, seed + run)
  const source = join(ground.place, `source-${run}`)
  const out = join(ground.place, `out-${run}`)
  for (const [index, tree] of trees.entries()) makeTree(join(source, `t${index}`), tree)
  const host = `h${run}`
  const text = fleetYml({
    ...{ hosts: [nobody(host)], recipients: [ground.age.recipient], signers: [ground.signing.publicKey] },
    lines: categoryLines(source, trees.length),
  })
  const fleet = parseFleet(text, "fleet.yml")
  const profile = profiles.get("powermta")
  if (profile === undefined) throw new Error("the profile is gone")
  const signingKey = unlockKey("signing-key", new Secret(ground.signing.privateKey), null)
  await using vault = await openLabVault(vaultPath)
  const store = run % 2 === 0 ? vault.bundles : directory(join(ground.place, "store"))
  const report = await backup(
    { hosts: fleet.hosts, width: { least: 1, most: 1 }, propose: false },
    {
      ...{ fleet, vault, store, signingKey, limits, profile: { ...profile, categories: [] } },
      ...{ transport: localHost(limits), fingerprints: fingerprints(signingKey), now: () => new Date() },
      ...{ compression: run % 3 === 0 ? "gzip" : "zstd", dryRun: false, only: [], forge: null, mostOpen: 0 },
      ...{ maxLogRate: null, logStore: null, lookup: null, observe: () => {}, openMs: 0 },
      about: { tool: "test", run: null },
      readTraffic: () => {
        throw new Error("there are no logs here")
      },
    },
    signal,
  )
  const lost = report.hosts.flatMap(({ problems }) => problems.map(problem => problem.message))
  expect(lost, `TRUST_SEED=${seed}, run ${run}`).toEqual([])
  const failed = report.hosts.flatMap(({ categories }) =>
    categories.flatMap(({ name, status, problem }) =>
      status === "stored" ? [] : [`${name}: ${status} ${problem}`],
    ),
  )
  const request = { host, at: "latest", categories: [], paths: [], allLogs: false, directory: out }
  const identities = readIdentities(new Secret(ground.age.identity))
  const stores = new Map([[store.name, store]])
  await restoreOut({ ...request, identities }, { fleet, vault, stores, now: () => new Date() }, signal)
  const wrong = trees.flatMap((_, index) => compare(source, `${out}${source}`, index, run))
  await Promise.all([source, out].map(path => rm(path, { recursive: true, force: true })))
  return [...failed, ...wrong]
}

/** On a difference: where the trees are, and what makes them again. */
function compare(source: string, out: string, index: number, run: number): readonly string[] {
  const wrong = differences(treeAt(join(source, `t${index}`)), treeAt(join(out, `t${index}`)))
  return wrong.map(line => `seed ${seed}, run ${run}, tree ${index}: ${line}`)
}

const count = (tree: readonly Node[]): number =>
  tree.reduce((sum, node) => sum + 1 + (node.kind === "directory" ? count(node.children) : 0), 0)

test("random trees come back as they were", { timeout: 3_600_000 }, async () => {
  const place = await mkdtemp(join(tmpdir(), "pmta-trees-"))
  const started = performance.now()
  try {
    const ground = { place, signing: await sshKey("ed25519"), age: await ageKey() }
    const runs = sized(8, 400)
    let entries = 0
    for (let run = 0; run < runs; run++) {
      const vault = join(place, `vault-${Math.floor(run / runsPerVault)}`)
      expect(await roundTrip(ground, vault, run), `TRUST_SEED=${seed}`).toEqual([])
      entries += sampleTrees(treesPerRun, seed + run).reduce((sum, tree) => sum + count(tree), 0)
      if (run % runsPerVault === runsPerVault - 1) await rm(vault, { recursive: true, force: true })
    }
    const trees = runs * treesPerRun
    const perSecond = Math.round(trees / ((performance.now() - started) / 1000))
    figures(
      "restore equivalence",
      `${trees} random trees, ${entries} entries, ${runs} backups: 0 differences, ${perSecond} trees/s, seed ${seed}`,
    )
  } finally {
    await rm(place, { recursive: true, force: true })
  }
})

test.skipIf(process.getuid?.() !== 0)(
  "they come back over a real sshd too, by the built program",
  {
    timeout: 900_000,
  },
  async () => {
    await using story = await setting()
    await using host = await sshd({ name: "mta1", files: { "/etc/pmta/config": "max-smtp-out 1\n" } })
    const perRun = sized(20, 60)
    const runs = sized(1, 6)
    for (let run = 0; run < runs; run++) {
      // Elsewhere each time: equal content under equal names is not stored again, and keeps the times of its copy.
      const place = `/srv/trees-${run}`
      await story.fleet([host], { lines: categoryLines(place, perRun) })
      const trees = sampleTrees(perRun, seed + 1_000_000 + run, true)
      for (const [index, tree] of trees.entries()) makeTree(`${host.root}${place}/t${index}`, tree)
      const done = await story.backup("--no-propose")
      expect([0, 3], done.stderr).toContain(done.code)
      const out = join(story.directory, `out-${run}`)
      const keys = ["--fleet", story.fleetFile, "--vault", story.vault, "--identity-file", story.identityFile]
      const back = await story.run("restore", ...keys, "--host", "mta1", "--out", out)
      expect(back.code, back.stderr).toBe(0)
      const wrong = trees.flatMap((_, index) => compare(`${host.root}${place}`, `${out}${place}`, index, run))
      expect(wrong, `TRUST_SEED=${seed}`).toEqual([])
    }
    figures(
      "restore equivalence",
      `${runs * perRun} random trees over sshd by dist/: 0 differences, seed ${seed}`,
    )
  },
)
