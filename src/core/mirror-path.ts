/**
 * Where a host's path lies in the mirror. A hostile name must not become a path that git refuses or acts on
 * (`.git`, `.gitattributes`), nor one that another file system takes for something else.
 */
export function mirrorPath(path: string): string {
  if (isUsual.test(path)) return `files${path}`
  return `files${path.split("/").map(encodeSegment).join("/")}`
}

/** The path on the host that a mirror's file stands for; null for facts. */
export function hostPath(path: string): string | null {
  return path.startsWith("files/") ? path.slice("files".length).replace(/%([0-9A-F]{2})/g, decode) : null
}

/** Most paths: nothing in them is encoded, and no part of them begins with a dot. */
const isUsual = /^(?:\/[\w-][\w.@+,=~-]*)+$/

function encodeSegment(segment: string): string {
  return segment
    .replace(/[%\\:"\x00-\x1f\x7f]/g, encode)
    .replace(/^\.(?=git)/i, encode)
    .replace(/^\.{1,2}$/, dots => dots.replaceAll(".", encode))
}

const encode = (char: string) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`
const decode = (_: string, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))
