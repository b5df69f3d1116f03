/** Everything that can be wrong with a vault is planted, and each is found under its own name. */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { VerifyReport } from "../../src/core/restore-report.ts"
import { Secret } from "../../src/core/secret.ts"
import type { Snapshot } from "../../src/core/snapshot.ts"
import { sealBundle } from "../../src/seal/bundle.ts"
import { unlockKey } from "../../src/seal/private-key.ts"
import { signSnapshot } from "../../src/seal/snapshot.ts"
import { directory } from "../../src/stores/index.ts"
import { capturedFile } from "../lab/captured-file.ts"
import { succeed } from "../lab/child.ts"
import { sshKey } from "../lab/keys.ts"
import { seedVault, smallHost } from "../lab/seeded-vault.ts"
import { tamper } from "../lab/tamper.ts"
import { nobody, type Setting, setting } from "./setting.ts"

let story: Setting
let clean: string
const name = (host: string, sequence: number) => `snapshots/${host}/${String(sequence).padStart(8, "0")}.json`

beforeAll(async () => {
  story = await setting()
  await story.fleet([nobody("mta1"), nobody("mta2")])
  clean = join(story.directory, "clean")
  await seedVault({
    ...{ location: clean, signingKey: story.signingKey, recipients: [story.recipient] },
    ...{ hosts: ["mta1", "mta2"], snapshots: 4, files: smallHost(2) },
  })
})
afterAll(async () => await story?.[Symbol.asyncDispose]())

async function copy(): Promise<{ readonly vault: string } & AsyncDisposable> {
  const vault = await mkdtemp(join(tmpdir(), "pmta-verify-"))
  await cp(clean, vault, { recursive: true })
  return { vault, [Symbol.asyncDispose]: () => rm(vault, { recursive: true, force: true }) }
}

async function verify(vault: string, ...more: readonly string[]) {
  const run = await story.run("verify", "--fleet", story.fleetFile, "--vault", vault, "--json", ...more)
  const report = (run.stdout === "" ? { hosts: [] } : JSON.parse(run.stdout)) as VerifyReport
  const findings = report.hosts.flatMap(host => host.findings)
  return { ...run, report, codes: findings.map(({ problem }) => problem.code), findings }
}

const bytesOf = async (vault: string, path: string) =>
  await succeed("git", ["-C", vault, "show", `bundles:${path}`])

async function bundleOf(vault: string, host: string, category: string, sequence = 1): Promise<string> {
  const snapshot = JSON.parse((await bytesOf(vault, name(host, sequence))).toString()) as Snapshot
  return snapshot.categories[category]?.bundle?.key ?? ""
}

/** Writes a snapshot as someone with a listed key would. */
async function resign(
  vault: string,
  path: string,
  change: (snapshot: Snapshot) => object,
  key = story.signingKey,
) {
  const before = JSON.parse((await bytesOf(vault, path)).toString()) as Snapshot
  const signed = signSnapshot(
    { ...before, ...change(before) } as Snapshot,
    unlockKey("signing-key", new Secret(key), null),
  )
  await tamper(vault, { [path]: signed.bytes, [`${path}.sig`]: signed.signature })
}

test("a sound vault is said to be sound, with what was looked at", async () => {
  const { code, report, stderr } = await verify(clean)
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
  expect(report).toMatchObject({ snapshots: 8, bundles: 12, deep: null, warnings: [], exit: "good" })
  expect(report.bytes).toBeGreaterThan(1000)
})

