/** A setting in an included file has the scope of the block that includes it, in a proposal as in `diff`. */
import { expect, test } from "vitest"
import type { DiffReport } from "../../src/core/report.ts"
import { sshd } from "../lab/sshd.ts"
import { setting } from "./setting.ts"

const limits = "/etc/pmta/parts/limits.conf"
const files = {
  "/etc/pmta/config": `postmaster ops@example.com
<virtual-mta mta-a1>
    include /etc/pmta/parts/a1-*.conf
</virtual-mta>
<virtual-mta mta-b1>
    include ${limits}
</virtual-mta>
include /etc/pmta/alone.conf
`,
  "/etc/pmta/parts/a1-first.conf": `<domain gmail.com>\n    include ${limits}\n</domain>\n`,
  [limits]: "max-smtp-out 6\n",
  "/etc/pmta/alone.conf": "max-smtp-out 30\n",
}

test("of a file that is included in blocks, nested and twice", async () => {
  await using story = await setting()
  await using host = await sshd({ name: "mta1", files })
  await story.fleet([host])
  const { report } = await story.backup()
  const accepted = await story.run("accept", report.proposals[0]?.id ?? "", "--vault", story.vault)
  expect(accepted, accepted.stderr).toMatchObject({ code: 0 })

  await host.write(limits, "max-smtp-out 8\n")
  const [proposal] = (await story.backup()).report.proposals
  const scopes = proposal?.changes.map(({ scope, name, before, after }) => ({ scope, name, before, after }))
  const change = { name: "max-smtp-out", before: ["6"], after: ["8"] }
  expect(scopes).toEqual([
    { scope: ["virtual-mta mta-a1", "domain gmail.com"], ...change },
    { scope: ["virtual-mta mta-b1"], ...change },
  ])
  expect(proposal?.title).toContain("gmail.com")

  const places = ["--fleet", story.fleetFile, "--vault", story.vault]
  const keys = ["--ssh-key-file", story.sshKeyFile, "--signing-key-file", story.signingKeyFile]
  const run = await story.run("diff", ...places, ...keys, "--json")
  expect((JSON.parse(run.stdout) as DiffReport).hosts[0]?.changes).toEqual(proposal?.changes)
})
