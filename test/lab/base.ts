import { readdir, readFile, stat } from "node:fs/promises"
import type { LabFiles } from "./place.ts"

/** What a host needs of this machine's `/etc` so that logins, `sudo` and the dynamic linker work. */
export async function baseFiles(): Promise<LabFiles> {
  read ??= readBase()
  return await read
}

let read: Promise<LabFiles> | undefined

const wanted = [
  ...[
    "nsswitch.conf",
    "resolv.conf",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "pam.d",
    "security",
    "login.defs",
  ],
  ...["localtime", "timezone", "profile", "bash.bashrc", "environment", "shells", "services", "protocols"],
]

async function readBase(): Promise<LabFiles> {
  const files: Record<string, Uint8Array> = {}
  for (const name of wanted) {
    const path = `/etc/${name}`
    const kind = await stat(path).catch(() => null)
    const paths = kind?.isDirectory() ? (await readdir(path)).map(child => `${path}/${child}`) : [path]
    for (const each of paths) {
      const content = await readFile(each).catch(() => null)
      if (content !== null) files[each] = content
    }
  }
  return files
}
