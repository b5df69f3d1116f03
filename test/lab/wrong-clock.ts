/** A stand-in for a host whose system clock is wrong: see `wrong-clock.c`. sshd, find, date and all others live then. */
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { succeed } from "./child.ts"
import type { LabHost } from "./sshd.ts"

/** @param shown  what the host's clock shows from now on */
export async function wrongClock(host: LabHost, shown: Date): Promise<void> {
  const place = await mkdtemp(join(tmpdir(), "pmta-lab-clock-"))
  const library = join(place, "wrong-clock.so")
  await succeed("cc", [
    ...["-O2", "-shared", "-fPIC", "-o", library],
    join(import.meta.dirname, "wrong-clock.c"),
  ])
  await host.write("/etc/wrong-clock.so", await readFile(library), { mode: 0o755 })
  await host.write("/etc/wrong-clock", `${Math.round((shown.getTime() - Date.now()) / 1000)}\n`)
  await host.write("/etc/ld.so.preload", "/etc/wrong-clock.so\n")
  await rm(place, { recursive: true, force: true })
}
