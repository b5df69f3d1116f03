/** What works on a vault alone: reading it whole. */
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { VerifyReport } from "../../src/core/restore-report.ts"
import { dist } from "../lab/cli.ts"
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
