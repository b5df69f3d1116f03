import { mkdtemp, readdir, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { directory, openVault } from "../../src/stores/index.ts"
import { storeContract } from "../contracts/store.ts"

const { signal } = new AbortController()

async function scratch() {
  const path = await mkdtemp(join(tmpdir(), "pmta-store-"))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

const open = (location: string, create = true) =>
  openVault(
    {
      ...{ location, create, token: null, scratch: tmpdir(), now: () => new Date() },
      environment: { PATH: process.env["PATH"] ?? "", HOME: tmpdir() },
    },
    signal,
  )

storeContract("directory", async () => {
  const { path, remove } = await scratch()
  return { store: directory(path), [Symbol.asyncDispose]: remove }
})

storeContract("git", async () => {
  const { path, remove } = await scratch()
  const vault = await open(join(path, "vault"))
  return {
    store: vault.bundles,
    async [Symbol.asyncDispose]() {
      await vault[Symbol.asyncDispose]()
      await remove()
    },
  }
})

test("a directory store leaves no partial file behind, and no key leads out of it", async () => {
  const { path, remove } = await scratch()
  const store = directory(path)
  await store.put("bundles/x", Buffer.from("1"), signal)
  await expect(store.put("bundles/x", Buffer.from("2"), signal)).rejects.toThrow()
  expect(await readdir(join(path, "bundles"))).toEqual(["x"])
  await expect(store.put("../out", Buffer.from("1"), signal)).rejects.toMatchObject({ code: "store/refused" })
  await remove()
})

test("only the place that was named is a vault, not a repository around it", async () => {
  const { path, remove } = await scratch()
  await (await open(join(path, "outer")))[Symbol.asyncDispose]()
  const inner = join(path, "outer", "inner")
  await expect(open(inner, false)).rejects.toMatchObject({
    code: "vault/not-a-vault",
    // Once named the last part alone: whoever stood elsewhere made a vault there.
    hint: expect.stringContaining(`\`pmta-vault init --vault ${inner}\``),
  })
  await remove()
})
