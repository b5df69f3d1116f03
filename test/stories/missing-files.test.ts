/** Files that a config names and the host has not: PowerMTA misses them too, and a restore would. */
import { expect, test } from "vitest"
import { sudoersLine, sudoersLogLine } from "../../src/transports/ssh/reader-script.ts"
import { sshd } from "../lab/sshd.ts"
import { setting } from "./setting.ts"

const config = `postmaster ops@example.com
include /etc/pmta/domains/*.conf
domain-key s1, a.example, /etc/pmta/dkim/gone.pem
<domain example.com>
    include /opt/parts/gone.conf
</domain>
`

test.each(["shell", "sftp-chroot", "sudo"] as const)(
  "are named with the directive's place until they are there, and cost nothing else: %s",
  async kind => {
    await using story = await setting()
    const paths = [["/etc/pmta", "/var/lib/pmta/webmon.pem"], ["/opt/parts/gone.conf"]]
    const logs = sudoersLogLine("pmta-backup", "/var/log/pmta")
    const sudoers = [...paths.map(fixed => sudoersLine("pmta-backup", fixed)), logs]
    await using host = await sshd({
      ...{ name: "mta1", kind, sudoers, mounts: kind === "sftp-chroot" ? ["/srv/sftp/opt/parts"] : [] },
      files: { "/etc/pmta/config": config, "/etc/pmta/license": "serial: 1\n" },
    })
    await story.fleet([host], { hostLines: kind === "sudo" ? { mta1: ["sudo: true"] } : {} })
    const { code, report } = await story.backup()
    const [seen] = report.hosts
    expect({ code, status: seen?.status, problems: seen?.problems }).toMatchObject({
      code: 3,
      status: "partial",
      problems: [
        {
          code: "pull/missing-reference",
          data: [
            "/etc/pmta/dkim/gone.pem, named by domain-key in /etc/pmta/config:3",
            "/opt/parts/gone.conf, named by include in /etc/pmta/config:5",
          ],
        },
      ],
    })
    const categories = seen?.categories.map(({ name, status }) => [name, status])
    expect(categories).toContainEqual(["config", "stored"])
    expect(categories).toContainEqual(["license", "stored"])
    expect((await story.backup()).code, "while they are missing").toBe(3)

    const jail = kind === "sftp-chroot" ? "/srv/sftp" : ""
    await host.write("/etc/pmta/dkim/gone.pem", "a key\n", { mode: 0o644 })
    await host.write(`${jail}/opt/parts/gone.conf`, "max-smtp-out 5\n", { mode: 0o644 })
    const whole = await story.backup()
    expect(whole.report.hosts[0]?.problems).toEqual([])
    expect(whole.code).toBe(0)
  },
)

test.each(["shell", "sftp-chroot"] as const)(
  "may also be there and out of the account's sight, which is no success either: %s",
  async kind => {
    await using story = await setting()
    const jail = kind === "sftp-chroot" ? "/srv/sftp" : ""
    await using host = await sshd({
      ...{ name: "mta1", kind, mounts: [`${jail}/opt/keys`] },
      files: { "/etc/pmta/config": "postmaster a@b.example\ndomain-key s1, a.example, /opt/keys/k.pem\n" },
    })
    await host.write(`${jail}/opt/keys/k.pem`, "a key\n")
    await host.chmod(`${jail}/opt/keys`, 0o700)
    await story.fleet([host])
    const { code, report } = await story.backup()
    expect({ code, problems: report.hosts[0]?.problems }).toMatchObject({
      code: 3,
      problems: [
        {
          code: "pull/missing-reference",
          message: expect.stringContaining("may not see"),
          data: ["/opt/keys/k.pem, named by domain-key in /etc/pmta/config:2"],
        },
      ],
    })
  },
)
