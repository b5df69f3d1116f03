import { createPrivateKey, hkdfSync } from "node:crypto"
import ssh2 from "ssh2"
import { Problem } from "../core/problem.ts"
import type { Secret } from "../core/secret.ts"

/** A private key in the clear, in memory only. Its printed form is that of ssh2's parser: never log it. */
export interface UnlockedKey {
  /** `ssh-ed25519` or `ssh-rsa` */
  readonly type: string
  /** `ssh-ed25519 AAAA…`, as in `fleet.yml` and `authorized_keys` */
  readonly publicLine: string
  readonly parsed: ssh2.ParsedKey
}

/**
 * Reads an OpenSSH or PEM private key.
 * @param setting  name of the setting it comes from, for messages
 * @throws Problem "seal/key-locked" without, or with a wrong, passphrase; "seal/key-unusable" otherwise
 */
export function unlockKey(setting: string, key: Secret, passphrase: Secret | null): UnlockedKey {
  const text = key.revealText("parse the private key")
  if (/^ssh-|^ecdsa-/.test(text)) {
    throw new Problem("seal/key-unusable", `${setting} holds a public key`, {
      hint: "give the private one, which begins with -----BEGIN OPENSSH PRIVATE KEY-----",
    })
  }
  const words = passphrase?.revealText("unlock the private key")
  // Undefined for a file with no key in it, which its types do not say.
  const parsed: ssh2.ParsedKey | Error | undefined = ssh2.utils.parseKey(text, words)
  if (parsed instanceof Error || parsed === undefined) {
    if (isEncrypted(text)) throw locked(setting, passphrase !== null)
    throw new Problem("seal/key-unusable", `${setting} holds no private key that can be read`, {
      hint: "an OpenSSH private key is expected, all its lines; make one with `ssh-keygen -t ed25519 -f key -N ''`",
    })
  }
  const publicLine = `${parsed.type} ${parsed.getPublicSSH().toString("base64")}`
  return { type: parsed.type, publicLine, parsed }
}

function locked(setting: string, tried: boolean): Problem {
  const message = tried
    ? `the passphrase does not open ${setting}`
    : `${setting} is encrypted and no passphrase is given`
  return new Problem("seal/key-locked", message, {
    hint: `give ${setting}-passphrase, or take an unencrypted key kept as a secret: \`ssh-keygen -p -f key -N ''\``,
  })
}

/** By the key's own header: PEM says so in words, OpenSSH's format names its cipher. */
function isEncrypted(text: string): boolean {
  if (/ENCRYPTED/.test(text)) return true
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END/.exec(text)?.[1]
  const blob = Buffer.from(body ?? "", "base64")
  const magic = "openssh-key-v1\0"
  if (blob.toString("latin1", 0, magic.length) !== magic || blob.length < magic.length + 8) return false
  const length = blob.readUInt32BE(magic.length)
  return blob.toString("latin1", magic.length + 4, magic.length + 4 + length) !== "none"
}

/** 32 bytes for one purpose, derived from the key: HKDF-SHA-256 over its PKCS #8 form. */
export function deriveKey(key: UnlockedKey, purpose: string): Buffer {
  const pkcs8 = createPrivateKey(key.parsed.getPrivatePEM()).export({ type: "pkcs8", format: "der" })
  return Buffer.from(hkdfSync("sha256", pkcs8, "pmta-vault", purpose, 32))
}
