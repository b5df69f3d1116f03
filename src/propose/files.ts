/** Pages of a local vault's proposals: Markdown files beside the repository, in no branch. Judged with `accept`. */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Forge } from "../core/forge.ts"
import { readMark } from "./mark.ts"

const heldBackName = "held-back.md"

/** @param directory  made when there is something to write */
export function fileForge(directory: string): Forge {
  const path = (id: string) => join(directory, `${id}.md`)
  const put = async (file: string, text: string) => {
    await mkdir(directory, { recursive: true })
    await writeFile(file, `${text}\n`)
  }
  return {
    kind: "file",
    name: directory,
    requests: { reads: 0, writes: 0 },
    async open() {
      const names = await readdir(directory).catch(() => [])
      const pages = names.filter(name => /^[0-9a-f]+\.md$/.test(name)).map(name => name.slice(0, -3))
      return await Promise.all(
        pages.map(async id => ({ id, url: path(id), mark: readMark(await readFile(path(id), "utf8")) })),
      )
    },
    // Whoever wants to refuse a proposal of a local vault undoes it on the host, or lists it under `ignore`.
    rejected: async () => [],
    async end(endings) {
      for (const { id } of endings) await rm(path(id), { force: true })
    },
    async write({ id, body }) {
      await put(path(id), body)
      return { url: path(id), warnings: [] }
    },
    async holdBack(list) {
      const file = join(directory, heldBackName)
      if (list === null) await rm(file, { force: true })
      else await put(file, list)
      return []
    },
    commit: null,
  }
}
