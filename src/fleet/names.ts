import { isIP } from "node:net"

/** A host's name is a git ref segment, a folder and a file name; the pattern and the two below say what is left out. */
export const hostNamePattern = /^(?!.*\.\.)(?!.*\.([lL][oO][cC][kK])?$)[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/
export const hostNameForm =
  "is not a usable host name; use up to 63 letters, digits, dots, dashes and underscores, a letter or digit first, without two dots in a row and without a dot or .lock at the end"

export const userPattern = /^[A-Za-z_][A-Za-z0-9._-]{0,31}$/
export const wordPattern = /^[a-z][a-z0-9-]{0,39}$/

/** Names that objects of JavaScript have by birth: libraries skip them silently, and so a host would be lost. */
export const reservedNames: readonly string[] = ["__proto__", "constructor", "prototype"]

const label = /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/

/** What is wrong with an address, as the end of a sentence with its remedy; null: nothing. */
export function addressFault(text: string): string | null {
  if (isIP(text) !== 0) return null
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return "has a scheme; write only the host name or address"
  if (text.includes("@")) return "has a user; write it as `user:`"
  if (/^\[.*\]/.test(text)) return "has brackets; write the address without them, and a port as `port:`"
  if (/^[^:]+:[0-9]+$/.test(text)) return "has a port; write it as `port:`"
  if (/[^\u0020-\u007e]/.test(text)) return "has letters beyond ASCII; write the xn-- form of the name"
  const labels = text.replace(/\.$/, "").split(".")
  if (text.length > 253 || !labels.every(part => label.test(part)))
    return "is neither a host name nor an IP address"
  // All digits at the end can only be meant as IPv4, and isIP has said it is none.
  return /^[0-9]+$/.test(String(labels.at(-1)))
    ? "is not an IPv4 address; it has four numbers from 0 to 255"
    : null
}

/** One form for one address, so that equal ones compare equal. @param text  one without fault */
export function canonicalAddress(text: string): string {
  const lower = text.toLowerCase().replace(/\.$/, "")
  return isIP(lower) === 6 && !lower.includes("%") ? new URL(`ssh://[${lower}]`).hostname : lower
}

/** What is wrong with a path or pattern, as the end of a sentence with its remedy; null: nothing. */
export function pathFault(text: string): string | null {
  if (!text.startsWith("/")) return "is not absolute; begin it with /"
  if (/[\0-\x1f\x7f]/.test(text)) return "has a control character"
  if (text === "/") return "is the whole file system; name what is to be backed up"
  const parts = text.slice(1).split("/")
  if (parts.includes("..")) return "has a .. in it; write where it leads"
  if (parts.at(-1) === "") return "ends with /; leave that out, or add ** for all below"
  return parts.includes("") || parts.includes(".")
    ? "is not in its shortest form; leave out // and /./"
    : null
}
