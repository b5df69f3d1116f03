/** A host on which a restore is to write, and that does not answer as a shell would. Nothing is written to it. */
import { readFile } from "node:fs/promises"
import ssh2, { type ServerChannel } from "ssh2"
import { expect, test } from "vitest"
import { type TarEntry, tarBlock, tarEnd, tarHeader } from "../../src/core/tar.ts"
import type { Limits } from "../../src/core/transport.ts"
import type { Workbench } from "../../src/core/workbench.ts"
import { ssh } from "../../src/transports/ssh/index.ts"
import { tarRecordBlocks } from "../../src/transports/ssh/reader-script.ts"
import { workbenchGreeting } from "../../src/transports/ssh/workbench-script.ts"
import { fleetHost } from "../lab/fleet-file.ts"
import { misbehaving } from "../lab/misbehaving.ts"

const limits: Limits = {
  ...{ maxEntries: 100, maxFileBytes: 1000, maxHostBytes: 1500, connectTimeoutMs: 10_000 },
  ...{ idleTimeoutMs: 3000, hostTimeoutMs: 60_000 },
}
const { signal } = new AbortController()

/** A host that greets, is root, and gives these answers in turn. */
async function told<T>(
  say: (channel: ServerChannel) => void,
  use: (bench: Workbench) => Promise<T>,
  sudo = false,
): Promise<T> {
  await using host = await misbehaving({ kind: "custom", exec: say })
  const key = ssh2.utils.parseKey(await readFile(host.clientKey))
  if (key instanceof Error) throw key
  await using transport = ssh({ key, agent: null, limits, observe: () => {} })
  const at = fleetHost({ ...host, user: sudo ? "pmta-backup" : host.user })
  await using bench = await transport.workbench(at, signal)
  return await use(bench)
}
const greets = (channel: ServerChannel) => channel.write(`${workbenchGreeting}\nroot\n`)
const answers = (text: string | Buffer) => (channel: ServerChannel) => {
  greets(channel)
  channel.write(text)
}

test.each<[string, (channel: ServerChannel) => void, string, RegExp]>([
  ["talks without end", channel => channel.write("hello\n".repeat(100)), "pull/malformed", /^$/],
  [
    "is no root after all",
    channel => channel.write(`motd\n${workbenchGreeting}\nno root\n`),
    "restore/no-rights",
    /it said: no root/,
  ],
  [
    "hangs up with a complaint",
    channel => channel.stderr.end("\nsudo: a password is required\n", () => channel.end()),
    "restore/no-rights",
    /a password is required/,
  ],
  ["hangs up without a word", channel => channel.end(), "restore/no-rights", /^$/],
])("a host that %s", async (_, say, code, data) => {
  const problem = await told(say, async () => {}).catch((error: unknown) => error)
  expect(problem).toMatchObject({ code })
  expect((problem as { data: readonly string[] }).data.join("\n")).toMatch(data)
})

const entry = (path: string, changes: Partial<TarEntry> = {}): TarEntry => ({
  ...{ path, kind: "file", mode: 0o640, uid: 7, gid: 8, owner: "", group: "", size: 0, mtime: 0, target: "" },
  ...changes,
})
const archive = (entries: readonly TarEntry[], end = "done 0\n") => {
  const blocks = Buffer.concat([
    ...entries.map(one => Buffer.concat([tarHeader(one), Buffer.alloc(Math.ceil(one.size / 512) * 512)])),
    tarEnd,
  ])
  const step = tarRecordBlocks * tarBlock
  const record = Math.ceil(blocks.length / step) * step
  return Buffer.concat([blocks, Buffer.alloc(record - blocks.length), Buffer.from(end)])
}
const look = (bench: Workbench) => bench.look(["/etc/pmta"], signal)

test("owners without a name are their numbers, and a machine may have no name", async () => {
  const [found] = await told(answers(archive([entry("./etc/pmta", { kind: "directory" })])), look)
  expect(found).toMatchObject({
    entry: { path: "/etc/pmta", owner: "7", group: "8", kind: "directory" },
    content: null,
  })
  const facts = await told(answers("mac 00:00:00:00:00:00\nmac 00:00:5E:00:53:01\nmac x\n.\n"), bench =>
    bench.facts({ users: [], groups: [], programs: [] }, signal),
  )
  expect(facts).toMatchObject({ hostname: "", macs: ["00:00:5e:00:53:01"] })
})

test.each<[string, Buffer]>([
  ["a path that leads upwards", archive([entry("./etc/../root")])],
  ["more bytes than anybody may have", archive([entry("./a", { size: 900 }), entry("./b", { size: 900 })])],
  ["no status behind them", archive([entry("./a")], "what?\n")],
])("files with %s end that restore", async (_, bytes) => {
  await expect(told(answers(bytes), look)).rejects.toMatchObject({ code: "pull/malformed" })
})

test("a command without a status ends that restore", async () => {
  const run = (bench: Workbench) => bench.run("true", 1000, signal)
  await expect(told(answers("fine\n"), run)).rejects.toMatchObject({ code: "pull/malformed" })
  const ran = await told(answers("3 5\nwords"), run)
  expect([ran.status, ran.output.revealText("compare")]).toEqual([3, "words"])
})
