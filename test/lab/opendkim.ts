/** OpenDKIM's own checker as a second implementation. It asks port 53 of what `/etc/resolv.conf` names. */
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Finished, finish } from "./child.ts"

/** Null where it can run, else why not. */
export async function whyNoOpenDkim(): Promise<string | null> {
  if (process.getuid?.() !== 0) return "it needs root, to give the checker a resolv.conf of its own"
  const found = await finish("sh", [
    "-c",
    "PATH=$PATH:/usr/sbin command -v opendkim-testmsg && unshare -m true",
  ])
  return found.code === 0 ? null : "there is no opendkim-testmsg; `npm run setup` installs it"
}

/**
 * Checks a message's signature by the records of a DNS server on port 53.
 * @returns exit code 0 when the signature is good, and what the checker says
 */
export async function openDkimVerify(message: string, dnsAddress: string): Promise<Finished> {
  const directory = await mkdtemp(join(tmpdir(), "pmta-opendkim-"))
  try {
    const resolv = join(directory, "resolv.conf")
    await writeFile(resolv, `nameserver ${dnsAddress}\noptions timeout:2 attempts:2\n`)
    const script = `mount --bind ${resolv} /etc/resolv.conf && PATH=$PATH:/usr/sbin exec opendkim-testmsg -C`
    return await finish("unshare", ["-m", "sh", "-c", script], { input: message, timeoutMs: 30_000 })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
