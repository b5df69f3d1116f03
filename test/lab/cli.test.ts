import { existsSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { cli, dist, fileCommands } from "./cli.ts"

test("a runner's command files are read as a runner reads them", () => {
  expect(fileCommands("a=1\nb<<END\nx=1\ny\nEND\nc=\n")).toEqual({ a: "1", b: "x=1\ny", c: "" })
})

test.skipIf(!existsSync(join(dist, "cli.js")))(
  "the built program runs, and what ends it is told",
  async () => {
    const help = await cli(["--help"])
    expect(help.code).toBe(0)
    expect(help.ms).toBeGreaterThan(0)
    expect((await cli(["--help"], { timeoutMs: 1 })).code).toBeNull()
  },
)
