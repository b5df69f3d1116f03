import { Problem } from "../../core/problem.ts"

/** What neither GitHub nor a file system minds in a name. `~` stands for `/`, `%` begins an escape. */
const plain = /^[A-Za-z0-9._+=@,-]$/

/** The base name of a file and the name of an artifact are one and the same: file systems take 255 bytes. */
const longest = 200

/**
 * The artifact's name for a key: `bundles/mta1/config/…` becomes `bundles~mta1~config~…`.
 * @throws Problem "store/refused" for a key whose name would be too long
 */
export function artifactName(key: string): string {
  const name = [...Buffer.from(key)].map(byte => named(String.fromCharCode(byte))).join("")
  if (name.length <= longest) return name
  throw new Problem("store/refused", `${key.slice(0, 80)}… is too long for the name of an artifact`, {
    hint: "use store git or directory for hosts with such file names",
  })
}

/** The key that a name stands for; null for artifacts of others. */
export function keyOf(name: string): string | null {
  if (!/^bundles~(?:[A-Za-z0-9._+=@,~-]|%[0-9A-F]{2})+$/.test(name)) return null
  const bytes = name
    .replaceAll("~", "/")
    .replace(/%(..)/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
  return Buffer.from(bytes, "latin1").toString("utf8")
}

function named(char: string): string {
  if (char === "/") return "~"
  return plain.test(char) ? char : `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`
}
