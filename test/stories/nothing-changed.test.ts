/** A host on which nothing changed is known by one digest, and nothing but a digest of that very state will do. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { expect, test } from "vitest"
import { type HostContent, hostFiles } from "../lab/fixtures.ts"
import { type LabHost, notFresh, type SshdOptions, sshd } from "../lab/sshd.ts"
import { type Setting, setting } from "./setting.ts"

/** More names than one argument list holds, so that the host hashes them in several goes. */
const manyFiles = Object.fromEntries(
  Array.from({ length: 1500 }, (_, n) => [`/etc/pmta/many/${n}${"x".repeat(150)}.conf`, `# file ${n}\n`]),
)
const domain = "/etc/pmta/many/domain.conf"
const text = (limit: number) => `<domain example.com>\n    max-smtp-out ${limit}\n</domain>\n`
/** The greeting, and the digest's line. */
const aFewBytes = 200

async function backUp(story: Setting, ...args: readonly string[]) {
  const { code, report, stderr } = await story.backup("--no-propose", ...args)
  expect(code, stderr).toBe(0)
  const [host] = report.hosts
  return {
    bytes: host?.bytes ?? 0,
    statuses: host?.categories.map(({ name, status }) => `${name} ${status}`).join(", "),
  }
}

async function ground(
  how: Partial<SshdOptions> = {},
): Promise<{ story: Setting; host: LabHost; content: HostContent }> {
  const story = await setting()
  const content = await hostFiles({ seed: "quiet", domains: 2, keys: 2 })
  const files = { ...content.files, ...manyFiles, [domain]: text(6) }
  const host = await sshd({ name: "mta1", files, ...how })
  await pause(notFresh)
  const run = await story.run(
    ...["init", "--vault", story.vault, "--recipient", story.recipient, "--signer", story.signer],
  )
  expect(run.code, run.stderr).toBe(0)
  await story.fleet([host])
  return { story, host, content }
}

for (const [which, without] of [
  ["with zstd", []],
  ["without zstd", ["/usr/bin/zstd"]],
] as const) {
  test(`the second run moves a digest only, a changed file is found: host ${which}`, async () => {
    const { story, host, content } = await ground({ without })
    await using _story = story
    await using _host = host
    const first = await backUp(story)
    expect(first.statuses).toContain("config stored")
    expect(first.bytes).toBeGreaterThan(10_000)
    const second = await backUp(story)
    expect(second.statuses).toBe(first.statuses?.replaceAll("stored", "unchanged"))
    expect(second.bytes).toBeLessThan(aFewBytes)

    const { mtime } = await host.stat(domain)
    // As an editor that keeps inode, size and time would.
    await host.run(`sed 's/6/8/' ${domain} >/tmp/new; cat /tmp/new >${domain}; touch -d @${mtime} ${domain}`)
    await pause(notFresh)
    const third = await backUp(story)
    expect(third.statuses, "equal size and time, other content").toContain("config stored")
    expect(third.statuses).toContain("dkim unchanged")
    expect((await backUp(story)).bytes).toBeLessThan(aFewBytes)

    const key = content.keys[0]?.path ?? ""
    await host.chmod(key, 0o440)
    expect((await backUp(story)).statuses, "a mode alone").toContain("dkim stored")
  })
}

test("what changed a moment before a run is looked at again by the next: it may have changed twice in one tick", async () => {
  const { story, host } = await ground()
  await using _story = story
  await using _host = host
  await backUp(story)
  await host.write(domain, text(8))
  expect((await backUp(story)).statuses).toContain("config stored")
  await pause(notFresh)
  const next = await backUp(story)
  expect(next.bytes).toBeGreaterThan(aFewBytes)
  expect(next.statuses).toContain("config unchanged")
  expect((await backUp(story)).bytes).toBeLessThan(aFewBytes)
})

