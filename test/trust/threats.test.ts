/** The page on threats says what proves each answer: those files are there, and none of the threats is left out. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"

const root = join(import.meta.dirname, "../..")
const page = readFileSync(join(root, "docs/THREATS.md"), "utf8")
const rows = page.split("\n").filter(line => /^\| \d+ \|/.test(line))

test("every test that the page names is there", () => {
  const named = [...page.matchAll(/`(test\/[^`]+)`/g)].map(([, path = ""]) => path)
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter(path => !existsSync(join(root, path)))).toEqual([])
})

test("each of the 22 threats has an answer, and a proof unless it says that there is none", () => {
  expect(rows.map(row => Number(row.split("|")[1]))).toEqual(
    Array.from({ length: 22 }, (_, index) => index + 1),
  )
  const unproven = rows.filter(row => !row.includes("`test/")).map(row => Number(row.split("|")[1]))
  expect(unproven).toEqual([22])
})
