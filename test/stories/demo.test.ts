/** The first thing that somebody tries. */
import { mkdtemp, readdir, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import type { DemoReport } from "../../src/flows/demo.ts"
import { cli } from "../lab/cli.ts"

test("demo shows a fleet of two from the first backup to a drill, and proves each step", async () => {
  const scratch = await mkdtemp(join(tmpdir(), "pmta-demo-"))
  await using _ = { [Symbol.asyncDispose]: async () => await rm(scratch, { recursive: true, force: true }) }
  const { code, stdout, stderr } = await cli(["demo", "--json"], { env: { TMPDIR: scratch } })
  expect({ code, stderr }).toMatchObject({ code: 0 })
  const report = JSON.parse(stdout) as DemoReport
  expect(Object.keys(report.proofs)).toHaveLength(6)
  expect(Object.values(report.proofs)).toEqual(Array(6).fill(true))
  expect(report.backups.map(({ exit }) => exit)).toEqual(["good", "good", "good"])
  expect(stderr).toContain("max-smtp-out 6 → 8")
  expect(stderr.match(/^ok /gm)).toHaveLength(6)
  // Of what it made there is the vault, the restored files, and nothing else.
  const [made] = await readdir(scratch)
  expect((await readdir(join(scratch, String(made)))).sort()).toEqual(["fleet.yml", "mta1", "vault"])
})
