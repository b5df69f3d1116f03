import { expect, test } from "vitest"
import { Secret } from "../../src/core/secret.ts"
import type { BundleRef, Snapshot } from "../../src/core/snapshot.ts"
import { openAll } from "../../src/flows/fetch-bundles.ts"
import { sealBundle } from "../../src/seal/bundle.ts"
import { readIdentities } from "../../src/seal/identity.ts"
import { makeIdentity } from "../../src/seal/open.ts"
import { capturedFile, entryOf } from "../lab/captured-file.ts"

const link = (path: string, target: string) => entryOf(path, "link", { target })

/** The paths that come out of one bundle with these links and files. */
async function paths(links: readonly (readonly [string, string])[], files: readonly string[]) {
  const { identity, recipient } = await makeIdentity()
  const content = {
    ...{ host: "mta1", category: "dkim", sequence: 1 },
    files: files.map(path => capturedFile(path, path.slice(-1))),
    others: links.map(([path, target]) => link(path, target)),
  }
  const bytes = await sealBundle(content, "gzip", [recipient])
  const ref = { key: "bundles/mta1/dkim/x.tar.gz.age" } as BundleRef
  const identities = readIdentities(new Secret(identity))
  const items = await openAll(
    { host: "mta1", sequence: 1 } as Snapshot,
    [{ category: "dkim", ref, bytes }],
    identities,
    [],
  )
  return items.map(({ entry }) => entry.path)
}

test("a file behind a linked directory gets its real path", async () => {
  expect(await paths([["/etc/pmta/dkim", "/srv/keys"]], ["/etc/pmta/dkim/a"])).toEqual([
    "/etc/pmta/dkim",
    "/srv/keys/a",
  ])
  const chain = [
    ["/a", "b"],
    ["/b", "c/d"],
  ] as const
  expect(await paths(chain, ["/a/x"])).toEqual(["/a", "/b", "/c/d/x"])
})

test("a link that leads above the root leads to the root", async () => {
  expect(await paths([["/etc/pmta/dkim", "../../../../../root"]], ["/etc/pmta/dkim/a"])).toEqual([
    "/etc/pmta/dkim",
    "/root/a",
  ])
})

test("links in a circle, and two files that end up at one place, are refused", async () => {
  const unsafe = { code: "seal/unsafe-path" }
  await expect(
    paths(
      [
        ["/a", "/b"],
        ["/b", "/a"],
      ],
      ["/a/x"],
    ),
  ).rejects.toMatchObject(unsafe)
  await expect(paths([["/a", "/b"]], ["/a/x", "/b/x", "/a/y"])).resolves.toEqual(["/a", "/b/x", "/b/y"])
  await expect(
    paths(
      [
        ["/a", "/b"],
        ["/b/x", "/c"],
      ],
      ["/a/x"],
    ),
  ).rejects.toMatchObject(unsafe)
})
