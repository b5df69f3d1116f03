/** What was asked for cannot be: the command says which setting, and what to write instead. Nothing is changed. */
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type EmbeddedHost, serveHost } from "../../src/transports/ssh/embedded-host.ts"
import { succeed } from "../lab/child.ts"
import { cli } from "../lab/cli.ts"
import { clientKey } from "../lab/client-key.ts"
import { type Setting, setting } from "./setting.ts"

let host: EmbeddedHost
let story: Setting

beforeAll(async () => {
  story = await setting()
  const { publicKey } = await clientKey()
  const files = { "/etc/pmta/config": { content: "postmaster ops@example.com\n" } }
  host = await serveHost({ user: "pmta-backup", authorizedKey: publicKey, files })
  const { address, port, hostKey } = host
  const mta1 = { name: "mta1", address, port, user: "pmta-backup", hostKeys: { ed25519: hostKey } }
  await story.fleet([mta1] as never)
  expect((await story.backup()).code).toBe(0)
})
afterAll(async () => {
  await Promise.all([host, story].map(made => made?.[Symbol.asyncDispose]()))
})

/** VAULT, FLEET, IDENTITY, DIR and the keys stand for the story's own. */
const filled = (word: string) =>
  ({
    VAULT: story.vault,
    FLEET: story.fleetFile,
    IDENTITY: story.identityFile,
    DIR: story.directory,
    SSH: story.sshKeyFile,
    SIGNING: story.signingKeyFile,
  })[word] ?? word.replace("DIR/", `${story.directory}/`)
const stored = ["--vault", "VAULT", "--fleet", "FLEET"]
const keys = ["--ssh-key-file", "SSH", "--signing-key-file", "SIGNING"]
const opened = [...stored, "--identity-file", "IDENTITY"]
const run = async (words: readonly string[]) => await cli(words.map(filled), { cwd: story.directory })

