/**
 * A server that lies. Whatever it sends, the run ends inside its limits of time, memory and disk, says so with the right
 * code, keeps nothing of it, and backs up the other host. Nothing of its words acts on a terminal or a runner.
 */
import { readdir, readFile, stat } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { BackupReport } from "../../src/core/report.ts"
import { readerGreeting } from "../../src/transports/ssh/reader-script.ts"
import { finish, succeed } from "../lab/child.ts"
import { action, dist } from "../lab/cli.ts"
import { activeInLog } from "../lab/hostile.ts"
import { type Misbehaviour, misbehaving } from "../lab/misbehaving.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { type Setting, setting } from "../stories/setting.ts"
import {
  archive,
  entry,
  files,
  honestEntries,
  type Lie,
  listing,
  lyingReader,
  member,
} from "./lying-reader.ts"
import { figures, sized } from "./suite.ts"

let well: LabHost
let story: Setting
/** the worst of all runs */
const worst = { seconds: 0, mebibytes: 0, scratchBytes: 0, runs: 0 }

beforeAll(async () => {
  story = await setting()
  well = await sshd({ name: "well", files: { "/etc/pmta/config": "postmaster ops@example.com\n" } })
})
afterAll(async () => {
  const { seconds, mebibytes, scratchBytes, runs } = worst
  figures(
    "hostile host",
    `${runs} runs against lying servers, each ended with its code: at most ${seconds.toFixed(1)} s, ${mebibytes} MiB of memory, ${scratchBytes} bytes left on disk; the other host was backed up each time`,
  )
  await well?.[Symbol.asyncDispose]()
  await story?.[Symbol.asyncDispose]()
})

type Sick = Pick<LabHost, "address" | "port" | "user" | "hostKeys">

/** One run over the healthy host and a sick one, measured. */
async function runWith(sick: Sick, ...flags: readonly string[]) {
  // Each a host of its own: of one that had more before, a run would say that it shrank.
  await story.fleet([{ ...well, ...sick, name: `sick-${worst.runs}` }, well])
  const scratch = await succeed("mktemp", ["-d", join(story.directory, "scratch-XXXXXX")])
  const place = scratch.toString().trim()
  const measured = join(story.directory, "measured")
  const words = [
    ...["backup", "--fleet", story.fleetFile, "--vault", story.vault, "--ssh-key-file", story.sshKeyFile],
    ...["--signing-key-file", story.signingKeyFile, "--no-propose", "--json"],
    ...["--connect-timeout", "3s", "--idle-timeout", "3s", "--host-timeout", "40s", ...flags],
  ]
  const env = { PATH: process.env["PATH"], HOME: place, TMPDIR: place }
  const timed = ["-f", "%e %M", "-o", measured, process.execPath, join(dist, "cli.js"), ...words]
  const run = await finish("/usr/bin/time", timed, { env, timeoutMs: 120_000 })
  const [seconds = 0, kibibytes = 0] =
    (await readFile(measured, "utf8")).trim().split("\n").at(-1)?.split(" ").map(Number) ?? []
  const left = await sizeOf(place)
  worst.runs++
  worst.seconds = Math.max(worst.seconds, seconds)
  worst.mebibytes = Math.max(worst.mebibytes, Math.round(kibibytes / 1024))
  worst.scratchBytes = Math.max(worst.scratchBytes, left)
  expect(run.timedOut, "it did not end").toBe(false)
  expect(seconds, "time").toBeLessThan(100)
  expect(kibibytes / 1024, "memory, MiB").toBeLessThan(700)
  expect(left, "left on disk").toBe(0)
  expect(run.stdout.toString(), run.stderr).not.toBe("")
  const report = JSON.parse(run.stdout.toString()) as BackupReport
  const [told, healthy] = report.hosts
  expect(healthy, run.stderr).toMatchObject({ host: "well", problems: [] })
  expect(run.stderr + run.stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u009b\u202e]/)
  expect(activeInLog(run.stderr)).toEqual([])
  const codes = [...new Set((told?.problems ?? []).map(({ code }) => code))]
  return { ...run, told, codes }
}

