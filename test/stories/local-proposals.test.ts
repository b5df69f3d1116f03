/** A local vault has the same proposals: a branch each, and a Markdown file beside the repository. */
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { activeTokens } from "../lab/hostile.ts"
import { sshdFleet } from "../lab/sshd-fleet.ts"
import { edit } from "./on-github.ts"
import { setting } from "./setting.ts"

const config = "postmaster ops@example.com\n<domain gmail.com>\n    max-smtp-out 6\n</domain>\n"

test("the file says what the branch changes, follows it, and goes with it", async () => {
  await using story = await setting()
  await using fleet = await sshdFleet(3, { files: { "/etc/pmta/config": config } })
  await story.fleet(fleet.hosts, { hostLines: { mta3: ["tags: [asia]"] } })
  const pages = join(story.vault, ".git/pmta-vault/proposals")
  const files = async () => await readdir(pages)

  const first = await story.backup()
  expect(first.report.forge).toEqual({ name: pages, reads: 0, writes: 0 })
  const titles = first.report.proposals.map(({ title }) => title)
  expect(titles, "one baseline for each group of tags").toEqual([
    "mta1, mta2: first mirror (baseline)",
    "mta3: first mirror (baseline)",
  ])
  for (const { id } of first.report.proposals) await story.run("accept", id, "--vault", story.vault)
  expect(await story.git("status", "--porcelain")).toBe("")

  for (const host of fleet.hosts.slice(0, 2)) await edit(host, "max-smtp-out 6", "max-smtp-out 8")
  const second = await story.backup()
  const [proposal] = second.report.proposals
  const path = join(pages, `${proposal?.id}.md`)
  expect(second.report.proposals).toMatchObject([{ action: "created", url: path, hosts: ["mta1", "mta2"] }])
  expect(await files(), "the accepted ones are gone").toEqual([`${proposal?.id}.md`])
  const page = await readFile(path, "utf8")
  expect(page).toMatch(/\| `mta1`, `mta2` \| `domain gmail.com` \| `max-smtp-out` \| `6` \| `8` \|/)
  expect(page).toContain("-    max-smtp-out 6\n+    max-smtp-out 8")
  expect(page).toContain(`pmta-vault accept ${proposal?.id}`)
  expect(page).not.toContain("pull request")
  expect(activeTokens(page)).toEqual([])
  expect(await story.git("status", "--porcelain")).toBe("")

  const text = await story.run(
    ...["backup", "--fleet", story.fleetFile, "--vault", story.vault, "--ssh-key-file", story.sshKeyFile],
    ...["--signing-key-file", story.signingKeyFile],
  )
  expect(text.stdout).toContain(path)
  expect(await readFile(path, "utf8")).toBe(page)

  for (const host of fleet.hosts.slice(0, 2)) await edit(host, "max-smtp-out 8", "max-smtp-out 6")
  expect((await story.backup()).report.proposals).toMatchObject([{ action: "removed" }])
  expect(await files()).toEqual([])
})
