/**
 * Keys for tests. Ed25519 and ECDSA are made fresh; RSA-2048 takes long to make, so a small pool of RSA
 * keys is kept in `node_modules/.cache` and cycled. None of them protects anything.
 */
import { link, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { succeed } from "./child.ts"

export interface KeyPair {
  /** OpenSSH private key text */
  readonly privateKey: string
  /** `ssh-ed25519 AAAA…`, without a comment */
  readonly publicKey: string
}

export interface HostKeyPairs {
  readonly ed25519: KeyPair
  readonly ecdsa: KeyPair
  readonly rsa: KeyPair
}

/** A fresh key by `ssh-keygen`. */
export async function sshKey(type: "ed25519" | "ecdsa" | "rsa", passphrase = ""): Promise<KeyPair> {
  const directory = await mkdtemp(join(tmpdir(), "pmta-lab-key-"))
  try {
    const file = join(directory, "key")
    const bits = type === "rsa" ? ["-b", "2048"] : []
    await succeed("ssh-keygen", ["-q", "-t", type, ...bits, "-N", passphrase, "-C", "", "-f", file])
    const publicKey = (await readFile(`${file}.pub`, "utf8")).trim()
    return { privateKey: await readFile(file, "utf8"), publicKey }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** A host's keys: Ed25519 and ECDSA are new, RSA is number `rsa` of the pool. */
export async function hostKeyPairs(rsa = 0): Promise<HostKeyPairs> {
  const [ed25519, ecdsa, fromPool] = await Promise.all([
    sshKey("ed25519"),
    sshKey("ecdsa"),
    pooled(`host-rsa-${rsa % 3}`, () => sshKey("rsa")),
  ])
  return { ed25519, ecdsa, rsa: fromPool }
}

export interface AgeKey {
  /** `AGE-SECRET-KEY-1…` */
  readonly identity: string
  /** `age1…` */
  readonly recipient: string
}

/** A fresh age key pair by `age-keygen`. */
export async function ageKey(): Promise<AgeKey> {
  const text = (await succeed("age-keygen", [])).toString("utf8")
  const identity = /^AGE-SECRET-KEY-1\S+$/m.exec(text)?.[0]
  const recipient = /public key: (age1\S+)/.exec(text)?.[1]
  if (identity === undefined || recipient === undefined) throw new Error("age-keygen printed no key")
  return { identity, recipient }
}

/** A place that outlives a run and is no part of the project. */
export const cacheFile = (name: string) =>
  join(import.meta.dirname, "../../node_modules/.cache/pmta-vault-lab", name)

const inFlight = new Map<string, Promise<unknown>>()

/** What `make` gave the first time, on this machine, under this name; safe for parallel callers. */
export async function pooled<T>(name: string, make: () => Promise<T>): Promise<T> {
  const known = inFlight.get(name)
  if (known !== undefined) return (await known) as T
  const found = fromCache(name, make)
  inFlight.set(name, found)
  return await found
}

async function fromCache<T>(name: string, make: () => Promise<T>): Promise<T> {
  const file = cacheFile(`${name}.json`)
  const text = await readFile(file, "utf8").catch(() => null)
  if (text !== null) return JSON.parse(text) as T
  const made = await make()
  await mkdir(dirname(file), { recursive: true })
  const temporary = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`
  await writeFile(temporary, JSON.stringify(made), { mode: 0o600 })
  // The first of several makers wins, and all of them use its key.
  await link(temporary, file).catch(() => undefined)
  await rm(temporary)
  return JSON.parse(await readFile(file, "utf8")) as T
}