async function sizeOf(place: string): Promise<number> {
  const items = await readdir(place, { recursive: true, withFileTypes: true })
  // Node keeps its own compiled code of the program there.
  const files = items.filter(item => item.isFile() && !item.parentPath.includes(".cache/pmta-vault"))
  const sizes = await Promise.all(files.map(item => stat(join(item.parentPath, item.name))))
  return sizes.reduce((sum, { size }) => sum + size, 0)
}

async function told(how: Misbehaviour, ...flags: readonly string[]) {
  await using host = await misbehaving(how)
  const { address, port, user } = host
  const found = await runWith(
    { address, port, user, hostKeys: { ...well.hostKeys, ...host.hostKeys } },
    ...flags,
  )
  return found
}

const listed = (...more: readonly Buffer[]) => ({ list: () => listing([...honestEntries, ...more]) })
const [path = "", text = ""] = Object.entries(files)[1] ?? []
const first = member("./etc/pmta/config", files["/etc/pmta/config"] ?? "")
/** The key is read last, by itself. */
const read = (answer: Lie["read"] & object): Lie => ({
  read: honest => (honest.includes("dkim") ? answer(honest) : honest),
})
const spoiled = (change: (header: Buffer) => void) => read(() => archive([member(`.${path}`, text, change)]))
const octal = (size: number) => `${size.toString(8).padStart(11, "0")} `

const lies: readonly (readonly [string, string, Lie])[] = [
  ["lists a path that leads up", "pull/malformed", listed(entry("/etc/pmta/../../root/.ssh/id", 1))],
  ["lists a relative path", "pull/malformed", listed(entry("etc/passwd", 1))],
  ["lists a path with empty parts", "pull/malformed", listed(entry("/etc//pmta/x.conf", 1))],
  ["lists a name without an end", "pull/malformed", listed(Buffer.alloc(1 << 20, "r"))],
  [
    "lists numbers that are none",
    "pull/malformed",
    listed(entry("/etc/pmta/x.conf", 1, { head: "rf 99999 -1 0 1e9 x 1 x" })),
  ],
  [
    "sends another file than was asked for",
    "pull/malformed",
    read(() => archive([member("./etc/shadow", "root:x\n")])),
  ],
  [
    "sends a path that leads up",
    "pull/malformed",
    read(() => archive([member("./etc/pmta/dkim/../../../root/x", text)])),
  ],
  ["sends an absolute path", "pull/malformed", read(() => archive([member(path, text)]))],
  [
    "sends a file twice",
    "pull/malformed",
    read(() => archive([member(`.${path}`, text), member(`.${path}`, text)])),
  ],
  ["sends a hard link", "pull/malformed", spoiled(header => header.write("1/etc/shadow", 156))],
  ["sends a device", "pull/malformed", spoiled(header => header.write("3", 156))],
  [
    "sends a size of eight exabytes",
    "pull/malformed",
    spoiled(header => {
      header[124] = 0x80
      header.fill(0xff, 129, 136)
    }),
  ],
  ["sends a size above the limit", "pull/malformed", spoiled(header => header.write(octal(2 ** 32), 124))],
  [
    "sends a long name without end",
    "pull/malformed",
    spoiled(header => {
      header.write("L", 156)
      header.write(octal(2 ** 30), 124)
    }),
  ],
  [
    "sends a checksum that is wrong",
    "pull/malformed",
    read(() => {
      const tar = archive([member(`.${path}`, text)])
      tar[150] = 0x37
      return tar
    }),
  ],
  ["sends no end of the archive", "pull/stalled", read(() => member(`.${path}`, text))],
  [
    "sends other content than it listed, each time",
    "pull/changing",
    read(() => archive([member(`.${path}`, "x".repeat(text.length))])),
  ],
  ["sends less than it listed", "pull/changing", read(() => archive([member(`.${path}`, "x")]))],
  [
    "sends a digest that is none",
    "pull/malformed",
    { list: () => Buffer.concat([...honestEntries, Buffer.from("digest of nothing\n.\n.\n")]) },
  ],
  [
    "names accounts without end",
    "pull/malformed",
    { names: () => ({ bytes: Buffer.alloc(65_536, "x"), next: "again" }) },
  ],
  [
    "lists without end",
    "pull/malformed",
    { list: () => ({ bytes: Buffer.from("x".repeat(65_536)), next: "again" }) },
  ],
  ["repeats one file without end", "pull/malformed", read(() => ({ bytes: first, next: "again" }))],
  [
    "is silent in the listing",
    "pull/stalled",
    { list: honest => ({ bytes: honest.subarray(0, 100), next: "stall" }) },
  ],
  [
    "is silent in a file",
    "pull/stalled",
    read(honest => ({ bytes: honest.subarray(0, 600), next: "stall" })),
  ],
  [
    "is silent about names",
    "pull/stalled",
    { names: () => ({ bytes: Buffer.from("root:x:0"), next: "stall" }) },
  ],
  [
    "hangs up in the listing",
    "pull/closed",
    { list: honest => ({ bytes: honest.subarray(0, 100), next: "cut" }) },
  ],
  ["hangs up in a file", "pull/closed", read(honest => ({ bytes: honest.subarray(0, 600), next: "cut" }))],
]

