/** A vault in which a person works too: what is not committed is theirs, and no command touches it. */
import { readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { type Setting, setting } from "./setting.ts"

let host: LabHost
let story: Setting

beforeAll(async () => {
  host = await sshd({ name: "mta1", files: { "/etc/pmta/config": "postmaster ops@example.com\n" } })
})
afterAll(async () => await host?.[Symbol.asyncDispose]())
beforeEach(async () => {
  story = await setting()
  await story.fleet([host])
  return async () => await story[Symbol.asyncDispose]()
})

const inVault = (name: string) => join(story.vault, name)
const status = async () => await story.git("status", "--porcelain")
const accept = async (id: string) => await story.run("accept", id, "--vault", story.vault)

test("backup leaves edits, staged files and strangers in the checked-out vault alone", async () => {
  const first = await story.backup()
  await writeFile(inVault("README.md"), "mine, not committed\n")
  await writeFile(inVault("staged.txt"), "staged\n")
  await story.git("add", "staged.txt")
  await writeFile(inVault("untracked.txt"), "untracked\n")
  const before = await status()
  expect(before).toBe(" M README.md\nA  staged.txt\n?? untracked.txt\n")
  const main = await story.git("rev-parse", "main")
  expect((await story.backup()).code).toBe(0)
  expect(await status()).toBe(before)
  expect(
    await story.git("for-each-ref", "refs/pmta-vault"),
    "nothing is left to keep old commits alive",
  ).toBe("")
  expect(await readFile(inVault("README.md"), "utf8")).toBe("mine, not committed\n")
  expect(await story.git("rev-parse", "main")).toBe(main)

  const refused = await accept(first.report.proposals[0]?.id ?? "")
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain("README.md")
  expect(refused.stderr).toContain("staged.txt")
  expect(await status()).toBe(before)
  expect(await story.git("rev-parse", "main")).toBe(main)
})

test("accept names a file of nobody's that is in its way, and takes the proposal once it is gone", async () => {
  const { report } = await story.backup()
  const id = report.proposals[0]?.id ?? ""
  const [path = ""] = (await story.git("diff", "--name-only", `main...drift/${id}`)).split("\n")
  await writeFile(inVault("hosts"), "in the way\n")
  const refused = await accept(id)
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain("hosts")
  expect(await readFile(inVault("hosts"), "utf8")).toBe("in the way\n")
  await rm(inVault("hosts"))
  const accepted = await accept(id)
  expect(accepted, accepted.stderr).toMatchObject({ code: 0 })
  expect(await readFile(inVault(path), "utf8")).not.toBe("")
  expect(await status()).toBe("")
})

test("a fleet.yml that is edited and not committed is not used, and the run says so", async () => {
  const made = ["--vault", story.vault, "--recipient", story.recipient, "--signer", story.signer]
  expect((await story.run("init", ...made)).code).toBe(0)
  await writeFile(inVault("fleet.yml"), await readFile(story.fleetFile, "utf8"))
  await story.git("add", "fleet.yml")
  await story.git("-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-q", "-m", "fleet")
  await writeFile(inVault("fleet.yml"), "version: 99\n")
  const keys = ["--ssh-key-file", story.sshKeyFile, "--signing-key-file", story.signingKeyFile]
  const run = await story.run("backup", "--vault", story.vault, ...keys)
  expect(run, run.stderr).toMatchObject({ code: 0 })
  expect(run.stderr).toMatch(/fleet\.yml.*not committed/)
  expect(await readFile(inVault("fleet.yml"), "utf8")).toBe("version: 99\n")
})

test.each(["only in the directory", "only committed"])("init leaves a fleet.yml alone: %s", async where => {
  await story.backup()
  await writeFile(inVault("fleet.yml"), "version: 1 # mine\n")
  if (where === "only committed") {
    await story.git("add", "fleet.yml")
    await story.git("-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-q", "-m", "fleet")
    await rm(inVault("fleet.yml"))
  }
  const before = [await status(), await story.git("rev-parse", "main")]
  const run = await story.run("init", "--vault", story.vault, "--recipient", story.recipient)
  expect(run.code).toBe(2)
  expect(run.stderr).toContain("has a fleet.yml already")
  expect([await status(), await story.git("rev-parse", "main")]).toEqual(before)
})
