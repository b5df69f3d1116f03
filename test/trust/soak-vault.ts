/** The vault of a soak: on a disk of its own that can run full, local or behind HTTP, read by stock tools alone. */
import { createHash } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { join } from "node:path"
import type { Snapshot } from "../../src/core/snapshot.ts"
import { finish, succeed } from "../lab/child.ts"
import { type GitHttp, gitHttp } from "../lab/git-http.ts"
import { type SmallDisk, smallDisk } from "../lab/small-disk.ts"
import type { Setting } from "../stories/setting.ts"
import type { Copies } from "./soak-model.ts"
import { linesOf, treeOf } from "./soak-tree.ts"

export interface SoakVault extends AsyncDisposable {
  readonly disk: SmallDisk
  /** null for a local one */
  readonly server: GitHttp | null
  /** what is watched when a run is stopped at one of its steps */
  readonly directory: string
  /** `--vault`, and what belongs to it */
  readonly flags: readonly string[]
  /** numbers of a host's snapshots */
  snapshots(host: string): Promise<readonly number[]>
  /** the copies that a host's snapshot names, opened with `age`, `zstd` and `tar` */
  copies(host: string, sequence: number): Promise<Copies>
  expectSound(): Promise<void>
}

export async function soakVault(kind: "local" | "remote", story: Setting): Promise<SoakVault> {
  const disk = await smallDisk(192 * 1024 ** 2)
  const server = kind === "local" ? null : await gitHttp({ parent: disk.path })
  const directory = server?.bareDir ?? join(disk.path, "vault")
  const token = server === null ? null : await story.file("token", `${server.token}\n`)
  const git = async (...args: readonly string[]) => await succeed("git", ["-C", directory, ...args])
  const opened = new Map<string, readonly string[]>()

  async function open(key: string, sha256: string): Promise<readonly string[]> {
    const sealed = await git("cat-file", "blob", `bundles:${key}`)
    const digest = createHash("sha256").update(sealed).digest("hex")
    if (digest !== sha256) throw new Error(`${key} is not what its snapshot says`)
    const known = opened.get(sha256)
    if (known !== undefined) return known
    const into = await mkdtemp(join(story.directory, "opened-"))
    const pipe = `age -d -i ${story.identityFile} | zstd -dcq | tar -xp --no-same-owner -C ${into}`
    await succeed("bash", ["-o", "pipefail", "-c", pipe], { input: sealed })
    const lines = linesOf(await treeOf(into))
    await rm(into, { recursive: true, force: true })
    opened.set(sha256, lines)
    return lines
  }

  return {
    ...{ disk, server, directory },
    flags: ["--vault", server?.url ?? directory, ...(token === null ? [] : ["--token-file", token])],
    async snapshots(host) {
      const exists = await finish("git", ["-C", directory, "rev-parse", "-q", "--verify", "bundles"])
      if (exists.code !== 0) return []
      const names = (await git("ls-tree", "--name-only", "bundles", `snapshots/${host}/`)).toString()
      return [...names.matchAll(/(\d{8})\.json$/gm)].map(([, number]) => Number(number))
    },
    async copies(host, sequence) {
      const name = `snapshots/${host}/${String(sequence).padStart(8, "0")}.json`
      const snapshot = JSON.parse((await git("show", `bundles:${name}`)).toString()) as Snapshot
      const copies: [string, readonly string[]][] = []
      for (const [category, { bundle }] of Object.entries(snapshot.categories))
        if (bundle !== null) copies.push([category, await open(bundle.key, bundle.sha256)])
      return Object.fromEntries(copies)
    },
    async expectSound() {
      await succeed("git", ["-C", directory, "fsck", "--full", "--strict", "--no-dangling"])
    },
    async [Symbol.asyncDispose]() {
      await server?.[Symbol.asyncDispose]()
      await disk[Symbol.asyncDispose]()
    },
  }
}
