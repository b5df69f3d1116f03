import { spawnSync } from "node:child_process"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import ssh2 from "ssh2"
import { expect, test } from "vitest"
import type { Host } from "../../src/core/fleet.ts"
import type { Limits, Root } from "../../src/core/transport.ts"
import { type EmbeddedHost, makeKeyPair, serveHost } from "../../src/transports/ssh/embedded-host.ts"
import { ssh } from "../../src/transports/ssh/index.ts"
import { sftp, ssh as stockSsh } from "../lab/ssh.ts"

const limits: Limits = {
  maxEntries: 10_000,
  maxFileBytes: 1 << 24,
  maxHostBytes: 1 << 28,
  connectTimeoutMs: 10_000,
  idleTimeoutMs: 10_000,
  hostTimeoutMs: 60_000,
}
const key = makeKeyPair()
const other = makeKeyPair()
const { signal } = new AbortController()
const files = {
  "/etc/pmta/config": { content: "postmaster ops@example.com\n", owner: "pmta", group: "pmta" },
  "/etc/pmta/dkim/s1.pem": { content: "KEY", mode: 0o600, owner: "pmta" },
  "/etc/pmta/empty": { content: "" },
  "/etc/pmta/grüße 1.conf": { content: "naïve\n".repeat(50_000) },
}
const tree: readonly Root[] = [{ kind: "tree", path: "/etc/pmta" }]

const serve = () => serveHost({ user: "pmta-backup", authorizedKey: `${key.publicLine} demo`, files })

function parsed(privateKey: string): ssh2.ParsedKey {
  const result = ssh2.utils.parseKey(privateKey)
  if (result instanceof Error) throw result
  return result
}

function entry({ address, port, hostKey }: EmbeddedHost, pin = hostKey): Host {
  const [algorithm = "", base64 = ""] = pin.split(" ")
  const hostKeys = [{ kind: "key", algorithm, base64 }] as const
  const settings = {
    user: "pmta-backup",
    profile: "powermta",
    jumps: [],
    tags: [],
    sudo: false,
    backup: true,
    spare: false,
  }
  return { name: "mta1", address, port, hostKeys, ...settings }
}

const transport = (privateKey = key.privateKey) =>
  ssh({ key: parsed(privateKey), agent: null, limits, observe: () => {} })
const need = { digests: true }
// It has no connections of its own to end: no test goes through a jump host.
const mine = transport()

test("an embedded host is listed and read over SFTP as any other host", async () => {
  await using host = await serve()
  await using session = await mine.connect(entry(host), signal)
  const { entries } = await session.list(tree, need, signal)
  expect(session.way).toBe("sftp")
  const paths = ["/etc/pmta", "/etc/pmta/dkim", ...Object.keys(files)]
  expect(entries.map(({ path }) => path).sort()).toEqual(paths.sort())
  const at = (path: string) => entries.find(found => found.path === path)
  expect(at("/etc/pmta")).toMatchObject({ kind: "directory", mode: 0o755, owner: "root", group: "root" })
  expect(at("/etc/pmta/config")).toMatchObject({ mode: 0o644, owner: "pmta", group: "pmta", uid: 2100 })
  expect(at("/etc/pmta/dkim/s1.pem")).toMatchObject({ mode: 0o600, owner: "pmta", group: "root", size: 3 })
  const listed = entries.filter(({ kind }) => kind === "file")
  const reading = await session.read(listed, signal)
  expect(reading.unread.size).toBe(0)
  const contents = new Map(reading.files.map(file => [file.entry.path, file.content.revealText("compare")]))
  expect(contents).toEqual(new Map(Object.entries(files).map(([path, { content }]) => [path, content])))
})

test("what matches a pattern is found, what is absent is not", async () => {
  await using host = await serve()
  await using session = await mine.connect(entry(host), signal)
  const roots = ["/etc/pmta/*.conf", "/etc/pmta/d*/*", "/etc/absent", "/etc/pmta/config/below"]
  const globs = roots.map(pattern => ({ kind: "glob", pattern, named: false }) as const)
  const { entries } = await session.list([...globs, { kind: "tree", path: "/var/spool" }], need, signal)
  expect(entries.map(({ path }) => path)).toEqual(["/etc/pmta/grüße 1.conf", "/etc/pmta/dkim/s1.pem"])
})

test("a file written while it is backed up is noticed, even with the same size in the same second", async () => {
  await using host = await serve()
  await using session = await mine.connect(entry(host), signal)
  const before = (await session.list(tree, need, signal)).entries.filter(
    ({ path }) => path === "/etc/pmta/dkim/s1.pem",
  )
  host.write("/etc/pmta/dkim/s1.pem", { content: "NEW" })
  expect([...(await session.read(before, signal)).unread]).toEqual([["/etc/pmta/dkim/s1.pem", "changed"]])
  host.write("/etc/pmta/dkim/s2.pem", { content: "2" })
  const after = await session.list(tree, need, signal)
  expect(after.entries.map(({ path }) => path)).toContain("/etc/pmta/dkim/s2.pem")
})

