/** Two runs over one vault at the same time: both succeed, and the chain of each host has a snapshot of each. */
import { readFile } from "node:fs/promises"
import { afterAll, beforeAll, expect, test } from "vitest"
import { finish } from "../lab/child.ts"
import { type GitHttp, gitHttp } from "../lab/git-http.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { setting } from "./setting.ts"
import { expectChain } from "./stored-chain.ts"

const hosts: LabHost[] = []
beforeAll(async () => {
  const files = { "/etc/pmta/config": "postmaster ops@example.com\n", "/etc/pmta/license": "serial: 1\n" }
  hosts.push(...(await Promise.all(["mta1", "mta2"].map(name => sshd({ name, files })))))
})
afterAll(async () => {
  await Promise.all(hosts.map(host => host[Symbol.asyncDispose]()))
})

test.each(["local", "over HTTP"] as const)("a vault that is %s", async kind => {
  await using story = await setting()
  await story.fleet(hosts)
  const remote: GitHttp | null = kind === "local" ? null : await gitHttp()
  const repository = remote?.bareDir ?? story.vault
  const flags: string[] = []
  if (remote !== null)
    flags.push("--vault", remote.url, "--token-file", await story.file("token", `${remote.token}\n`))
  const first = await story.backup(...flags)
  expect(first, first.stderr).toMatchObject({ code: 0 })
  const rounds = 3
  for (let round = 1; round <= rounds; round++) {
    // What changes makes both write bundles; both have to write snapshots, and both to move the proposal.
    const license = `serial: ${round + 1}\n`
    const config = `postmaster ops@example.com\nmax-smtp-out ${round}\n`
    for (const host of hosts)
      await host.writeAll({ "/etc/pmta/license": license, "/etc/pmta/config": config })
    const runs = await Promise.all([story.backup(...flags), story.backup(...flags)])
    for (const { code, stderr, report } of runs) {
      expect(code, stderr + JSON.stringify(report)).toBe(0)
      expect({ code, warnings: report.warnings.slice(1) }).toMatchObject({ code: 0, warnings: [] })
    }
    const sequences = runs.map(({ report }) => report.hosts[0]?.sequence).sort()
    expect(new Set(sequences).size, "each has a number of its own").toBe(2)
  }
  for (const { name } of hosts) await expectChain(repository, name, 1 + 2 * rounds)
  const checked = await finish("git", ["-C", repository, "fsck", "--full", "--no-dangling"])
  expect(checked, checked.stderr).toMatchObject({ code: 0 })
  await remote?.[Symbol.asyncDispose]()
})

test("two first runs that both make the vault", async () => {
  await using story = await setting()
  await story.fleet(hosts)
  const runs = await Promise.all([story.backup("--hosts", "mta1"), story.backup("--hosts", "mta2")])
  for (const run of runs) expect(run, run.stderr).toMatchObject({ code: 0 })
  for (const { name } of hosts) await expectChain(story.vault, name, 1)
  expect(await story.git("status", "--porcelain")).toBe("")
  expect(await readFile(`${story.vault}/README.md`, "utf8")).toContain("Vault")
})