describe("each fault is found under its own name", () => {
  const faults: readonly (readonly [string, string, (vault: string) => Promise<unknown>])[] = [
    [
      "a snapshot that was altered",
      "seal/altered",
      async vault => {
        const path = name("mta1", 4)
        const text = (await bytesOf(vault, path)).toString().replace('"tool": "seed"', '"tool": "sEed"')
        await tamper(vault, { [path]: text })
      },
    ],
    [
      "a snapshot without signature",
      "seal/not-signed",
      vault => tamper(vault, { [`${name("mta1", 4)}.sig`]: null }),
    ],
    [
      "a snapshot signed by a stranger",
      "seal/wrong-signer",
      async vault => await resign(vault, name("mta1", 4), () => ({}), (await sshKey("ed25519")).privateKey),
    ],
    [
      "another host's snapshot",
      "seal/wrong-host",
      async vault =>
        await tamper(vault, {
          [name("mta1", 4)]: await bytesOf(vault, name("mta2", 4)),
          [`${name("mta1", 4)}.sig`]: await bytesOf(vault, `${name("mta2", 4)}.sig`),
        }),
    ],
    [
      "a replayed snapshot",
      "seal/out-of-order",
      async vault =>
        await tamper(vault, {
          [name("mta1", 5)]: await bytesOf(vault, name("mta1", 4)),
          [`${name("mta1", 5)}.sig`]: await bytesOf(vault, `${name("mta1", 4)}.sig`),
        }),
    ],
    [
      "a gap",
      "seal/gap",
      vault => tamper(vault, { [name("mta1", 2)]: null, [`${name("mta1", 2)}.sig`]: null }),
    ],
    ["a fork", "seal/fork", vault => resign(vault, name("mta1", 4), () => ({ previous: "0".repeat(64) }))],
    [
      "a snapshot from the future",
      "seal/from-future",
      vault => resign(vault, name("mta1", 4), () => ({ takenAt: "2999-01-01T00:00:00.000Z" })),
    ],
    [
      "a format of the future",
      "vault/newer-format",
      vault => resign(vault, name("mta1", 4), () => ({ format: 2 })),
    ],
    [
      "a bundle that is gone",
      "store/missing",
      async vault => await tamper(vault, { [await bundleOf(vault, "mta1", "dkim")]: null }),
    ],
    [
      "a bundle that is cut off",
      "seal/truncated",
      async vault => {
        const key = await bundleOf(vault, "mta1", "dkim")
        await tamper(vault, { [key]: (await bytesOf(vault, key)).subarray(0, -20) })
      },
    ],
    [
      "a bundle with a flipped bit",
      "seal/bundle-altered",
      async vault => {
        const key = await bundleOf(vault, "mta1", "dkim")
        const bytes = await bytesOf(vault, key)
        bytes[bytes.length - 30] = (bytes[bytes.length - 30] ?? 0) ^ 1
        await tamper(vault, { [key]: bytes })
      },
    ],
    [
      "another host's bundle",
      "seal/swapped",
      async vault =>
        await tamper(vault, {
          [await bundleOf(vault, "mta1", "dkim")]: await bytesOf(
            vault,
            await bundleOf(vault, "mta2", "dkim"),
          ),
        }),
    ],
  ]
  test.each(faults)("%s: %s", async (_, code, plant) => {
    await using planted = await copy()
    await plant(planted.vault)
    const found = await verify(planted.vault)
    expect(found.code, found.stderr).toBe(5)
    expect(found.codes).toEqual([code])
    expect(found.findings[0]).toMatchObject({ host: "mta1", problem: { hint: expect.any(String) } })
  })
})

test("what the fleet has and the vault has not is a finding", async () => {
  const text = await readFile(story.fleetFile, "utf8")
  const fleet = await story.file("more.yml", text.replace("  mta2:\n", "  mta3:\n"))
  const { code, findings, report } = await verify(clean, "--fleet", fleet)
  expect(code).toBe(5)
  expect(findings).toMatchObject([{ host: "mta3", problem: { code: "vault/no-copy" } }])
  expect(report.warnings).toEqual(["mta2 is in the vault, but not in fleet.yml"])
})

test("a category that was never stored is a finding", async () => {
  const fleet = await story.file(
    "postfix.yml",
    `${await readFile(story.fleetFile, "utf8")}categories: { postfix: { paths: [/etc/postfix] } }\n`,
  )
  const { code, codes } = await verify(clean, "--fleet", fleet)
  expect({ code, codes }).toEqual({ code: 5, codes: ["vault/no-copy", "vault/no-copy"] })
})

test("--deep opens every bundle within the promised number of runs", async () => {
  const opened: number[] = []
  for (const turn of ["1", "2", "3", "4"]) {
    const flags = ["--deep", "25%", "--deep-turn", turn, "--identity-file", story.identityFile]
    const { code, report, stderr } = await verify(clean, ...flags)
    expect(code, stderr).toBe(0)
    expect(report.deep?.turns).toBe(4)
    opened.push(report.deep?.bundles ?? 0)
  }
  expect(opened.reduce((sum, count) => sum + count)).toBe(12)
})

