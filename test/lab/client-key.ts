import { randomUUID } from "node:crypto"
import { mkdir, rename, writeFile } from "node:fs/promises"
import { dirname } from "node:path"
import { cacheFile, pooled, sshKey } from "./keys.ts"

export interface ClientKey {
  /** private key file, mode 0600 */
  readonly file: string
  readonly privateKey: string
  readonly publicKey: string
}

/** The key that may log in to every lab host of this machine. It protects nothing else. */
export async function clientKey(): Promise<ClientKey> {
  made ??= make()
  return await made
}

let made: Promise<ClientKey> | undefined

async function make(): Promise<ClientKey> {
  const pair = await pooled("client", () => sshKey("ed25519"))
  const file = cacheFile(`client-key-${pair.publicKey.slice(-12).replace(/\W/g, "_")}`)
  await mkdir(dirname(file), { recursive: true })
  // Parallel workers write the same bytes; the name follows from the key. Nobody shall see half of it.
  const whole = `${file}.${process.pid}-${randomUUID()}`
  await writeFile(whole, pair.privateKey, { mode: 0o600 })
  await rename(whole, file)
  return { file, ...pair }
}
