import { Buffer } from "node:buffer"

export type RecipientKind = "x25519" | "post-quantum"

/** Bytes of a public key: X25519, and ML-KEM-768 with X25519. @see age, C2SP age.md */
const keyBytes = { age: 32, age1pq: 1216 } as const

const copyAgain = "copy it again from the line `# public key:` of the key file"

/**
 * What is wrong with a line of `recipients`, as the end of a sentence with its remedy; null: nothing.
 * Recipients of other kinds are refused: a bundle has to open with stock age and no plug-in.
 */
export function recipientFault(text: string): string | null {
  if (/^AGE-SECRET-KEY-/i.test(text)) return "is a private key; write its public half, which begins with age1"
  if (/^(ssh|ecdsa|sk)-/.test(text))
    return "is an SSH key, whose owner age would reveal; make an age key with `age-keygen`"
  if (/^age1tag(pq)?1/.test(text))
    return "is bound to a hardware token that a restore may not have; make a key with `age-keygen`"
  if (!/^age1[a-z0-9]+$/.test(text))
    return "is not an age recipient; it begins with age1 and is printed by `age-keygen`"
  const separator = text.lastIndexOf("1")
  const prefix = text.slice(0, separator)
  if (prefix !== "age" && prefix !== "age1pq")
    return `needs the plug-in age-plugin-${prefix.slice(4)}; make a key with \`age-keygen\``
  const words = [...text.slice(separator + 1)].map(letter => alphabet.indexOf(letter))
  if (words.includes(-1) || !isChecked(prefix, words))
    return `has a wrong checksum, so it is not what age-keygen printed; ${copyAgain}`
  const bytes = Math.floor(((words.length - 6) * 5) / 8)
  return bytes === keyBytes[prefix] ? null : `has ${bytes} bytes instead of ${keyBytes[prefix]}; ${copyAgain}`
}

/** @param text  one in which `recipientFault` finds nothing */
export const kindOf = (text: string): RecipientKind =>
  text.startsWith("age1pq1") ? "post-quantum" : "x25519"

const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]

/** @see BIP 173, "Checksum"; age lifts its limit of 90 characters */
function isChecked(prefix: string, words: readonly number[]): boolean {
  const codes = [...Buffer.from(prefix)]
  let sum = 1
  for (const word of [...codes.map(code => code >> 5), 0, ...codes.map(code => code & 31), ...words]) {
    const top = sum >>> 25
    sum = ((sum & 0x1ffffff) << 5) ^ word
    for (const [bit, term] of generator.entries()) if ((top >>> bit) & 1) sum ^= term
  }
  return sum === 1
}
