/** What a bundle may hold: whoever knows a recipient can seal anything, so nothing in it is believed. */
import { createHash } from "node:crypto"
import { gzipSync, zstdCompressSync } from "node:zlib"
import { describe, expect, test } from "vitest"
import { Secret } from "../../src/core/secret.ts"
import { type TarEntry, tarEnd, tarHeader, tarPadding } from "../../src/core/tar.ts"
import { encrypt } from "../../src/seal/age.ts"
import { bundleEnding, packBundle, sealBundle } from "../../src/seal/bundle.ts"
import { readIdentities } from "../../src/seal/identity.ts"
import { makeIdentity, openBundle } from "../../src/seal/open.ts"
import { capturedFile, entryOf } from "../lab/captured-file.ts"

const { identity, recipient } = await makeIdentity()
const identities = readIdentities(new Secret(identity))
const expected = { host: "mta1", category: "config", key: "bundles/mta1/config/x" }
const open = async (packed: Uint8Array) =>
  await openBundle(await encrypt([recipient], packed), identities, expected)

type Manifest = Record<string, unknown>
type File = Record<string, unknown>

const content = "host-name mta1.example\n"
const listed: File = {
  ...{ path: "/etc/pmta/config", kind: "file", mode: "0640", owner: "root", group: "pmta" },
  ...{ uid: 0, gid: 2100, size: content.length, mtime: 1_700_000_000 },
  sha256: createHash("sha256").update(content).digest("hex"),
}
const member: TarEntry = {
  ...{ path: "etc/pmta/config", kind: "file", mode: 0o640, owner: "root", group: "pmta", uid: 0, gid: 2100 },
  ...{ size: content.length, mtime: 1_700_000_000, target: "" },
}
const manifest = (files: readonly unknown[], changes: Manifest = {}): Manifest => ({
  ...{ format: 1, host: "mta1", category: "config", sequence: 1, files },
  ...changes,
})

/** An archive as somebody else would make it. */
function archive(first: unknown, members: readonly (readonly [TarEntry, string])[]): Buffer {
  const text = JSON.stringify(first)
  const head = { ...member, path: ".pmta-vault/manifest.json", size: text.length }
  const all = [[head, text] as const, ...members]
  const parts = all.flatMap(([entry, body]) => [
    tarHeader(entry),
    Buffer.from(body),
    Buffer.alloc(tarPadding(body.length)),
  ])
  return Buffer.concat([...parts, tarEnd])
}
const forged = async (
  first: unknown,
  members: readonly (readonly [TarEntry, string])[] = [[member, content]],
) => await open(zstdCompressSync(archive(first, members)))

test("files, links and directories come back with all that the manifest says of them", async () => {
  const files = [capturedFile("/etc/pmta/config", content)]
  const others = [
    entryOf("/etc/pmta/current", "link", { target: "config" }),
    entryOf("/etc/pmta", "directory"),
  ]
  for (const compression of ["zstd", "gzip"] as const) {
    const sealed = await sealBundle({ ...expected, sequence: 1, files, others }, compression, [recipient])
    const found = await openBundle(sealed, identities, expected)
    expect(found.files.map(({ entry }) => entry)).toEqual(files.map(({ entry }) => entry))
    expect(found.files[0]?.content.revealText("a test's own text")).toBe(content)
    expect(found.others).toEqual([others[1], others[0]])
  }
  expect([bundleEnding("zstd"), bundleEnding("gzip")]).toEqual(["tar.zst.age", "tar.gz.age"])
})

test("entries are packed in the order of their bytes, the manifest before them", () => {
  const files = ["/b", "/a", "/Z"].map(path => capturedFile(path, path))
  const names = packBundle({ ...expected, sequence: 1, files, others: [] })
    .toString("latin1")
    .match(/(?<=^|\0)(?:\.pmta-vault\/manifest\.json|[abZ])(?=\0)/g)
  expect(names).toEqual([".pmta-vault/manifest.json", "Z", "a", "b"])
})

