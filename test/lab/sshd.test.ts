import { readdir } from "node:fs/promises"
import { tmpdir } from "node:os"
import { setTimeout as pause } from "node:timers/promises"
import { expect, test } from "vitest"
import { succeed } from "./child.ts"
import { sftp, ssh } from "./ssh.ts"
import { sshd } from "./sshd.ts"
import { sshdFleet } from "./sshd-fleet.ts"

const config = { "/etc/pmta/config": "postmaster ops@example.com\n" }

test("a shell host is a machine of its own with real modes and owners", async () => {
  await using host = await sshd({
    name: "mta1",
    files: { ...config, "/etc/pmta/dkim/s1.pem": { content: "KEY", mode: 0o600, owner: "pmta" } },
  })
  const seen = await ssh(host, "hostname; id -un; cat /etc/pmta/config; cat /etc/pmta/dkim/s1.pem")
  expect(seen.stdout.toString()).toBe("mta1\npmta-backup\npostmaster ops@example.com\n")
  expect(seen.stderr).toContain("/etc/pmta/dkim/s1.pem: Permission denied")
  const key = await host.stat("/etc/pmta/dkim/s1.pem")
  expect(key).toMatchObject({ kind: "file", mode: 0o600, owner: "pmta", group: "pmta", size: 3 })
  await host.chmod("/etc/pmta/dkim/s1.pem", 0o640)
  expect((await ssh(host, "cat /etc/pmta/dkim/s1.pem")).stdout.toString()).toBe("KEY")
  await host.chown("/etc/pmta/dkim/s1.pem", "root:root")
  expect((await ssh(host, "cat /etc/pmta/dkim/s1.pem")).code).toBe(1)
})

test("files of a running host can be changed, and the machine's own /etc stays as it is", async () => {
  const before = await succeed("find", ["/etc", "-maxdepth", "1", "-newermt", "-1 minute"])
  await using host = await sshd({ name: "mta1", files: config })
  await host.write("/etc/pmta/domains/a b\n.conf", "x", { mtime: 1_700_000_000 })
  await host.append("/etc/pmta/domains/a b\n.conf", "y")
  expect((await host.read("/etc/pmta/domains/a b\n.conf")).toString()).toBe("xy")
  await host.chmod("/etc/pmta/domains", 0o700)
  await host.write("/etc/pmta/domains/long".padEnd(220, "g"), "z", { mtime: 1_700_000_000 })
  expect(await host.stat("/etc/pmta/domains/long".padEnd(220, "g"))).toMatchObject({ mtime: 1_700_000_000 })
  expect(await host.stat("/etc/pmta/domains")).toMatchObject({ mode: 0o700, kind: "directory" })
  await host.symlink("/etc/pmta/link", "/etc/passwd")
  expect((await host.stat("/etc/pmta/link")).kind).toBe("link")
  await host.remove("/etc/pmta/link")
  expect((await host.run("ls /etc/pmta")).split("\n")).toEqual(["config", "domains", ""])
  await expect(host.write("/usr/bin/evil", "")).rejects.toThrow("not the lab host's own")
  await expect(host.run("touch /usr/bin/evil")).rejects.toThrow("Read-only")
  await host.write("/usr/local/bin/pmta", "#!/bin/sh\necho stand-in\n", { mode: 0o755 })
  expect((await ssh(host, "pmta")).stdout.toString()).toBe("stand-in\n")
  expect(await succeed("find", ["/etc", "-maxdepth", "1", "-newermt", "-1 minute"])).toEqual(before)
})

test("a sudo host lets the account read only through the given command", async () => {
  await using host = await sshd({
    name: "mta1",
    kind: "sudo",
    sudoers: ["/usr/bin/cat /etc/pmta/config"],
    files: { ...config, "/etc/pmta/license": "L" },
  })
  expect((await ssh(host, "cat /etc/pmta/config")).code).not.toBe(0)
  expect((await ssh(host, "sudo -n cat /etc/pmta/config")).stdout.toString()).toBe(config["/etc/pmta/config"])
  const refused = await ssh(host, "sudo -n cat /etc/pmta/license")
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain("password is required")
})

test("a chroot host gives its own files by SFTP, and no command", async () => {
  await using host = await sshd({ name: "mta1", kind: "sftp-chroot", files: config })
  const seen = await sftp(host, "ls -1 /\nls -1 /etc\nget /etc/pmta/config /dev/stdout\n")
  expect(seen.stdout.toString()).toContain("/etc/group\n/etc/passwd\n/etc/pmta\n")
  expect(seen.stdout.toString()).not.toContain("root")
  expect((await ssh(host, "cat /etc/pmta/config")).stdout.toString()).not.toContain("postmaster")
  await host.write("/etc/pmta/license", "L")
  expect((await sftp(host, "ls -1 /etc/pmta")).stdout.toString()).toContain("license")
})

test("a forced command with quotes runs whatever the client asks for", async () => {
  const forcedCommand = `printf '%s|' "a b" 'c"d' "$SSH_ORIGINAL_COMMAND" 'e\\"f'`
  await using host = await sshd({ name: "mta1", kind: "forced", forcedCommand, files: config })
  expect((await ssh(host, "rm -rf /")).stdout.toString()).toBe('a b|c"d|rm -rf /|e\\"f|')
})

test("a host without zstd has none", async () => {
  await using host = await sshd({ name: "mta1", without: ["/usr/bin/zstd"] })
  expect((await ssh(host, "command -v zstd || echo none; command -v gzip")).stdout.toString()).toMatch(
    /^none\n.*gzip\n$/,
  )
})

test("a rotated host key is seen as changed, and a stopped host is unreachable until it starts", async () => {
  await using host = await sshd({ name: "mta1", files: config })
  const old = { ...host, hostKeys: { ...host.hostKeys } }
  await host.rotateHostKeys()
  expect((await ssh(old, "true")).stderr).toContain("Host key verification failed")
  expect(old.hostKeys.rsa).not.toBe(host.hostKeys.rsa)
  expect((await ssh(host, "true")).code).toBe(0)
  await host.stop()
  expect((await ssh(host, "true")).stderr).toContain("Connection refused")
  await host.start()
  expect((await ssh(host, "true")).code).toBe(0)
  expect(await host.log()).toContain("Accepted publickey for pmta-backup")
})

test("twenty hosts start together, and nothing is left behind", { timeout: 30_000 }, async () => {
  const traces = async () => {
    const processes = (await succeed("ps", ["-eo", "args"])).toString().split("\n")
    return processes.filter(line => line.includes(`pmta-lab-${process.pid}-`))
  }
  {
    await using fleet = await sshdFleet(20, { files: config })
    const answers = await Promise.all(fleet.hosts.map(host => ssh(host, "hostname")))
    expect(answers.map(answer => answer.stdout.toString().trim())).toEqual(fleet.hosts.map(host => host.name))
    expect((await traces()).length).toBeGreaterThanOrEqual(20)
  }
  expect(await traces()).toEqual([])
  expect((await readdir(tmpdir())).filter(name => name.startsWith(`pmta-lab-${process.pid}-`))).toEqual([])
})

// Each login left a dead process: after some thousand runs the machine had no process ids left.
test("logins leave nothing behind on a host", async () => {
  await using host = await sshd({ name: "mta1", files: config })
  for (let login = 0; login < 3; login++) await ssh(host, "true")
  const dead = "ps -eo stat,comm | grep ^Z || true"
  for (let wait = 0; wait < 50 && (await host.run(dead)) !== ""; wait++) await pause(100)
  expect(await host.run(dead)).toBe("")
})
