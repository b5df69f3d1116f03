/** A host that is read by one `tar` as root, and what that may send that no tar should. */
import { readFile } from "node:fs/promises"
import ssh2, { type ServerChannel } from "ssh2"
import { expect, test } from "vitest"
import { type TarEntry, tarBlock, tarEnd, tarHeader } from "../../src/core/tar.ts"
import type { Limits, Root, Session } from "../../src/core/transport.ts"
import { ssh } from "../../src/transports/ssh/index.ts"
import { fleetHost } from "../lab/fleet-file.ts"
import { misbehaving } from "../lab/misbehaving.ts"

const limits: Limits = {
  ...{ maxEntries: 100, maxFileBytes: 1000, maxHostBytes: 1500, connectTimeoutMs: 10_000 },
  ...{ idleTimeoutMs: 3000, hostTimeoutMs: 60_000 },
}
const { signal } = new AbortController()
const tree: readonly Root[] = [{ kind: "tree", path: "/etc/pmta" }]

/** Each command is answered by the next of these; the last one goes on. */
async function told<T>(
  answers: readonly ((channel: ServerChannel) => void)[],
  use: (session: Session) => Promise<T>,
): Promise<{ readonly got: T; readonly commands: readonly string[] }> {
  let asked = 0
  const exec = (channel: ServerChannel) => answers[Math.min(asked++, answers.length - 1)]?.(channel)
  await using host = await misbehaving({ kind: "custom", exec })
  const key = ssh2.utils.parseKey(await readFile(host.clientKey))
  if (key instanceof Error) throw key
  await using transport = ssh({ key, agent: null, limits, observe: () => {} })
  await using session = await transport.connect(fleetHost(host, { sudo: true }), signal)
  return { got: await use(session), commands: [...host.commands] }
}

const entry = (path: string, changes: Partial<TarEntry> = {}): TarEntry => ({
  ...{ path, kind: "file", mode: 0o640, uid: 7, gid: 8, owner: "", group: "", size: 0, mtime: 0, target: "" },
  ...changes,
})
const sends =
  (entries: readonly TarEntry[], status = 0) =>
  (channel: ServerChannel) => {
    const blocks = entries.map(one =>
      Buffer.concat([tarHeader(one), Buffer.alloc(Math.ceil(one.size / tarBlock) * tarBlock, "x")]),
    )
    channel.write(Buffer.concat([...blocks, tarEnd]))
    channel.exit(status)
    channel.end()
  }
const refuses = (words: string) => (channel: ServerChannel) => {
  channel.stderr.write(words)
  channel.exit(1)
  channel.end()
}
const list = async (session: Session, roots = tree) =>
  (await session.list(roots, { digests: true } as never, signal)).entries

test("owners without a name are their numbers, links are told, and a file that was not sent is unread", async () => {
  const sent = [
    entry("etc/pmta", { kind: "directory" }),
    entry("etc/pmta/a", { kind: "link", target: "../b" }),
    entry("etc/pmta/c"),
  ]
  const { got } = await told([sends(sent)], async session => {
    const entries = await list(session)
    return { entries, reading: await session.read(entries, signal) }
  })
  expect(got.entries.map(({ path, kind, owner, target }) => [path, kind, owner, target])).toEqual([
    ["/etc/pmta", "directory", "7", null],
    ["/etc/pmta/a", "link", "7", "../b"],
    ["/etc/pmta/c", "file", "7", null],
  ])
  expect(got.reading.files).toHaveLength(1)
  expect([...got.reading.unread.keys()]).toEqual(["/etc/pmta", "/etc/pmta/a"])
})

test("files that change while they are read are read again, three times at most", async () => {
  const torn = sends([entry("etc/pmta/a")], 1)
  const again = await told([torn, sends([entry("etc/pmta/a")])], list)
  expect([again.got.length, again.commands.length]).toEqual([1, 2])
  await expect(told([torn], list)).rejects.toMatchObject({ code: "pull/changing" })
})

test.each<[string, (channel: ServerChannel) => void, string, RegExp]>([
  [
    "more bytes than anybody may have",
    sends([entry("a", { size: 900 }), entry("b", { size: 900 })]),
    "pull/too-large",
    /^$/,
  ],
  ["a path that leads upwards", sends([entry("etc/../root")]), "pull/malformed", /^$/],
  ["a refusal", refuses("\nsudo: a password is required\n"), "pull/sudo-refused", /a password is required/],
  ["nothing at all", refuses(""), "pull/sudo-refused", /^$/],
])("%s", async (_, answer, code, data) => {
  const problem = await told([answer], list).catch((error: unknown) => error)
  expect(problem).toMatchObject({ code })
  expect((problem as { data: readonly string[] }).data.join("\n")).toMatch(data)
})

test("a named file that sudo does not allow fails alone; what breaks off fails the host", async () => {
  const roots: readonly Root[] = [...tree, { kind: "glob", pattern: "/srv/key.pem", named: true }]
  const { got } = await told([sends([entry("etc/pmta")]), refuses("not allowed")], session =>
    list(session, roots),
  )
  expect(got.find(({ path }) => path === "/srv/key.pem")).toMatchObject({ readable: false })
  const cut = (channel: ServerChannel) => {
    channel.write(Buffer.alloc(100, "x"))
    channel.end()
  }
  await expect(
    told([sends([entry("etc/pmta")]), cut], session => list(session, roots)),
  ).rejects.toMatchObject({
    code: "pull/closed",
  })
  const globs: readonly Root[] = [{ kind: "glob", pattern: "/var/log/pmta/*.csv", named: false }]
  const { commands } = await told([sends([])], session => list(session, globs))
  expect(commands[0]).toMatch(/ var\/log\/pmta$/)
})
