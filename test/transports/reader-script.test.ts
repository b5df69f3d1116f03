/** The reader's script by itself: what it says must not hang on the shell that runs it, nor on what that shell is given. */
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { readerCommand, readerScript } from "../../src/transports/ssh/reader-script.ts"
import { finish, succeed } from "../lab/child.ts"

/** What a request for a file's bytes is answered with, unpacked by the stock zstd. */
async function tailBy(path: string, first: number, most: number) {
  const { stdout } = await finish("sh", ["-c", readerScript], {
    env: { PATH: process.env["PATH"] },
    input: `tail ${Buffer.byteLength(path)} ${first} ${most}\n${path}`,
  })
  const greetingEnd = stdout.indexOf(10) + 1
  const start = stdout.indexOf(10, greetingEnd) + 1
  const end = stdout.lastIndexOf("done ")
  return {
    head: stdout.toString("latin1", greetingEnd, start - 1).replace(/ \d+ /, " INODE "),
    content: await succeed("zstd", ["-dcq"], { input: stdout.subarray(start, end) }),
    done: stdout.toString("latin1", end),
  }
}

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

test.each([
  [["sh"], "/bin/sh"],
  [["bash", "--norc"], "/bin/sh"],
  [["sh"], "/bin/bash"],
  [["bash", "--norc"], "/bin/bash"],
] as const)(
  "the command runs one reader, to its end, by %s that sshd calls %s",
  async ([shell, ...words], name) => {
    const { code, stdout, stderr } = await finish(shell, [...words, "-c", readerCommand], {
      env: { PATH: process.env["PATH"], SHELL: name },
      input: "clock 0 0\nclock 0 0\n",
    })
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    expect(stdout.toString()).toMatch(/^pmta-vault-reader 5 \w+\n\d{10}\n\d{10}\n$/)
  },
)

test.each([
  ["an hour ago, as pzstd reads it", 3600],
  ["just now", 0],
] as const)(
  "a large file that was written to %s comes as it is, whole, from any byte on, and up to any",
  async (_, age) => {
    const directory = await mkdtemp(join(tmpdir(), "pmta-reader-"))
    try {
      const file = join(directory, "acct.csv")
      const content = Buffer.alloc(20 * 1024 * 1024 + 7, "d,2026-11-24 03:00:00+0000,user@example.com\r\n")
      await writeFile(file, content)
      const seconds = Date.now() / 1000 - age
      await utimes(file, seconds, seconds)
      for (const [first, most] of [
        [0, content.length],
        [1_000_003, content.length],
        [0, 17 * 1024 * 1024],
        [content.length - 9, 5],
      ] as const) {
        const wanted = content.subarray(first, first + most)
        const { head, content: sent, done } = await tailBy(file, first, most)
        expect({ head, done }).toEqual({
          head: `at INODE ${wanted.length}`,
          done: `done ${content.length}\n`,
        })
        expect(sent.equals(wanted), `${first}, ${most}`).toBe(true)
      }
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  },
)
