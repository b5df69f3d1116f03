/**
 * The three ways in that doctor prints, each tried by whoever has stolen the login key: what a client can ask of sshd
 * besides, what SFTP could change, and what sudo could be talked into.
 */
import { setTimeout as pause } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { DoctorReport } from "../../src/core/report.ts"
import {
  authorizedKeysReaderLine,
  authorizedKeysSftpLine,
  authorizedKeysSudoLine,
  sudoLogCommand,
  sudoTarCommand,
} from "../../src/transports/ssh/reader-script.ts"
import { finish } from "../lab/child.ts"
import { type ClientKey, clientKey } from "../lab/client-key.ts"
import { ssh, sshOptions } from "../lab/ssh.ts"
import { asked, changed, changes, loggedIn, requests, sftpOf } from "../lab/ssh-attempts.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { type Setting, setting } from "./setting.ts"

const home = "/home/pmta-backup"
const fixed = ["/etc/pmta", "/var/lib/pmta/webmon.pem"]
const ways = ["forced reader", "read-only SFTP", "sudo, one command", "sudo, several commands"] as const
type Way = (typeof ways)[number]

/** What sshd answers to each request of `requests`. */
const refusals: Readonly<Record<string, string>> = {
  "pseudo-terminal": "Unable to request a pseudo-terminal",
  X11: "Unable to request X11",
  "agent forwarding": "Unable to request agent forwarding",
  "a port of the host's network": "prohibited",
  "a port of the host itself": "Unable to bind to 127.0.0.1:0",
  // There is somebody behind it; sshd gives no other reason.
  "a socket to something on the host": "connect failed",
  "a socket of the host": "Unable to bind to /tmp/some.sock",
  "another subsystem": "Unable to start subsystem: netconf",
}

let story: Setting
let key: ClientKey
let plain: LabHost
let root: LabHost
let printed: readonly string[]

beforeAll(async () => {
  const files = {
    "/etc/pmta/config": "postmaster ops@sender.example\n",
    "/var/lib/pmta/webmon.pem": "not a key\n",
    "/var/log/pmta/pmta.log": "a line\n",
    "/root/canary": { content: "of root alone\n", mode: 0o600, owner: "root", group: "root" },
  }
  ;[story, key, plain, root] = await Promise.all([
    ...([
      setting(),
      clientKey(),
      sshd({ name: "plain", files, sshdConfig: ["AcceptEnv TAR_OPTIONS"] }),
    ] as const),
    sshd({ name: "root", kind: "sudo", files }),
  ])
  await story.fleet([plain, root], { hostLines: { root: ["sudo: true"] } })
  const flags = ["--fleet", story.fleetFile, "--vault", story.vault, "--json"]
  const keys = ["--ssh-key-file", story.sshKeyFile, "--signing-key-file", story.signingKeyFile]
  const { hosts } = JSON.parse((await story.run("doctor", ...flags, ...keys)).stdout) as DoctorReport
  printed = hosts.flatMap(({ lines }) => lines.map(({ line }) => line))
  const sudoers = printed.filter(line => line.includes("NOPASSWD"))
  await root.write("/etc/sudoers.d/pmta-vault", sudoers.map(line => `${line}\n`).join(""), { mode: 0o440 })
  await root.run("echo '@includedir /etc/sudoers.d' >>/etc/sudoers && visudo -c")
  // What the account could change, were it let.
  const own = `mkdir -p ${home}/folder && echo mine >${home}/own && touch ${home}/.ssh/rc && chmod 755 ${home}/.ssh/rc`
  const rc = `echo 'touch ${home}/rc-ran' >${home}/.ssh/rc && chown -R pmta-backup: ${home}/own ${home}/folder ${home}/.ssh/rc`
  const listener = "ssh-agent -a /run/some.sock >/dev/null && chmod 777 /run/some.sock"
  for (const host of [plain, root]) await host.run(`${own} && ${rc} && ${listener}`)
})
afterAll(async () => {
  for (const part of [plain, root, story]) await part?.[Symbol.asyncDispose]()
})

const lines = (): Readonly<Record<Way, string>> => ({
  "forced reader": authorizedKeysReaderLine(key.publicKey),
  "read-only SFTP": authorizedKeysSftpLine(key.publicKey),
  "sudo, one command": authorizedKeysSudoLine(key.publicKey, fixed),
  "sudo, several commands": `restrict ${key.publicKey}`,
})
const hostOf = (way: Way) => (way.startsWith("sudo") ? root : plain)