test.each<[string, readonly string[], number, string | RegExp]>([
  ["restore of no host", ["restore", ...opened, "--out", "DIR/out"], 2, "give --host HOST"],
  [
    "restore to nowhere",
    ["restore", ...opened, "--host", "mta1"],
    2,
    "give --out DIRECTORY, --bundle FILE or --to HOST",
  ],
  [
    "restore to two places",
    ["restore", ...opened, "--host", "mta1", "--out", "DIR/out", "--bundle", "DIR/b"],
    2,
    "restore takes one of out and bundle at a time",
  ],
  [
    "restore of a name that is none",
    ["restore", ...opened, "--host", "a b", "--out", "DIR/out"],
    2,
    "has no snapshot of",
  ],
  [
    "restore of a time that is none",
    ["restore", ...opened, "--host", "mta1", "--at", "noon", "--out", "DIR/out"],
    2,
    'at is "noon"',
  ],
  [
    "restore of a snapshot that is not there",
    ["restore", ...opened, "--host", "mta1", "--at", "7", "--plan"],
    2,
    "there are 1 of",
  ],
  [
    "restore of a time before all",
    ["restore", ...opened, "--host", "mta1", "--at", "2001-01-01", "--plan"],
    2,
    "has no snapshot for 2001-01-01",
  ],
  [
    "restore of a category without a copy",
    ["restore", ...opened, "--host", "mta1", "--categories", "dkim", "--plan"],
    2,
    "has no copy of dkim",
  ],
  [
    "a path that nothing has",
    ["restore", ...opened, "--host", "mta1", "--path", "/srv/x", "--plan"],
    2,
    "matches path",
  ],
  ["drill of no host", ["drill", ...opened], 2, "give --host HOST"],
  [
    "drill that keeps a scratch",
    ["drill", ...opened, "--host", "mta1", "--no-evidence", "--keep"],
    2,
    "are about a spare host",
  ],
  [
    "a store without a place",
    ["backup", ...stored, ...keys, "--store", "directory"],
    2,
    "say with store-path where what is in it rests",
  ],
  ["a share that is none", ["verify", ...opened, "--deep", "0%"], 2, "say a share from 1% to 100%"],
  ["a host that is not there", ["verify", ...stored, "--hosts", "mta9"], 2, "mta9"],
  [
    "a category that is not there",
    ["backup", ...stored, ...keys, "--categories", "spool"],
    2,
    'there is no category "spool"',
  ],
  [
    "collect of nothing",
    ["collect", ...stored, "--signing-key-file", "SIGNING"],
    2,
    "usage: pmta-vault collect DIR|FILE",
  ],
  ["impact of nothing", ["impact", ...stored], 2, "give one of --change ID, --at TIME, --since TIME"],
  [
    "impact of two things",
    ["impact", ...stored, "--at", "3h", "--since", "2h"],
    2,
    "impact is of one change, or of one moment",
  ],
  ["impact of a moment that is none", ["impact", ...stored, "--at", "noon"], 2, '"noon" is not a moment'],
  [
    "a change without a vault",
    ["impact", "--change", "1", "--accounting-file", "DIR/acct.csv"],
    2,
    "there is no vault to look a change up in",
  ],
  ["a change that nobody made", ["impact", ...stored, "--change", "no/such change"], 2, "knows no change"],
  [
    "accounting that is not there",
    ["impact", "--at", "3h", "--accounting-file", "DIR/none.csv"],
    2,
    "none.csv cannot be read (ENOENT)",
  ],
  ["comments without GitHub", ["impact", ...stored, "--comment"], 2, "comments are asked for"],
  [
    "a comment about a moment",
    ["impact", ...stored, "--comment", "--since", "2h"],
    2,
    "a comment is about a merged change",
  ],
  ["issues without GitHub", ["status", ...stored, "--issues"], 2, "issues are asked for"],
  ["a proposal that is not there", ["accept", "12345678", "--vault", "VAULT"], 2, "there are: "],
  ["a diff without a vault", ["diff", "--vault", "DIR/none", "--fleet", "FLEET", ...keys], 2, "none"],
  [
    "a fleet file that is not there",
    ["status", "--vault", "VAULT", "--fleet", "DIR/no.yml"],
    2,
    "no.yml cannot be read (ENOENT)",
  ],
  ["no fleet file at all", ["status", "--vault", "VAULT"], 2, "has no fleet.yml on its branch main"],
  [
    "a key that is not there",
    ["verify", ...stored, "--identity-file", "DIR/no-key", "--deep", "10"],
    2,
    "no-key cannot be read (ENOENT)",
  ],
  ["a flag that is none", ["backup", "--zzzzzzz"], 2, "there is no flag --zzzzzzz"],
  ["a flag that is nearly one", ["backup", "--fleat", "x"], 2, "did you mean --fleet?"],
  ["a shell that is none", ["completion", "fishh"], 2, "fishh"],
  ["a word too many", ["status", "mta1", "mta2"], 2, "status"],
  ["a number that is none", ["backup", "--concurrency", "many"], 2, "a whole number from"],
  [
    "a list of what was seen that is none",
    ["status", ...stored, "--last-seen", "DIR/fleet.yml"],
    2,
    "is no such file",
  ],
  [
    "a list of what was seen that is a directory",
    ["status", ...stored, "--last-seen", "DIR"],
    2,
    "cannot be used (EISDIR)",
  ],
  [
    "a page into a directory that is not there",
    ["status", ...stored, "--html", "DIR/no/page.html"],
    2,
    "cannot be written (ENOENT)",
  ],
  [
    "a report into a directory that is not there",
    ["drill", ...opened, "--host", "mta1", "--no-evidence", "--html", "DIR/no/drill.html"],
    2,
    "cannot be written (ENOENT)",
  ],
])("%s", async (_, words, code, text) => {
  const { code: ended, stdout, stderr } = await run(words)
  expect(stdout + stderr).toMatch(
    typeof text === "string" ? new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")) : text,
  )
  expect(ended).toBe(code)
})

