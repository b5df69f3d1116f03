/** One long story through every command, well and ill, on a host and with keys that are full of invented secrets. */
import { mkdir, readdir, readFile } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import type { BackupReport } from "../../src/core/report.ts"
import { readerScript, sudoersLine, sudoersLogLine } from "../../src/transports/ssh/reader-script.ts"
import type { Kind } from "../lab/accounts.ts"
import { artifactService } from "../lab/artifact-service.ts"
import { clientKey } from "../lab/client-key.ts"
import { type GitHubStandIn, githubStandIn } from "../lab/github/index.ts"
import { filesBelow, objectsOf } from "../lab/leak-places.ts"
import { installPmta } from "../lab/pmta-stand-in.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { type Setting, setting } from "../stories/setting.ts"
import { sessionsOf, watchingShell, watchSessions } from "./leak-host.ts"
import { hostOf, type Secrets, secrets } from "./leak-secrets.ts"
import { type Doing, type Watch, watching } from "./leak-watch.ts"
import { isFull } from "./suite.ts"

export interface LeakStory extends AsyncDisposable {
  readonly story: Setting
  readonly host: LabHost
  readonly github: GitHubStandIn
  readonly hidden: Secrets
  readonly watch: Watch
  readonly identity: string
  readonly sshKey: string
  /** arguments that give the keys of a backup, and of what opens bundles */
  readonly keys: readonly string[]
  readonly open: readonly string[]
  /** A token that this run gives to the GitHub stand-in, where it is meant to go. @returns it */
  forGitHub(token: string): string
  run(
    ends: readonly number[],
    command: string,
    args: readonly string[],
    doing?: Partial<Doing>,
  ): ReturnType<Watch["cli"]>
  act(
    ends: readonly number[],
    command: string,
    inputs?: Readonly<Record<string, string>>,
    doing?: Partial<Doing>,
  ): ReturnType<Watch["action"]>
  /** All is well: backups, a change, its review, status, verify, a prune, a drill, restores. */
  wellDays(): Promise<void>
  /** Somebody to whom nothing is meant to be sent. */
  listener(): Promise<AsyncDisposable & { readonly port: number }>
  /** Keeps what rests in the vaults, at GitHub, at the monitor, on the host and in directories. */
  keepWhatRests(): Promise<void>
}