test("a log file that appears is found though nothing else changed, and costs nothing once it is stored", async () => {
  const { story, host } = await ground()
  await using _story = story
  await using _host = host
  await story.fleet([host], { lines: ["categories: { accounting: { every: 1s }, log: { every: 1s } }"] })
  expect((await backUp(story)).statuses).toContain("accounting missing")
  const log = "/var/log/pmta/acct-2026-11-20-0000.csv"
  await host.write(log, "type,rcpt\nd,a@example.com\n")
  await host.run(`touch -d "1 hour ago" ${log}`)
  const second = await backUp(story)
  expect(second.statuses).toContain("accounting stored")
  expect(second.statuses).toContain("config unchanged")
  await pause(1_100)
  const third = await backUp(story)
  expect(third.statuses).toContain("accounting unchanged")
  expect(third.bytes, "its listing comes with the digest").toBeLessThan(2 * aFewBytes)
})

test.each([3, 4])(
  "a host whose forced command is reader %i, a former one, still has its few bytes",
  async version => {
    const script = join(import.meta.dirname, "former", `reader-${version}.sh`)
    const forcedCommand = (await readFile(script, "utf8")).trim()
    const { story, host } = await ground({ kind: "forced", forcedCommand })
    await using _story = story
    await using _host = host
    expect((await backUp(story)).statuses).toContain("config stored")
    expect((await backUp(story)).bytes).toBeLessThan(aFewBytes)
    const { mtime } = await host.stat(domain)
    await host.run(`sed 's/6/8/' ${domain} >/tmp/new; cat /tmp/new >${domain}; touch -d @${mtime} ${domain}`)
    expect((await backUp(story)).statuses).toContain("config stored")
  },
)

test("a former digest put back into the vault does not hide that a host went back too", async () => {
  const { story, host } = await ground()
  await using _story = story
  await using _host = host
  await host.run(`touch -d @1700000000 ${domain}; cp -a /etc/pmta /root/before`)
  await backUp(story)
  const former = await story.git("show", "bundles:hints/mta1.json")
  await host.write(domain, text(8))
  expect((await backUp(story)).statuses).toContain("config stored")

  await host.run("rm -r /etc/pmta/*; cp -a /root/before/. /etc/pmta")
  await story.forge("hints/mta1.json", await story.file("former", former))
  expect(await story.git("show", "bundles:hints/mta1.json")).toBe(former)
  expect((await backUp(story)).statuses).toContain("config stored")
})

test("a run of some categories is no proof for the others", async () => {
  const { story, host } = await ground()
  await using _story = story
  await using _host = host
  expect((await backUp(story, "--categories", "config")).statuses).toBe("config stored")
  expect((await backUp(story, "--categories", "config")).bytes).toBeLessThan(aFewBytes)
  const all = await backUp(story)
  expect(all.statuses).toContain("dkim stored")
  expect(all.statuses).toContain("config unchanged")
})

test.each(["{", "[]", '{"references":7,"listing":7}', '{"references":[7],"listing":""}'])(
  "a hint that is none is no hint: %s",
  async hint => {
    const { story, host } = await ground()
    await using _story = story
    await using _host = host
    await backUp(story)
    await story.forge("hints/mta1.json", await story.file("hint", hint))
    const second = await backUp(story)
    expect(second.statuses).toContain("config unchanged")
    expect(second.bytes).toBeGreaterThan(aFewBytes)
  },
)

// The hint of such a run once left out what configs name for the other categories, and the next run believed it.
test("after a run of some categories only, the next one still finds what configs name for the others", async () => {
  const { story, host } = await ground()
  await using _story = story
  await using _host = host
  const key = "/opt/keys/far.pem"
  const content = (await host.read("/etc/pmta/config")).toString()
  await host.write(key, "-----BEGIN PRIVATE KEY-----\nnot one\n")
  await host.write("/etc/pmta/config", `${content}\ndomain-key s1, far.example, ${key}\n`)
  const first = await story.backup("--no-propose")
  const dkim = (run: typeof first) => run.report.hosts[0]?.categories.find(({ name }) => name === "dkim")
  await story.backup("--no-propose", "--categories", "config")
  const third = await story.backup("--no-propose")
  expect(dkim(third)).toMatchObject({ status: "unchanged", files: dkim(first)?.files })
  const bundle = (await story.snapshots("mta1")).at(-1)?.categories["dkim"]?.bundle
  expect([...(await story.open(await story.blob(bundle?.key ?? ""))).keys()]).toContain(key)
})