describe("--deep finds what only opening shows", () => {
  const seal = async (vault: string, content: Parameters<typeof sealBundle>[0], key: string) => {
    const bytes = await sealBundle(content, "zstd", [story.recipient])
    const { createHash } = await import("node:crypto")
    const sha256 = createHash("sha256").update(bytes).digest("hex")
    await tamper(vault, { [key]: bytes })
    await resign(vault, name("mta1", 4), ({ categories }) => ({
      categories: {
        ...categories,
        dkim: {
          ...categories["dkim"],
          bundle: { ...categories["dkim"]?.bundle, key, sha256, size: bytes.length },
        },
      },
    }))
  }
  const file = capturedFile("/etc/pmta/dkim/a.pem", "not a key")
  const lying = { ...file, entry: { ...file.entry, sha256: "0".repeat(64) } }
  const good = { host: "mta1", category: "dkim", sequence: 1, files: [file], others: [] }
  test.each([
    ["a file that differs from the manifest", "seal/bundle-altered", { ...good, files: [lying] }],
    ["a bundle of another host", "seal/wrong-host", { ...good, host: "mta2" }],
    ["a bundle of another category", "seal/swapped", { ...good, category: "tls" }],
    ["a path that leads out", "seal/unsafe-path", { ...good, files: [capturedFile("/etc/../../x", "x")] }],
  ])("%s: %s", async (_, code, content) => {
    await using planted = await copy()
    await seal(planted.vault, content, "bundles/mta1/dkim/20990101T000000000Z.tar.zst.age")
    const found = await verify(planted.vault, "--deep", "100%", "--identity-file", story.identityFile)
    expect(found, found.stderr).toMatchObject({ code: 5, codes: [code] })
  })

  test("--deep without an identity, and with another one", async () => {
    const none = await verify(clean, "--deep", "100%")
    expect(none).toMatchObject({ code: 5, stderr: expect.stringContaining("seal/no-identity") })
    const { identity } = await (await import("../lab/keys.ts")).ageKey()
    const other = await verify(
      clean,
      "--deep",
      "100%",
      "--identity-file",
      await story.file("other", identity),
    )
    expect(other.code).toBe(5)
    expect(new Set(other.codes)).toEqual(new Set(["seal/wrong-identity"]))
    expect(other.stdout + other.stderr).not.toContain(identity)
  })
})

test("a damaged object of the repository costs that bundle only, and nothing else goes unread", async () => {
  await using planted = await copy()
  const key = await bundleOf(planted.vault, "mta1", "dkim")
  await succeed("sh", [
    "-c",
    `cd ${planted.vault} && mv .git/objects/pack/*.pack . && rm -f .git/objects/pack/* && for p in *.pack; do git unpack-objects -q <"$p" && rm "$p"; done`,
  ]).catch(() => undefined)
  const oid = (await succeed("git", ["-C", planted.vault, "rev-parse", `bundles:${key}`])).toString().trim()
  const path = join(planted.vault, ".git/objects", oid.slice(0, 2), oid.slice(2))
  await succeed("chmod", ["u+w", path])
  await writeFile(path, "rotten")
  const { code, codes, report } = await verify(planted.vault)
  expect({ code, codes, bundles: report.bundles }).toEqual({ code: 5, codes: ["store/missing"], bundles: 11 })
})

test("bundles in a directory are checked like those in git", async () => {
  const [vault, path] = [join(story.directory, "outside"), join(story.directory, "store")]
  await seedVault({
    ...{ location: vault, signingKey: story.signingKey, recipients: [story.recipient] },
    ...{ hosts: ["mta1", "mta2"], snapshots: 2, files: smallHost(2), store: directory(path) },
  })
  const flags = ["--store", "directory", "--store-path", path]
  expect(await verify(vault, ...flags)).toMatchObject({ code: 0, report: { bundles: 10 } })
  const key = await bundleOf(vault, "mta2", "license")
  await writeFile(join(path, key), "something else")
  expect(await verify(vault, ...flags)).toMatchObject({ code: 5, codes: ["seal/truncated"] })
  expect(await verify(vault)).toMatchObject({ code: 5, codes: ["store/missing"] })
})
