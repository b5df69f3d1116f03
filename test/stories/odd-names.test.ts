/** File names that break careless programs: all are kept as they are, and none reaches a terminal raw. */
import { readFile } from "node:fs/promises"
import { expect, test } from "vitest"
import { sudoersLine, sudoersLogLine } from "../../src/transports/ssh/reader-script.ts"
import { action } from "../lab/cli.ts"
import { sshd } from "../lab/sshd.ts"
import { setting } from "./setting.ts"

const names = [
  ...["-rf.conf", "--checkpoint=1.conf", `a'b".conf`, "$(id) `id`;*.conf", "[a-z]?.conf", "{a,b}.conf"],
  ...["ü.conf", "u\u0308.conf", "\u202egnp.conf", "\u001b[2J.conf", " leading and trailing .conf"],
  ...[
    "a\nb.conf",
    "x\n::error::taken over.conf",
    "back\\slash.conf",
    "\\n.conf",
    ".git.conf",
    "|pipe @someone.conf",
  ],
  ...[
    "tab\t.conf",
    "\r.conf",
    "%0A::error::x.conf",
    "deep/ /.git/config.conf",
    "con:1.conf",
    `${"l".repeat(240)}.conf`,
    // Cut within a character in the header of GNU tar, which has the whole name before it.
    `${"é".repeat(120)}.conf`,
    `x${"é".repeat(120)}.conf`,
  ],
]
const path = (name: string) => `/etc/pmta/domains/${name}`
const files = Object.fromEntries(
  names.map((name, index) => [path(name), `<domain d${index}.example>\n    max-smtp-out 5\n</domain>\n`]),
)
const config = "postmaster ops@example.com\r\ninclude /etc/pmta/domains/*.conf\r\nmax-smtp-out 5"
const fixedPaths = ["/etc/pmta", "/var/lib/pmta/webmon.pem"]

test.each(["shell", "sftp-chroot", "sudo"] as const)(
  "they come back equal by stock tools: %s",
  async kind => {
    await using story = await setting()
    const sudoers = [sudoersLine("pmta-backup", fixedPaths), sudoersLogLine("pmta-backup", "/var/log/pmta")]
    const all = { ...files, "/etc/pmta/config": config }
    await using host = await sshd({ name: "mta1", kind, sudoers, files: all })
    await story.fleet([host], { hostLines: kind === "sudo" ? { mta1: ["sudo: true"] } : {} })
    const first = await story.backup()
    expect({ code: first.code, problems: first.report.hosts[0]?.problems, said: first.stderr }).toMatchObject(
      {
        code: 0,
        problems: [],
      },
    )
    const [snapshot] = await story.snapshots("mta1")
    const opened = await story.open(await story.blob(snapshot?.categories["config"]?.bundle?.key ?? ""))
    const content = Object.fromEntries([...opened].map(([name, file]) => [name, file.content.toString()]))
    expect(content).toEqual(all)
    expect((await story.backup()).report.hosts[0]).toMatchObject({ status: "unchanged" })

    const accepted = await story.run("accept", first.report.proposals[0]?.id ?? "", "--vault", story.vault)
    expect(accepted, accepted.stderr).toMatchObject({ code: 0 })
    expect(await story.git("show", "main:hosts/mta1/files/etc/pmta/config")).toContain("max-smtp-out 5")
    expect(await story.git("status", "--porcelain")).toBe("")
    expect((await story.backup()).report.proposals).toEqual([])
  },
)

test("a change in each of them is shown without a control character, a line of its own or a command", async () => {
  await using story = await setting()
  await using host = await sshd({ name: "mta1", files: { ...files, "/etc/pmta/config": config } })
  await story.fleet([host])
  const { report } = await story.backup()
  await story.run("accept", report.proposals[0]?.id ?? "", "--vault", story.vault)
  await host.writeAll(
    Object.fromEntries(
      Object.entries(files).map(([name, text]) => [
        name,
        `${text.replace("out 5", "out 6")}\u001b[2J ::error::x\n`,
      ]),
    ),
  )
  const keys = ["--ssh-key-file", story.sshKeyFile, "--signing-key-file", story.signingKeyFile]
  const places = ["--fleet", story.fleetFile, "--vault", story.vault]
  const diff = await story.run("diff", ...places, ...keys)
  expect(diff, diff.stderr).toMatchObject({ code: 0 })
  expect(diff.stdout + diff.stderr).toContain("max-smtp-out")
  const backup = await story.run("backup", ...places, ...keys)
  expect(backup, backup.stderr).toMatchObject({ code: 0 })
  const inputs = { "ssh-key": await readFile(story.sshKeyFile, "utf8"), "signing-key": story.signingKey }
  const asAction = await action({ command: "backup", fleet: story.fleetFile, vault: story.vault, ...inputs })
  expect(asAction.code, asAction.stderr).toBe(0)
  for (const run of [diff, backup, asAction]) {
    const said = run.stdout + run.stderr
    expect(said).not.toMatch(/[\u001b\u202e\r]/)
    expect(said).not.toMatch(/^::error/m)
  }
  expect(asAction.summary).not.toMatch(/[\u001b\u202e\r]|^::error/m)
})
