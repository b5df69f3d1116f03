import type { Vault } from "../../core/vault.ts"
import type { ObjectReader } from "./objects.ts"
import { bundlesRef } from "./references.ts"

/** What `status` asks of the branch `bundles`: names and ids from its trees, no content. */
export function surveyor(
  objects: ObjectReader,
  heads: () => ReadonlyMap<string, string>,
): Pick<Vault, "knownHosts" | "factBlobs" | "drillBlobs"> {
  const items = async (folder: string) => {
    const tip = heads().get(bundlesRef)
    return tip === undefined ? [] : await objects.tree(`${tip}:${folder}`)
  }
  return {
    async knownHosts(signal) {
      signal.throwIfAborted()
      return (await items("snapshots")).map(({ name }) => name)
    },
    async factBlobs(hosts, signal) {
      const found = new Map<string, ReadonlyMap<string, string>>()
      for (const host of hosts) {
        signal.throwIfAborted()
        const facts = await items(`live/${host}/facts`)
        found.set(host, new Map(facts.map(({ name, oid }) => [name.replace(/\.yml$/, ""), oid])))
      }
      return found
    },
    async drillBlobs(hosts, signal) {
      signal.throwIfAborted()
      const drilled = new Map((await items("drills")).map(({ name, oid }) => [name, oid]))
      const found = new Map<string, { path: string; report: string; signature: string | null }>()
      for (const host of hosts) {
        const folder = drilled.get(host)
        const files = folder === undefined ? [] : await objects.tree(folder)
        const report = files.findLast(({ name }) => name.endsWith(".json"))
        if (report === undefined) continue
        const signature = files.find(({ name }) => name === `${report.name}.sig`)?.oid ?? null
        found.set(host, { path: `drills/${host}/${report.name}`, report: report.oid, signature })
      }
      return found
    },
  }
}
