import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { factsYaml } from "../../src/flows/facts-yaml.ts"
import { dist } from "../lab/cli.ts"
import { daily, fillVault } from "../lab/filled-vault.ts"
import { fleetYml } from "../lab/fleet-file.ts"
import { ageKey, sshKey } from "../lab/keys.ts"
import type { Case } from "./cases.ts"
import { oursIsBuilt } from "./peers/ours.ts"

const hostCount = 200
const snapshotCount = 400
const keysPerHost = 200

/** A vault that has run for more than a year: nobody else has one, so the floor is git listing its names. */
export const statusCase: Case = {
  name: "status",
  about: `the state of ${hostCount} hosts with ${snapshotCount} snapshots each, ${keysPerHost} DKIM keys per host`,
  async prepare() {
    const scratch = await mkdtemp(join(tmpdir(), "pmta-bench-"))
    const [signer, recipient, hostKey] = await Promise.all([sshKey("ed25519"), ageKey(), sshKey("ed25519")])
    const hosts = Array.from({ length: hostCount }, (_, index) => `mta${index + 1}`)
    const [vault, fleet] = [join(scratch, "vault"), join(scratch, "fleet.yml")]
    const labHosts = hosts.map((name, index) => ({
      ...{ name, address: `10.0.${index >> 8}.${index & 255}`, port: 22, user: "pmta-backup" },
      hostKeys: { ed25519: hostKey.publicKey, rsa: "", ecdsa: "" },
    }))
    const recipients = [recipient.recipient]
    await writeFile(fleet, fleetYml({ hosts: labHosts, recipients, signers: [signer.publicKey] }))
    await fillVault({
      path: vault,
      signingKey: signer.privateKey,
      hosts,
      times: daily(snapshotCount),
      found: (host, index) => ({
        config: { content: `${host} ${Math.floor(index / 10)}` },
        dkim: { content: `${host} ${Math.floor(index / 90)}` },
        tls: { content: host },
        license: { content: host },
        data: "missing",
      }),
      live: factsOf,
    })
    const ours = (name: string, ...args: readonly string[]) => ({
      name,
      command: [
        process.execPath,
        join(dist, "cli.js"),
        "status",
        "--vault",
        vault,
        "--fleet",
        fleet,
        ...args,
      ],
      prove: async ({ stdout }: { readonly stdout: string }) => {
        const rows = stdout.match(/^mta\d+ +1 h +– +1 h/gm)?.length
        if (rows !== hostCount) throw new Error(`${rows} hosts are shown as good`)
      },
    })
    return {
      scratch,
      contenders: [
        {
          name: "git ls-tree",
          command: ["git", "-C", vault, "ls-tree", "-r", "--name-only", "bundles"],
          prove: async () => undefined,
        },
        ...(oursIsBuilt()
          ? [ours("ours"), ours("ours, with the page", "--html", join(scratch, "status.html"))]
          : []),
      ],
      [Symbol.asyncDispose]: async () => await rm(scratch, { recursive: true, force: true }),
    }
  },
}

function factsOf(host: string): Readonly<Record<string, string>> {
  const keys = Array.from({ length: keysPerHost }, (_, index) => [
    `/etc/pmta/dkim/${host}-${index}.pem`,
    { use: [`s1._domainkey.${host}-${index}.example`], type: "rsa", bits: 2048, publicKey: "A".repeat(392) },
  ])
  return {
    "facts/dkim.yml": factsYaml(Object.fromEntries(keys)),
    "facts/license.yml": factsYaml({
      "/etc/pmta/license": { licenses: [{ product: "PowerMTA", expires: "never" }] },
    }),
  }
}
