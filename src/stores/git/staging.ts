import type { MirrorUpdate, StagedBlob, StagedTree, Vault } from "../../core/vault.ts"
import type { Importer } from "./importer.ts"
import { writeTree } from "./trees.ts"

/** So many names can wait for the commit as they are. Of a large fleet they would be most of what is in memory. */
const mostNames = 5000

/** Takes what a run will record, before anything names it. @param isLocal  what is pushed is worth compressing */
export function staging(writer: Importer, isLocal: boolean): Pick<Vault, "stage" | "stageMirror"> {
  let names = 0

  return {
    async stage(content, isNew) {
      return { blob: await writer.blob(content, isNew && isLocal) }
    },
    async stageMirror({ removed, written }, isNew, signal): Promise<MirrorUpdate> {
      const staged = new Map<string, StagedBlob | StagedTree>()
      const folders = removed.map(name => ({ prefix: `${name}/`, blobs: new Map<string, string>() }))
      for await (const [path, content] of written) {
        signal.throwIfAborted()
        const now = isNew && isLocal ? writer.blobNow(content) : null
        const blob = now ?? (await writer.blob(content, isNew && isLocal))
        const folder = folders.find(({ prefix }) => path.startsWith(prefix))
        if (folder === undefined) staged.set(path, { blob })
        else folder.blobs.set(path.slice(folder.prefix.length), blob)
      }
      for (const { prefix, blobs } of folders) {
        names += blobs.size
        if (blobs.size > 0 && names > mostNames)
          staged.set(prefix.slice(0, -1), { tree: await writeTree(blobs, writer.tree) })
        else for (const [path, blob] of blobs) staged.set(prefix + path, { blob })
      }
      return { removed, written: staged }
    },
  }
}
