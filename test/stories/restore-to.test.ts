/** A host is destroyed and comes back over SSH; a failing check leaves it as it was, to the byte. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import type { DoctorReport } from "../../src/core/report.ts"
import type { PlanReport, RestoreReport } from "../../src/core/restore-report.ts"
import { clientKey } from "../lab/client-key.ts"
import { type HostContent, hostFiles } from "../lab/fixtures.ts"
import { hostTree, hostTreeAndTimes } from "../lab/host-tree.ts"
import { sshKey } from "../lab/keys.ts"
import { installPmta, pmtaCalls } from "../lab/pmta-stand-in.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { hidden, type Setting, setting } from "./setting.ts"

let story: Setting
let host: LabHost
let content: HostContent
let files: Record<string, string>
const watched = ["/etc/pmta", "/var/lib/pmta", "/etc"]

/** What a shell would act on, if it were not quoted. */
const oddNames = [
  "-rf",
  "a b",
  "$(touch pwned)",
  "`touch pwned`",
  "it's",
  'say "no"',
  "line\nend",
  "ü→",
  "*",
  "a;b&c|d",
]

beforeAll(async () => {
  story = await setting()
  content = await hostFiles({ seed: "restore-to", domains: 6, keys: 4 })
  const { publicKey } = await clientKey()
  host = await sshd({
    name: "mta1",
    files: { "/root/.ssh/authorized_keys": { content: `${publicKey}\n`, mode: 0o600 } },
  })
  // A licence that is bound to this machine, so that it is the right hardware.
  const macs = (await host.run("cat /sys/class/net/*/address")).split("\n")
  const mac = macs.find(address => /^[0-9a-f:]{17}$/.test(address) && address !== "00:00:00:00:00:00")
  const licence = String(content.files["/etc/pmta/license"])
  const odd = Object.fromEntries(
    oddNames.map(name => [`/etc/pmta/domains/${name}.conf`, "<domain odd.example>\n</domain>\n"]),
  )
  files = { ...content.files, ...odd, "/var/lib/pmta/webmon.pem": "not a key\n" } as Record<string, string>
  files["/etc/pmta/license"] =
    mac === undefined
      ? licence.replace(/^mac:.*\n/m, "")
      : licence.replace(/^mac: .*/m, `mac: ${mac.toUpperCase()}`)
  await host.writeAll(files)
  await host.symlink("/etc/pmta/domains/linked.conf", "../other.conf.off")
  await host.write("/etc/pmta/other.conf.off", "<domain linked.example>\n</domain>\n")
  await installPmta(host)
  await story.fleet([host])
  expect((await story.backup()).code).toBe(0)
})
afterAll(async () => {
  await host?.[Symbol.asyncDispose]()
  await story?.[Symbol.asyncDispose]()
})

const flags = () => [
  "--fleet",
  story.fleetFile,
  "--vault",
  story.vault,
  "--identity-file",
  story.identityFile,
]

async function restore(...args: readonly string[]) {
  const run = await story.run(
    "restore",
    ...flags(),
    "--ssh-key-file",
    story.sshKeyFile,
    "--to",
    "mta1",
    "--json",
    ...args,
  )
  const report = (run.stdout === "" ? {} : JSON.parse(run.stdout)) as RestoreReport
  const { outcome } = report
  const plan = outcome?.form === "to" ? outcome.plan : ({ steps: [] } as unknown as PlanReport)
  return { ...run, report, plan, applied: outcome?.form === "to" ? outcome.applied : null }
}

async function planAndApply(...args: readonly string[]) {
  const { plan, stderr } = await restore(...args)
  expect(plan.hash, stderr).toMatch(/^[0-9a-f]{16}$/)
  return await restore(...args, "--confirm", "mta1", "--plan-hash", plan.hash)
}

const actions = (plan: PlanReport) =>
  Object.fromEntries(
    plan.steps.filter(({ action }) => action !== "unchanged").map(({ action, path }) => [path, action]),
  )

