/** Builds the program in a copy of its sources, and tells what came out and what went in. Run as a child. */
import { createHash } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

const root = process.argv[2] ?? ""
process.chdir(root)
const { rolldown } = await import("rolldown")
const config = await import(pathToFileURL(join(root, "rolldown.config.ts")).href)
const { output, ...input } = config.default
// The copy has a link to node_modules; where it leads would stand in comments of what is built.
const build = await rolldown({ ...input, resolve: { ...input.resolve, symlinks: false } })
const made = await build.write(output)
await build.close()
const modules = made.output.flatMap(chunk => (chunk.type === "chunk" ? chunk.moduleIds : []))
const names = modules.flatMap(id => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1] ?? [])
const files = readdirSync(join(root, "dist"), { recursive: true, withFileTypes: true })
const hashes = files
  .filter(file => file.isFile())
  .map(file => join(file.parentPath, file.name))
  .map(path => [path.slice(root.length + 1), createHash("sha256").update(readFileSync(path)).digest("hex")])
process.stdout.write(
  JSON.stringify({ packages: [...new Set(names)].sort(), hashes: Object.fromEntries(hashes.sort()) }),
)
