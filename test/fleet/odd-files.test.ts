/** Fleet files with something else where a thing is expected: each place is told, none is skipped. */
import { expect, test } from "vitest"
import { Problem } from "../../src/core/problem.ts"
import { parseFleet } from "../../src/fleet/parse.ts"
import { selectHosts } from "../../src/fleet/select.ts"
import { whole } from "./examples.ts"

function faults(text: string): string {
  try {
    parseFleet(text, "f")
  } catch (problem) {
    if (problem instanceof Problem) return problem.data.join("\n")
    throw problem
  }
  return ""
}
const extra = (lines: string) => faults(`${whole}${lines}\n`)
const host = (line: string) => faults(whole.replace("    tags: [eu]\n", `    ${line}\n`))

test.each([
  [
    "a category that is a number",
    whole.replace("postfix: { paths: [/etc/postfix/**] }", "postfix: 3"),
    "postfix",
  ],
  ["a period that is none", whole.replace("postfix: {", "postfix: { retention: { keep: soon },"), "keep"],
  [
    "a grouping that is a number",
    `${whole.replace(/^review:.*\n/m, "")}review: { group: 3 }\n`,
    "review.group",
  ],
  [
    "a list of recipients that is a text",
    whole.replace(/^recipients: .*$/m, "recipients: age1x"),
    "recipients",
  ],
  ["a signer that is a number", whole.replace(/ {2}- ssh-ed25519 .* ci\n/, "  - 7\n"), "signers"],
])("%s", (_, text, place) => {
  expect(faults(text)).toContain(place)
})

test("tags that are a map, a port that is a text, an address that is a list, a jump to nobody", () => {
  expect(host("tags: { eu: true }")).toMatch(/tags.*stands where a list is expected$/m)
  expect(host("tags: eu")).toMatch(/tags.*put it in \[brackets\]/)
  expect(host('port: "22"')).toMatch(/port.*leave out the quotes/)
  expect(host("sudo: sometimes")).toMatch(/sudo.*true or false is expected/)
  expect(host("user: [a]")).toMatch(/user.*stands where text is expected/)
  expect(host("jump: toString")).toMatch(/jump/)
  expect(host("tags:")).toMatch(/fill it in, or remove the key/)
})

test("files that hold no map, or nothing at all", () => {
  expect(faults("- a\n")).toMatch(/^f:1:1/)
  expect(faults("")).toContain("is empty")
  expect(faults("hosts: { mta1: 3 }\nversion: 1\n")).toContain("hosts.mta1")
  expect(extra("constructor: 1")).toContain("constructor")
})

test("of many hosts that are not there the first twenty are named", () => {
  const fleet = parseFleet(whole, "f")
  const unknown = Array.from({ length: 30 }, (_, number) => `nobody${number}`)
  expect(() => selectHosts(fleet, { hosts: unknown, tags: [], jumpHosts: false })).toThrow(/nobody0/)
  const tags = Array.from({ length: 30 }, (_, number) => `t${String(number).padStart(2, "0")}`)
  const tagged = { ...fleet, hosts: fleet.hosts.map(one => ({ ...one, tags })) }
  try {
    selectHosts(tagged, { hosts: [], tags: ["nowhere"], jumpHosts: false })
    expect.fail()
  } catch (problem) {
    expect(problem).toMatchObject({ hint: expect.stringMatching(/t00.* and 10 more/) })
  }
})
