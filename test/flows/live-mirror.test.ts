import { createHash } from "node:crypto"
import { expect, test } from "vitest"
import type { Capture } from "../../src/core/capture.ts"
import { Secret } from "../../src/core/secret.ts"
import { liveMirror } from "../../src/flows/live-mirror.ts"
import { powermta } from "../../src/profiles/powermta/index.ts"
import { planCategories } from "../../src/pull/roots.ts"

const planned = planCategories(powermta, new Map())

/** What was read of a host whose configs are these. */
function captureOf(configs: Readonly<Record<string, string>>): Capture {
  const files = Object.entries(configs).map(([path, text]) => {
    const sha256 = createHash("sha256").update(text).digest("hex")
    const rights = { mode: 0o644, uid: 0, gid: 0, owner: "root", group: "root", mtime: 0, readable: true }
    const entry = { path, kind: "file" as const, ...rights, size: text.length, target: null, sha256 }
    return { entry, content: new Secret(text) }
  })
  const config = {
    name: "config",
    status: "changed" as const,
    entries: [],
    files,
    fingerprint: "f",
    problem: null,
  }
  return { read: true, categories: [config] } as unknown as Capture
}

// Masking is skipped for what it left as it is on another host: never for another content, or at another path.
test("what masks nothing on one host is not masked on the next, and a secret is, on each", () => {
  const masked: string[] = []
  const profile = {
    ...powermta,
    mask: (file: string, text: string, fingerprint: Parameters<typeof powermta.mask>[2]) => {
      masked.push(file)
      return powermta.mask(file, text, fingerprint)
    },
  }
  const mirror = (configs: Readonly<Record<string, string>>, mark: string) =>
    liveMirror(captureOf(configs), profile, planned, () => mark, new Date(0))
  const [plain, secret] = ["postmaster a@example.com\n", "http-api-key hunter2\n"]
  const one = mirror({ "/etc/pmta/a.conf": plain, "/etc/pmta/b.conf": secret }, "11111111")
  const two = mirror({ "/etc/pmta/a.conf": plain, "/etc/pmta/b.conf": secret }, "22222222")
  expect(masked).toEqual(["/etc/pmta/a.conf", "/etc/pmta/b.conf", "/etc/pmta/b.conf"])
  expect(two.texts.get("files/etc/pmta/a.conf")).toBe(plain)
  expect(one.texts.get("files/etc/pmta/b.conf")).toBe("http-api-key masked:11111111\n")
  expect(two.texts.get("files/etc/pmta/b.conf")).toBe("http-api-key masked:22222222\n")
  // The secret is now where nothing was to be masked before.
  const three = mirror({ "/etc/pmta/a.conf": secret, "/etc/pmta/b.conf": plain }, "33333333")
  expect(three.texts.get("files/etc/pmta/a.conf")).toBe("http-api-key masked:33333333\n")
  expect(masked).toHaveLength(5)
})
