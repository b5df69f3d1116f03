/**
 * Rewrites the branch `bundles` to what stays. The new commit has no parent, so that git can let go of what went;
 * it becomes the branch only if nobody wrote meanwhile.
 */
import { Problem } from "../../core/problem.ts"
import type { Rewrite, Vault } from "../../core/vault.ts"
import { readHistory, recordName } from "./history.ts"
import type { Importer } from "./importer.ts"
import type { ObjectReader } from "./objects.ts"
import { git } from "./process.ts"
import { bundlesRef, maxRaces, moved } from "./references.ts"
import { expectLettingGo, isToLetGo, letGo, tidy } from "./tidy.ts"
import type { VaultOptions } from "./vault.ts"

export interface RewriterParts extends Pick<VaultOptions, "location" | "git" | "publish" | "remote"> {
  readonly writer: Importer
  readonly objects: ObjectReader
  readonly heads: () => ReadonlyMap<string, string>
  readonly refreshHeads: (signal: AbortSignal) => Promise<void>
  /** now, since 1970 */
  readonly seconds: () => number
}

export function rewriter(parts: RewriterParts): Pick<Vault, "history" | "prefetch" | "rewrite" | "tidy"> {
  const { objects, remote, location } = parts
  const history: Vault["history"] = signal =>
    readHistory(objects, remote, parts.heads().get(bundlesRef), signal)
  return {
    history,
    async tidy(signal) {
      if (remote !== null) return
      // Its pack is marked as one to keep until then.
      await parts.writer.close()
      await tidy(parts.git, signal)
    },
    async prefetch(keys, signal) {
      const tip = parts.heads().get(bundlesRef)
      if (remote === null || tip === undefined) return
      const folders = Map.groupBy(keys, key => key.slice(0, key.lastIndexOf("/")))
      const oids: string[] = []
      for (const [folder, inside] of folders) {
        const wanted = new Set(inside.map(key => key.slice(folder.length + 1)))
        const items = await objects.tree(`${tip}:${folder}`)
        oids.push(...items.filter(({ name }) => wanted.has(name)).map(({ oid }) => oid))
      }
      await remote.fetchBlobs(oids, signal)
    },
    async rewrite(prepare, signal) {
      for (let race = 1; ; race++) {
        const tip = parts.heads().get(bundlesRef)
        const rewrite = await prepare(await history(signal))
        if (rewrite === null || tip === undefined) {
          if (remote === null && (await isToLetGo(parts.git))) await letGo(parts.git, signal)
          return
        }
        if (remote === null) await expectLettingGo(parts.git)
        const to = await rewrittenCommit(parts, tip, rewrite)
        const result = await parts.publish([{ ref: bundlesRef, from: tip, to }])
        await parts.refreshHeads(signal)
        if (!result.moved) {
          if (remote === null) await letGo(parts.git, signal)
          return
        }
        if (parts.heads().get(bundlesRef) === tip) throw refused(location, result.refused)
        if (race === maxRaces) throw moved(location, "bundles")
      }
    },
  }
}

/** @returns the id of a commit without parents */
async function rewrittenCommit(parts: RewriterParts, tip: string, rewrite: Rewrite): Promise<string> {
  const { writer, seconds } = parts
  const { snapshots, bundles, logs, record } = rewrite
  const name = `prunes/${recordName(record.number)}`
  const gone = snapshots.flatMap(({ host, sequence }) => {
    const path = `snapshots/${host}/${recordName(sequence)}`
    return [path, `${path}.sig`]
  })
  const onTop = await writer.commit({
    parents: [tip],
    message: "prune\n",
    time: seconds(),
    changes: [
      ...[...gone, ...bundles, ...logs].map(path => ({ path, blob: null })),
      { path: name, blob: await writer.blob(record.bytes) },
      { path: `${name}.sig`, blob: await writer.blob(Buffer.from(record.signature)) },
    ],
  })
  await writer.checkpoint()
  const tree = (await git(parts.git, ["rev-parse", `${onTop}^{tree}`])).trim()
  const person = { NAME: "pmta-vault", EMAIL: "pmta-vault@localhost", DATE: `${seconds()} +0000` }
  const environment = {
    ...parts.git.environment,
    ...Object.fromEntries(
      Object.entries(person).flatMap(([key, value]) => [
        [`GIT_AUTHOR_${key}`, value],
        [`GIT_COMMITTER_${key}`, value],
      ]),
    ),
  }
  const ofLogs = logs.length === 0 ? "" : `, ${logs.length} files of logs`
  const message = `prune: ${snapshots.length} snapshots, ${bundles.length} bundles${ofLogs} (record ${record.number})`
  return (await git({ ...parts.git, environment }, ["commit-tree", tree, "-m", message])).trim()
}

function refused(location: string, lines: readonly string[]): Problem {
  return new Problem("vault/refused", `the vault ${location} does not take the rewritten branch bundles`, {
    data: lines.slice(0, 5),
    hint: "allow force pushes to `bundles`, for the account of this run only; nothing was deleted anywhere",
  })
}
