/** Nobody may be fast by doing less: every bundle is opened with stock tools and compared with its host. */
import { mkdir, mkdtemp, readFile, rm, stat } from "node:fs/promises"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import { succeed } from "../lab/child.ts"
import type { Ground } from "./ground.ts"

/** How many hosts are compared byte by byte; of others, names and sizes. */
const comparedWhole = 3
/** Of a large fleet so many hosts, evenly chosen, are opened; of all others it is seen that there is something. */
const opened = 50

function* openedHosts(ground: Ground) {
  const step = Math.max(1, Math.floor(ground.hosts.length / opened))
  for (let at = 0, index = 0; at < ground.hosts.length; at += step, index++) {
    const host = ground.hosts[at]
    if (host !== undefined) yield { host, isWhole: index < comparedWhole }
  }
}

/** @param folder  where a host's files are, below their own paths */
export async function proveFolders(ground: Ground, folder: (host: string) => string): Promise<void> {
  for (const { host, isWhole } of openedHosts(ground)) {
    for (const [path, content] of ground.contents.get(host.name) ?? []) {
      const file = join(folder(host.name), path)
      const found = isWhole ? await readFile(file, "utf8") : null
      if (found === null ? (await stat(file)).size !== Buffer.byteLength(content) : found !== content)
        throw new Error(`${host.name}: ${path} differs in the backup`)
    }
  }
}

/**
 * @param bundles  by host, `.tar.gz.age` and `.tar.zst.age` files which together hold the host
 * @throws Error naming the first host and file that is missing or differs
 */
export async function proveBundles(
  ground: Ground,
  bundles: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  const bare = ground.hosts.find(({ name }) => (bundles.get(name) ?? []).length === 0)
  if (bare !== undefined) throw new Error(`${bare.name} has no bundle`)
  const hosts = openedHosts(ground)
  const proveSome = async () => {
    for (const { host, isWhole } of hosts)
      await proveHost(ground, host.name, bundles.get(host.name) ?? [], isWhole)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, proveSome))
}

async function proveHost(ground: Ground, host: string, bundles: readonly string[], isWhole: boolean) {
  const directory = await mkdtemp(join(ground.scratch, "proof-"))
  const sizes = new Map<string, number>()
  for (const bundle of bundles) {
    const unpack = bundle.endsWith(".zst.age") ? "zstd -dc" : "gzip -dc"
    const action = isWhole ? `tar -xvv -C ${directory} -f -` : "tar -tvv -f -"
    const script = `set -o pipefail; age -d -i ${ground.identityFile} ${bundle} | ${unpack} | ${action}`
    const listing = (await succeed("bash", ["-c", script])).toString()
    for (const [, size, path] of listing.matchAll(/^-\S+ \S+ +(\d+) \S+ \S+ (.*)$/gm))
      sizes.set(`/${path}`, Number(size))
  }
  for (const [path, content] of ground.contents.get(host) ?? []) {
    const size = sizes.get(path)
    if (size !== Buffer.byteLength(content))
      throw new Error(`${host}: ${path} has ${size ?? "no"} bytes in the backup`)
    if (isWhole && (await readFile(join(directory, path), "utf8")) !== content)
      throw new Error(`${host}: ${path} differs in the backup`)
  }
  await rm(directory, { recursive: true, force: true })
}

export interface VaultContent {
  /** bundle files by host, unpacked from the vault's branch */
  readonly files: ReadonlyMap<string, readonly string[]>
  /** number of snapshots by host */
  readonly snapshots: ReadonlyMap<string, number>
}

/** The newest bundle of each category of each host, from a vault's branch `bundles`. */
export async function bundlesOf(ground: Ground, vault: string): Promise<VaultContent> {
  const out = `${vault}.bundles`
  await rm(out, { recursive: true, force: true })
  await mkdir(out)
  await succeed("bash", ["-c", `set -o pipefail; git -C ${vault} archive bundles | tar -x -C ${out}`])
  const names = (await succeed("git", ["-C", vault, "ls-tree", "-r", "--name-only", "bundles"]))
    .toString()
    .trim()
    .split("\n")
  const files = new Map<string, readonly string[]>()
  const snapshots = new Map<string, number>()
  for (const { name } of ground.hosts) {
    const newest = new Map<string, string>()
    for (const path of names) {
      const category = new RegExp(`^bundles/${name}/([^/]+)/[^/]+\\.tar\\.(gz|zst)\\.age$`).exec(path)?.[1]
      if (category !== undefined) newest.set(category, join(out, path))
    }
    files.set(name, [...newest.values()])
    snapshots.set(
      name,
      names.filter(path => path.startsWith(`snapshots/${name}/`) && path.endsWith(".json")).length,
    )
  }
  return { files, snapshots }
}
