import fc from "fast-check"
import { expect, test } from "vitest"
import { parse } from "../../../src/profiles/powermta/grammar.ts"
import { mask, maskInFull } from "../../../src/profiles/powermta/mask.ts"
import { isPlainText, linesToRead } from "../../../src/profiles/powermta/plain-lines.ts"
import { references } from "../../../src/profiles/powermta/references.ts"
import { configLine, configLines } from "./config-lines.ts"
import { configText } from "./config-text.ts"
import { fingerprint } from "./fingerprint.ts"

test("the short cut for plain lines masks what reading every line masks, and nothing else", () => {
  fc.assert(
    fc.property(fc.oneof({ weight: 3, arbitrary: configLines }, configLine, configText), text => {
      expect(mask(text, fingerprint)).toBe(maskInFull(text, fingerprint))
    }),
    { numRuns: 4000 },
  )
})

test("a line that is called plain is one that the mask leaves as it is in every block", () => {
  const blocks = [
    "",
    "<smtp-user u>\n",
    "<vault>\n",
    "<pattern-list x>\n",
    "<bounce-category-patterns>\n",
    "password\n",
  ]
  fc.assert(
    fc.property(configLine, fc.constantFrom(...blocks), (line, block) => {
      if (isPlainText(line)) expect(maskInFull(block + line, fingerprint)).toBe(block + line)
    }),
    { numRuns: 4000 },
  )
})

test("a word after `=` is judged without the `=`", () => {
  // The short cut once took both as one word, which looked less random.
  const text = "alias =a1B2c3D4a1B2c3D4a1B2c3D4a1B2c3D4"
  expect(mask(text, fingerprint)).toMatch(/^alias =masked:/)
})

test("a PEM block in remarks is hidden, however plain its lines are", () => {
  const text = "# -----BEGIN X-----\n# QUJD\n# -----END X-----\n"
  expect(mask(text, fingerprint)).toMatch(/^# -----BEGIN X-----\n# masked:\w+\n# -----END X-----\n$/)
})

test("settings without secrets are plain, also with remarks, long paths and CRLF", () => {
  const text = [
    "# example.com, ticket ABC",
    "<domain example.com>",
    "    max-smtp-out 20\t# as agreed",
    "    domain-key s1, a.example, /etc/pmta/dkim/a-very-long-name.example.pem",
    "",
    "</domain>",
  ]
  expect(isPlainText(text.join("\n"))).toBe(true)
  expect(isPlainText(text.join("\r\n"))).toBe(true)
})

test("only the ends of a row of plain lines are read, since the last may be continued", () => {
  const text = "run-as-root no\nmax-smtp-out 1\n\nretry-after 10m,\n20m\npassword x\n"
  expect(linesToRead(text).lines.map(({ number }) => number)).toEqual([1, 4, 5, 6])
})

test("references are those of the whole tree, however a name is written", () => {
  expect(references("/f", "INCLUDE /a\n")).toHaveLength(1)
  // The Kelvin sign is a k in lower case.
  expect(references("/f", "domain-\u212aey s, d, /k\n")).toMatchObject([
    { directive: "domain-key", path: "/k" },
  ])
  expect(parse("domain-\u212aey s, d, /k\n").warnings).toEqual([])
})
