/** Rotation at the worst moments, over SFTP, where a name is all that tells files apart. */
import { afterEach, beforeEach, expect, test } from "vitest"
import { type OddNode, type OddSftp, oddSftp } from "../lab/odd-sftp.ts"
import { assembled, storedLogs } from "./logs-setting.ts"
import { type Setting, setting } from "./setting.ts"

const directory: OddNode = { mode: 0o040755 }
const logs = "/var/log/pmta"
const log = `${logs}/pmta.log`
const now = Math.floor(Date.now() / 1000)
const file = (content: string): OddNode => ({ mode: 0o100644, content, mtime: now })
const lines = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => `2026-11-24 03:00:00 event ${from + n} of the queue\n`).join("")

let nodes: Record<string, OddNode>
let host: OddSftp
let story: Setting
beforeEach(async () => {
  nodes = {
    ...Object.fromEntries(
      ["/", "/etc", "/etc/pmta", "/var", "/var/log", logs].map(path => [path, directory]),
    ),
    "/etc/pmta/config": file("postmaster ops@sender.example\n"),
    [log]: file(lines(2000, 80)),
    [`${log}.1`]: file(lines(1000, 85)),
  }
  host = await oddSftp(nodes)
  story = await setting()
  const { address, port, hostKey } = host
  const hosts = [{ name: "mta1", address, port, user: "backup", hostKeys: { ed25519: hostKey } }]
  await story.fleet(hosts, { lines: ["categories: { accounting: { every: 1s }, log: { every: 1s } }"] })
  expect(await backUp()).toEqual({ code: 0, problems: [] })
})
afterEach(async () => {
  await host?.[Symbol.asyncDispose]()
  await story?.[Symbol.asyncDispose]()
})

/** Runs that are not to be told "not due" are a second apart. */
async function backUp() {
  await new Promise(resolve => setTimeout(resolve, 1000))
  const { code, report } = await story.backup("--no-propose")
  return { code, problems: report.hosts[0]?.problems }
}

async function stored(): Promise<Readonly<Record<string, string>>> {
  const found = await storedLogs(story, "mta1", "log")
  return Object.fromEntries(
    await Promise.all(found.map(async one => [one.path, (await assembled(story, one)).toString()])),
  )
}

/** `log` becomes `log.1`, and that `log.2`; the new `log` holds what is given. */
function rotate(content: string): void {
  nodes[`${log}.2`] = { ...nodes[`${log}.1`], mode: 0o100644 }
  nodes[`${log}.1`] = { ...file(""), ...nodes[log], opened: () => {} }
  nodes[log] = file(content)
}

const rotated = (content: string) => ({
  [log]: content,
  [`${log}.1`]: lines(2000, 90),
  [`${log}.2`]: lines(1000, 85),
})

test("a file that one listing does not show, as another name is given to it, is not lost", async () => {
  nodes[log] = {
    ...file(lines(2000, 90)),
    opened() {
      rotate(lines(3000, 1))
      nodes[logs] = {
        ...directory,
        names: ["pmta.log", "pmta.log.1"],
        opened: () => setTimeout(() => Object.assign(nodes, { [logs]: directory }), 50),
      }
    },
  }
  expect(await backUp()).toEqual({ code: 0, problems: [] })
  expect(await stored()).toEqual(rotated(lines(3000, 1)))
})

test("a file that gets the name of another before it is read is not stored as more of that one", async () => {
  nodes[log] = { ...file(lines(2000, 90)), opened: () => rotate(lines(3000, 90)) }
  expect(await backUp()).toEqual({ code: 0, problems: [] })
  expect(await stored()).toEqual(rotated(lines(3000, 90)))
  expect((await storedLogs(story, "mta1", "log")).map(({ segments }) => segments.length)).toEqual([1, 2, 1])
})

test("a file that no listing shows any more is told as lost", async () => {
  delete nodes[`${log}.1`]
  const { code, problems } = await backUp()
  expect(code).toBe(3)
  expect(problems).toMatchObject([
    {
      code: "pull/log-lost",
      data: [expect.stringContaining(`${log}.1 vanished: ${lines(1000, 85).length} bytes`)],
    },
  ])
})
