/** A small vault with every kind of file, made by `dist/` from two real hosts: what the tamper suite works on. */
import { join } from "node:path"
import type { StoredBlob, Vault } from "../../src/core/vault.ts"
import { openLabVault } from "../lab/filled-vault.ts"
import { sshd } from "../lab/sshd.ts"
import { type Setting, setting } from "../stories/setting.ts"

const { signal } = new AbortController()

const signed = ["vault.json", "prunes/", "snapshots/", "logs/", "drills/", "bundles/"]
const folders = [...signed, "hints/", "live/", "stats/"]

/** Keeps too little, so that a prune leaves a record and the chain has a gap that it bridges. */
const rules = "retention: { last: 2, daily: 1, weekly: 1, monthly: 1, yearly: 1 }"

export interface SmallVault extends AsyncDisposable {
  readonly story: Setting
  /** where the bundles are, by store */
  readonly storePath: string | null
  /** all files of the branch `bundles`, by path */
  readonly files: ReadonlyMap<string, Buffer>
}

/** @param store  `git`: two hosts, logs, a prune and a drill; `directory`: the same with the bundles beside it */
export async function smallVault(store: "git" | "directory"): Promise<SmallVault> {
  const story = await setting()
  const storePath = store === "directory" ? join(story.directory, "store") : null
  const stored = storePath === null ? [] : ["--store", "directory", "--store-path", storePath]
  await using mta1 = await sshd({ name: "mta1", files: hostFiles("mta1", 1) })
  await using mta2 = await sshd({ name: "mta2", files: hostFiles("mta2", 1) })
  await story.fleet([mta1, mta2], { lines: [rules] })
  const keys = [
    "--fleet",
    story.fleetFile,
    "--vault",
    story.vault,
    "--signing-key-file",
    story.signingKeyFile,
  ]
  for (let run = 1; run <= 4; run++) {
    if (run > 1) for (const host of [mta1, mta2]) await host.writeAll(hostFiles(host.name, run))
    await sound(story.backup(...stored))
    if (run === 3) await sound(story.run("prune", ...keys, ...stored))
  }
  const identity = ["--identity-file", story.identityFile]
  await story.run("drill", "--host", "mta1", ...keys, ...identity, ...stored, "--resolver", "127.0.0.1:1")
  await using vault = await openLabVault(story.vault)
  const files = new Map<string, Buffer>()
  for await (const { path, bytes } of vault.contents(folders, signal))
    files.set(path, Buffer.from(bytes ?? []))
  return { story, storePath, files, [Symbol.asyncDispose]: () => story[Symbol.asyncDispose]() }
}

function hostFiles(name: string, version: number) {
  return {
    "/etc/pmta/config": `host-name ${name}.example\nmax-smtp-out ${version}\n<domain *>\n    dkim-sign yes\n</domain>\n`,
    "/etc/pmta/dkim/a.example.pem": `not a key of ${name}, ${Math.ceil(version / 2)}\n`,
    "/etc/pmta/license": `product: PowerMTA\nserial: ${name}\n`,
    "/var/log/pmta/pmta.log": `${`${name} line\n`.repeat(version * 3)}`,
  }
}

async function sound(run: Promise<{ readonly code: number | null; readonly stderr: string }>): Promise<void> {
  const { code, stderr } = await run
  if (code !== 0) throw new Error(`ended with ${code}\n${stderr}`)
}

/** A vault of which some files are others: what git would hand out if somebody had written them. */
export function altered(
  files: ReadonlyMap<string, Buffer>,
  changes: ReadonlyMap<string, Buffer | null>,
): Vault {
  async function* contents(prefixes: readonly string[]): AsyncGenerator<StoredBlob> {
    for (const prefix of prefixes) {
      for (const [path, before] of files) {
        if (!path.startsWith(prefix)) continue
        const bytes = changes.has(path) ? changes.get(path) : before
        if (bytes !== null && bytes !== undefined) yield { path, bytes }
      }
      for (const [path, bytes] of changes)
        if (!files.has(path) && path.startsWith(prefix) && bytes !== null) yield { path, bytes }
    }
  }
  return { location: "the altered vault", contents } as unknown as Vault
}
