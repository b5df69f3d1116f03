import { createHash } from "node:crypto"
import type { CapturedFile, Entry } from "../../src/core/file.ts"
import { Secret } from "../../src/core/secret.ts"

/** A file as `pull/` gives it: 0640 root:pmta unless told otherwise. */
export function capturedFile(
  path: string,
  content: string | Uint8Array,
  changes: Partial<Entry> = {},
): CapturedFile {
  const secret = new Secret(content)
  const sha256 = createHash("sha256").update(secret.reveal("a test's own text")).digest("hex")
  return {
    entry: { ...entryOf(path, "file"), size: secret.size, ...changes, kind: "file", sha256 },
    content: secret,
  }
}

export function entryOf(
  path: string,
  kind: "file" | "link" | "directory",
  changes: Partial<Entry> = {},
): Entry {
  return {
    ...{ path, kind, uid: 0, gid: 2100, owner: "root", group: "pmta", size: 0, mtime: 1_700_000_000 },
    ...{ mode: kind === "directory" ? 0o750 : 0o640, target: null, sha256: null, readable: true },
    ...changes,
  }
}
