/** Accounting and logs: each byte once, whatever rotation does meanwhile, and nothing lost in silence. */
import { expect, test } from "vitest"
import type { DoctorReport } from "../../src/core/report.ts"
import type { Kind } from "../lab/accounts.ts"
import { succeed } from "../lab/child.ts"
import { hostFiles } from "../lab/fixtures.ts"
import { gitHttp } from "../lab/git-http.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { allSegments, assembled, overlapsAndGaps, storedLogs } from "./logs-setting.ts"
import { type Setting, setting } from "./setting.ts"

const logDirectory = "/var/log/pmta"

/** A writer on the host, as PowerMTA is one: a record in two writes, a new file when one is full. */
const writer = `
use strict; use warnings FATAL => "all"; use IO::Handle;
my ($dir, $files, $each) = @ARGV; my $n = 0; open my $log, ">>", "$dir/pmta.log"; $log->autoflush(1);
for my $file (0 .. $files - 1) {
  open my $out, ">>", sprintf("%s/acct-2026-11-24-%04d.csv", $dir, $file); $out->autoflush(1);
  syswrite $out, "type,timeLogged,rcpt,dsnDiag\\r\\n";
  for (1 .. $each) {
    $n++; my $diag = $n % 5 ? "smtp;250 OK, $n" : qq(smtp;550-no,\\r\\n550 ""never"" $n);
    syswrite $out, "d,2026-11-24 03:00:00+0000,u$n"; select undef, undef, undef, 0.0004;
    syswrite $out, "\\@example.com,\\"$diag\\"\\r\\n";
    syswrite $log, "2026-11-24 03:00:00 event $n of the queue\\n";
  }
  close $log; rename "$dir/pmta.log.$_", "$dir/pmta.log." . ($_ + 1) for reverse 1 .. 8;
  rename "$dir/pmta.log", "$dir/pmta.log.1"; open $log, ">>", "$dir/pmta.log"; $log->autoflush(1);
}
`

async function ground(kind: Kind, without: readonly string[]) {
  const story = await setting()
  const content = await hostFiles({ seed: "logs", domains: 1, keys: 1 })
  const host = await sshd({ name: "mta1", kind, files: content.files, without })
  const categories = "categories: { accounting: { every: 1s }, log: { every: 1s } }"
  await story.fleet([host], {
    lines: [categories],
    ...(kind === "sudo" ? { hostLines: { mta1: ["sudo: true"] } } : {}),
  })
  if (kind === "sudo") await allowWhatDoctorSays(story, host)
  return { story, host }
}

async function allowWhatDoctorSays(story: Setting, host: LabHost): Promise<void> {
  const flags = ["--fleet", story.fleetFile, "--vault", story.vault, "--ssh-key-file", story.sshKeyFile]
  for (let round = 0; round < 2; round++) {
    const run = await story.run("doctor", ...flags, "--signing-key-file", story.signingKeyFile, "--json")
    const { hosts } = JSON.parse(run.stdout) as DoctorReport
    const lines = hosts[0]?.lines.filter(({ where }) => where.startsWith("/etc/sudoers.d/")) ?? []
    await host.write("/etc/sudoers.d/pmta-vault", lines.map(({ line }) => `${line}\n`).join(""), {
      mode: 0o440,
    })
    await host.run("grep -q includedir /etc/sudoers || echo '@includedir /etc/sudoers.d' >> /etc/sudoers")
    expect(await host.run("visudo -c")).toContain("parsed OK")
  }
}

for (const [which, kind, without] of [
  ["by the reader", "shell", []],
  ["by the reader, without pzstd on the host", "shell", ["/usr/bin/pzstd"]],
  ["by the reader, without zstd on the host", "shell", ["/usr/bin/zstd"]],
  ["over SFTP", "sftp-chroot", []],
  ["through sudo", "sudo", []],
] as const) {
  test(`${which}: three runs while a writer appends and rotates; the files come back byte for byte, each byte stored once`, async () => {
    const { story, host } = await ground(kind, without)
    await using _story = story
    await using _host = host
    await host.write("/opt/writer.pl", writer, { mode: 0o755 })
    const writing = host.run(
      `perl /opt/writer.pl ${logDirectory} 3 2500 && chown -R pmta:pmta ${logDirectory}`,
    )
    const way = { shell: "shell", "sftp-chroot": "sftp", sudo: "sudo", forced: "shell" }[kind]
    for (let round = 0; round < 3; round++) {
      const { code, report, stderr } = await story.backup("--no-propose")
      expect({ code, problems: report.hosts[0]?.problems, stderr }).toMatchObject({ code: 0, problems: [] })
      expect(report.hosts[0]?.way).toBe(way)
    }
    await writing
    // Ten minutes later nobody writes any more, and the last line is whole, whatever it looks like.
    await host.run(`touch -d "-1 hour" ${logDirectory}/*`)
    expect((await story.backup("--no-propose")).code).toBe(0)

    for (const category of ["accounting", "log"]) {
      const logs = await storedLogs(story, "mta1", category)
      expect(logs.flatMap(overlapsAndGaps)).toEqual([])
      const listing = await host.run(`ls ${logDirectory} | grep ${category === "log" ? "pmta.log" : "acct-"}`)
      const there = listing
        .trim()
        .split("\n")
        .map(name => `${logDirectory}/${name}`)
      expect(logs.map(({ path, present }) => `${path} ${present}`)).toEqual(there.map(path => `${path} true`))
      for (const log of logs)
        expect((await assembled(story, log)).equals(await host.read(log.path)), log.path).toBe(true)
    }
    const named = (await Promise.all(["accounting", "log"].map(name => storedLogs(story, "mta1", name))))
      .flat()
      .flatMap(({ segments }) => segments.map(({ key }) => key))
    expect(await allSegments(story, "mta1")).toEqual(named.toSorted())
    expect(new Set(named).size).toBe(named.length)
    expect(named.length).toBeGreaterThan(5)
    const verified = await story.run("verify", "--fleet", story.fleetFile, "--vault", story.vault, "--json")
    expect({ code: verified.code, ...JSON.parse(verified.stdout) }).toMatchObject({ code: 0, warnings: [] })
  }, 120_000)
}

test("a vault on a server: the second run takes up where the first left, from a clone that holds no bundle", async () => {
  const { story, host } = await ground("shell", [])
  await using _story = story
  await using _host = host
  await using remote = await gitHttp()
  const log = `${logDirectory}/pmta.log`
  const token = await story.file("token", remote.token)
  const flags = ["--vault", remote.url, "--token-file", token, "--no-propose"]
  for (const [round, text] of ["first\n", "second\n", "third\n"].entries()) {
    await host.append(log, text)
    await host.run(`chown pmta:pmta ${log}; touch -d "-1 hour ${round} minutes" ${log}; sleep 1`)
    const { code, report, stderr } = await story.backup(...flags)
    expect({ code, problems: report.hosts[0]?.problems, stderr }).toMatchObject({ code: 0, problems: [] })
    const found = report.hosts[0]?.categories.find(({ name }) => name === "log")
    expect(found).toMatchObject({ status: "stored", bytes: text.length })
  }
  await succeed("git", ["init", "--quiet", story.vault])
  await story.git("fetch", "--quiet", remote.urlWithToken, "bundles:bundles")
  const [stored] = await storedLogs(story, "mta1", "log")
  expect(stored?.segments).toHaveLength(3)
  if (stored !== undefined) expect((await assembled(story, stored)).toString()).toBe("first\nsecond\nthird\n")
}, 60_000)
