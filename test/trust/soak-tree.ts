/** What a host holds in a soak, and the random changes that people make to it: on the host, and in the model. */
import { lstat, readdir, readFile, readlink } from "node:fs/promises"
import { join } from "node:path"
import type { Dice } from "../lab/random.ts"
import type { LabHost } from "../lab/sshd.ts"

export type Entry =
  | { readonly kind: "file"; readonly content: string; readonly mode: number }
  | { readonly kind: "link"; readonly target: string }
/** by absolute path */
export type Tree = ReadonlyMap<string, Entry>

/** As `powermta/categories.ts` has it; what is in `extra/` is of the config because the config includes it. */
export function categoryOf(path: string): string {
  if (path.startsWith("/etc/pmta/dkim/")) return "dkim"
  return { "/etc/pmta/license": "license", "/var/lib/pmta/webmon.pem": "tls" }[path] ?? "config"
}

export const config = "/etc/pmta/config"
const closed = 0o600
/** Who makes backups is in the group of the files, and is nobody else. */
export const isClosed = (entry: Entry) => entry.kind === "file" && entry.mode === closed

export function firstTree(name: string): Tree {
  return withConfig(
    new Map<string, Entry>([
      [config, file(`host-name ${name}.example\n`)],
      ["/etc/pmta/dkim/first.pem", file(`a key of ${name}\n`)],
      ["/etc/pmta/license", file(`serial: ${name}\n`)],
      ["/var/lib/pmta/webmon.pem", file(`a certificate of ${name}\n`)],
    ]),
    1,
  )
}

const file = (content: string, mode = 0o640): Entry => ({ kind: "file", content, mode })

/** The config includes what is in `extra/`, and nothing that is not there. */
function withConfig(tree: Tree, limit: number): Tree {
  const includes = [...tree.keys()].filter(path => path.startsWith("/etc/pmta/extra/")).toSorted()
  const text = `max-smtp-out ${limit}\n${includes.map(path => `include ${path}\n`).join("")}`
  return new Map([...tree, [config, file(text)]])
}

interface Change {
  readonly tree: Tree
  /** on the host, after what differs was written; null: what was written is all */
  readonly command: string | null
}

/** One change by somebody who works on the host. @returns the tree afterwards, and what was done */
export async function change(host: LabHost, tree: Tree, dice: Dice): Promise<readonly [Tree, string]> {
  const files = [...tree].filter(([path, entry]) => path !== config && entry.kind === "file")
  const others = [...tree.keys()].filter(path => path !== config)
  const kind = kinds[dice.below(kinds.length)] ?? "edit"
  const path = pick(kind === "delete" ? others : files.map(([name]) => name), dice)
  if (path === null && kind !== "add" && kind !== "limit") return [tree, "nothing"]
  const { tree: next, command } = changed(kind, tree, path ?? "", dice)
  const extrasMoved = extras(tree) !== extras(next)
  const whole = extrasMoved ? withConfig(next, dice.below(1000)) : next
  await bring(host, tree, whole, command)
  return [whole, `${host.name}: ${kind} ${path ?? ""}`.trim()]
}

const kinds = [
  ...(["add", "add", "edit", "edit", "quiet edit", "delete", "rename", "mode", "close", "link"] as const),
  "limit",
] as const
type Kind = (typeof kinds)[number]
const modes = [0o640, 0o644, 0o660, 0o440]
const folders = [
  ["/etc/pmta/dkim/", ".pem"],
  ["/etc/pmta/", ".conf"],
  ["/etc/pmta/extra/", ".inc"],
] as const

const extras = (tree: Tree) => [...tree.keys()].filter(path => path.includes("/extra/")).join(" ")
const pick = (paths: readonly string[], dice: Dice) => paths[dice.below(Math.max(1, paths.length))] ?? null

function changed(kind: Kind, tree: Tree, path: string, dice: Dice): Change {
  const next = new Map(tree)
  const entry = tree.get(path)
  const before = entry?.kind === "file" ? entry : { content: "", mode: 0o640 }
  const [folder, ending] = folders[dice.below(folders.length)] ?? folders[0]
  const fresh = `${folder}${dice.letters(6)}${ending}`
  const text = `# ${dice.letters(1 + dice.below(200))}\n`
  switch (kind) {
    case "add":
      return { tree: next.set(fresh, file(text)), command: null }
    case "edit":
      return { tree: next.set(path, file(text, before.mode)), command: null }
    case "quiet edit": {
      // As long as before, with the time of before: only the inode's own time tells.
      const content = `#${dice.letters(1)}${before.content.slice(2)}`
      const write = `printf %s ${content.slice(0, 2)} | dd of=${path} bs=1 conv=notrunc status=none`
      const command = `t=$(stat -c %y ${path}); ${write.replace("#", "'#'")}; touch -d "$t" ${path}`
      return { tree: next.set(path, file(content, before.mode)), command }
    }
    case "delete":
      next.delete(path)
      return { tree: next, command: `rm ${path}` }
    case "rename": {
      if (!/^\/etc\/pmta\/.*\.\w+$/.test(path)) return { tree, command: null }
      const to = path.replace(/[^/]*(\.\w+)$/, (_, end: string) => `${dice.letters(6)}${end}`)
      next.delete(path)
      next.set(to, file(before.content, before.mode))
      return { tree: next, command: `mv ${path} ${to}` }
    }
    case "mode":
    case "close": {
      const mode = kind === "close" ? closed : (modes[dice.below(modes.length)] ?? 0o640)
      return {
        tree: next.set(path, file(before.content, mode)),
        command: `chmod ${mode.toString(8)} ${path}`,
      }
    }
    case "link": {
      const name = `/etc/pmta/dkim/${dice.letters(6)}.link`
      const target = `${dice.letters(4)}.pem`
      return { tree: next.set(name, { kind: "link", target }), command: `ln -s ${target} ${name}` }
    }
    default:
      return { tree: withConfig(next, dice.below(1000)), command: null }
  }
}

/** @param command  does it, where it is more than files with other content */
async function bring(host: LabHost, from: Tree, to: Tree, command: string | null): Promise<void> {
  if (command !== null) await host.run(`set -e; ${command}`)
  const written = [...to].filter(
    ([path, entry]) =>
      entry.kind === "file" && entry !== from.get(path) && (command === null || path === config),
  )
  if (written.length > 0) await host.writeAll(labFiles(new Map(written)))
}

export const labFiles = (tree: Tree) =>
  Object.fromEntries(
    [...tree].flatMap(([path, entry]) =>
      entry.kind === "file" ? [[path, { content: entry.content, mode: entry.mode }] as const] : [],
    ),
  )

/** What is below a directory into which something was unpacked. */
export async function treeOf(directory: string): Promise<Tree> {
  const tree = new Map<string, Entry>()
  for (const item of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(item.parentPath, item.name)
    const name = path.slice(directory.length)
    if (name.startsWith("/.pmta-vault")) continue
    if (item.isSymbolicLink()) tree.set(name, { kind: "link", target: await readlink(path) })
    if (!item.isFile()) continue
    const { mode } = await lstat(path)
    tree.set(name, { kind: "file", content: await readFile(path, "utf8"), mode: mode & 0o7777 })
  }
  return tree
}

/** Sorted lines, for comparing. */
export const linesOf = (tree: Tree): readonly string[] =>
  [...tree]
    .map(([path, entry]) =>
      entry.kind === "link"
        ? `${path} -> ${entry.target}`
        : `${path} ${entry.mode.toString(8)} ${entry.content}`,
    )
    .toSorted()
