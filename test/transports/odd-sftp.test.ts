import ssh2 from "ssh2"
import { expect, test } from "vitest"
import type { Entry } from "../../src/core/file.ts"
import type { LogEntry, RangeTaker } from "../../src/core/log.ts"
import type { Limits, Root, Session } from "../../src/core/transport.ts"
import { makeKeyPair } from "../../src/transports/ssh/embedded-host.ts"
import { ssh } from "../../src/transports/ssh/index.ts"
import { fleetHost } from "../lab/fleet-file.ts"
import { type OddNode, type OddSftp, oddSftp } from "../lab/odd-sftp.ts"

const limits: Limits = {
  maxEntries: 20,
  maxFileBytes: 1 << 24,
  maxHostBytes: 1 << 28,
  connectTimeoutMs: 10_000,
  idleTimeoutMs: 10_000,
  hostTimeoutMs: 60_000,
}
const key = ssh2.utils.parseKey(makeKeyPair().privateKey)
if (key instanceof Error) throw key
const transport = ssh({ key, agent: null, limits, observe: () => {} })
const { signal } = new AbortController()
const directory = { mode: 0o040755 }
const file = (content: string): OddNode => ({ mode: 0o100644, content })
const etc: readonly Root[] = [{ kind: "tree", path: "/etc" }]

async function connected(host: OddSftp): Promise<Session> {
  const { address, port, hostKey } = host
  return await transport.connect(
    fleetHost({ address, port, user: "b", hostKeys: { ed25519: hostKey } }),
    signal,
  )
}
const list = async (session: Session, roots: readonly Root[] = etc) =>
  (await session.list(roots, { digests: true }, signal)).entries

test("links are told with their target, devices as such, and owners without a name by their number", async () => {
  await using host = await oddSftp({
    "/": directory,
    "/etc": directory,
    "/etc/alias": { mode: 0o120777, target: "../srv/config" },
    "/etc/pipe": { mode: 0o010644 },
    "/etc/pmta": { ...file("a"), uid: 2100 },
  })
  await using session = await connected(host)
  const found = new Map((await list(session, [{ kind: "tree", path: "/" }])).map(one => [one.path, one]))
  expect([...found.keys()].sort()).toEqual(["/", "/etc", "/etc/alias", "/etc/pipe", "/etc/pmta"])
  expect(found.get("/etc/alias")).toMatchObject({ kind: "link", target: "../srv/config" })
  expect(found.get("/etc/pipe")).toMatchObject({ kind: "other", size: 0 })
  expect(found.get("/etc/pmta")).toMatchObject({ owner: "2100", group: "2100" })
})

test("lists of users that cannot be read, or are too large for one, leave the numbers", async () => {
  const users = { ...file("root:x:0:0::/:/bin/sh\nnobody\n"), mode: 0o100600 }
  for (const node of [
    { ...users, refusal: "PERMISSION_DENIED" as const },
    { ...users, size: 5 * 1024 * 1024 },
  ]) {
    await using host = await oddSftp({
      "/etc": directory,
      "/etc/passwd": node,
      "/etc/group": file("wheel:x:0:\n"),
    })
    await using session = await connected(host)
    const [found] = await list(session)
    expect(found).toMatchObject({ path: "/etc", owner: "0", group: "wheel" })
  }
})

test("a pattern looks into each directory that may be looked into", async () => {
  await using host = await oddSftp({
    "/": directory,
    "/a": directory,
    "/a/1.conf": file("1"),
    "/b": { ...directory, refusal: "PERMISSION_DENIED" },
    "/c": directory,
    "/c/2.conf": file("2"),
    "/d": { ...directory, refusal: "PERMISSION_DENIED" },
  })
  await using session = await connected(host)
  const glob = { kind: "glob", pattern: "/*/*.conf", named: false } as const
  expect((await list(session, [glob])).map(({ path }) => path)).toEqual(["/a/1.conf", "/c/2.conf"])
  const [closed] = await list(session, [{ kind: "tree", path: "/d" }])
  expect(closed).toMatchObject({ path: "/d", kind: "directory", readable: false })
})

test.each([
  ["names a file twice", { names: ["a", "a"] }],
  ["names a path", { names: ["a/../../root"] }],
  ["has a name that is none", { names: [""] }],
  ["holds more than anybody may", { names: Array.from({ length: 30 }, (_, number) => `f${number}`) }],
])("a directory that %s ends that host, and is not walked", async (_, odd) => {
  await using host = await oddSftp({ "/etc": { ...directory, ...odd } })
  await using session = await connected(host)
  await expect(list(session)).rejects.toMatchObject({ code: "pull/malformed" })
})

test("a file that may not be read, is gone, or is not as long as it was told, is left unread", async () => {
  await using host = await oddSftp({
    "/etc": directory,
    "/etc/closed": { ...file("secret"), refusal: "PERMISSION_DENIED" },
    "/etc/cut": { ...file("short"), size: 100 },
    "/etc/gone": { ...file("gone"), refusal: "NO_SUCH_FILE" },
    "/etc/whole": file("whole"),
  })
  await using session = await connected(host)
  const files = (await list(session)).filter(({ kind }) => kind === "file")
  const { files: read, unread } = await session.read(files, signal)
  expect(read.map(({ entry }) => entry.path)).toEqual(["/etc/whole"])
  expect(Object.fromEntries(unread)).toEqual({
    "/etc/closed": "denied",
    "/etc/cut": "changed",
    "/etc/gone": "changed",
  })
})

test("a disk that fails under a file, or a server that refuses without a reason, fails that host", async () => {
  for (const fault of [{ readFault: "FAILURE" }, { refusal: "FAILURE" }] as const) {
    await using host = await oddSftp({ "/etc": directory, "/etc/bad": { ...file("abc"), ...fault } })
    await using session = await connected(host)
    const files = (await list(session)).filter(({ kind }) => kind === "file")
    await expect(session.read(files, signal)).rejects.toThrow()
  }
})

test("a range of a log is taken as far as it goes, and not of another file of that name", async () => {
  const nodes: Record<string, OddNode> = {
    "/log": directory,
    "/log/closed": { ...file("0123456789"), refusal: "PERMISSION_DENIED" },
    "/log/cut": { ...file("01234"), size: 10 },
    "/log/empty": { ...file(""), size: 10 },
    "/log/link": { mode: 0o120777, target: "acct" },
    "/log/swapped": {
      ...file("0123456789"),
      opened: () => {
        nodes["/log/swapped"] = file("0")
      },
    },
    "/log/whole": file("0123456789"),
  }
  await using host = await oddSftp(nodes)
  await using session = await connected(host)
  const logs = new Map(
    (await session.listLogs([{ kind: "tree", path: "/log" }], signal)).map(log => [log.path, log]),
  )
  const take = async (path: string, changes: Partial<Entry> = {}) => {
    const taken: string[] = []
    const taker = {
      keep: async (piece: { bytes: number }) => void taken.push(String(piece.bytes)),
    } as unknown
    const entry = { ...(logs.get(path) as LogEntry), ...changes }
    return await session.readRange(entry, { first: 2, end: 10 }, taker as RangeTaker, signal)
  }
  expect(await take("/log/closed")).toBe("denied")
  expect(await take("/log/link")).toBe("changed")
  expect(await take("/log/whole", { size: 11 })).toBe("changed")
  expect(await take("/log/swapped")).toBe("changed")
  expect(await take("/log/empty")).toBe("short")
})
