/** Public facts come back from the vault, where people may have edited them. */
import { expect, test } from "vitest"
import type { Change } from "../../../src/core/change.ts"
import { factStatements, publishedKey } from "../../../src/profiles/powermta/fact-statements.ts"

const told = (facts: Parameters<typeof factStatements>[0]) =>
  factStatements(facts).map(({ name, value }) => `${name}: ${value}`)

test("facts that a person wrote otherwise are shown as they are", () => {
  expect(told({ dkim: { "/k": { unreadable: "encrypted", content: "aa" } } })).toEqual([
    "DKIM key in /k, named by no domain-key: unreadable (encrypted), content aa",
  ])
  expect(told({ dkim: { "/k": "a text" }, tls: "no files", license: null })).toEqual([
    expect.stringContaining("/k, named by no domain-key: unreadable (a text)"),
  ])
  expect(
    told({ tls: { "/t": { certificates: ["x", { unreadable: "cut" }], content: ["a"], note: true } } }),
  ).toEqual([
    ...["certificate in /t: x", "certificate in /t: cut", 'content of /t: ["a"]', "note in /t: true"],
  ])
  expect(
    told({
      license: { "/l": { licenses: [{ product: "PowerMTA", expires: new Date(0) }], odd: undefined } },
    }),
  ).toEqual(["licence PowerMTA: expires: 1970-01-01T00:00:00.000Z", "licence file /l: odd: "])
  expect(told({ permissions: { "/etc": "0755 root:root" }, constructor: { "/x": 1 } })).toEqual([
    "permissions of /etc: 0755 root:root",
    "content of /x: 1",
  ])
})

const change = (changes: Partial<Change>): Change => ({
  ...{ kind: "changed", scope: ["facts", "dkim"], name: "DKIM key s1._domainkey.example.org", before: [] },
  ...{ after: ["rsa 2048 bits p=AAAA"], file: null, line: null, notes: [] },
  ...{ risk: { level: "low", name: "", reason: "" } },
  ...changes,
})

test("a key that DNS may be asked for is one with a name and a public half", () => {
  expect(publishedKey(change({}))).toEqual({
    name: "s1._domainkey.example.org",
    type: "rsa",
    publicKey: "AAAA",
  })
  expect(publishedKey(change({ after: ["x", "ed25519 256 bits p=BBBB"] }))).toMatchObject({ type: "ed25519" })
  for (const other of [
    { scope: ["facts", "tls"] },
    { name: "DKIM key in /k" },
    { after: [] },
    { after: ["unreadable"] },
  ])
    expect(publishedKey(change(other))).toBeNull()
})
