import { readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type Change, riskLevels } from "../../../src/core/change.ts"
import type { Facts } from "../../../src/core/profile.ts"
import { summarise } from "../../../src/diff/describe.ts"
import { compareOutlines } from "../../../src/diff/judge.ts"
import { powermta } from "../../../src/profiles/powermta/index.ts"
import { riskRows } from "./risk-rows.ts"

const outline = (text: string, facts: Facts = {}) =>
  powermta.outline(new Map([["/etc/pmta/config", text]]), facts)
const between = (accepted: string, live: string) =>
  compareOutlines(outline(accepted), outline(live), powermta)
const rank = (changes: readonly Change[]) =>
  Math.min(...changes.map(({ risk }) => riskLevels.indexOf(risk.level)))

describe("every row of the risk table has at least its level, and says why", () => {
  for (const { least, change, accepted, live } of riskRows) {
    test(`${least}: ${change}`, () => {
      const changes = between(accepted, live)
      expect(rank(changes)).toBeLessThanOrEqual(riskLevels.indexOf(least))
      expect(summarise(changes)).toMatch(/ \([\w -]+: (critical|high|medium|low)\)$/)
      for (const { risk } of changes) expect(risk.reason.length).toBeGreaterThan(20)
    })
  }
})

const filler = fc.constantFrom(
  "# a remark\n",
  "\n",
  "postmaster p@p.example\n",
  "turbo-mode 4\n",
  "<domain x.example>\nmax-smtp-out 3\n</domain>\n",
  "</stray>\n",
  "domain-macro other a,b\n",
  "relay-domain own.example\n",
)
const spellings: readonly ((text: string) => string)[] = [
  text => text,
  text => text.replaceAll("\n", "\r\n"),
  text => text.replaceAll(/^(?=[a-z<])/gm, "\t "),
  text => text.replaceAll(/^[a-z][a-z-]*/gm, name => name.toUpperCase()),
  text => text.replaceAll(/ yes$/gm, " TRUE").replaceAll(/ no$/gm, " False"),
  text => text.replaceAll(/\n/g, "   # with a remark\n"),
  text => text.replaceAll(/^([a-z][\w-]*) ([\w.]+)$/gm, '$1 "$2"'),
]

test("no surroundings and no spelling make a danger less", () => {
  const row = fc.constantFrom(...riskRows)
  fc.assert(
    fc.property(
      fc.tuple(row, fc.array(filler), fc.array(filler)),
      fc.tuple(fc.constantFrom(...spellings), fc.constantFrom(...spellings)),
      ([{ least, accepted, live }, before, after], [spell, respell]) => {
        const [head, tail] = [before.join(""), after.join("")]
        const changes = between(head + spell(accepted) + tail, respell(head + live + tail))
        expect(rank(changes)).toBeLessThanOrEqual(riskLevels.indexOf(least))
      },
    ),
    { numRuns: 3000 },
  )
})

test("a danger in an included file is the same danger", () => {
  for (const { least, accepted, live } of riskRows) {
    const side = (text: string) =>
      powermta.outline(
        new Map([
          ["/etc/pmta/config", "include /etc/pmta/conf.d/*.conf\n"],
          ["/etc/pmta/conf.d/a.conf", text],
        ]),
        {},
      )
    const changes = compareOutlines(side(accepted), side(live), powermta)
    expect(rank(changes)).toBeLessThanOrEqual(riskLevels.indexOf(least))
  }
})

const harmless: readonly [string, string][] = [
  ["<domain a>\nmax-smtp-out 8\n</domain>", "<domain a>\nmax-smtp-out 6\n</domain>"],
  ["<domain a>\nmax-msg-rate unlimited\n</domain>", "<domain a>\nmax-msg-rate 1/s\n</domain>"],
  ["", "<domain *>\nmax-smtp-out 5\n</domain>"],
  ["run-as-root yes", "run-as-root no"],
  ["http-access 0/0 admin", "http-access 0/0 none"],
  ["<source 0/0>\nalways-allow-relaying yes\n</source>", "<source 0/0>\nalways-allow-relaying no\n</source>"],
  ["<source 0/0>\nbcc a@a.example\n</source>", "<source 0/0>\n</source>"],
]
for (const [accepted, live] of harmless) {
  test(`what makes things safer is no alarm: ${live.replaceAll("\n", " ")}`, () => {
    expect(rank(between(accepted, live))).toBe(riskLevels.indexOf("low"))
  })
}

test("a limit of one domain is compared with what holds for all", () => {
  const all = "<domain *>\nmax-smtp-out 5\n</domain>\n"
  const [added] = between(all, `${all}<domain a>\nmax-smtp-out 10\n</domain>`).slice(-1)
  expect(added?.risk).toMatchObject({ level: "high", name: "sending limit raised" })
})