test("these are the lines that doctor prints", () => {
  const { "sudo, one command": one, ...others } = lines()
  expect(printed).toEqual(expect.arrayContaining(Object.values(others)))
  // Without logs to read, that is; they are more than one command.
  expect(one).toContain(sudoTarCommand(fixed))
  expect(printed.some(line => line.startsWith("pmta-backup ALL=(root) NOPASSWD: /usr/bin/tar -c"))).toBe(true)
})

test("a key without such a line is given all of it, but what no key is given", async () => {
  await plain.write(`${home}/.ssh/authorized_keys`, `${key.publicKey}\n`)
  const client = await loggedIn(plain, key.privateKey)
  const answers: Record<string, string> = {}
  for (const what of Object.keys(requests)) answers[what] = await asked(client, plain, what)
  client.destroy()
  const { X11: _, "another subsystem": __, ...others } = answers
  expect(Object.keys(refusals)).toEqual(Object.keys(requests))
  expect(new Set(Object.values(others))).toEqual(new Set(["granted"]))
  expect(await plain.run(`ls ${home}`)).toContain("rc-ran")
  await plain.remove(`${home}/rc-ran`)
})

describe.each(ways)("%s", way => {
  let host: LabHost
  beforeAll(async () => {
    host = hostOf(way)
    await host.write(`${home}/.ssh/authorized_keys`, `${lines()[way]}\n`)
    const { code, stderr, report } = await story.backup(
      "--hosts",
      host.name,
      "--categories",
      "config,dkim,tls",
    )
    expect({ code, stderr, problems: report.hosts[0]?.problems }).toMatchObject({ code: 0, problems: [] })
  })

  test("gives a client nothing else that it could ask for", async () => {
    const client = await loggedIn(host, key.privateKey)
    for (const [what, refusal] of Object.entries(refusals))
      expect(`${what}: ${await asked(client, host, what)}`).toBe(`${what}: ${refusal}`)
    client.destroy()
    const tunnel = ["-o", "Tunnel=point-to-point", "-w", "any:any", "-o", "ExitOnForwardFailure=yes", "-N"]
    const target = `${host.user}@${host.address}`
    const through = await finish("ssh", [...sshOptions(host), "-v", ...tunnel, target], { timeoutMs: 20_000 })
    expect(through.stderr).toContain("Server has rejected tunnel device forwarding")
    expect(await host.run(`ls ${home}`)).not.toContain("rc-ran")
  })

  // The others start nothing that is there for long enough to be looked at.
  test.runIf(["forced reader", "sudo, several commands"].includes(way))(
    "takes no variables from a client",
    async () => {
      const client = await loggedIn(host, key.privateKey)
      const names = ["LD_PRELOAD", "BASH_ENV", "ENV", "PATH", "LOCPATH"]
      const env = Object.fromEntries(names.map(name => [name, `/planted-${name}`]))
      client.exec("sleep 20", { env }, () => undefined)
      const own = `for p in $(pgrep -u ${host.user} -x 'sh|sleep'); do tr '\\0' '\\n' </proc/$p/environ; done`
      let seen = ""
      for (let tries = 0; tries < 100 && !seen.includes("SSH_CONNECTION="); tries++) {
        seen = await host.run(own)
        await pause(20)
      }
      client.destroy()
      expect(seen).toContain("SSH_CONNECTION=")
      expect(seen).not.toContain("planted")
    },
  )

  test.runIf(way !== "sudo, several commands")("runs no other command, and no shell", async () => {
    const commands = ["id", "/bin/sh -c id", "exec id", "sftp-server", "scp -t /tmp", ""]
    const runs = await Promise.all(commands.map(command => ssh(host, command, "id\n")))
    expect(runs.map(({ stdout }) => stdout).join("\n")).not.toContain("uid=")
    const shell = await finish("ssh", [...sshOptions(host), "-T", `${host.user}@${host.address}`], {
      input: "id\nexit\n",
    })
    expect(shell.stdout.toString()).not.toContain("uid=")
  })
})

test("the forced reader's tar takes no options, though sshd lets them in", async () => {
  await plain.write(`${home}/.ssh/authorized_keys`, `${lines()["forced reader"]}\n`)
  const client = await loggedIn(plain, key.privateKey)
  const env = { TAR_OPTIONS: `--checkpoint=1 --checkpoint-action=exec=id>${home}/ran` }
  const parts: Buffer[] = []
  await new Promise<void>((resolve, reject) =>
    client.exec("", { env }, (error, stream) => {
      if (error) return reject(error)
      stream.on("data", (part: Buffer) => parts.push(part)).on("close", resolve)
      stream.end("read 17 0\n/etc/pmta/config\0")
    }),
  )
  client.destroy()
  expect(Buffer.concat(parts).length).toBeGreaterThan(100)
  expect(await plain.run(`ls ${home}`)).not.toContain("ran")
})

