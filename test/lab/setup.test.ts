import { join } from "node:path"
import { expect, test } from "vitest"
import { missing } from "../setup/needs.ts"
import { finish } from "./child.ts"

const setup = join(import.meta.dirname, "../setup/index.ts")

test("with all programs there, the set-up says nothing", async () => {
  const run = await finish(process.execPath, [setup])
  expect([run.code, run.stderr, run.stdout.length]).toEqual([0, "", 0])
})

test("programs are found outside of an ordinary account's PATH", () => {
  expect(missing("/usr/bin:/bin")).toEqual([])
  expect(missing("/nowhere").map(need => need.program)).toContain("age")
})
