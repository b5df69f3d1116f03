import { describe, expect, test } from "vitest"
import { parseFleet } from "../../src/fleet/parse.ts"
import { pinHostKeys } from "../../src/fleet/pin.ts"
import { starterFleet } from "../../src/fleet/starter.ts"
import {
  age1,
  age2,
  ecdsa,
  ed25519,
  ed25519Fingerprint,
  rsa,
  whole,
  withHost,
  withHosts,
} from "./examples.ts"

const indent = (text: string) => text.replaceAll("·", " ")

describe("pinning host keys changes their lines only", () => {
  test("a host without keys gets them after its last key, before comments and what follows", () => {
    const text = withHosts(
      indent(
        "··mta1:·# first\n····address:·a···# there\n\n··#·second\n··mta2:\n····address:·b\n····tags:\n······-·eu\n",
      ),
    )
    expect(pinHostKeys(text, "mta1", [ed25519, rsa])).toBe(
      text.replace("# there\n", `# there\n    hostKeys:\n      - ${ed25519}\n      - ${rsa}\n`),
    )
    expect(pinHostKeys(text, "mta2", [ed25519])).toBe(`${text}    hostKeys:\n      - ${ed25519}\n`)
    expect(pinHostKeys(text.trimEnd(), "mta2", [ed25519])).toBe(`${text}    hostKeys:\n      - ${ed25519}`)
  })

  test("a host in braces gets them in braces", () => {
    const text = withHosts("  mta1: { address: a } # one\n  mta2: {address: b}\n")
    expect(pinHostKeys(text, "mta1", [rsa])).toBe(
      text.replace("address: a }", `address: a, hostKeys: ["${rsa}"] }`),
    )
    expect(
      parseFleet(pinHostKeys(pinHostKeys(text, "mta1", [rsa]), "mta2", [ed25519]), "f").hosts,
    ).toHaveLength(2)
  })

  test("a list in brackets is replaced, an empty one is filled", () => {
    expect(pinHostKeys(whole, "mta1", [rsa])).toBe(
      whole.replace(`hostKeys: ["${ed25519}"]`, `hostKeys: ["${rsa}"]`),
    )
    for (const empty of ["hostKeys: []", "hostKeys:", "hostKeys: # todo"]) {
      const text = withHosts(`  mta1:\n    ${empty}\n    address: a\n`)
      const pinned = pinHostKeys(text, "mta1", [rsa])
      expect(parseFleet(pinned, "f").hosts[0]?.hostKeys).toHaveLength(1)
      expect(pinned.split("\n").length).toBe(text.split("\n").length)
    }
  })

  test("a list of lines keeps the lines of keys that stay", () => {
    const before = `      - ${rsa} root@mta2\n      - ${ecdsa}\n`
    expect(pinHostKeys(whole, "mta2", [rsa, ed25519])).toBe(
      whole.replace(before, `      - ${rsa} root@mta2\n      - ${ed25519}\n`),
    )
    expect(pinHostKeys(whole, "mta2", [ecdsa])).toBe(whole.replace(before, `      - ${ecdsa}\n`))
    expect(pinHostKeys(whole, "mta2", [ed25519Fingerprint])).toBe(
      whole.replace(before, `      - ${ed25519Fingerprint}\n`),
    )
    expect(pinHostKeys(whole, "mta2", [ecdsa, rsa])).toBe(whole)
  })

  test("line ends stay as they are", () => {
    const text = withHosts("  mta1:\n    address: a\n").replaceAll("\n", "\r\n")
    expect(pinHostKeys(text, "mta1", [rsa])).toBe(`${text}    hostKeys:\r\n      - ${rsa}\r\n`)
  })

  test("a comment of a key may hold anything", () => {
    const pinned = pinHostKeys(withHosts("  mta1:\n    address: a\n"), "mta1", [`${rsa} root: "me" # x`])
    expect(parseFleet(pinned, "f").hosts[0]?.hostKeys).toHaveLength(1)
  })

  test("what cannot be edited safely is left to the operator", () => {
    expect(() => pinHostKeys(withHost(), "mta2", [rsa])).toThrow(
      'the fleet has no host mta2; did you mean "mta1"?',
    )
    expect(() => pinHostKeys(withHosts("  mta1:\n"), "mta1", [rsa])).toThrow("it has no address yet")
    expect(() => pinHostKeys(withHosts("  a: &x { address: a }\n  b: *x\n"), "b", [rsa])).toThrow(
      "it is an alias",
    )
    expect(() => pinHostKeys("- a\n", "b", [rsa])).toThrow("hosts is not a map")
  })
})

