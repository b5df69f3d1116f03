/** A vault behind HTTP from week to week: content changes, proposals move, and no blob of before has to be fetched. */
import { expect, test } from "vitest"
import { gitHttp } from "../lab/git-http.ts"
import { sshd } from "../lab/sshd.ts"
import { nobody, setting } from "./setting.ts"

// It stood in the arguments of git, where every account of the machine can read it, and in a file of the clone.
test("a token in the URL of the vault is refused before git sees it, and not repeated", async () => {
  await using story = await setting()
  await using remote = await gitHttp()
  await story.fleet([nobody("mta1")])
  const { code, stdout, stderr } = await story.run(
    ...["verify", "--fleet", story.fleetFile, "--vault", remote.urlWithToken],
  )
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("--token-file") })
  expect(stdout + stderr).not.toContain(remote.token)
})

test("changes of config, licence and keys reach a remote vault, run after run", async () => {
  await using story = await setting()
  await using remote = await gitHttp()
  await using host = await sshd({ name: "mta1" })
  await story.fleet([host])
  const flags = ["--vault", remote.url, "--token-file", await story.file("token", `${remote.token}\n`)]
  for (let run = 1; run <= 4; run++) {
    await host.writeAll({
      "/etc/pmta/config": `postmaster ops@example.com\nmax-smtp-out ${run}\n`,
      "/etc/pmta/license": `serial: ${run}\n`,
      "/etc/pmta/dkim/a.pem": `key ${run}\n`,
    })
    const { code, stderr, report } = await story.backup(...flags)
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(report.hosts).toMatchObject([{ status: "stored", sequence: run }])
    expect(report.proposals).toMatchObject([{ action: run === 1 ? "created" : "updated" }])
  }
  expect((await remote.git("log", "--format=%s", "bundles")).trim().split("\n")).toHaveLength(4)
})