test.each([
  ['{"format":2,"hosts":{}}', "another format"],
  ['{"format":1,"hosts":{"mta1":{"sequence":"1"}}}', "a number as text"],
])("a list of what was seen with %s is refused", async text => {
  const seen = join(story.directory, "seen.json")
  await writeFile(seen, text)
  const { code, stderr } = await run(["status", ...stored, "--last-seen", seen])
  expect(stderr).toContain("is no such file")
  expect(code).toBe(2)
  expect(await readFile(seen, "utf8")).toBe(text)
})

test("pin writes nothing until somebody has said yes", async () => {
  const before = await readFile(story.fleetFile, "utf8")
  const { code, stdout, stderr } = await run(["pin", "mta1", "--fleet", "FLEET", "--ssh-key-file", "SSH"])
  expect({ code, said: stderr + stdout }).toMatchObject({
    code: 0,
    said: expect.stringMatching(/SHA256:[\s\S]*pinned[\s\S]*nothing written; give --yes/),
  })
  expect(await readFile(story.fleetFile, "utf8")).toBe(before)
})

test("a sealed bundle of a host that the fleet has no more, or has by its fingerprint, says what it can", async () => {
  const fleet = await readFile(story.fleetFile, "utf8")
  const reach = async (name: string, more: string) => {
    const file = join(story.directory, `${name}.yml`)
    const sha256 = "SHA256:Cy7HUSI3WpJ2FMpV0LlOmwUyyPDleXfwI800rhGCsmw"
    await writeFile(
      file,
      fleet.replace(/hosts:[\s\S]*$/, `hosts:\n  ${more}: { address: 192.0.2.1, hostKeys: ["${sha256}"] }\n`),
    )
    const bundle = join(story.directory, `${name}.tar`)
    const args = ["restore", "--host", "mta1", "--vault", "VAULT", "--fleet", file, "--bundle", bundle]
    const { code, stdout, stderr } = await run([...args, "--path", "/etc/pmta/config"])
    expect({ code, said: stdout + stderr }).toMatchObject({
      code: 0,
      said: expect.stringContaining("path was not looked at"),
    })
    return (await succeed("tar", ["-xO", "-f", bundle, "--wildcards", "*.md"])).toString()
  }
  expect(await reach("gone", "other")).toContain("root@ADDRESS")
  expect(await reach("pinned", "mta1")).toContain(
    "ssh -p 22 -o UserKnownHostsFile=known_hosts root@192.0.2.1",
  )
})

describe("accept", () => {
  test("works on a vault with main checked out, and says so of any other", async () => {
    const [branch = ""] = (await story.git("branch", "--list", "drift/*", "--format=%(refname:short)")).split(
      "\n",
    )
    const bare = await mkdtemp(join(story.directory, "bare-"))
    await succeed("git", ["clone", "-q", "--bare", story.vault, bare])
    const elsewhere = await run(["accept", branch.replace("drift/", ""), "--vault", bare])
    expect(elsewhere).toMatchObject({ code: 2, stderr: expect.stringContaining("with main checked out") })

    await story.git("switch", "-q", "-c", "mine")
    const aside = await run(["accept", branch.replace("drift/", ""), "--vault", "VAULT"])
    expect(aside.stderr).toContain("has mine checked out, not main")
    await story.git("switch", "-q", "main")
  })

  test("an empty vault has no proposals to name", async () => {
    const empty = join(story.directory, "empty")
    await mkdir(empty)
    expect((await run(["init", "--vault", empty])).code).toBe(0)
    const { stdout, stderr } = await run(["accept", "12345678", "--vault", empty])
    expect(stdout + stderr).not.toContain("there are")
  })
})

test("help and completion need no settings, and color is as asked for", async () => {
  const { stdout } = await run(["completion", "bash"])
  expect(stdout).toContain("-F _pmta_vault pmta-vault")
  expect((await run(["help", "backup", "--color", "always"])).stdout).toContain("\u001B[1m")
  expect((await run(["help", "backup", "--color", "never"])).stdout).not.toContain("\u001B")
})