describe("a host that lost everything", () => {
  let before: readonly string[]
  beforeAll(async () => {
    before = await hostTree(host, "/etc/pmta", "/var/lib/pmta")
    await host.run("rm -rf /etc/pmta /var/lib/pmta/webmon.pem")
  })

  test("comes back with every byte, mode, owner and link, and is checked", async () => {
    await pmtaCalls(host)
    const { plan } = await restore()
    expect(plan.steps.every(({ action }) => action === "create" || action === "unchanged")).toBe(true)
    expect(await pmtaCalls(host)).toEqual([])
    const run = await restore("--confirm", "mta1", "--plan-hash", plan.hash)
    expect({ code: run.code, stderr: run.stderr }).toMatchObject({ code: 0 })
    expect(await hostTree(host, "/etc/pmta", "/var/lib/pmta")).toEqual(before)
    for (const [path, text] of Object.entries(files)) expect((await host.read(path)).toString()).toBe(text)
    // The licence is asked for before, too: it was missing then.
    const asked = ["show status", "show license", "test config", "reload", "show status", "show license"]
    const vmtas = ["show vmta-settings mta-a1", "show vmta-settings mta-a2"]
    expect(await pmtaCalls(host)).toEqual([...asked, ...vmtas])
    expect(run.applied?.checks.map(({ result }) => result)).toEqual(Array(6).fill("passed"))
    for (const secret of hidden(content)) expect(run.stdout + run.stderr).not.toContain(secret)
  })

  test("a second time there is nothing to do", async () => {
    const again = await planAndApply()
    expect(again, again.stderr).toMatchObject({ code: 0, applied: { folder: null } })
    expect(actions(again.plan)).toEqual({})
  })

  test("no folder of the restore holds the new files any more, and none is open to others", async () => {
    expect(await host.run("find /var/lib/pmta-vault-restore -name files")).toBe("")
    expect(await host.run("find / -xdev -name '.pmta-vault-*' -not -path '/proc/*'")).toBe("")
    expect(await host.run("find / -xdev -name pwned -not -path '/proc/*'")).toBe("")
    expect(await host.run("stat -c %a:%U /var/lib/pmta-vault-restore /var/lib/pmta-vault-restore/*")).toBe(
      "700:root\n700:root\n",
    )
  })
})

