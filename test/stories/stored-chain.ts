import { createHash } from "node:crypto"
import { expect } from "vitest"
import type { Snapshot } from "../../src/core/snapshot.ts"
import { succeed } from "../lab/child.ts"

/** Every snapshot of a host from the first, with all that they name there and whole. */
export async function expectChain(repository: string, host: string, length: number): Promise<void> {
  const git = async (...args: readonly string[]) => await succeed("git", ["-C", repository, ...args])
  const names = (await git("ls-tree", "-r", "--name-only", "bundles", "--", `snapshots/${host}/`)).toString()
  const jsons = names.split("\n").filter(name => name.endsWith(".json"))
  expect(jsons).toHaveLength(length)
  let previous: string | null = null
  for (const [index, name] of jsons.entries()) {
    const bytes = await git("show", `bundles:${name}`)
    const snapshot = JSON.parse(bytes.toString()) as Snapshot
    expect(snapshot).toMatchObject({ host, sequence: index + 1, previous })
    previous = createHash("sha256").update(bytes).digest("hex")
    for (const { bundle } of Object.values(snapshot.categories)) {
      if (bundle === null) continue
      const sealed = await git("show", `bundles:${bundle.key}`)
      expect(createHash("sha256").update(sealed).digest("hex"), bundle.key).toBe(bundle.sha256)
    }
  }
}
