import type { Vault } from "../../core/vault.ts"
import type { ObjectReader, TreeItem } from "./objects.ts"
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
      signal.throwIfAborted()
      const found = await Promise.all(hosts.map(host => items(`live/${host}/facts`)))
      const ids = (facts: readonly TreeItem[]) =>
        new Map(facts.map(({ name, oid }) => [name.replace(/\.yml$/, ""), oid]))
      return new Map(hosts.map((host, index) => [host, ids(found[index] ?? [])]))
    },
    async drillBlobs(hosts, signal) {
      signal.throwIfAborted()
      const drilled = new Map((await items("drills")).map(({ name, oid }) => [name, oid]))
      const newest = async (host: string) => {
        const folder = drilled.get(host)
        const files = folder === undefined ? [] : await objects.tree(folder)
        const report = files.findLast(({ name }) => name.endsWith(".json"))
        if (report === undefined) return []
        const signature = files.find(({ name }) => name === `${report.name}.sig`)?.oid ?? null
        return [[host, { path: `drills/${host}/${report.name}`, report: report.oid, signature }] as const]
      }
      return new Map((await Promise.all(hosts.map(newest))).flat())
    },
  }
}
