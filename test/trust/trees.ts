/** Random trees of files: made on a disk, and looked at, by nothing of the program. */
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import fc from "fast-check"

interface Common {
  readonly name: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** seconds since 1970 */
  readonly mtime: number
}
export type Node = Common &
  (
    | { readonly kind: "file"; readonly content: Content }
    | { readonly kind: "directory"; readonly children: readonly Node[] }
    | { readonly kind: "link"; readonly target: string }
    /** another name for a file of the same tree, where there is one before it */
    | { readonly kind: "hard link" }
  )
type Content =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "repeated"; readonly byte: number; readonly size: number }
  /** a hole, then one byte */
  | { readonly kind: "sparse"; readonly size: number }

const hard = [
  ...[
    "-rf",
    "--",
    "--checkpoint-action=exec=id",
    "-",
    " ",
    "  a",
    "a  ",
    "a\nb",
    "\n",
    "\r",
    "\t",
    "a\\nb",
    "\\",
  ],
  ...[
    "'",
    '"',
    "`id`",
    "$(id)",
    "*",
    "?",
    "[a]",
    "{a,b}",
    "~",
    "#",
    "%00",
    "&;|<>",
    "!",
    "=",
    ",",
    ":",
    "a:b",
  ],
  ...[
    "ü",
    "u\u0308",
    "日本語",
    "\u202egnp",
    "\u200b",
    "\u{1f4a9}",
    "\u001b[2J",
    "\u007f",
    "\ufeff",
    "...",
    ".a",
  ],
  ...["x".repeat(255), "é".repeat(127), "pax_global_header", "@LongLink", ".pmta-vault", "CON", "nul.txt"],
]
const fits = (name: string) =>
  name !== "" && name !== "." && name !== ".." && !/[/\0]/.test(name) && Buffer.byteLength(name) <= 255
const names = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...hard) },
  { weight: 4, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 12 }).filter(fits) },
  { weight: 3, arbitrary: fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).filter(fits) },
)
const targets = fc.oneof(
  fc.constantFrom(
    "../../../../etc/passwd",
    "/dev/null",
    ".",
    "..",
    "self",
    "a\nb",
    "x".repeat(1000),
    "//a//b/",
  ),
  fc.string({ unit: "binary", minLength: 1, maxLength: 30 }).filter(target => !target.includes("\0")),
)
const sizes = [0, 1, 511, 512, 513, 4095, 4096, 65_535, 65_536, 65_537, 131_072]
const contents: fc.Arbitrary<Content> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.uint8Array({ maxLength: 600 }).map(bytes => ({ kind: "bytes" as const, bytes })),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("repeated" as const),
      byte: fc.integer({ min: 0, max: 255 }),
      size: fc.constantFrom(...sizes),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...sizes, 1_000_000).map(size => ({ kind: "sparse" as const, size })),
  },
)

const isRoot = process.getuid?.() === 0
const own = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
/** Accounts with a name on every Debian, and numbers without one; the largest that there are. */
const ids = isRoot ? [0, 1, 8, 33, 54_321, 2_097_152, 4_294_967_293] : [own.uid]
const groups = isRoot ? ids : [own.gid]

