/** What accounting files tell of is counted as they are captured: each record once, whatever runs and rotation do. */
import { expect, test } from "vitest"
import { readDay } from "../../src/core/traffic-day.ts"
import { succeed } from "../lab/child.ts"
import { gitHttp } from "../lab/git-http.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { chanceOf } from "../lab/traffic.ts"
import { type Setting, setting } from "./setting.ts"

const logDirectory = "/var/log/pmta"
const head = "type,timeLogged,rcpt,dsnDiag,bounceCat,dlvSourceIp,vmta,queue"
const outcomes = ["delivered", "deferred", "bounced"] as const
const types = { delivered: "d", deferred: "t", bounced: "b" } as const

interface Traffic {
  readonly lines: readonly string[]
  /** attempts by bucket, ISP, IP and outcome */
  readonly attempts: ReadonlyMap<string, number>
  /** recipients put off by bucket and ISP */
  readonly recipients: ReadonlyMap<string, number>
}

/** Invented records of the day before, with what happened kept beside them. */
function traffic(count: number): Traffic {
  const chance = chanceOf(7)
  const pick = <T>(list: readonly [T, ...T[]]): T => list[Math.floor(chance() * list.length)] ?? list[0]
  const start = Math.floor(Date.now() / 86_400_000) * 86_400 - 86_400 + 6 * 3600
  const attempts = new Map<string, number>()
  const unique = new Map<string, Set<string>>()
  const lines = Array.from({ length: count }, (_, index) => {
    const at = start + Math.floor((index / count) * 4 * 3600)
    const bucket = Math.floor(at / 300) * 300
    const isp = pick(["gmail.com", "yahoo.rollup", "web.de"])
    const ip = pick(["203.0.113.11", "203.0.113.12"])
    const outcome = pick(outcomes)
    const rcpt = `user${Math.floor(chance() * 30)}@example.com`
    const key = `${bucket} ${isp} ${ip} ${outcome}`
    attempts.set(key, (attempts.get(key) ?? 0) + 1)
    if (outcome === "deferred") {
      const group = `${bucket} ${isp}`
      unique.set(group, (unique.get(group) ?? new Set()).add(rcpt))
    }
    const time = new Date(at * 1000).toISOString().slice(0, 19).replace("T", " ")
    const reply = index % 5 === 0 ? `"smtp;421-4.7.0 busy,\r\n421 ""try"" ${index}"` : `smtp;250 OK ${index}`
    return `${types[outcome]},${time}+0000,${rcpt},${reply},,${ip},mta-a,${isp}/mta-a\r\n`
  })
  return {
    lines,
    attempts,
    recipients: new Map([...unique].map(([key, recipients]) => [key, recipients.size])),
  }
}

/** What the vault holds of a host, as `attempts` and `recipients` above. */
async function counted(repository: string, host: string) {
  const git = async (...args: readonly string[]) =>
    (await succeed("git", ["-C", repository, ...args])).toString()
  const names = (await git("ls-tree", "-r", "--name-only", "bundles", "--", `stats/${host}/`)).trim()
  const attempts = new Map<string, number>()
  const recipients = new Map<string, number>()
  const texts: string[] = []
  for (const name of names.split("\n").filter(Boolean)) {
    const text = await git("show", `bundles:${name}`)
    texts.push(text)
    const day = readDay(text)
    for (const cell of day?.cells ?? [])
      for (const outcome of outcomes)
        if (cell[outcome] > 0) attempts.set(`${cell.at} ${cell.isp} ${cell.ip} ${outcome}`, cell[outcome])
    for (const { at, isp, count } of day?.recipients ?? []) recipients.set(`${at} ${isp}`, count)
  }
  return { attempts, recipients, text: texts.join("") }
}

