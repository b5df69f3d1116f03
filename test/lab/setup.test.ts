import { join } from "node:path"
import { expect, test } from "vitest"
import { missing } from "../setup/needs.ts"
import { finish } from "./child.ts"

const setup = join(import.meta.dirname, "../setup/index.ts")

// What is optional may be out of reach here; the set-up has said so before the tests began.
const lacksOptional = missing(process.env["PATH"] ?? "").some(need => need.optional === true)

test.skipIf(lacksOptional)("with all programs there, the set-up says nothing", async () => {
  const run = await finish(process.execPath, [setup])
  expect([run.code, run.stderr, run.stdout.length]).toEqual([0, "", 0])
})

test("programs are found outside of an ordinary account's PATH", () => {
  expect(missing("/usr/bin:/bin").filter(need => need.optional !== true)).toEqual([])
  expect(missing("/nowhere").map(need => need.program)).toContain("age")
})
