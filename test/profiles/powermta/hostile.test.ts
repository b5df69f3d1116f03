import { expect, test } from "vitest"
import { describe as say, summarise } from "../../../src/diff/describe.ts"
import { compareOutlines } from "../../../src/diff/judge.ts"
import { parse, print } from "../../../src/profiles/powermta/grammar.ts"
import { powermta } from "../../../src/profiles/powermta/index.ts"
import { changesTable } from "../../../src/show/changes.ts"
import { paint } from "../../../src/show/paint.ts"
import { fingerprint } from "./fingerprint.ts"

// Texts of about a megabyte, made to make every step work more than once for each character.
const mega = 1 << 20
const many = (count: number, line: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => `${line(i)}\n`).join("")
const hostile: Readonly<Record<string, string>> = {
  "one line of a megabyte": `command ${"x".repeat(mega)}`,
  "blanks without end": `a${" ".repeat(mega)}b`,
  "quotes only": `command ${'"'.repeat(mega)}`,
  "backslashes in quotes": `command "${"\\".repeat(mega)}`,
  "a hundred thousand nested blocks": "<domain a>\n".repeat(100_000),
  "closing tags for nothing": `${"<a>\n".repeat(50_000)}${"</b>\n".repeat(50_000)}`,
  "a list that never ends": `domain-macro m a,\n${"b,\n".repeat(200_000)}`,
  "URL upon URL": `x ${"://a".repeat(mega / 4)}`,
  "half a PEM block, often": "-----BEGIN ".repeat(mega / 11),
  "slashes in a pattern block": `<bounce-category-patterns>\n${"/".repeat(mega)}`,
  "includes of everything": "include /etc/pmta/*\n".repeat(20_000),
  "lines of 200 KB": `relay-domain ${"a.".repeat(100_000)}\n`.repeat(5),
  "quotes that never close": `alias "${'x" "'.repeat(200_000)}\n`,
  "macros in a chain":
    many(8_000, i => `domain-macro m${i} $m${i + 1}`) + many(2000, i => `relay-domain $m${i}`),
  "macros of macros": `${many(300, i => `domain-macro m${i} ${"$m1,".repeat(500)}x${i}`)}<domain $m2>\nretry-after 1h\n`,
  "sources and listeners": many(
    6_000,
    i => `smtp-listener 0/0:${i} source=s${i}\n<source s${i}>\nalways-allow-relaying yes\n</source>`,
  ),
  "limits everywhere": `<domain *>\nmax-smtp-out 3\n</domain>\n${many(8_000, i => `<domain d${i}>\nmax-smtp-out ${i}\n</domain>`)}`,
  "one setting often": "max-smtp-out 4\nrun-as-root no\n".repeat(30_000),
  "one list in another order": many(15_000, i => `http-access 10.0.${i >> 8}.${i & 255} none`),
  "long words before a token": `domain-key ${`${"a/".repeat(2000)},`.repeat(100)}${"A1b2C3d4E5f6A7b8,".repeat(30_000)}`,
}
const path = "/etc/pmta/config"
const outline = (text: string) => powermta.outline(new Map([[path, text]]), {})

for (const [name, text] of Object.entries(hostile)) {
  test(`hostile text takes no longer than its length allows: ${name}`, { timeout: 60_000 }, () => {
    const start = performance.now()
    expect(print(parse(text).nodes) === text).toBe(true)
    const masked = powermta.mask(path, text, fingerprint)
    powermta.references(path, text)
    const turned = outline(masked.split("\n").toReversed().join("\n"))
    for (const [accepted, live] of [
      [outline(""), outline(masked)],
      [outline(masked), turned],
    ] as const) {
      const changes = compareOutlines(accepted, live, powermta)
      expect(summarise(changes).length).toBeLessThan(140)
      expect(changesTable(changes, paint(false), "").length).toBeLessThan(2_000_000)
      expect(changes.filter(change => say(change).length > 3000)).toEqual([])
    }
    // Generous, for busy machines: what is quadratic takes minutes here.
    expect(performance.now() - start).toBeLessThan(20_000)
  })
}

test("any number of secrets on one line is masked", () => {
  // Too many once overflowed the stack.
  const text = `<acct-file |/opt/x ${"--token=abc ".repeat(200_000)}>\n</acct-file>\n`
  expect(powermta.mask(path, text, fingerprint)).not.toContain("abc")
})