const key = (publicKey: string) => ({
  "/k": { use: ["s1._domainkey.a.example"], type: "rsa", bits: 2048, publicKey },
})
const license = (expires: string, more: object = {}) => ({
  "/etc/pmta/license": { licenses: [{ product: "PowerMTA", version: "5.0", expires, ...more }] },
})
const facts: readonly [what: string, Facts, Facts, level: string, said: string][] = [
  [
    "a rotated key",
    { dkim: key("AAA") },
    { dkim: key("BBB") },
    "high",
    "DKIM key s1._domainkey.a.example rsa 2048 bits p=AAA → rsa 2048 bits p=BBB (DKIM…",
  ],
  ["a removed key", { dkim: key("AAA") }, { dkim: {} }, "high", "DKIM key s1._domainkey.a.example removed"],
  ["an added key", { dkim: {} }, { dkim: key("AAA") }, "medium", "DKIM key s1._domainkey.a.example added"],
  [
    "a renewed licence",
    { license: license("2026-01-01") },
    { license: license("2027-01-01") },
    "high",
    "licence PowerMTA 5.0: expires 2026-01-01 → 2027-01-01",
  ],
  [
    "a licence that ends",
    { license: license("2026-12-01") },
    { license: license("2026-12-01", { ends: "within 30 days" }) },
    "high",
    "licence PowerMTA 5.0: ends added: within 30 days",
  ],
  [
    "rights for all",
    { permissions: { "/k": "0640 root:pmta" } },
    { permissions: { "/k": "0644 root:pmta" } },
    "high",
    "permissions of /k 0640 root:pmta → 0644 root:pmta",
  ],
  [
    "another owner",
    { permissions: { "/k": "0640 root:pmta" } },
    { permissions: { "/k": "0640 eve:pmta" } },
    "high",
    "permissions of /k 0640 root:pmta → 0640 eve:pmta",
  ],
  [
    "tighter rights",
    { permissions: { "/k": "0644 root:pmta" } },
    { permissions: { "/k": "0640 root:pmta" } },
    "low",
    "permissions of /k 0644 root:pmta → 0640 root:pmta",
  ],
]
for (const [what, accepted, live, level, said] of facts) {
  test(`facts: ${what}`, () => {
    const changes = compareOutlines(outline("", accepted), outline("", live), powermta)
    expect(changes).toHaveLength(1)
    expect(changes[0]).toMatchObject({ risk: { level }, file: null, line: null })
    expect(summarise(changes).slice(0, 30)).toBe(said.slice(0, 30))
  })
}

test("a key that moves to another file is no change of the key", () => {
  const [{ use, ...fact }] = [key("AAA")["/k"]]
  const moved = { dkim: { "/other": { use, ...fact } } }
  expect(compareOutlines(outline("", { dkim: key("AAA") }), outline("", moved), powermta)).toEqual([])
})

test("a file that is named and not there is a change, once", () => {
  const permissions = { "/etc/pmta/config": "0640 root:pmta", "/etc/pmta/dkim/a.pem": "0640 root:pmta" }
  const text = "domain-key s, a, dkim/a.pem\ndomain-key t, a, dkim/a.pem\ninclude /etc/pmta/conf.d/*.conf\n"
  const accepted = outline("", { permissions })
  const say = (text: string, rights: Facts) =>
    compareOutlines(accepted, outline(text, { permissions: rights }), powermta)
      .filter(({ name }) => name === "missing-file")
      .map(({ after, risk }) => [risk.level, ...after])
  expect(say(text, permissions)).toEqual([["high", "/etc/pmta/conf.d/*.conf (include)"]])
  expect(say(text, { "/etc/pmta/config": "0640 root:pmta" })).toContainEqual([
    "high",
    "/etc/pmta/dkim/a.pem (domain-key)",
  ])
})

test("docs/REVIEW.md has every risk, in order", () => {
  const page = readFileSync(new URL("../../../docs/REVIEW.md", import.meta.url), "utf8")
  const rows = page.split("\n").filter(line => /^\| (critical|high|medium|low) \|/.test(line))
  expect(rows).toEqual(powermta.risks.map(({ level, name, reason }) => `| ${level} | ${name} | ${reason} |`))
})

test("macros are spelled out, and a changed macro says whom it reaches", () => {
  const macro = (list: string) => `domain-macro big ${list}\ndomain-macro all $big, c.example\n`
  const use = (out: number) => `<domain $all>\nmax-smtp-out ${out}\n</domain>\n`
  const notes = (accepted: string, live: string) => between(accepted, live).flatMap(change => change.notes)
  expect(notes(macro("a, b") + use(3), macro("a, b") + use(2))).toEqual(["$all = a, b, c.example"])
  expect(notes(macro("a, b") + use(3), macro("b, d") + use(3))).toEqual([
    "came: d",
    "went: a",
    "used by domain $all",
  ])
  expect(notes("", "domain-macro x $y\ndomain-macro y $x\nrelay-domain $x\n")).toEqual(
    expect.arrayContaining(["$x = "]),
  )
})

test("a value given twice in one place is said", () => {
  const [change] = between("run-as-root no", "run-as-root no\nrun-as-root yes")
  expect(change).toMatchObject({
    after: ["no", "yes"],
    notes: ["given 2 times in one place: the last one counts"],
  })
})
