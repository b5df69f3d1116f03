/** The commands of docs/OPERATIONS.md for the day without this program, run as they stand there. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { finish, succeed } from "../lab/child.ts"
import { clientKey } from "../lab/client-key.ts"
import { blocksOf } from "../lab/document.ts"
import { type HostContent, hostFiles } from "../lab/fixtures.ts"
import { hostTree } from "../lab/host-tree.ts"
import { sshKey } from "../lab/keys.ts"
import { installPmta, pmtaCalls } from "../lab/pmta-stand-in.ts"
import { sshOptions } from "../lab/ssh.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { tamper } from "../lab/tamper.ts"
import { type Setting, setting } from "./setting.ts"

let story: Setting
let host: LabHost
let content: HostContent
let work: string
let blocks: ReadonlyMap<string, string>

beforeAll(async () => {
  story = await setting()
  content = await hostFiles({ seed: "operations", domains: 5, keys: 3 })
  const { publicKey } = await clientKey()
  const root = { "/root/.ssh/authorized_keys": { content: `${publicKey}\n`, mode: 0o600 } }
  host = await sshd({ name: "mta1", files: { ...content.files, ...root } })
  await installPmta(host)
  await story.fleet([host])
  expect((await story.backup()).code).toBe(0)
  blocks = blocksOf(await readFile(join(import.meta.dirname, "../../docs/OPERATIONS.md"), "utf8"))
  work = join(story.directory, "work")
  await mkdir(work)
  const words = sshOptions(host).map(word => (/[ ;]/.test(word) ? `"${word}"` : word))
  const login = `#!/bin/sh\nexec ssh ${words.join(" ")} root@${host.address} "$@"\n`
  await writeFile(join(story.directory, "login"), login, { mode: 0o755 })
})
afterAll(async () => {
  await host?.[Symbol.asyncDispose]()
  await story?.[Symbol.asyncDispose]()
})

/** Runs a block with an operator's own settings in place of the examples. */
async function run(name: string, more = "") {
  const own = `HOST=mta1 VAULT=${story.vault} IDENTITY=${story.identityFile} SIGNERS='${story.signer}' SSH=../login\n`
  const text = blocks.get(name)
  expect(text, name).toBeDefined()
  return await finish("bash", ["-c", `${own}${more}${text}`], { cwd: work })
}

test("the settings block names what the other blocks use", () => {
  for (const name of ["HOST", "VAULT", "IDENTITY", "SIGNERS", "SSH"])
    expect(blocks.get("settings")).toMatch(new RegExp(`^${name}=`, "m"))
})

test("a destroyed host comes back", async () => {
  const before = await hostTree(host, "/etc/pmta")
  await host.run("rm -rf /etc/pmta")
  for (const name of ["stock-check", "stock-open", "stock-place", "stock-start"]) {
    const { code, stderr } = await run(name)
    expect({ name, code, stderr }).toMatchObject({ code: 0 })
  }
  expect(await hostTree(host, "/etc/pmta")).toEqual(before)
  expect(await pmtaCalls(host)).toEqual(["test config", "reload", "show status", "show license"])
})

test("config corruption: one category alone", async () => {
  await host.write("/etc/pmta/config", "BROKEN\n")
  const listed = await readFile(join(work, "bundles.txt"), "utf8")
  await writeFile(join(work, "bundles.txt"), listed.replace(/^(?!config ).*\n/gm, ""))
  expect(await run("stock-place")).toMatchObject({ code: 0 })
  expect((await host.read("/etc/pmta/config")).toString()).toBe(content.files["/etc/pmta/config"])
})

test("a new DKIM key: the record says what the key is, and the key lands with its rights", async () => {
  const own = "DOMAIN=new.example SELECTOR=s2026b\n"
  const made = await run("dkim-new-key", own)
  expect(made, made.stderr).toMatchObject({ code: 0 })
  const record = made.stdout.toString()
  expect(record).toMatch(/^s2026b\._domainkey\.new\.example\. IN TXT \(/)
  const strings = [...record.matchAll(/"([^"]*)"/g)].map(([, text = ""]) => text)
  for (const text of strings) expect(text.length).toBeLessThan(256)
  const shown = /^v=DKIM1; k=rsa; p=(.*)$/.exec(strings.join(""))?.[1] ?? ""
  const key = ["rsa", "-in", join(work, "s2026b.pem"), "-pubout", "-outform", "DER"]
  expect(shown).toBe((await succeed("openssl", key)).toString("base64"))
  expect((await run("dkim-place", own)).code).toBe(0)
  const path = "/etc/pmta/dkim/new.example.s2026b.pem"
  expect(await host.stat(path)).toMatchObject({ mode: 0o640, owner: "root", group: "pmta" })
  expect((await host.read(path)).equals(await readFile(join(work, "s2026b.pem")))).toBe(true)
})

test("a stranger's signature, a forged snapshot and a swapped bundle are noticed", async () => {
  await rm(work, { recursive: true })
  await mkdir(work)
  const { publicKey } = await sshKey("ed25519")
  expect((await run("stock-check", `SIGNERS='${publicKey}'\n`)).code).not.toBe(0)
  expect((await run("stock-check")).code).toBe(0)
  const [snapshot] = await story.snapshots("mta1")
  const key = (name: string) => snapshot?.categories[name]?.bundle?.key ?? ""
  await tamper(story.vault, { [key("dkim")]: await story.blob(key("tls")) })
  const opening = await run("stock-open")
  expect(opening.code).toBe(1)
  expect(opening.stdout.toString()).toContain("sealed/dkim: FAILED")
  await tamper(story.vault, { "snapshots/mta1/00000001.json": JSON.stringify(snapshot) })
  expect((await run("stock-check")).code).not.toBe(0)
})
