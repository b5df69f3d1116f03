/** What a run loads before it reaches a host: each tenth of a second counts, as many fleets are backed up every few minutes. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { cli, dist } from "../lab/cli.ts"
import { hostFiles } from "../lab/fixtures.ts"
import { sshd } from "../lab/sshd.ts"
import { setting } from "./setting.ts"

test("a backup into a local vault loads nothing of what Node has for the web", async () => {
  await using story = await setting()
  const { files } = await hostFiles({ seed: "start", domains: 1, keys: 1 })
  await using host = await sshd({ name: "mta1", files })
  await story.fleet([host])
  const list = `${story.directory}/loaded.json`
  const say = `import { writeFileSync } from "node:fs"
process.on("exit", () => writeFileSync(${JSON.stringify(list)}, JSON.stringify(process.moduleLoadList)))`
  const env = { NODE_OPTIONS: `--import=${await story.file("say.mjs", say)}` }
  const keys = ["--ssh-key-file", story.sshKeyFile, "--signing-key-file", story.signingKeyFile]
  const args = ["backup", "--fleet", story.fleetFile, "--vault", story.vault, ...keys]
  const run = await cli(args, { env })
  expect(run.code, run.stderr).toBe(0)
  const loaded = JSON.parse(await readFile(list, "utf8")) as string[]
  expect(loaded).toContain("NativeModule net")
  // An import of node:http brings in all of these, and with them a third of the time that a start takes.
  expect(loaded.filter(name => /undici|_http_|\bhttps?$/.test(name))).toEqual([])
})

test("a backup begins without the library for age, which takes as long to load as the SSH client", async () => {
  const seen = new Set<string>()
  const loaded = async (path: string): Promise<string[]> => {
    if (seen.has(path)) return []
    seen.add(path)
    const text = await readFile(path, "utf8")
    const imports = [...text.matchAll(/^(?:import|export) [^"\n]*"(\.[^"]+)"/gm)].map(([, name = ""]) => name)
    const below = await Promise.all(imports.map(name => loaded(join(path, "..", name))))
    return [text, ...below.flat()]
  }
  const texts = await loaded(join(dist, "chunks", "backing-up.js"))
  const made = (what: RegExp) => texts.filter(text => what.test(text)).length
  expect(made(/^\/\/ node_modules\/ssh2\//m)).toBe(1)
  expect(made(/^\/\/ node_modules\/age-encryption\//m)).toBe(0)
})
