/** What works on a vault alone: reading it whole, and taking a host out of it. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { DrillReport } from "../../src/core/drill.ts"
import type { VerifyReport } from "../../src/core/restore-report.ts"
import { capturedFile } from "../lab/captured-file.ts"
import { succeed } from "../lab/child.ts"
import { dist } from "../lab/cli.ts"
import { dkimRecord, labDns } from "../lab/dns.ts"
import { hostFiles } from "../lab/fixtures.ts"
import { fleetYml } from "../lab/fleet-file.ts"
import { ageKey, sshKey } from "../lab/keys.ts"
import { seedVault, smallHost } from "../lab/seeded-vault.ts"
import { nobody } from "../stories/setting.ts"
import type { Case } from "./cases.ts"

/** @param count  hosts, each with as many snapshots; a config changes every seventh time */
export const verifyCase = (count: number, snapshots: number): Case => ({
  name: "verify",
  about: `a vault of ${count} hosts × ${snapshots} snapshots, against git reading the branch once`,
  async prepare() {
    const scratch = await mkdtemp(join(tmpdir(), "pmta-bench-"))
    const [signing, age] = await Promise.all([sshKey("ed25519"), ageKey()])
    const [vault, fleet] = [join(scratch, "vault"), join(scratch, "fleet.yml")]
    const hosts = Array.from({ length: count }, (_, index) => `mta${index + 1}`)
    const recipients = [age.recipient]
    await seedVault({
      ...{ location: vault, signingKey: signing.privateKey, recipients },
      ...{ hosts, snapshots, files: smallHost(7) },
    })
    await writeFile(fleet, fleetYml({ hosts: hosts.map(nobody), recipients, signers: [signing.publicKey] }))
    return {
      scratch,
      contenders: [
        {
          name: "git archive | sha256sum",
          command: ["sh", "-c", `git -C ${vault} archive bundles | sha256sum`],
          prove: async () => undefined,
        },
        {
          name: "ours, verify",
          command: [
            process.execPath,
            join(dist, "cli.js"),
            "verify",
            "--fleet",
            fleet,
            "--vault",
            vault,
            "--json",
          ],
          async prove({ stdout }) {
            const report = JSON.parse(stdout) as VerifyReport
            if (report.exit !== "good" || report.snapshots !== count * snapshots)
              throw new Error(`verify saw ${report.snapshots} snapshots and ended ${report.exit}`)
          },
        },
      ],
      [Symbol.asyncDispose]: async () => await rm(scratch, { recursive: true, force: true }),
    }
  },
})

/** A vault with one host of 503 files, 200 of them different DKIM keys. */
async function seededHost() {
  const scratch = await mkdtemp(join(tmpdir(), "pmta-bench-"))
  const at = (name: string) => join(scratch, name)
  const [signing, age] = await Promise.all([sshKey("ed25519"), ageKey()])
  const recipients = [age.recipient]
  const { files, keys } = await hostFiles({ seed: "mta1", domains: 300, keys: 200, pool: 200 })
  const captured = Object.entries(files).map(([path, text]) => capturedFile(path, String(text)))
  const below = (prefix: RegExp) => captured.filter(({ entry: { path } }) => prefix.test(path))
  const categories = {
    config: below(/^\/etc\/pmta\/(config$|domains\/)/),
    dkim: below(/\/dkim\//),
    tls: below(/\/tls\//),
    license: below(/\/license$/),
  }
  await seedVault({
    ...{ location: at("vault"), signingKey: signing.privateKey, recipients },
    ...{ hosts: ["mta1"], snapshots: 1, files: () => categories },
  })
  await writeFile(at("identity"), age.identity, { mode: 0o600 })
  await writeFile(at("signing"), signing.privateKey, { mode: 0o600 })
  await writeFile(
    at("fleet.yml"),
    fleetYml({ hosts: [nobody("mta1")], recipients, signers: [signing.publicKey] }),
  )
  const flags = ["--fleet", at("fleet.yml"), "--vault", at("vault"), "--identity-file", at("identity")]
  const remove = async () => await rm(scratch, { recursive: true, force: true })
  return { scratch, at, files, keys, captured, flags, remove }
}

/** One host of 503 files into an empty directory, against stock tools that have the sealed files at hand. */
export const restoreCase: Case = {
  name: "restore",
  about: "one host of 503 files in 4 bundles into a directory; stock tools have the bundles as files",
  async prepare() {
    const { scratch, at, captured, flags, remove } = await seededHost()
    await succeed("sh", ["-c", `cd ${scratch} && git -C vault archive bundles bundles | tar -x`])
    const one = `age -d -i identity "$f" | zstd -d | tar -xp -C $1`
    await writeFile(at("stock.sh"), `set -e\nfor f in bundles/mta1/*/*.age; do ${one}; done\n`)
    const empty = (name: string) => async () => {
      await rm(at(name), { recursive: true, force: true })
      await mkdir(at(name))
    }
    const prove = (name: string) => async () => {
      for (const { entry, content } of captured) {
        const found = await readFile(join(at(name), entry.path))
        if (!found.equals(content.reveal("compare what a bench restored")))
          throw new Error(`${name}: ${entry.path} differs`)
      }
    }
    const command = [process.execPath, join(dist, "cli.js"), "restore", "--host", "mta1", ...flags, "--json"]
    return {
      scratch,
      contenders: [
        {
          name: "stock",
          command: ["sh", at("stock.sh"), "stock"],
          prepare: empty("stock"),
          prove: prove("stock"),
        },
        { name: "node -e 0", command: [process.execPath, "-e", "0"], prove: async () => undefined },
        {
          name: "ours, restore --out",
          command: [...command, "--out", at("ours")],
          prepare: empty("ours"),
          prove: prove("ours"),
        },
      ],
      [Symbol.asyncDispose]: remove,
    }
  },
}

/** A drill of the same host, with a DNS server that has the records of all its keys. */
export const drillCase: Case = {
  name: "drill",
  about:
    "a drill of that host: 200 DKIM keys looked up in DNS, each signs a message that verifies; filed in the vault",
  async prepare() {
    const { scratch, at, files, keys, flags, remove } = await seededHost()
    const dns = await labDns()
    for (const { selector, domain, path } of keys)
      dns.records.set(`${selector}._domainkey.${domain}`, [dkimRecord(String(files[path]))])
    const own = ["--signing-key-file", at("signing"), "--resolver", dns.server, "--json"]
    return {
      scratch,
      contenders: [
        { name: "node -e 0", command: [process.execPath, "-e", "0"], prove: async () => undefined },
        {
          name: "ours, drill",
          command: [process.execPath, join(dist, "cli.js"), "drill", "--host", "mta1", ...flags, ...own],
          async prove({ stdout }) {
            const report = JSON.parse(stdout) as DrillReport
            if (report.verdict !== "passed") throw new Error(`the drill ended ${report.verdict}`)
          },
        },
      ],
      async [Symbol.asyncDispose]() {
        await dns[Symbol.asyncDispose]()
        await remove()
      },
    }
  },
}
