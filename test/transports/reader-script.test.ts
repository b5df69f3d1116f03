/** The reader's script by itself: what it says must not hang on the shell that runs it, nor on what that shell is given. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { readerScript } from "../../src/transports/ssh/reader-script.ts"
import { finish } from "../lab/child.ts"

const salt = "5a".repeat(32)

async function digestBy(shell: readonly string[], roots: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const [program = "", ...words] = shell
  const lines = roots.map(root => `${root}\n`).join("")
  const { code, stdout, stderr } = await finish(program, [...words, "-c", readerScript], {
    env: { PATH: process.env["PATH"], ...env },
    input: `digest ${Buffer.byteLength(lines)} 1000 ${salt}\n${lines}`,
  })
  expect(code).toBe(0)
  return { said: stdout.toString(), stderr }
}

test("a digest is the same by each shell, with or without separators of the caller, and without any complaint", async () => {
  const directory = await mkdtemp(join(tmpdir(), "pmta-reader-"))
  try {
    await mkdir(join(directory, "below"))
    for (const name of ["a file", "b", "below/c"]) await writeFile(join(directory, name), name)
    // Roots that are not there are the rule: each host has only some of them.
    const roots = [`T${directory}`, `T${directory}/none`, `G${directory}/none*`, `LG${directory}/[b]`]
    const dash = await digestBy(["dash"], roots)
    expect(dash.said).toMatch(/^pmta-vault-reader 5 \w+\n[0-9a-f]{64} {2}-\n\.\nn?rf [^\n]*\/b\0\0\.\n$/)
    expect(dash.stderr).toBe("")
    for (const shell of [["dash"], ["bash", "--norc"], ["bash", "--norc", "--posix"]])
      for (const env of [{}, { IFS: ":/ab" }]) expect(await digestBy(shell, roots, env)).toEqual(dash)
    expect((await digestBy(["dash"], roots.slice(1))).said).not.toBe(dash.said)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})
