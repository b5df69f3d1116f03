/** What every story needs: a scratch directory with keys and a vault, the built command line, and stock tools. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { BackupReport } from "../../src/core/report.ts"
import type { Snapshot } from "../../src/core/snapshot.ts"
import { finish, succeed } from "../lab/child.ts"
import { type CliRun, cli } from "../lab/cli.ts"
import { clientKey } from "../lab/client-key.ts"
import type { HostContent } from "../lab/fixtures.ts"
import { fleetYml } from "../lab/fleet-file.ts"
import { ageKey, sshKey } from "../lab/keys.ts"

/** A file as a stock tar shows it, by absolute path. */
export interface Opened {
  readonly content: Buffer
  readonly mode: number
  readonly owner: string
  readonly group: string
}

export interface Setting extends AsyncDisposable {
  readonly directory: string
  readonly vault: string
  readonly fleetFile: string
  readonly sshKeyFile: string
  readonly signingKeyFile: string
  readonly signingKey: string
  readonly signer: string
  readonly recipient: string
  readonly identityFile: string
  /** everything that any run printed so far */
  readonly said: string[]
  file(name: string, content: string): Promise<string>
  /** Writes `fleet.yml`; a host named in `hostLines` gets those lines too. */
  fleet(hosts: Parameters<typeof fleetYml>[0]["hosts"], more?: FleetExtra): Promise<void>
  run(...args: readonly string[]): Promise<CliRun>
  /** `backup --json` with all keys given. */
  backup(...args: readonly string[]): Promise<CliRun & { readonly report: BackupReport }>
  git(...args: readonly string[]): Promise<string>
  /** Puts a file's content in place of a path on `bundles`, as somebody who may write to the vault can. */
  forge(path: string, file: string): Promise<void>
  /** names below a directory of the branch `bundles` */
  names(prefix: string): Promise<readonly string[]>
  snapshots(host: string): Promise<readonly Snapshot[]>
  /** Opens a sealed bundle with `age`, `zstd` and `tar` alone. */
  open(sealed: Buffer): Promise<ReadonlyMap<string, Opened>>
  blob(key: string): Promise<Buffer>
}

interface FleetExtra {
  readonly recipients?: readonly string[]
  readonly hostLines?: Readonly<Record<string, readonly string[]>>
  readonly lines?: readonly string[]
}

export async function setting(): Promise<Setting> {
  const directory = await mkdtemp(join(tmpdir(), "pmta-story-"))
  const [ssh, signing, age] = await Promise.all([clientKey(), sshKey("ed25519"), ageKey()])
  const at = (name: string) => join(directory, name)
  const file = async (name: string, content: string) => {
    await writeFile(at(name), content, { mode: 0o600 })
    return at(name)
  }
  const signingKeyFile = await file("signing", signing.privateKey)
  const identityFile = await file("identity", `${age.identity}\n`)
  const vault = at("vault")
  const said: string[] = []
  const bytes = async (...args: readonly string[]) => await succeed("git", ["-C", vault, ...args])
  const own: Setting = {
    directory,
    vault,
    fleetFile: at("fleet.yml"),
    sshKeyFile: ssh.file,
    signingKeyFile,
    signingKey: signing.privateKey,
    signer: signing.publicKey,
    recipient: age.recipient,
    identityFile,
    said,
    file,
    async fleet(hosts, { recipients = [age.recipient], hostLines = {}, lines = [] } = {}) {
      const text = fleetYml({ hosts, recipients, signers: [signing.publicKey], lines })
      const withLines = Object.entries(hostLines).reduce(
        (before, [name, added]) =>
          before.replace(`  ${name}:\n`, `  ${name}:\n${added.map(line => `    ${line}\n`).join("")}`),
        text,
      )
      await writeFile(own.fleetFile, withLines)
    },
    async run(...args) {
      const run = await cli(args)
      said.push(run.stdout, run.stderr)
      return run
    },
    async backup(...args) {
      const given = (flag: string, value: string) => (args.includes(flag) ? [] : [flag, value])
      const run = await own.run(
        "backup",
        ...given("--fleet", own.fleetFile),
        ...given("--vault", vault),
        ...given("--ssh-key-file", ssh.file),
        ...given("--signing-key-file", signingKeyFile),
        "--json",
        ...args,
      )
      return { ...run, report: reportOf(run) }
    },
    git: async (...args) => (await bytes(...args)).toString(),
    async forge(path, file) {
      const blob = (await own.git("hash-object", "-w", file)).trim()
      const stream = `commit refs/heads/bundles\ncommitter a <a@b> 1 +0000\ndata 0\nfrom refs/heads/bundles^0\nM 100644 ${blob} ${path}\n`
      await succeed("git", ["-C", vault, "fast-import", "--quiet"], { input: stream })
    },
    async names(prefix) {
      const text = await own.git("ls-tree", "-r", "-z", "--name-only", "bundles", "--", prefix)
      return text.split("\0").filter(name => name !== "")
    },
    async snapshots(host) {
      const names = (await own.names(`snapshots/${host}/`)).filter(name => name.endsWith(".json"))
      const texts = await Promise.all(names.map(name => own.git("show", `bundles:${name}`)))
      return texts.map(text => JSON.parse(text) as Snapshot)
    },
    async open(sealed) {
      const plain = await succeed("age", ["-d", "-i", identityFile], { input: sealed })
      const tar = await succeed("zstd", ["-d", "-c"], { input: plain })
      return await unpacked(tar, await mkdtemp(at("opened-")))
    },
    blob: async key => await bytes("show", `bundles:${key}`),
    [Symbol.asyncDispose]: async () => await rm(directory, { recursive: true, force: true }),
  }
  return own
}