test.each(
  sized(
    lies.filter((_, index) => index % 4 === 1),
    lies,
  ),
)("a host that %s: %s", async (_, code, lie) => {
  const found = await told(lyingReader(lie))
  expect(found.codes, found.stderr).toEqual([code])
  expect(found.told?.status).not.toBe("stored")
  expect(await story.names("bundles/sick/dkim/")).toEqual([])
})

/** Cuts of a true answer, at many places. */
test("a connection that is reset at any byte of an answer is told, and nothing of it is kept", {
  timeout: 600_000,
}, async () => {
  const honest = listing(honestEntries)
  const places = sized(
    [1, 60],
    Array.from({ length: 24 }, (_, index) => Math.floor((honest.length * index) / 24)),
  )
  for (const place of places) {
    const found = await told(lyingReader({ list: () => ({ bytes: honest.subarray(0, place), next: "cut" }) }))
    expect(found.codes, `cut at ${place}: ${found.stderr}`).toEqual(["pull/closed"])
  }
})

test("a bomb is stopped at the limit", async () => {
  const bomb = await succeed("zstd", ["-q", "-1", "-c"], { input: Buffer.alloc(2 ** 28) })
  const lie = { greeting: `${readerGreeting} zstd\n`, list: () => bomb }
  const found = await told(lyingReader(lie), "--max-host-size", "16MiB")
  expect(found.codes, found.stderr).toEqual(["pull/malformed"])
})

/** Real sshd hosts with files that are too much. */
async function on(host: LabHost, ...flags: readonly string[]) {
  return await runWith(host, ...flags)
}

test.skipIf(process.getuid?.() !== 0)("a key file of a gigabyte is named and not read", async () => {
  await using host = await sshd({
    name: "sick",
    files: { "/etc/pmta/config": "max-smtp-out 1\n", "/etc/pmta/dkim/a.pem": "x\n" },
  })
  await host.run("truncate -s 1G /etc/pmta/dkim/a.pem")
  const found = await on(host)
  expect(found.codes, found.stderr).toEqual(["pull/too-large"])
  expect(found.told?.categories.find(({ name }) => name === "config")?.status).toBe("stored")
})