test("a bundle that was sealed to others, cut off or altered is told by its name", async () => {
  const sealed = await sealBundle({ ...expected, sequence: 1, files: [], others: [] }, "zstd", [recipient])
  const other = readIdentities(new Secret((await makeIdentity()).identity))
  await expect(openBundle(sealed, other, expected)).rejects.toMatchObject({
    code: "seal/wrong-identity",
    message: "the identity does not open bundles/mta1/config/x: it was sealed to others",
  })
  const header = sealed.indexOf("\n", sealed.indexOf("\n--- ") + 1)
  await expect(openBundle(sealed.subarray(0, header + 9), identities, expected)).rejects.toMatchObject({
    code: "seal/truncated",
    message: "bundles/mta1/config/x is cut off",
  })
  await expect(openBundle(sealed.fill(0, sealed.length - 1), identities, expected)).rejects.toMatchObject({
    code: "seal/bundle-altered",
    message: "bundles/mta1/config/x was altered after it was sealed",
  })
})

describe("another's archive", () => {
  test("that says what a bundle says is opened: it is the signature of the snapshot that tells it", async () => {
    const found = await forged(manifest([listed]))
    expect(found.files.map(({ entry: { path } }) => path)).toEqual(["/etc/pmta/config"])
  })

  test("that is no archive, is cut, or does not begin with a manifest, is refused", async () => {
    const whole = archive(manifest([listed]), [[member, content]])
    const cut = whole.subarray(0, whole.length - 3 * 512 + 100)
    const nameless = Buffer.concat([
      tarHeader(member),
      Buffer.from(content),
      Buffer.alloc(tarPadding(content.length)),
      tarEnd,
    ])
    for (const packed of [
      Buffer.from("text"),
      zstdCompressSync(cut),
      gzipSync(cut),
      gzipSync(nameless),
      gzipSync(tarEnd),
    ])
      await expect(open(packed)).rejects.toMatchObject({
        code: "seal/bundle-altered",
        message: expect.stringMatching(
          /^bundles\/mta1\/config\/x (holds no archive|is not what was sealed: it has no manifest)/,
        ),
      })
  })

  test.each<[string, unknown, string]>([
    ["no manifest at all", null, "has no manifest"],
    ["one of format 0", manifest([listed], { format: 0 }), "has no manifest"],
    ["one without a host", manifest([listed], { host: 1 }), "has no manifest"],
    ["one without a category", manifest([listed], { category: null }), "has no manifest"],
    ["one without files", manifest([listed], { files: {} }), "has no manifest"],
  ])("with %s is refused", async (_, first, message) => {
    await expect(forged(first)).rejects.toMatchObject({
      code: "seal/bundle-altered",
      message: expect.stringContaining(message),
    })
  })

  test.each<[string, Manifest, string]>([
    ["a newer format", { format: 2 }, "vault/newer-format"],
    ["another host", { host: "mta2" }, "seal/wrong-host"],
    ["another category", { category: "dkim" }, "seal/swapped"],
  ])("of %s is refused by its name", async (_, changes, code) => {
    await expect(forged(manifest([listed], changes))).rejects.toMatchObject({ code })
  })

  test.each<[string, unknown]>([
    ["that is none", null],
    ["without a path", { ...listed, path: 1 }],
    ["of a kind that is not restored", { ...listed, kind: "device" }],
    ["whose owner is two names", { ...listed, owner: "a:b" }],
    ["whose group is a path", { ...listed, group: "../x" }],
    ["whose owner has no end", { ...listed, owner: "a\0b" }],
    ["whose owner is a number", { ...listed, owner: 0 }],
    ["whose mode is a number", { ...listed, mode: 640 }],
    ["whose mode has a digit too many", { ...listed, mode: "00640" }],
    ["whose mode is none", { ...listed, mode: "0689" }],
    ["with a uid below 0", { ...listed, uid: -1 }],
    ["with half a gid", { ...listed, gid: 0.5 }],
    ["without a size", { ...listed, size: "1" }],
    ["without a time", { ...listed, mtime: "now" }],
    ["of a file without its hash", { ...listed, sha256: undefined }],
    ["of a link with a hash", { ...listed, kind: "link", target: "x" }],
    ["of a file with a target", { ...listed, target: "x" }],
    ["of a link without a target", { ...listed, kind: "link", sha256: undefined }],
    ["of a directory with a target", { ...listed, kind: "directory", sha256: undefined, target: "x" }],
  ])("with an entry %s is refused", async (_, file) => {
    await expect(forged(manifest([file]))).rejects.toMatchObject({
      code: "seal/bundle-altered",
      message: expect.stringContaining("an entry that cannot be read"),
    })
  })

  test.each<[string, readonly File[], string]>([
    ["twice", [listed, { ...listed, path: "/b" }, { ...listed, path: "/b" }], '"/b", twice'],
    ["outside", [{ ...listed, path: "/etc/../x" }], "no plain absolute path"],
    ["nowhere", [{ ...listed, path: "etc/x" }], "no plain absolute path"],
    [
      "at the root itself",
      [{ ...listed, path: "/", kind: "directory", sha256: undefined }],
      "no plain absolute path",
    ],
    ["below a file", [listed, { ...listed, path: "/etc/pmta/config/a/b" }], "lies below a file"],
    ["with a name beyond measure", [{ ...listed, path: `/../${"x".repeat(500)}` }], "no plain absolute path"],
  ])("with a path %s is refused before its content is looked at", async (_, files, message) => {
    const refused = forged(manifest(files))
    await expect(refused).rejects.toMatchObject({
      code: "seal/unsafe-path",
      message: expect.stringContaining(message),
    })
    await refused.catch((error: Error) => expect(error.message.length).toBeLessThan(300))
  })

  test.each<[string, readonly (readonly [TarEntry, string])[], string]>([
    [
      "an entry more",
      [
        [member, content],
        [{ ...member, path: "etc/x" }, content],
      ],
      "1 entries, the archive has 2",
    ],
    ["an entry less", [], "1 entries, the archive has 0"],
    [
      "an entry twice",
      [
        [member, content],
        [member, content],
      ],
      "the archive",
    ],
    ["another entry", [[{ ...member, path: "etc/other" }, content]], "an entry differs: /etc/pmta/config"],
    ["a link for a file", [[{ ...member, kind: "link", size: 0, target: "x" }, ""]], "an entry differs"],
    ["another mode", [[{ ...member, mode: 0o4755 }, content]], "an entry differs"],
    ["another owner", [[{ ...member, owner: "pmta" }, content]], "an entry differs"],
    ["another group", [[{ ...member, group: "root" }, content]], "an entry differs"],
    ["a content of another length", [[{ ...member, size: 1 }, "x"]], "an entry differs"],
    [
      "a content of the same length",
      [[member, content.toUpperCase()]],
      "the content of /etc/pmta/config differs",
    ],
  ])("that holds %s than its manifest is refused", async (_, members, message) => {
    await expect(forged(manifest([listed]), members)).rejects.toMatchObject({
      message: expect.stringContaining(message),
    })
  })

  test("whose link leads elsewhere than its manifest says is refused", async () => {
    const file = { ...listed, kind: "link", sha256: undefined, target: "config", size: 0 }
    const link: TarEntry = { ...member, kind: "link", size: 0, target: "config" }
    expect((await forged(manifest([file]), [[link, ""]])).others).toHaveLength(1)
    await expect(forged(manifest([file]), [[{ ...link, target: "/etc/shadow" }, ""]])).rejects.toMatchObject({
      message: expect.stringContaining("an entry differs"),
    })
  })
})
