import { expect, test } from "vitest"
import { mayName, references } from "../../../src/profiles/powermta/references.ts"

const named = ["include /a", "domain-key s, d, /k", "log-file /l", "acct-file /x", "tls-certificate /c"]
const before = [
  "",
  " ",
  "\t \r",
  "\v\f",
  "\ufeff",
  "\u200b",
  "x y\n",
  "\n\n",
  "# c\r\n",
  "<domain a>\n  ",
  "\u00a0",
]

// Each look saves a parse: a text that names something must never be taken for one that does not.
test("whatever names a file is parsed, however it is written", () => {
  for (const statement of named) {
    for (const lead of before) {
      for (const line of [statement, statement.toUpperCase(), statement.replaceAll("k", "\u212a")]) {
        const texts = [line, `<${line}>`, `< ${line}`, `<\t/${line}>`].map(form => `${lead}${form}\n`)
        for (const text of texts) {
          if (references("/etc/pmta/config", text).length > 0)
            expect(mayName(Buffer.from(text)), JSON.stringify(text)).toBe(true)
        }
      }
    }
  }
})

test("a file of settings for a domain names nothing, and is not parsed", () => {
  const text =
    "# gmail.com include nothing\n<domain gmail.com>\n  max-smtp-out 20 # log-file\n  dkim-sign yes\n</domain>\n"
  expect(mayName(Buffer.from(text))).toBe(false)
  expect(mayName(Buffer.from(""))).toBe(false)
  expect(mayName(Buffer.from("a\nb"))).toBe(false)
})
