/** Files whose times are odd: they are files all the same. */
import { expect, test } from "vitest"
import type { BackupReport } from "../../src/core/report.ts"
import { sshd } from "../lab/sshd.ts"
import { setting } from "./setting.ts"

const configOf = ({ report }: { readonly report: BackupReport }) =>
  report.hosts[0]?.categories.find(({ name }) => name === "config")
const old = "/etc/pmta/old.conf"

// tar's number for such a time was taken for damage, and nothing of the host was kept.
test("a file from before 1970 is backed up, and known again by the next run", async () => {
  await using story = await setting()
  await using host = await sshd({
    name: "mta1",
    files: { "/etc/pmta/config": "postmaster a@b.example\n", [old]: "# old\n" },
  })
  await host.run(`touch -d 1960-01-01T00:00:00.5Z ${old}`)
  await story.fleet([host])
  const first = await story.backup()
  expect(first.code, first.stderr).toBe(0)
  expect(configOf(first)).toMatchObject({ status: "stored", files: 2 })
  const second = await story.backup()
  expect(second.code, second.stderr).toBe(0)
  expect(configOf(second)).toMatchObject({ status: "unchanged" })
})