/** The report, or an empty one for a run that ended before it had any. */
function reportOf({ stdout }: CliRun): BackupReport {
  const parsed = stdout.trim() === "" ? {} : (JSON.parse(stdout) as Partial<BackupReport>)
  return { hosts: [], proposals: [], warnings: [], ...parsed } as unknown as BackupReport
}

async function unpacked(tar: Buffer, into: string): Promise<ReadonlyMap<string, Opened>> {
  await succeed("tar", ["-xp", "--no-same-owner", "-C", into], { input: tar })
  // In the C locale tar escapes every byte that is not ASCII.
  const env = { PATH: process.env["PATH"], LC_ALL: "C" }
  const listing = await succeed("tar", ["-tv", "--quoting-style=escape"], { input: tar, env })
  const rights = new Map<string, { mode: number; owner: string; group: string }>()
  for (const line of listing.toString().split("\n")) {
    const match = /^-(\S{9}) ([^/\s]+)\/(\S+) +\d+ \S+ \S+ (.*)$/.exec(line)
    if (match === null) continue
    const [, letters = "", owner = "", group = "", name = ""] = match
    const path = `/${name.replaceAll(/\\([nrt\\]|\d{3})/g, (_, code: string) => unescaped(code))}`
    rights.set(Buffer.from(path, "latin1").toString(), { mode: modeOf(letters), owner, group })
  }
  const opened = new Map<string, Opened>()
  for (const item of await readdir(into, { recursive: true, withFileTypes: true })) {
    if (!item.isFile()) continue
    const path = join(item.parentPath, item.name)
    const name = path.slice(into.length)
    const seen = rights.get(name)
    if (seen === undefined) throw new Error(`tar -t does not list ${JSON.stringify(name)}`)
    if (!name.startsWith("/.pmta-vault/")) opened.set(name, { content: await readFile(path), ...seen })
  }
  await rm(into, { recursive: true, force: true })
  return opened
}

const short: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "\\": "\\" }
const unescaped = (code: string) => short[code] ?? String.fromCharCode(Number.parseInt(code, 8))
const modeOf = (letters: string) =>
  [...letters].reduce((mode, letter) => (mode << 1) | (letter === "-" ? 0 : 1), 0)

/**
 * What must never be seen in clear: the planted secrets, and lines of each private key. The first lines of
 * an RSA key are left out: they hold its modulus, which is its public key too.
 */
export function hidden({ files, secrets }: HostContent): readonly string[] {
  const pems = Object.values(files).filter(
    text => typeof text === "string" && text.includes("PRIVATE KEY-----"),
  )
  const lines = pems.flatMap(pem => {
    const body = String(pem).split("PRIVATE KEY-----")[1]?.trim().split("\n").slice(0, -1) ?? []
    return body.length > 6 ? [body[8] ?? "", body.at(-3) ?? ""] : [body[0] ?? ""]
  })
  return [...secrets.filter(secret => /planted/i.test(secret)), ...lines]
}

/** Whether git finds a text in any file, message or name of any branch. */
export async function inHistory(vault: string, text: string): Promise<boolean> {
  const log = await finish("git", ["-C", vault, "log", "--all", "--format=%B", "-p", "--name-only"])
  if (log.stdout.includes(text)) return true
  const commits = (await succeed("git", ["-C", vault, "rev-list", "--all"])).toString().trim().split("\n")
  const found = await finish("git", ["-C", vault, "grep", "-a", "-l", "-F", "-e", text, ...commits])
  if (found.code !== 0 && found.code !== 1) throw new Error(found.stderr)
  return found.code === 0
}

export async function nonEmptyDirectory(parent: string): Promise<string> {
  const path = join(parent, "taken")
  await mkdir(path)
  await writeFile(join(path, "thesis.txt"), "mine\n")
  return path
}

/** A host for a fleet file that no connection is made to. */
export const nobody = (name: string) => ({
  ...{ name, address: `${name}.example.invalid`, port: 22, user: "pmta-backup" },
  hostKeys: { ...noKeys, ed25519: `ssh-ed25519 ${Buffer.from(keyBlob).toString("base64")}` },
})
const keyBlob = `\0\0\0\x0bssh-ed25519\0\0\0 ${"x".repeat(32)}`
const noKeys = { ecdsa: "", rsa: "" }