const inOrder = (counts: ReadonlyMap<string, number>) => [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
const sum = (counts: ReadonlyMap<string, number>) =>
  [...counts.values()].reduce((all, count) => all + count, 0)

async function ground(): Promise<{ readonly story: Setting; readonly host: LabHost }> {
  const story = await setting()
  const host = await sshd({ name: "mta1", files: { "/etc/pmta/config": "postmaster ops@sender.example\n" } })
  await story.fleet([host], { lines: ["categories: { accounting: { every: 1s } }"] })
  return { story, host }
}

/** Writes prepared records in bits that end anywhere; a full file gets another name while a new one begins. */
const writer = `
use strict; use warnings FATAL => "all"; use IO::Handle; my ($dir, $from, $head, $files) = @ARGV; srand 3;
my $all = do { local $/; open my $in, "<", $from; <$in> }; my @lines = $all =~ /\\G((?:"[^"]*"|[^"\\n])*\\n)/g;
my $each = int(@lines / $files) + 1;
for my $file (1 .. $files) {
  my $name = sprintf "%s/acct-2026-%04d.csv", $dir, $file; open my $out, ">>", $name; $out->autoflush(1);
  my $text = join "", "$head\\r\\n", splice @lines, 0, $each;
  while (length $text) { syswrite $out, substr $text, 0, 1 + int(rand 900), ""; select undef, undef, undef, 0.002 }
  close $out; rename $name, sprintf "%s/acct-done-%04d.csv", $dir, $file;
}
`

test("several runs while a writer appends and rotates: the counts in the vault are what was sent, to the record", async () => {
  const { story, host } = await ground()
  await using _story = story
  await using _host = host
  const { lines, attempts, recipients } = traffic(12_000)
  // Rotated before the vault's first run: they count too.
  const old = lines.slice(0, 4000)
  await host.write(`${logDirectory}/acct-before-0000.csv`, `${head}\r\n${old.slice(0, 2000).join("")}`)
  await host.write(`${logDirectory}/acct-before-0001.csv`, `${head}\r\n${old.slice(2000).join("")}`)
  await host.write("/opt/records", lines.slice(4000).join(""))
  await host.write("/opt/writer.pl", writer, { mode: 0o755 })
  await host.run(`chown -R pmta:pmta ${logDirectory}`)
  const writing = host.run(
    `perl /opt/writer.pl ${logDirectory} /opt/records '${head}' 3 && chown -R pmta:pmta ${logDirectory}`,
  )
  let rounds = 0
  let isWriting = true
  void writing.finally(() => {
    isWriting = false
  })
  for (; isWriting || rounds < 3; rounds++) {
    const { code, report, stderr } = await story.backup("--no-propose")
    expect({ code, problems: report.hosts[0]?.problems, stderr }).toMatchObject({ code: 0, problems: [] })
  }
  await writing
  await host.run(`touch -d "-1 hour" ${logDirectory}/*`)
  expect((await story.backup("--no-propose")).code).toBe(0)
  const last = await story.backup("--no-propose")
  expect(last.report.hosts[0]?.findings).toEqual([])

  const found = await counted(story.vault, "mta1")
  expect(inOrder(found.attempts)).toEqual(inOrder(attempts))
  // A bucket that two runs share counts a recipient in both: of the rest, none twice.
  const twice = inOrder(recipients).filter(([key, count]) => found.recipients.get(key) !== count)
  expect(twice.length).toBeLessThanOrEqual((rounds + 1) * 6)
  expect(sum(found.recipients)).toBeGreaterThanOrEqual(sum(recipients))
  expect(found.text).not.toMatch(/@|user\d|example\.com/)
  expect(rounds).toBeGreaterThan(2)
}, 120_000)

test("one run over files of a rotation: recipients count once in five minutes, whichever file they stand in", async () => {
  const { story, host } = await ground()
  await using _story = story
  await using _host = host
  const { lines, attempts, recipients } = traffic(3000)
  for (let file = 0; file < 3; file++) {
    const part = lines.slice(file * 1000, (file + 1) * 1000).join("")
    await host.write(`${logDirectory}/acct-2026-000${file}.csv`, `${head}\r\n${part}`)
  }
  await host.run(`chown -R pmta:pmta ${logDirectory}; touch -d "-1 hour" ${logDirectory}/*`)
  expect((await story.backup("--no-propose")).code).toBe(0)
  const found = await counted(story.vault, "mta1")
  expect(inOrder(found.attempts)).toEqual(inOrder(attempts))
  expect(inOrder(found.recipients)).toEqual(inOrder(recipients))
})

test("a large file is counted beside the pull, on a thread of its own, to the record", async () => {
  const { story, host } = await ground()
  await using _story = story
  await using _host = host
  const { lines, attempts, recipients } = traffic(170_000)
  const text = Buffer.from(`${head}\r\n${lines.join("")}`)
  expect(text.length).toBeGreaterThan(16 * 1024 * 1024)
  await host.write(`${logDirectory}/acct-0000.csv`, text)
  await host.run(`chown pmta:pmta ${logDirectory}/*; touch -d "-1 hour" ${logDirectory}/*`)
  const { code, report } = await story.backup("--no-propose")
  expect({ code, findings: report.hosts[0]?.findings }).toEqual({ code: 0, findings: [] })
  const found = await counted(story.vault, "mta1")
  expect(inOrder(found.attempts)).toEqual(inOrder(attempts))
  expect(inOrder(found.recipients)).toEqual(inOrder(recipients))
}, 60_000)

test("a run that cannot record what it read counts nothing; runs side by side count it once", async () => {
  const { story, host } = await ground()
  await using _story = story
  await using _host = host
  await using remote = await gitHttp()
  const token = await story.file("token", remote.token)
  const flags = ["--vault", remote.url, "--token-file", token, "--no-propose"]
  const { lines, attempts } = traffic(2000)
  const path = `${logDirectory}/acct-2026-0000.csv`
  const write = async (from: number, to: number) => {
    await host.append(path, `${from === 0 ? `${head}\r\n` : ""}${lines.slice(from, to).join("")}`)
    await host.run(`chown pmta:pmta ${path}; touch -d "-1 hour" ${path}`)
  }
  expect((await story.backup(...flags)).code).toBe(0)
  await write(0, 1000)
  await remote.refusePushes("no room")
  expect((await story.backup(...flags)).code).not.toBe(0)
  await remote.refusePushes(null)
  const runs = await Promise.all([story.backup(...flags), story.backup(...flags)])
  for (const { code, stderr } of runs) expect({ code, stderr }).toMatchObject({ code: 0 })
  await write(1000, 2000)
  await Promise.all([story.backup(...flags), story.backup(...flags), story.backup(...flags)])
  expect(inOrder((await counted(remote.bareDir, "mta1")).attempts)).toEqual(inOrder(attempts))
}, 60_000)

test("files without a queue are told apart by the rules of the host's config, read in this run or an earlier one", async () => {
  const { story, host } = await ground()
  await using _story = story
  await using _host = host
  await host.write("/etc/pmta/config", "postmaster ops@sender.example\ndomain-macro gmx gmx.de, gmx.net\n")
  const path = `${logDirectory}/acct.csv`
  const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
  const columns = "type,timeLogged,rcpt,dlvSourceIp"
  const record = (domain: string) => `d,${day} 09:15:04+0000,u@${domain},203.0.113.11\n`
  for (const text of [`${columns}\n${record("gmx.de")}`, record("gmx.net")]) {
    await host.append(path, text)
    await host.run(`chown pmta:pmta ${path}; touch -d "-1 hour" ${path}; sleep 1`)
    expect((await story.backup("--no-propose")).code).toBe(0)
  }
  const { attempts } = await counted(story.vault, "mta1")
  expect([...attempts].map(([key, count]) => `${key.split(" ")[1]} ${count}`)).toEqual(["gmx 2"])
})

test("counts stay as long as the fleet file says, and older ones go with the next that come", async () => {
  const { story, host } = await ground()
  await using _story = story
  await using _host = host
  const path = `${logDirectory}/acct.csv`
  const dayOf = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)
  const run = async (counts: string, text: string) => {
    const lines = ["categories: { accounting: { every: 1s } }", `retention: { counts: ${counts} }`]
    await story.fleet([host], { lines })
    await host.append(path, text)
    await host.run(`chown pmta:pmta ${path}; touch -d "-1 hour" ${path}; sleep 1`)
    expect((await story.backup("--no-propose")).code).toBe(0)
    return (await story.names("stats/mta1/")).map(name => name.slice("stats/mta1/".length, -".json".length))
  }
  const record = (ago: number) => `d,${dayOf(ago)} 09:15:04+0000,u@example.com,203.0.113.11\n`
  const head = "type,timeLogged,rcpt,dlvSourceIp\n"
  // 60 days ago is more than the 42 of a fleet file that says nothing.
  const first = await run("70d", `${head}${record(80)}${record(60)}${record(20)}${record(2)}`)
  expect(first).toEqual([dayOf(60), dayOf(20), dayOf(2)])
  expect(await run("10d", record(15) + record(3))).toEqual([dayOf(3), dayOf(2)])
}, 60_000)

test("lines that cannot be counted are named in the report, with the file and the place", async () => {
  const { story, host } = await ground()
  await using _story = story
  await using _host = host
  const { lines } = traffic(10)
  const text = `${head}\r\n${lines.slice(0, 5).join("")}d,short\r\n${lines.slice(5).join("")}d,cut`
  const path = `${logDirectory}/acct.csv`
  await host.write(path, text)
  await host.run(`chown pmta:pmta ${path}; touch -d "-1 hour" ${path}`)
  const { code, report } = await story.backup("--no-propose")
  expect({ code, findings: report.hosts[0]?.findings }).toEqual({
    code: 0,
    findings: [
      `${path}: 1 not counted, lines whose number of fields is not the header's; the first begins at byte ${text.indexOf("d,short")}`,
      `${path}: 1 not counted, a last line without its end; the first begins at byte ${text.indexOf("d,cut")}`,
    ],
  })
  expect(sum((await counted(story.vault, "mta1")).attempts)).toBe(10)
})
