/** A key on which the host's forced command is the reader: it backs up, and does nothing else. */
import { afterAll, beforeAll, expect, test } from "vitest"
import type { DoctorReport } from "../../src/core/report.ts"
import { authorizedKeysReaderLine, readerScript } from "../../src/transports/ssh/reader-script.ts"
import { finish } from "../lab/child.ts"
import { clientKey } from "../lab/client-key.ts"
import { type HostContent, hostFiles } from "../lab/fixtures.ts"
import { sftp, ssh, sshOptions } from "../lab/ssh.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { type Setting, setting } from "./setting.ts"

const keysFile = "/home/pmta-backup/.ssh/authorized_keys"
let story: Setting
let host: LabHost
let content: HostContent

beforeAll(async () => {
  story = await setting()
  content = await hostFiles({ seed: "forced", domains: 5, keys: 4 })
  host = await sshd({ name: "mta1", kind: "forced", forcedCommand: readerScript, files: content.files })
  await story.fleet([host])
})
afterAll(async () => {
  await host?.[Symbol.asyncDispose]()
  await story?.[Symbol.asyncDispose]()
})

async function expectGoodBackup(): Promise<void> {
  const { code, stderr, report } = await story.backup()
  expect({ code, stderr, problems: report.hosts[0]?.problems }).toMatchObject({ code: 0, problems: [] })
  expect(report.hosts[0]).toMatchObject({ way: "shell" })
  const files = report.hosts[0]?.categories.reduce((sum, category) => sum + category.files, 0)
  expect(files).toBe(Object.keys(content.files).length)
}

test("the reader as forced command backs up all files the fast way", expectGoodBackup)

test("the line that doctor prints does the same, word for word", async () => {
  const { publicKey } = await clientKey()
  const flags = ["--fleet", story.fleetFile, "--vault", story.vault, "--ssh-key-file", story.sshKeyFile]
  const run = await story.run("doctor", ...flags, "--signing-key-file", story.signingKeyFile, "--json")
  expect(run, run.stderr).toMatchObject({ code: 0 })
  const lines = (JSON.parse(run.stdout) as DoctorReport).hosts[0]?.lines.map(({ line }) => line) ?? []
  expect(lines).toContain(authorizedKeysReaderLine(publicKey))
  for (const line of lines) {
    await host.write(keysFile, `${line}\n`)
    const { code, stderr } = await story.backup()
    expect({ code, stderr, line }).toMatchObject({ code: 0 })
    const ids = await ssh(host, "id")
    expect(`${ids.stdout}${ids.stderr}`, line).not.toContain("uid=")
  }
  await host.write(keysFile, `${authorizedKeysReaderLine(publicKey)}\n`)
  await expectGoodBackup()
})

test.each(["id", "exec id", "/bin/sh -c id", "list 0 0; id", "$(id)"])(
  "it does not run %s",
  async command => {
    const { stdout, stderr } = await ssh(host, command)
    expect(`${stdout}${stderr}`).not.toContain("uid=")
  },
)

test.each([
  "id\n",
  "list 5 9\nG/`id`\n",
  "list $(id) 1\n",
  "list 13 9\nG/$(id >&2)\n\nread 5 0\n;id>&",
  "read 40 0\n--to-command=id\0--checkpoint-action=exec=id",
  "list 26 1000\nT/etc/pmta -exec id {} +\n",
  "list 30 1000\nT-exec\nT/etc/pmta\nG-exec id ;\n\n",
])("no request makes it run a command: %j", async input => {
  const { stdout, stderr } = await ssh(host, "", input)
  expect(`${stdout}${stderr}`).not.toContain("uid=")
})

test("it gives no SFTP and no terminal", async () => {
  const listing = await sftp(host, "ls /etc\n")
  expect(listing.code).not.toBe(0)
  expect(listing.stdout.toString()).not.toContain("passwd")
  const login = [...sshOptions(host), "-tt", `${host.user}@${host.address}`]
  expect((await finish("ssh", login, { input: "id\n", timeoutMs: 10_000 })).stdout.toString()).not.toContain(
    "uid=",
  )
})

test("it writes no file", async () => {
  const attempts = ["touch /home/pmta-backup/x", "cat > /home/pmta-backup/x", "scp -t /home/pmta-backup"]
  for (const command of attempts) await ssh(host, command, "C0644 1 x\nx")
  await sftp(host, "put /etc/hostname /home/pmta-backup/x\n")
  expect(await host.run("ls -A /home/pmta-backup")).toBe(".ssh\n")
})
