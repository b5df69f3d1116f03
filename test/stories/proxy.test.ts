/** A runner that reaches GitHub through a proxy only: the server's name means nothing outside of it. */
import { readFile } from "node:fs/promises"
import { expect, test } from "vitest"
import { action } from "../lab/cli.ts"
import { githubStandIn } from "../lab/github/index.ts"
import { proxyTo } from "../lab/proxy.ts"
import { sshd } from "../lab/sshd.ts"
import { setting } from "./setting.ts"

test("git and the API both go through it, and the hosts do not", async () => {
  await using story = await setting()
  await using github = await githubStandIn()
  await using proxy = await proxyTo(Number(new URL(github.server).port))
  await using host = await sshd({ name: "mta1", files: { "/etc/pmta/config": "max-smtp-out 5\n" } })
  await story.fleet([host])
  const server = "http://github.lab.invalid"
  const run = await action(
    {
      ...{ command: "backup", fleet: story.fleetFile, vault: `${server}/example/vault`, token: github.token },
      ...{ "ssh-key": await readFile(story.sshKeyFile, "utf8"), "signing-key": story.signingKey },
    },
    { env: { GITHUB_SERVER_URL: server, GITHUB_API_URL: `${server}/api/v3`, http_proxy: proxy.url } },
  )
  expect(run.code, run.stdout + run.stderr).toBe(0)
  expect(github.pulls).toMatchObject([{ state: "open" }])
  expect([...proxy.hosts]).toEqual(["github.lab.invalid"])
})
