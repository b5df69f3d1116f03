import { generateKeyPair } from "node:crypto"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { succeed } from "./child.ts"
import { pooled } from "./keys.ts"

const generate = promisify(generateKeyPair)

/** Real DKIM private keys: RSA-2048 as PKCS#1, and every eighth an Ed25519 key as PKCS#8. */
export async function dkimPool(size: number): Promise<readonly string[]> {
  return await pooled(`dkim-${size}`, () =>
    Promise.all(Array.from({ length: size }, (_, index) => dkimKey(index))),
  )
}

async function dkimKey(index: number): Promise<string> {
  if (index % 8 === 7)
    return (await generate("ed25519")).privateKey.export({ type: "pkcs8", format: "pem" }).toString()
  const pair = await generate("rsa", { modulusLength: 2048 })
  return pair.privateKey.export({ type: "pkcs1", format: "pem" }).toString()
}

/** A self-signed certificate with its key, ten years valid, made by stock `openssl`. */
export async function tlsPem(): Promise<string> {
  return await pooled("tls", makeTlsPem)
}

async function makeTlsPem(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "pmta-lab-tls-"))
  try {
    const [key, certificate] = [join(directory, "key"), join(directory, "certificate")]
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    const subject = ["-subj", "/CN=mx.sender.example", "-days", "3650"]
    await succeed("openssl", ["req", "-x509", ...curve, ...subject, "-keyout", key, "-out", certificate])
    return (await readFile(certificate, "utf8")) + (await readFile(key, "utf8"))
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