describe("a host that drifted", () => {
  beforeEach(async () => {
    await host.write(
      "/etc/pmta/config",
      `${files["/etc/pmta/config"]}\ndomain-key s1, x.example, /nowhere\nhttp-api-key another_planted_key\n`,
    )
    await host.remove("/etc/pmta/tls/mx.pem")
    const [key = ""] = content.keys.map(({ path }) => path)
    await host.chmod(key, 0o644)
    await host.write("/etc/pmta/domains/extra.conf", "<domain extra.example>\n</domain>\n")
    return async () => {
      await host.remove("/etc/pmta/domains/extra.conf")
      await host.writeAll(files)
    }
  })

  test("the plan names each path and shows the configs masked, and nothing is written", async () => {
    const before = await hostTreeAndTimes(host, ...watched)
    const file = join(story.directory, `plan-${Math.random()}.json`)
    const { code, plan, stdout, stderr } = await restore("--plan", "--plan-file", file, "--confirm", "mta1")
    expect(code, stderr).toBe(0)
    expect(actions(plan)).toEqual({
      "/etc/pmta/config": "change",
      "/etc/pmta/tls/mx.pem": "create",
      [content.keys[0]?.path ?? ""]: "rights",
      "/etc/pmta/domains/extra.conf": "extra",
    })
    expect(plan.diff).toMatch(/^-domain-key s1, x.example, \/nowhere$/m)
    expect(plan.diff).toMatch(/^-http-api-key .*masked:[0-9a-f]{16}/m)
    for (const secret of [...hidden(content), "another_planted_key"])
      expect(stdout + stderr).not.toContain(secret)
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual(plan)
    expect(await hostTreeAndTimes(host, ...watched)).toEqual(before)
  })

  test("it is put right, what is extra stays, and the copy on the host undoes it", async () => {
    const before = await hostTree(host, "/etc/pmta")
    const run = await planAndApply()
    expect(run, run.stderr).toMatchObject({ code: 0 })
    expect((await host.read("/etc/pmta/config")).toString()).toBe(files["/etc/pmta/config"])
    expect(await host.stat(content.keys[0]?.path ?? "")).toMatchObject({
      mode: 0o640,
      owner: "root",
      group: "pmta",
    })
    expect(await host.run("ls /etc/pmta/domains/extra.conf")).toContain("extra.conf")
    await host.run(`sh ${run.applied?.folder}/undo`)
    expect(await hostTree(host, "/etc/pmta")).toEqual(before)
  })

  // Power was cut before what was sent was on disk: an empty \`commit\` did nothing, and the new files stayed for ever.
  test("what was sent to a host that then lost power goes with the next restore, and what is being sent stays", async () => {
    const folder = (name: string) => `/var/lib/pmta-vault-restore/20260101T000000000Z-01234567-${name}`
    for (const name of ["0000cafe", "0000f00d"]) {
      await host.write(`${folder(name)}/files/0`, "planted\n")
      await host.run(`cd ${folder(name)} && : >commit && : >undo && : >state`)
    }
    await host.run(`touch -d '1 hour ago' ${folder("0000cafe")}`)
    const run = await planAndApply()
    expect(run, run.stderr).toMatchObject({ code: 0 })
    expect(await host.run(`cd /var/lib/pmta-vault-restore && find . -name files`)).toBe(
      `./${folder("0000f00d").split("/").at(-1)}/files\n`,
    )
    await host.run(`rm -r ${folder("0000f00d")}`)
  })

  test.each([
    ["config", ["--categories", "config"], ["/etc/pmta/config", "/etc/pmta/domains/extra.conf"]],
    ["one file", ["--path", "/etc/pmta/tls/mx.pem"], ["/etc/pmta/tls/mx.pem"]],
  ])("only %s, when only that is asked for", async (_, args, paths) => {
    expect(Object.keys(actions((await restore(...args)).plan))).toEqual(paths)
  })

  test("nobody is taken by surprise: host and plan have to be named, and the plan must still be true", async () => {
    const { plan } = await restore()
    const before = await hostTreeAndTimes(host, ...watched)
    expect(await restore("--confirm", "mta1")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("restore/not-confirmed"),
    })
    const wrong = await restore("--confirm", "mta2", "--plan-hash", plan.hash)
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("restore/wrong-host") })
    const old = await restore("--confirm", "mta1", "--plan-hash", "0123456789abcdef")
    expect(old).toMatchObject({ code: 2, stderr: expect.stringContaining("restore/plan-changed") })
    expect(await hostTreeAndTimes(host, ...watched)).toEqual(before)
    await host.append("/etc/pmta/config", "# someone is at work\n")
    const changed = await restore("--confirm", "mta1", "--plan-hash", plan.hash)
    expect(changed).toMatchObject({ code: 2, stderr: expect.stringContaining("restore/plan-changed") })
  })

  test("when a check fails, the host is as it was: bytes, modes, owners, times, inodes", async () => {
    const before = await hostTreeAndTimes(host, ...watched)
    const run = await planAndApply("--checks", "true", "--checks", "echo broken: planted_smtp; false")
    expect(run).toMatchObject({ code: 4, stderr: expect.stringContaining("restore/rolled-back") })
    expect(run.stderr).toContain("echo broken: planted_smtp; false` ended with 1; mta1 is as it was before")
    expect(await hostTreeAndTimes(host, ...watched)).toEqual(before)
  })

  test("when the service does not take the config, it gets its own back and is reloaded", async () => {
    await pmtaCalls(host)
    await host.write("/var/tmp/pmta-refuses", "/etc/pmta/tls/mx.pem")
    const run = await planAndApply()
    await host.remove("/var/tmp/pmta-refuses")
    expect(run).toMatchObject({ code: 4, stderr: expect.stringContaining("`pmta reload` ended with 1") })
    expect((await pmtaCalls(host)).at(-1)).toBe("reload")
    expect(await host.run("ls /etc/pmta/tls")).toBe("")
  })

  test("what a failing check says of secrets is not repeated", async () => {
    const run = await planAndApply("--checks", "cat /etc/pmta/config; false")
    expect(run.code).toBe(4)
    expect(run.stderr).toContain("[secret]")
    for (const secret of [...hidden(content), "another_planted_key"])
      expect(run.stdout + run.stderr).not.toContain(secret)
  })

  test("a connection that is lost midway: the host is put back over a new one", async () => {
    const before = await hostTreeAndTimes(host, ...watched)
    const run = await planAndApply("--checks", "pkill -KILL -f 'sshd: root'; sleep 5")
    expect(run).toMatchObject({ code: 4, stderr: expect.stringContaining("mta1 is as it was before") })
    expect(await hostTreeAndTimes(host, ...watched)).toEqual(before)
  })

  test("a host that is gone midway: the message has the state and the commands, and they work", async () => {
    const before = await hostTreeAndTimes(host, ...watched)
    const run = await planAndApply("--checks", "pkill -KILL sshd; sleep 5")
    expect(run).toMatchObject({ code: 4, stderr: expect.stringContaining("restore/half-done") })
    await host.stop()
    await host.start()
    const command = (name: string) =>
      new RegExp(`${name}: +ssh -p ${host.port} root@${host.address} (.*)`).exec(run.stderr)?.[1] ?? ""
    expect(await host.run(command("state"))).toBe("applied\n")
    await host.run(command("undo"))
    expect(await hostTreeAndTimes(host, ...watched)).toEqual(before)
  })

  test("a full disk on the host: nothing is changed, and it is said", async () => {
    await host.run("mount -t tmpfs -o size=40k none /etc/pmta/tls")
    try {
      const before = await hostTree(host, "/etc/pmta")
      await host.run("head -c 40000 /dev/zero >/etc/pmta/tls/filler")
      const run = await planAndApply()
      await host.run("rm /etc/pmta/tls/filler")
      expect(run).toMatchObject({ code: 4, stderr: expect.stringContaining("restore/rolled-back") })
      expect(run.stderr).toContain("No space left")
      expect(await hostTree(host, "/etc/pmta")).toEqual(before)
    } finally {
      await host.run("umount /etc/pmta/tls")
    }
  })
})

