/** The watchdog's job as the workflow runs it: read-only token, remote vault, red while a copy is too old. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { parse } from "yaml"
import { succeed } from "../lab/child.ts"
import { action } from "../lab/cli.ts"
import { daily, fillVault } from "../lab/filled-vault.ts"
import { fleetYml } from "../lab/fleet-file.ts"
import { gitHttp } from "../lab/git-http.ts"
import { sshKey } from "../lab/keys.ts"
import { setting } from "./setting.ts"

const file = join(import.meta.dirname, "../../workflows/watchdog.yml")

test("a stale vault makes the job red, a fresh backup heals it, and nothing is pushed", async () => {
  await using story = await setting()
  await using remote = await gitHttp()
  const { publicKey } = await sshKey("ed25519")
  const host = {
    name: "mta1",
    address: "192.0.2.1",
    port: 22,
    user: "x",
    hostKeys: { ed25519: publicKey, rsa: "", ecdsa: "" },
  }
  const fill = (ago: number) =>
    fillVault({
      ...{ path: story.vault, signingKey: story.signingKey, hosts: ["mta1"], times: daily(1, ago) },
      found: () => ({
        config: { content: "c" },
        dkim: "missing",
        tls: "missing",
        license: "missing",
        data: "missing",
      }),
    })
  await fill(3 * 86_400_000)
  const yml = fleetYml({ hosts: [host], recipients: [story.recipient], signers: [story.signer] })
  const vaultGit = async (...args: readonly string[]) =>
    await succeed("git", ["-C", story.vault, "-c", "user.name=x", "-c", "user.email=x@y", ...args])
  await succeed("tee", [join(story.vault, "fleet.yml")], { input: yml })
  await vaultGit("add", "fleet.yml")
  await vaultGit("commit", "-qm", "fleet: begin")
  const push = () => vaultGit("push", "-q", remote.urlWithToken, "main", "bundles")
  await push()
  await remote.refusePushes("the watchdog's token cannot write")

  const step = parse(await readFile(file, "utf8")).jobs.status.steps[0]
  // As the runner fills in the expressions; the vault is this repository by default.
  const inputs = { ...step.with, token: remote.token, "ping-url": "", vault: remote.url }
  const red = await action(inputs)
  expect(red.code, red.stdout).toBe(7)
  expect(red.summary).toMatch(/1 objective is missed/)
  expect(red.summary).toMatch(/❌ `mta1`: .*config.* older than its RPO of 1d/)

  await remote.refusePushes(null)
  await fill(3_600_000)
  await push()
  await remote.refusePushes("the watchdog's token cannot write")
  const green = await action(inputs)
  expect(green.code, green.stdout).toBe(0)
  expect(green.summary).toMatch(/every objective is met/)
})
