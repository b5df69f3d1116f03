import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import type { Snapshot } from "../../src/core/snapshot.ts"
import type { ProposalWrite, Vault } from "../../src/core/vault.ts"
import { parseFleet } from "../../src/fleet/parse.ts"
import { review } from "../../src/flows/review.ts"
import { powermta } from "../../src/profiles/powermta/index.ts"
import { openVault } from "../../src/stores/index.ts"
import { withHost } from "../fleet/examples.ts"
import { succeed } from "../lab/child.ts"
import { gitHttp } from "../lab/git-http.ts"

const { signal } = new AbortController()
const fleet = parseFleet(withHost(), "fleet.yml")

async function vaultAt(kind: "local" | "remote") {
  const place = await mkdtemp(join(tmpdir(), "pmta-review-"))
  const remote = kind === "remote" ? await gitHttp() : null
  const local = join(place, "vault")
  const token = remote === null ? null : () => remote.token
  const environment = { PATH: process.env["PATH"] ?? "", HOME: place }
  const how = { environment, token, create: true, scratch: place, now: () => new Date() }
  const vault = await openVault({ location: remote?.url ?? local, ...how }, signal)
  const git = async (...args: readonly string[]) =>
    (remote === null
      ? (await succeed("git", ["-C", local, ...args])).toString()
      : await remote.git(...args)
    ).trim()
  return {
    vault,
    git,
    /** A person's commit on top of a branch. */
    async commitOnto(branch: string): Promise<string> {
      const who = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
      const commit = await git(...who, "commit-tree", `${branch}^{tree}`, "-p", branch, "-m", "by hand")
      await git("update-ref", `refs/heads/${branch}`, commit)
      return commit
    },
    async [Symbol.asyncDispose]() {
      await vault[Symbol.asyncDispose]()
      await remote?.[Symbol.asyncDispose]()
      await rm(place, { recursive: true, force: true })
    },
  }
}

/** What a run leaves of a host; review looks at the mirror alone. */
async function seen(vault: Vault, sequence: number, config: string): Promise<void> {
  const blob = await vault.stage(Buffer.from(config), false, signal)
  const snapshot = { host: "mta1", sequence, categories: {} } as unknown as Snapshot
  const live = { removed: [], written: new Map([["files/etc/pmta/config", blob]]) }
  const signed = { snapshot, bytes: Buffer.from("{}"), signature: "" }
  await vault.record(
    () => [{ snapshot: signed, live, hint: null, traffic: [], pages: new Map(), segments: [] }],
    ["mta1"],
    "2026-01-01",
    signal,
  )
}

const toolsFor = (vault: Vault) => ({
  ...{ fleet, profile: powermta, vault, forge: null, mostOpen: 10, lookup: null },
  ...{ now: () => new Date(), run: null },
})

/** The vault, in which something happens each time just before proposals are written. */
const before = (vault: Vault, happens: (writes: readonly ProposalWrite[]) => Promise<unknown>): Vault => ({
  ...vault,
  async propose(writes, removes, stop) {
    await happens(writes)
    await vault.propose(writes, removes, stop)
  },
})

test.each(["local", "remote"] as const)(
  "a branch that a person moves meanwhile is left alone, and the drift gets its own: %s vault",
  async kind => {
    await using place = await vaultAt(kind)
    await seen(place.vault, 1, "max-smtp-out 6\n")
    const [first] = (await review(toolsFor(place.vault), signal)).proposals
    await seen(place.vault, 2, "max-smtp-out 8\n")
    let theirs: string | undefined
    const moving = before(place.vault, async () => {
      theirs ??= await place.commitOnto(`drift/${first?.id}`)
    })
    const { proposals } = await review(toolsFor(moving), signal)
    expect(proposals.map(({ action }) => action).sort()).toEqual(["created", "left-alone"])
    expect(await place.git("rev-parse", `drift/${first?.id}`)).toBe(theirs)
    const branches = await place.git("for-each-ref", "--format=%(refname:short)", "refs/heads/drift")
    expect(branches.split("\n").sort()).toEqual(proposals.map(({ id }) => `drift/${id}`).sort())
  },
)

// One more try was all there was: of three runs at once, one could not propose.
test("names that are taken each time end the review with a word that says so, after so many tries", async () => {
  await using place = await vaultAt("local")
  await seen(place.vault, 1, "max-smtp-out 6\n")
  const taken: string[] = []
  const racing = before(place.vault, async ([write]) => {
    taken.push(write?.id ?? "")
    await place.git("update-ref", `refs/heads/drift/${write?.id}`, "main")
  })
  expect((await review(toolsFor(racing), signal)).problem).toMatchObject({ code: "vault/moved" })
  expect(new Set(taken).size).toBe(12)
})