describe("the wrong place", () => {
  test("another set of host keys is refused before anything is sent", async () => {
    const { publicKey } = await sshKey("ed25519")
    const text = await readFile(story.fleetFile, "utf8")
    const fleet = await story.file("keys.yml", text.replace(host.hostKeys.ed25519, publicKey))
    expect(await restore("--fleet", fleet)).toMatchObject({
      code: 6,
      stderr: expect.stringContaining("pull/host-key-changed"),
    })
  })

  test("a host that the fleet does not have", async () => {
    expect(await restore("--to", "mta7")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("fleet/no-such-host"),
    })
  })

  test("an account without rights is told the line that gives them, and with it restores", async () => {
    await host.write("/etc/pmta/config", "# drifted\n")
    const account = ["--restore-user", "pmta-backup"]
    const refused = await restore(...account)
    expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining("restore/no-rights") })
    const keys = ["--ssh-key-file", story.sshKeyFile, "--signing-key-file", story.signingKeyFile]
    const doctor = await story.run(
      "doctor",
      "--fleet",
      story.fleetFile,
      "--vault",
      story.vault,
      ...keys,
      ...account,
      "--json",
    )
    const lines = (JSON.parse(doctor.stdout) as DoctorReport).hosts[0]?.lines ?? []
    const rule = lines.find(({ where }) => where.includes("pmta-vault-restore"))?.line ?? ""
    expect(refused.stderr).toContain(rule)
    await host.run(`cat >>/etc/sudoers <<'E'\n${rule}\nE`)
    const run = await planAndApply(...account)
    expect({ code: run.code, stderr: run.stderr }).toMatchObject({ code: 0 })
    expect((await host.read("/etc/pmta/config")).toString()).toBe(files["/etc/pmta/config"])
  })

  test("other hardware: the facts for the vendor, and on without the licence", async () => {
    const { publicKey } = await clientKey()
    await using other = await sshd({
      name: "mta1-new",
      files: { "/root/.ssh/authorized_keys": { content: `${publicKey}\n`, mode: 0o600 } },
    })
    const text = await readFile(story.fleetFile, "utf8")
    const entry = [
      `  mta1-new:`,
      `    address: ${other.address}`,
      `    port: ${other.port}`,
      `    hostKeys: ["${other.hostKeys.ed25519}"]`,
    ]
    const fleet = await story.file("two.yml", `${text}${entry.join("\n")}\n`)
    // The licence of another machine, in a snapshot of its own.
    await host.write("/etc/pmta/license", String(content.files["/etc/pmta/license"]))
    expect((await story.backup()).code).toBe(0)
    const to = ["--fleet", fleet, "--host", "mta1", "--to", "mta1-new"]
    const { plan, report } = await restore(...to)
    expect(report.warnings).toContain("these are files of mta1, to be restored onto mta1-new")
    expect(plan.reissue).toMatchObject([{ oldMac: "00:00:5e:00:53:01", facts: { serial: "000001" } }])
    const confirm = ["--confirm", "mta1-new", "--plan-hash"]
    const refused = await restore(...to, ...confirm, plan.hash)
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("old MAC: 00:00:5e:00:53:01") })
    const without = await restore(...to, "--without-license")
    const run = await restore(...to, "--without-license", ...confirm, without.plan.hash)
    expect({ code: run.code, stderr: run.stderr }).toMatchObject({ code: 0 })
    expect(
      run.applied?.checks.every(({ result, said }) => result === "skipped" && said.includes("not installed")),
    ).toBe(true)
    expect(await other.run("ls /etc/pmta")).not.toContain("license")
    expect((await other.read("/etc/pmta/config")).toString()).toBe(files["/etc/pmta/config"])
  })
})