test("SFTP reads what the account may read, and changes nothing", async () => {
  await plain.write(`${home}/.ssh/authorized_keys`, `${lines()["read-only SFTP"]}\n`)
  const state = async () =>
    await plain.run(`find ${home} /etc/pmta -printf '%p %i %m %u %s %T@ %C@ %l\\n' | sort`)
  const before = await state()
  const client = await loggedIn(plain, key.privateKey)
  const sftp = await sftpOf(client)
  for (const what of Object.keys(changes))
    expect(`${what}: ${await changed(sftp, home, what)}`).toMatch(
      /^.*: refused: (Permission denied|Operation unsupported)/i,
    )
  client.destroy()
  expect(await state()).toBe(before)
})

describe("sudo", () => {
  const tar = `sudo -n ${sudoTarCommand(fixed)}`
  const logs = sudoLogCommand("/var/log/pmta")
  const asRequest = (path: string) => `tail ${Buffer.byteLength(path)} 0 1000\n${path}`

  beforeAll(async () => {
    await root.write(`${home}/.ssh/authorized_keys`, `${lines()["sudo, several commands"]}\n`)
    // As somebody who has taken over PowerMTA's own account can.
    await root.run(
      "ln -s /root/canary /var/log/pmta/acct-link.csv && mkdir /var/log/pmta/d && ln -s /root /var/log/pmta/l",
    )
    const whole = await ssh(root, tar)
    expect(whole.stdout.toString("latin1")).toContain("ops@sender.example")
  })

  test("does not run anything else, nor the same with another word in it", async () => {
    const commands = [
      ...["sudo -n id", "sudo -n -s id", "sudo -n -i id", "sudo -n -u pmta id", "sudo -n /bin/sh -c id"],
      ...["sudo -n /usr/bin/tar -cf - /root", "sudo -n /usr/bin/env id", "sudoedit -n /root/canary"],
      `${tar} --checkpoint=1 --checkpoint-action=exec=id`,
      `${tar} root/canary`,
      tar.replace("-C /", "-C /root"),
      tar.replace(" -- ", " --to-command=id -- "),
      tar.replace("etc/pmta", "root"),
      `sudo -n TAR_OPTIONS='--checkpoint=1 --checkpoint-action=exec=id' ${sudoTarCommand(fixed)}`,
      `TAR_OPTIONS=--version sudo -n --preserve-env=TAR_OPTIONS ${sudoTarCommand(fixed)}`,
      `sudo -n -E ${sudoTarCommand(fixed)}`,
      `sudo -n -D /root ${sudoTarCommand(fixed)}`,
      logs.replace(/\/var\/log\/pmta$/, "/root"),
      logs.replace(/\/var\/log\/pmta$/, "/var/log/pmta/../../../root"),
      logs.replace(/\/var\/log\/pmta$/, "/var/log/pmta /root"),
      logs.replace("LC_ALL=C;", "id;"),
    ]
    const runs = commands.map(async command => {
      const { code, stdout, stderr } = await ssh(root, command, asRequest("/root/canary"))
      expect(`${stdout}${stderr}`, command).not.toMatch(/uid=|of root alone/)
      expect(code, command).not.toBe(0)
      expect(stderr, command).toMatch(/a password is required|not allowed|usage: |not permitted/)
    })
    await Promise.all(runs)
  })

  test("what it runs takes no options from the environment", async () => {
    const options = "--checkpoint=1 --checkpoint-action=exec=id"
    const { code, stdout, stderr } = await ssh(root, `TAR_OPTIONS='${options}' ${tar}`)
    expect(code).toBe(0)
    expect(`${stdout}${stderr}`).not.toMatch(/uid=/)
  })

  test("its reader of logs opens what lies in their directory, and no link there", async () => {
    const paths = [
      ...["/root/canary", "/var/log/pmta/../../../root/canary", "/var/log/pmta/acct-link.csv"],
      ...["/var/log/pmta/l/canary", "/etc/shadow", "/var/log/pmta/", "/proc/self/environ", "-", "$(id)"],
    ]
    const runs = paths.map(async path => {
      const { stdout, stderr } = await ssh(root, logs, asRequest(path))
      expect(`${stdout}${stderr}`, path).not.toMatch(/uid=|of root alone|root:/)
      expect(stdout.toString("latin1"), path).not.toMatch(/^at /m)
    })
    await Promise.all(runs)
    const { stdout } = await ssh(root, logs, asRequest("/var/log/pmta/pmta.log"))
    expect(stdout.toString("latin1")).toMatch(/^at \d+ 7$/m)
  })
})