test("a config that includes itself in a circle, and one that names very many files, end", {
  timeout: 300_000,
}, async () => {
  const many = sized(20_000, 1_000_000)
  const lines = Array.from({ length: many }, (_, index) => `include /etc/pmta/none/${index}.conf\n`).join("")
  await using host = await sshd({
    name: "sick",
    files: {
      "/etc/pmta/config": "include /etc/pmta/a.conf\ninclude /etc/pmta/many.conf\n",
      "/etc/pmta/a.conf": "include /etc/pmta/b.conf\n",
      "/etc/pmta/b.conf": "include /etc/pmta/a.conf\ninclude /etc/pmta/config\n",
      "/etc/pmta/many.conf": lines,
    },
  })
  const found = await on(host)
  // Once a million of them ended the whole run as a bug.
  expect(found.codes, found.stderr).toEqual([many > 100_000 ? "pull/too-large" : "pull/missing-reference"])
})

test("a directory of very many files ends at the limit of entries", { timeout: 300_000 }, async () => {
  const many = sized(110_000, 1_000_000)
  let sent = 0
  const list = () => {
    const entries = Array.from({ length: many }, () => entry(`/etc/pmta/dkim/${sent++}`, 1))
    return listing([...honestEntries, ...entries])
  }
  const found = await told(lyingReader({ list }))
  expect(found.codes, found.stderr).toEqual(["pull/malformed"])
})

test.each([
  ["ciphers in CBC mode", "Ciphers aes128-cbc,aes256-cbc,3des-cbc"],
  ["a key exchange with SHA-1", "KexAlgorithms diffie-hellman-group14-sha1,diffie-hellman-group1-sha1"],
  ["checksums by SHA-1", "Ciphers aes128-ctr\nMACs hmac-sha1,hmac-sha1-96,hmac-md5"],
  ["host key signatures by SHA-1", "HostKeyAlgorithms ssh-rsa"],
])("a server that knows only %s is not talked to", async (_, line) => {
  await using host = await sshd({
    name: "sick",
    sshdConfig: line.split("\n"),
    files: { "/etc/pmta/config": "x 1\n" },
  })
  const found = await on(host)
  expect(found.codes, found.stderr).toEqual(["pull/no-algorithm"])
  expect(await host.log()).not.toContain("Accepted publickey")
})

test("the key exchange is a strict one, so that nothing can be cut out at its beginning", async () => {
  await using host = await sshd({
    name: "sick",
    sshdConfig: ["LogLevel DEBUG3"],
    files: { "/etc/pmta/config": "max-smtp-out 1\n" },
  })
  const found = await on(host)
  expect(found.codes, found.stderr).toEqual([])
  expect(await host.log()).toContain("strict KEX")
})

test("a banner and the words of a server act on no terminal and no runner", async () => {
  const words = "\u001b[2J\u001b]0;taken over\u0007\n::error::taken over\n::add-mask::a\n##[error]x\n"
  await using host = await sshd({
    name: "sick",
    sshdConfig: ["Banner /etc/ssh/banner"],
    files: { "/etc/ssh/banner": words, "/etc/pmta/config": "max-smtp-out 1\n" },
  })
  expect((await on(host)).codes).toEqual([])
  const shouting = Buffer.from(words)
  const said = [
    await told({
      kind: "custom",
      exec: channel => {
        channel.stderr.write(shouting)
        channel.write(shouting)
        channel.exit(1)
        channel.end()
      },
    }),
    await told(
      lyingReader({
        list: () =>
          Buffer.concat([
            Buffer.from("rf 640 0 0 1 1.5 1 1.5\0/etc/pmta/"),
            shouting,
            Buffer.from("\0\0"),
            shouting,
          ]),
      }),
    ),
  ]
  for (const { told: sick } of said) expect(sick?.status).not.toBe("stored")
  const inputs = {
    ...{ command: "backup", fleet: story.fleetFile, vault: story.vault, propose: "false" },
    ...{ "ssh-key": await readFile(story.sshKeyFile, "utf8"), "signing-key": story.signingKey },
  }
  const asAction = await action(inputs)
  expect(activeInLog(asAction.stdout)).toEqual([])
  expect(activeInLog(asAction.stderr)).toEqual([])
})
