import { describe, expect, test } from "vitest"
import type { CapturedFile } from "../../../src/core/file.ts"
import { Secret } from "../../../src/core/secret.ts"
import { describe as say } from "../../../src/diff/describe.ts"
import { compareOutlines } from "../../../src/diff/judge.ts"
import { textDiff } from "../../../src/diff/text.ts"
import { powermta } from "../../../src/profiles/powermta/index.ts"
import { changesTable } from "../../../src/show/changes.ts"
import { paint } from "../../../src/show/paint.ts"
import { fingerprint } from "./fingerprint.ts"
import { plantedSecrets } from "./seeded-secrets.ts"
import { shapeOf } from "./shape.ts"

const planted = plantedSecrets()
const other = (secret: string) => `${secret.slice(0, 3)}9X7${secret.slice(3)}`
/** Whole files, as they stand on a host: all that is planted in a file, one after the other. */
function filesOf(change: (secret: string) => string): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  for (const { path, text, secret } of planted) {
    const before = files.get(path) ?? "host-name a.example\n"
    files.set(path, `${before}${text.replaceAll("SECRET", () => change(secret))}\n\n`)
  }
  return files
}
const masked = (files: ReadonlyMap<string, string>) =>
  new Map([...files].map(([path, text]) => [path, powermta.mask(path, text, fingerprint)]))

test("there are at least 500 different secrets, in every kind of place", () => {
  expect(new Set(planted.map(({ secret }) => secret)).size).toBe(planted.length)
  expect(planted.length).toBeGreaterThanOrEqual(500)
})

test("none of them is in clear in the mirror, nor in the words and tables about a change", () => {
  const [before, after] = [masked(filesOf(secret => secret)), masked(filesOf(other))]
  const changes = compareOutlines(powermta.outline(before, {}), powermta.outline(after, {}), powermta)
  const shown = [
    ...before.values(),
    ...after.values(),
    ...changes.map(say),
    changesTable(changes, paint(false), "", 10_000),
    JSON.stringify(changes),
    textDiff(before, after),
  ].join("\n")
  const leaked = planted.filter(({ secret }) => shown.includes(secret) || shown.includes(other(secret)))
  expect(leaked.map(({ place }) => place)).toEqual([])
})

describe("each by itself: hidden, its change seen, and the syntax kept", () => {
  test.each(planted)("$place", ({ path, secret, text }) => {
    const config = (secret: string) => `host-name a.example\n${text.replaceAll("SECRET", () => secret)}\n`
    const mask = (secret: string) => powermta.mask(path, config(secret), fingerprint)
    const [before, after] = [mask(secret), mask(other(secret))]
    expect(before).not.toContain(secret)
    expect(after).not.toContain(other(secret))
    expect(after).not.toBe(before)
    expect(mask(secret)).toBe(before)
    expect(shapeOf(before)).toEqual(shapeOf(config(secret)))
    // What stands in a comment is no setting: the text diff alone shows its change.
    const isComment = after.split("\n").every((line, i) => {
      const old = before.split("\n")[i] ?? ""
      return line === old || line.split("#")[0] === old.split("#")[0]
    })
    const outlined = (text: string) => powermta.outline(new Map([[path, text]]), {})
    const changes = compareOutlines(outlined(before), outlined(after), powermta)
    expect(changes.length > 0).toBe(!isComment)
    expect(textDiff(new Map([[path, before]]), new Map([[path, after]]))).toContain("masked:")
  })
})

test("what is secret as a whole is known by fingerprints only", () => {
  for (const category of ["dkim", "tls", "license", "data"]) {
    for (const { secret } of planted.slice(0, 20)) {
      const content = new Secret(`-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----\n`)
      const entry = {
        ...{
          path: "/etc/pmta/x",
          kind: "file" as const,
          mode: 0o640,
          uid: 0,
          gid: 0,
          owner: "root",
          group: "pmta",
        },
        ...{ size: content.size, mtime: 0, target: null, sha256: "0".repeat(64), readable: true },
      } as const
      const files: readonly CapturedFile[] = [{ entry, content }]
      const facts = powermta.facts(category, files, new Map(), fingerprint, new Date(0))
      expect(JSON.stringify(facts)).not.toContain(secret)
      const outline = powermta.outline(new Map(), { [category]: facts })
      expect(outline.length, category).toBeGreaterThan(0)
    }
  }
})