/** @param readable  whether an account other than the owner can read all of it */
function nodes(readable: boolean): fc.Arbitrary<readonly Node[]> {
  const least = readable
    ? { file: 0o444, directory: 0o555 }
    : { file: isRoot ? 0 : 0o400, directory: isRoot ? 0 : 0o700 }
  const common = (mode: number) => ({
    name: names,
    mode: fc
      .oneof(fc.constantFrom(0o644, 0o640, 0o600, 0o755), fc.integer({ min: 0, max: 0o7777 }))
      .map(found => found | mode),
    uid: fc.constantFrom(...ids),
    gid: fc.constantFrom(...groups),
    mtime: fc.oneof(
      fc.integer({ min: 0, max: 4_000_000_000 }),
      fc.constantFrom(0, 1, -1, -2_000_000_000, 2_147_483_648, 8_589_934_592),
    ),
  })
  const { tree } = fc.letrec<{ tree: readonly Node[] }>(tie => ({
    tree: fc.uniqueArray(
      fc.oneof(
        {
          weight: 5,
          arbitrary: fc.record({
            kind: fc.constant("file" as const),
            ...common(least.file),
            content: contents,
          }),
        },
        {
          weight: 2,
          arbitrary: fc.record({ kind: fc.constant("link" as const), ...common(0), target: targets }),
        },
        { weight: 1, arbitrary: fc.record({ kind: fc.constant("hard link" as const), ...common(0) }) },
        {
          weight: 2,
          arbitrary: fc.record({
            kind: fc.constant("directory" as const),
            ...common(least.directory),
            children: tie("tree"),
          }),
        },
      ),
      { maxLength: 5, selector: ({ name }) => name, depthIdentifier: "tree" },
    ) as fc.Arbitrary<readonly Node[]>,
  }))
  return tree
}

/** The same trees for the same seed. */
export function sampleTrees(count: number, seed: number, readable = false): readonly (readonly Node[])[] {
  return fc.sample(nodes(readable), { numRuns: count, seed })
}

/** Makes a tree below a directory that is not there. Rights and times come last, the deepest first. */
export function makeTree(directory: string, tree: readonly Node[]): void {
  fs.mkdirSync(directory, { recursive: true, mode: 0o755 })
  let someFile: string | null = null
  const make = (above: string, node: Node): void => {
    const path = `${above}/${node.name}`
    if (node.kind === "hard link") {
      if (someFile !== null) fs.linkSync(someFile, path)
      return
    }
    if (node.kind === "link") {
      fs.symlinkSync(node.target, path)
      if (isRoot) fs.lchownSync(path, node.uid, node.gid)
      fs.lutimesSync(path, node.mtime, node.mtime)
      return
    }
    if (node.kind === "file") {
      write(path, node.content)
      someFile ??= path
    } else {
      fs.mkdirSync(path)
      for (const child of node.children) make(path, child)
    }
    if (isRoot) fs.chownSync(path, node.uid, node.gid)
    fs.chmodSync(path, node.mode)
    fs.utimesSync(path, node.mtime, node.mtime)
  }
  for (const node of tree) make(directory, node)
}

function write(path: string, content: Content): void {
  const file = fs.openSync(path, "w")
  if (content.kind === "bytes") fs.writeSync(file, content.bytes)
  else if (content.kind === "repeated") fs.writeSync(file, Buffer.alloc(content.size, content.byte))
  else fs.writeSync(file, Buffer.from("x"), 0, 1, content.size)
  fs.closeSync(file)
}

/** All that a restore has to bring back, by path below the directory, as bytes in hex where a name is no text. */
export function treeAt(directory: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const look = (path: string): void => {
    const stat = fs.lstatSync(path, { bigint: true })
    const rights = `${(stat.mode & 0o7777n).toString(8)} ${stat.uid}:${stat.gid} ${stat.mtimeNs / 1_000_000_000n}`
    const key = path.slice(directory.length)
    // The mode of a link means nothing, and cannot be set.
    if (stat.isSymbolicLink())
      found.set(key, `link ${stat.uid}:${stat.gid} ${fs.readlinkSync(path)} ${stat.mtimeNs / 1_000_000_000n}`)
    else if (stat.isFile())
      found.set(key, `file ${rights} ${createHash("sha256").update(fs.readFileSync(path)).digest("hex")}`)
    else {
      found.set(key, `directory ${rights}`)
      for (const name of fs.readdirSync(path)) look(`${path}/${name}`)
    }
  }
  look(directory)
  return found
}

export function differences(
  was: ReadonlyMap<string, string>,
  is: ReadonlyMap<string, string>,
): readonly string[] {
  const paths = new Set([...was.keys(), ...is.keys()])
  return [...paths].flatMap(path =>
    was.get(path) === is.get(path) ? [] : [`${JSON.stringify(path)}: ${was.get(path)} → ${is.get(path)}`],
  )
}
