/** A host of which the vault knows nothing is read in one go, with what its config may name. */
import { expect, test } from "vitest"
import { sshd } from "../lab/sshd.ts"
import { setting } from "./setting.ts"

const key = "/etc/pmta/tls/mx.pem"
const config = `smtp-server-tls-certificate ${key}\n`
const beside = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`/etc/pmta/notes/${n}.txt`, `note ${n}\n`]))

test.each([1, 60])(
  "a key that the config names is stored, whatever lies beside it: %i files",
  async count => {
    await using story = await setting()
    const files = { "/etc/pmta/config": config, [key]: "no certificate\n", ...beside(count) }
    await using host = await sshd({ name: "mta1", files })
    // Nobody wants it, so nobody misses it.
    await host.run("chown root:root /etc/pmta/notes/0.txt; chmod 600 /etc/pmta/notes/0.txt")
    await story.fleet([host])
    const { code, stderr, report } = await story.backup()
    expect(code, stderr).toBe(0)
    const stored = report.hosts[0]?.categories.filter(({ status }) => status === "stored")
    expect(stored?.map(({ name, files: kept }) => [name, kept])).toEqual([
      ["tls", 1],
      ["config", 1],
    ])
  },
)