describe("the fleet file that init writes", () => {
  const text = starterFleet({ recipients: [age1, age2], signers: [`${ed25519} it's "ci"`] })

  test("lacks host keys only, and pin writes them", () => {
    expect(() => parseFleet(text, "fleet.yml")).toThrow(
      expect.objectContaining({ data: [expect.stringContaining("pmta-vault pin mta1")] }),
    )
    const fleet = parseFleet(pinHostKeys(text, "mta1", [rsa]), "fleet.yml")
    expect(fleet).toMatchObject({ recipients: [age1, age2], warnings: [] })
  })

  test("says what is missing when init was given no keys", () => {
    const empty = starterFleet({ recipients: [], signers: [] })
    expect(() => parseFleet(empty, "fleet.yml", { allowUnpinned: true })).toThrow(
      expect.objectContaining({
        data: [expect.stringContaining("age-keygen"), expect.stringContaining(".pub line")],
      }),
    )
  })

  test("is right with its comments taken away", () => {
    const all = text.replaceAll(
      /^( *)# {1,3}(?=(categories|policy|retention|review|accounting|postfix|tags|sudo)\b)/gm,
      (_, blanks: string) => blanks,
    )
    const shaped = all.replaceAll(/^(accounting|postfix):/gm, "  $1:")
    expect(parseFleet(pinHostKeys(shaped, "mta1", [rsa]), "fleet.yml").categories.size).toBe(2)
  })
})

describe("what is laid out so that an edit could hit something else is left to a person", () => {
  test("a map in braces that is empty, or has a comma at its end, takes the keys", () => {
    for (const braces of ["{ address: a, }", "{ address: a,}"]) {
      const pinned = pinHostKeys(withHosts(`  mta1: ${braces}\n`), "mta1", [ed25519])
      expect(parseFleet(pinned, "f").hosts[0]?.hostKeys).toHaveLength(1)
    }
    expect(pinHostKeys(withHosts("  mta1: {}\n"), "mta1", [ed25519])).toContain(
      `{ hostKeys: ["${ed25519}"] }`,
    )
  })

  test("a last key with nothing, a list or a map behind it is followed by the new ones", () => {
    const list = withHosts("  mta1:\n    address: a\n    tags:\n      - eu\n      - fra # there\n")
    expect(pinHostKeys(list, "mta1", [ed25519])).toBe(`${list}    hostKeys:\n      - ${ed25519}\n`)
    const nothing = withHosts("  mta1:\n    address: a\n    tags:\n")
    expect(pinHostKeys(nothing, "mta1", [ed25519])).toBe(`${nothing}    hostKeys:\n      - ${ed25519}\n`)
    const map = withHosts("  mta1:\n    address: a\n    odd:\n      deep: |\n        text\n")
    expect(pinHostKeys(map, "mta1", [ed25519])).toContain(`        text\n    hostKeys:\n      - ${ed25519}\n`)
  })

  test("keys that are an alias would change for another host too", () => {
    const text = withHosts(
      `  mta0: { address: b, hostKeys: &k ["${rsa}"] }\n  mta1:\n    address: a\n    hostKeys: *k\n`,
    )
    expect(() => pinHostKeys(text, "mta1", [ed25519])).toThrow("its hostKeys are an alias")
  })
})
