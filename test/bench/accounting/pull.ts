/** What counting costs a pull: the same accounting file by the same run, counted and not. */
import { createReadStream } from "node:fs"
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { succeed } from "../../lab/child.ts"
import { dist } from "../../lab/cli.ts"
import { fleetYml } from "../../lab/fleet-file.ts"
import { ageKey, sshKey } from "../../lab/keys.ts"
import { sshd } from "../../lab/sshd.ts"
import type { Case } from "../cases.ts"
import type { Contender } from "../measure.ts"
import { writeAccountingFile } from "./file.ts"

/** On the clock of this machine: what is dated in the future is not counted, what is old is not kept. */
const yesterday = () => new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

export function countedCase(bytes: number): Case {
  return {
    name: "counted",
    about: `a new accounting file of ${Math.round(bytes / 1e6)} MB pulled from a host; the first keeps it as a log of which nothing is counted`,
    async prepare() {
      const scratch = await mkdtemp(join(tmpdir(), "pmta-bench-"))
      const at = (name: string) => join(scratch, name)
      const host = await sshd({
        name: "mta1",
        files: { "/etc/pmta/config": "postmaster ops@sender.example\n" },
      })
      const name = "acct-0000.csv"
      const records = writeAccountingFile(at(name), bytes, yesterday())
      for await (const part of createReadStream(at(name), { highWaterMark: 32 * 1024 * 1024 }))
        await host.append(`/var/log/pmta/${name}`, part as Buffer)
      await host.run(`chown pmta:pmta /var/log/pmta/${name}; touch -d -1hour /var/log/pmta/${name}`)
      const [age, signer] = await Promise.all([ageKey(), sshKey("ed25519")])
      await writeFile(at("signing-key"), signer.privateKey, { mode: 0o600 })
      const known = { hosts: [host], recipients: [age.recipient], signers: [`${signer.publicKey} bench`] }
      const contender = async (way: "counted" | "not counted"): Promise<Contender> => {
        const [fleet, vault] = [at(`${way}.yml`), at(`vault ${way}`)]
        const [taken, empty] = way === "counted" ? ["accounting", "log"] : ["log", "accounting"]
        const lines = [
          `categories: { ${taken}: { paths: [/var/log/pmta/acct*] }, ${empty}: { paths: [/none] } }`,
        ]
        await writeFile(fleet, fleetYml({ ...known, lines }))
        return {
          name: way,
          command: [
            ...[process.execPath, join(dist, "cli.js"), "backup", "--fleet", fleet, "--vault", vault],
            ...["--ssh-key-file", host.clientKey, "--signing-key-file", at("signing-key")],
            ...["--no-propose", "--json", "--quiet"],
          ],
          prepare: async () => await rm(vault, { recursive: true, force: true }),
          async prove() {
            const day = `bundles:stats/mta1/${yesterday()}.json`
            const text = await succeed("git", ["-C", vault, "show", day]).catch(() => null)
            const sum = text === null ? 0 : attemptsOf(text.toString())
            if (sum !== (way === "counted" ? records : 0))
              throw new Error(`${sum} of ${records} were counted`)
          },
        }
      }
      return {
        scratch,
        bytes: (await stat(at(name))).size,
        contenders: [await contender("not counted"), await contender("counted")],
        async [Symbol.asyncDispose]() {
          await host[Symbol.asyncDispose]()
          await rm(scratch, { recursive: true, force: true })
        },
      }
    },
  }
}

function attemptsOf(text: string): number {
  const { buckets } = JSON.parse(text) as { buckets: [number, number[][]][] }
  return buckets
    .flatMap(([, cells]) => cells.flatMap(cell => cell.slice(3, 6)))
    .reduce((sum, count) => sum + count, 0)
}