test("a directory of many files is listed whole", async () => {
  await using host = await serve()
  for (let n = 0; n < 3000; n++) host.write(`/etc/pmta/many/${n}`.padEnd(200, "x"), { content: "" })
  await using session = await mine.connect(entry(host), signal)
  const many = await session.list([{ kind: "tree", path: "/etc/pmta/many" }], need, signal)
  expect(many.entries).toHaveLength(3001)
})

test("another key is refused, and another user with the right key", async () => {
  await using host = await serve()
  await using others = transport(other.privateKey)
  const refused = { code: "pull/refused-key" }
  await expect(others.connect(entry(host), signal)).rejects.toMatchObject(refused)
  await expect(mine.connect({ ...entry(host), user: "root" }, signal)).rejects.toMatchObject(refused)
})

test("the right public key with another key's signature is refused", async () => {
  await using host = await serve()
  class Forger extends ssh2.BaseAgent<ssh2.ParsedKey> {
    getIdentities(tell: (error: undefined, keys: ssh2.ParsedKey[]) => void) {
      tell(undefined, [parsed(key.publicLine)])
    }
    sign(_key: unknown, data: Buffer, ...rest: readonly unknown[]) {
      const tell = rest.find(argument => typeof argument === "function")
      tell?.(undefined, parsed(other.privateKey).sign(data))
    }
  }
  const client = new ssh2.Client()
  const ended = new Promise<void>((resolve, reject) => client.on("error", reject).once("ready", resolve))
  const { address, port } = host
  client.connect({ host: address, port, username: "pmta-backup", agent: new Forger() as never })
  await expect(ended).rejects.toMatchObject({ level: "client-authentication" })
  // "none", then the question whether the key would do, then the forged signature.
  expect(host.loginRequests).toBe(3)
})

test("a host with another key than the pinned one is not even asked to log in", async () => {
  await using host = await serve()
  const pinned = entry(host, other.publicLine)
  await expect(mine.connect(pinned, signal)).rejects.toMatchObject({ code: "pull/host-key-changed" })
  expect(host.loginRequests).toBe(0)
  const offered = await mine.offeredKeys(entry(host), signal)
  expect(offered.map(({ algorithm, base64 }) => `${algorithm} ${base64}`)).toEqual([host.hostKey])
})

test("a host ends while a client is connected, and its port with it", async () => {
  const host = await serve()
  await using session = await mine.connect(entry(host), signal)
  await session.list(tree, need, signal)
  await host[Symbol.asyncDispose]()
  await expect(session.list(tree, need, signal)).rejects.toMatchObject({ code: "pull/closed" })
  await expect(mine.connect(entry(host), signal)).rejects.toMatchObject({ code: "pull/unreachable" })
})

// ssh2's generator strips leading zeros of public keys; about four of these have one.
test("every made key pair can be read and agrees with itself", () => {
  for (let made = 0; made < 1000; made++) {
    const pair = makeKeyPair()
    const signature = parsed(pair.privateKey).sign("text")
    expect(parsed(pair.publicLine).verify("text", signature)).toBe(true)
  }
})

test("stock sftp can read and cannot write, and no command runs", async context => {
  if (spawnSync("sftp").error !== undefined) context.skip("sftp is missing: install openssh-client")
  await using host = await serve()
  const place = await mkdtemp(join(tmpdir(), "pmta-embedded-"))
  context.onTestFinished(() => rm(place, { recursive: true }))
  const clientKey = join(place, "key")
  await writeFile(clientKey, key.privateKey, { mode: 0o600 })
  const { address, port } = host
  const target = { address, port, user: "pmta-backup", clientKey, hostKeys: { ed25519: host.hostKey } }
  const reads = ["ls -l /etc/pmta", `get "/etc/pmta/grüße 1.conf" ${place}/got`]
  const writes = [
    ...[`put ${place}/key /etc/pmta/key`, `put ${place}/key /etc/pmta/config`, "rm /etc/pmta/config"],
    ...["rename /etc/pmta/config /etc/pmta/moved", "chmod 777 /etc/pmta/config", "mkdir /etc/pmta/made"],
    ...["rmdir /etc/pmta/dkim", "symlink /etc/pmta/config /etc/pmta/link"],
  ]
  // Of a line behind a dash failure is no end; the last line ends the batch with an error.
  const after = [`get /etc/pmta/config ${place}/config`, "get /etc/pmta/absent"]
  const got = await sftp(target, [...reads, ...writes.map(line => `-${line}`), ...after].join("\n"))
  expect(got.stdout.toString()).toMatch(/-rw-r--r--.* pmta +pmta .*config\n/)
  expect(await readFile(join(place, "got"), "utf8")).toBe(files["/etc/pmta/grüße 1.conf"].content)
  expect(await readFile(join(place, "config"), "utf8")).toBe(files["/etc/pmta/config"].content)
  expect(got.stderr.match(/permission denied/gi)).toHaveLength(writes.length)
  expect(got.stderr).toMatch(/"?\/etc\/pmta\/absent"? not found/)
  expect(got.code).toBe(1)

  expect((await sftp(target, "ls /etc/pmta/dkim")).code).toBe(0)
  expect((await stockSsh(target, "id")).code).not.toBe(0)
})
