/** A vault behind HTTP from week to week: content changes, proposals move, and no blob of before has to be fetched. */
import { expect, test } from "vitest"
import { gitHttp } from "../lab/git-http.ts"
import { sshd } from "../lab/sshd.ts"
import { setting } from "./setting.ts"

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
