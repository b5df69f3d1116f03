import { createHash } from "node:crypto"
import { expect, test } from "vitest"
import type { Event } from "../../src/core/event.ts"
import { Problem } from "../../src/core/problem.ts"
import type { BundleRef, Snapshot } from "../../src/core/snapshot.ts"
import type { Store } from "../../src/core/store.ts"
import { isGone, renew, withRenewed } from "../../src/flows/renewal.ts"

const { signal } = new AbortController()
const at = (day: number) => new Date(Date.UTC(2026, 0, 1 + day))
const bytes = (key: string) => Buffer.from(`sealed ${key}`)

const ref = (key: string, uploadedDay: number, days: number): BundleRef => ({
  ...{ store: "artifact", key, size: 1, sha256: createHash("sha256").update(bytes(key)).digest("hex") },
  ...{ fingerprint: "", files: 1, bytes: 1, capturedAt: at(0).toISOString(), recipients: [] },
  artifact: {
    ...{ id: 1, run: 1, digest: "sha256:" },
    uploadedAt: at(uploadedDay).toISOString(),
    expiresAt: at(uploadedDay + days).toISOString(),
  },
})
const snapshot = (bundles: Readonly<Record<string, BundleRef>>): Snapshot => ({
  ...{ format: 1, host: "mta1", sequence: 1, previous: null, takenAt: at(0).toISOString() },
  ...{ profile: "powermta", tool: "test", run: null },
  categories: Object.fromEntries(
    Object.entries(bundles).map(([name, bundle]) => [name, { status: "stored", bundle, problem: null }]),
  ),
})

/** Artifacts of another run: they are read by key, and what is put is remembered. */
function store(broken: readonly string[] = []): Store & { readonly put_: string[] } {
  const put: string[] = []
  return {
    ...{ name: "artifact", put_: put, list: async () => [] },
    get: async key => {
      if (broken.includes(key)) throw new Problem("store/unreachable", "no answer", { hint: "ask again" })
      return bytes(key)
    },
    async put(key, content) {
      put.push(key)
      const artifact = {
        id: 9,
        run: 2,
        digest: "",
        uploadedAt: at(61).toISOString(),
        expiresAt: at(151).toISOString(),
      }
      return { store: "artifact", key, size: content.length, sha256: "", artifact }
    },
  }
}

test("what has lived two thirds of its time is put again, everything else is left alone", async () => {
  const shelf = store()
  const before = snapshot({
    young: ref("bundles/young", 30, 90),
    old: ref("bundles/old", 0, 90),
    gone: ref("bundles/gone", 0, 60),
    replaced: ref("bundles/replaced", 0, 90),
    elsewhere: { ...ref("bundles/elsewhere", 0, 90), store: "directory" },
  })
  const tools = { store: shelf, now: () => at(61), observe: () => {} }
  const renewed = await renew(before, new Set(["replaced"]), tools, signal)
  expect(shelf.put_).toEqual(["bundles/old"])
  const after = withRenewed(before.categories, renewed)
  expect(after["old"]?.bundle?.artifact).toMatchObject({ id: 9, run: 2, expiresAt: at(151).toISOString() })
  expect(after["young"]).toEqual(before.categories["young"])
  expect(isGone(ref("bundles/gone", 0, 60), at(61))).toBe(true)
})

test("what cannot be renewed is told, and the rest is renewed all the same", async () => {
  const shelf = store(["bundles/a"])
  const said: Event[] = []
  const before = snapshot({ a: ref("bundles/a", 0, 90), b: ref("bundles/b", 0, 90) })
  const tools = { store: shelf, now: () => at(80), observe: (event: Event) => void said.push(event) }
  expect([...(await renew(before, new Set(), tools, signal)).keys()]).toEqual(["bundles/b"])
  expect(said).toEqual([
    expect.objectContaining({
      kind: "warning",
      host: "mta1",
      message: expect.stringMatching(/bundles\/a expires.*no answer/),
    }),
  ])
})