/** @param kind  how the login key gets at the host's files; default: by a shell */
export async function leakStory(kind: Kind = "shell"): Promise<LeakStory> {
  const hidden = secrets()
  const [story, github, artifacts, content, { publicKey }] = await Promise.all([
    ...([setting(), githubStandIn(), artifactService(), hostOf(hidden), clientKey()] as const),
  ])
  const files = (turn: "before" | "after") =>
    Object.fromEntries(Object.entries(content).map(([path, texts]) => [path, texts[turn]]))
  const rootKeys = { "/root/.ssh/authorized_keys": { content: `${publicKey}\n`, mode: 0o600 } }
  const [watch, monitor, host] = await Promise.all([
    watching(join(story.directory, "watched")),
    listening(hidden.invented("ping URL")),
    sshd({
      ...{ name: "mta1", kind, files: { ...files("before"), ...rootKeys, ...(await watchingShell()) } },
      ...(kind === "forced" ? { forcedCommand: readerScript } : {}),
      sudoers: [sudoersLine("pmta-backup", fixed), sudoersLogLine("pmta-backup", "/var/log/pmta")],
    }),
  ])
  const hostLines = { mta1: kind === "sudo" ? ["sudo: true"] : [] }
  await Promise.all([installPmta(host), story.fleet([host], { hostLines })])
  // A traced program may not become root, and where SFTP alone is allowed no shell is run.
  await watchSessions(host, kind === "shell" ? ["root", host.user] : ["root"])
  const sshKey = hidden.key("login key", await readFile(story.sshKeyFile, "utf8"))
  hidden.key("signing key", story.signingKey)
  const identity = hidden.known("identity", (await readFile(story.identityFile, "utf8")).trim())
  const { host: address, pathname } = new URL(monitor.url)
  watch.meant.push({ why: "the monitor knows its own address", at: `sent ${address}`, text: pathname })
  const report = (name: string) => join(story.directory, "reports", name)

  const own: LeakStory = {
    ...{ story, host, github, hidden, watch, identity, sshKey },
    keys: ["--ssh-key-file", story.sshKeyFile, "--signing-key-file", story.signingKeyFile],
    open: ["--identity-file", story.identityFile],
    forGitHub(token) {
      const at = `sent ${new URL(github.server).host}`
      const basic = Buffer.from(`x-access-token:${token}`).toString("base64")
      const why = "GitHub is told the token in the header for it: by git, and by requests to the API"
      watch.meant.push({ why, at, text: `Authorization: Basic ${basic}\r\n` })
      watch.meant.push({ why, at, text: `authorization: token ${token}\r\n` })
      return hidden.known("token", token)
    },
    async run(ends, command, args, doing = {}) {
      const given = (flag: string, value: string) => (args.includes(flag) ? [] : [flag, value])
      const fleet = ["init", "accept"].includes(command) ? [] : given("--fleet", story.fleetFile)
      const vault = ["init", "pin"].includes(command) ? [] : given("--vault", story.vault)
      return await watch.cli([command, ...fleet, ...vault, ...args], { ends, ...doing })
    },
    async act(ends, command, more = {}, doing = {}) {
      const inputs = {
        ...{ command, fleet: story.fleetFile, vault: github.url, token: github.token },
        ...{ "ssh-key": sshKey, "signing-key": story.signingKey, "github-interval": "0", ...more },
      }
      const server = { GITHUB_SERVER_URL: github.server, GITHUB_API_URL: github.api }
      const env = { ...server, GITHUB_REPOSITORY: github.repository, ...doing.env }
      const done = await watch.action(inputs, { ends, ...doing, env })
      await github.settle()
      return done
    },
    async wellDays() {
      const { run, act, keys, open } = own
      /** The local proposal, and the newest pull request. */
      const accept = async ({ stdout }: { readonly stdout: string }) => {
        const { proposals } = JSON.parse(stdout) as BackupReport
        await run([0], "accept", [proposals[0]?.id ?? "none"])
        await github.merge(github.pulls.length)
      }
      await mkdir(report(""), { recursive: true })
      const ping = await story.file("ping", `${monitor.url}\n`)
      await run([0], "init", ["--vault", join(story.directory, "fresh")])
      await run([0, 3], "doctor", keys)
      const first = await run([0], "backup", [...keys, "--ping-url-file", ping, "--json"])
      await act([0], "backup", { "ping-url": monitor.url })
      await accept(first)
      await host.writeAll(files("after"))
      await run([8], "diff", ["mta1", ...keys, "--exit-code"])
      await run([8], "diff", ["mta1", "--json", "--exit-code", ...keys])
      await run([0], "plan-shards", ["--shards", "2"])
      await run([0], "backup", [...keys, "--capture", report("mta1.capture")])
      await run([0], "collect", [report("mta1.capture"), "--signing-key-file", story.signingKeyFile])
      // All by the environment, as the unit of a timer gives it.
      const byEnvironment = {
        ...{ PMTA_VAULT_SSH_KEY: sshKey, PMTA_VAULT_SIGNING_KEY: story.signingKey },
        ...{ PMTA_VAULT_PING_URL: monitor.url, PMTA_VAULT_TOKEN: github.token },
      }
      const changed = await run([0], "backup", ["--json"], { env: byEnvironment })
      await act([0], "backup")
      await accept(changed)
      await act([0, 7], "impact", { change: "2", comment: "true" })
      await act([0, 7], "status", { issues: "true" })
      const inArtifacts = { store: "artifact", vault: story.vault, token: artifacts.token }
      await act([0], "backup", inArtifacts, { env: artifacts.environment(1) })
      await run([0], "verify", ["--json", "--deep", "100%"], { env: { PMTA_VAULT_IDENTITY: identity } })
      await run([0, 7], "status", ["--html", report("status.html"), "--prometheus"])
      await run([0, 7], "status", ["--json"])
      await run([0, 7], "impact", ["--since", "2026-11-24T03:00Z", "--picture", report("impact.svg")])
      await run([0], "prune", ["--signing-key-file", story.signingKeyFile])
      const pages = ["--html", report("drill.html"), "--markdown", report("drill.md")]
      const drill = [...keys, ...open, ...pages, "--resolver", "127.0.0.1:9"]
      await run([0, 7], "drill", ["--host", "mta1", ...drill], { into: memory })
      if (isFull)
        await act([0, 7], "drill", { host: "mta1", identity, resolver: "127.0.0.1:9" }, { into: memory })
      await run([0], "restore", ["--host", "mta1", "--bundle", report("mta1.tar")])
      const out = join(story.directory, "out")
      await run([0], "restore", ["--host", "mta1", "--out", out, ...open], { into: [out] })
      await host.writeAll({ "/etc/pmta/config": content["/etc/pmta/config"].before })
      if (isFull) await act([0], "backup")
      const to = ["--to", "mta1", "--restore-user", "root", ...open, "--ssh-key-file", story.sshKeyFile]
      const planned = await run([0], "restore", [...to, "--json", "--plan-file", report("plan.json")])
      const hash = /"hash": "([0-9a-f]{16})"/.exec(planned.stdout)?.[1] ?? ""
      const confirm = [...to, "--confirm", "mta1", "--plan-hash", hash]
      await run([4], "restore", [...confirm, "--checks", "cat /etc/pmta/config; false"])
      await run([0], "restore", [...confirm, "--json"])
      // What drifted is gone again: its pull request is closed, with a comment that says so.
      if (isFull) await act([0], "backup")
    },
    async listener() {
      const { url, close } = await listening("")
      return { port: Number(new URL(url).port), [Symbol.asyncDispose]: async () => close() }
    },
    async keepWhatRests() {
      const { keep, keepAll } = watch
      for (const repository of [join(story.vault, ".git"), github.bareDir])
        await keepAll(objectsOf(repository))
      const directories = [story.vault, github.bareDir, report(""), join(story.directory, "fresh")]
      for (const directory of [...directories, watch.directory]) await keepAll(filesBelow(directory))
      // Other suites may drill at this moment: theirs has none of these secrets.
      const drills = (await readdir("/dev/shm")).filter(name => name.startsWith("pmta-drill-"))
      for (const name of drills) await keepAll(filesBelow(join("/dev/shm", name)))
      await keepAll(sessionsOf(host, ["/etc/pmta/", restoreJobs]))
      keep("pull requests and issues", JSON.stringify([github.pulls, github.issues, [...github.labels]]))
      for (const { name, bytes } of artifacts.artifacts) keep(`artifact ${name}`, bytes)
      keep("what the monitor was told", monitor.heard.join("\n"))
    },
    async [Symbol.asyncDispose]() {
      monitor.close()
      for (const part of [host, github, artifacts, story]) await part[Symbol.asyncDispose]()
    },
  }
  own.forGitHub(github.token)
  hidden.known("token of artifacts", artifacts.token)
  return own
}

/** Where a restore keeps what it puts in place and what it has replaced, on the host itself. */
export const restoreJobs = "/var/lib/pmta-vault-restore"
/** A drill restores into memory, which is no disk. */
const memory = ["/dev/shm/pmta-drill-"]

/** What PowerMTA has, whatever its config says. */
const fixed = ["/etc/pmta", "/var/lib/pmta/webmon.pem"]

/** A monitor, as ping-url names one. */
async function listening(secret: string) {
  const heard: string[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    heard.push(Buffer.concat(parts).toString())
    response.end()
  })
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${secret}`
  return { url, heard, close: () => void server.close() }
}
