import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Ajv } from "ajv"
import { describe, expect, test } from "vitest"
import { parse as parseYaml } from "yaml"
import { generated } from "../../scripts/generate.ts"
import { knownCategories, logCategories, profileNames } from "../../src/fleet/known.ts"
import { parseFleet } from "../../src/fleet/parse.ts"
import { profiles } from "../../src/profiles/index.ts"
import { age1, ed25519, rsa, whole, withHost, withHosts } from "./examples.ts"

const root = join(import.meta.dirname, "../..")
const read = (file: string) => readFileSync(join(root, file), "utf8")

test.each(Object.keys(generated))("%s is what scripts/generate.ts makes of the source", file => {
  expect(read(file)).toBe(generated[file]?.(read(file)))
})

test("the schema knows the profiles that there are, and the rules their categories", () => {
  expect(profileNames).toEqual([...profiles.keys()])
  expect(knownCategories).toEqual(
    [...profiles.values()].flatMap(profile => profile.categories.map(({ name }) => name)),
  )
  const logs = [...profiles.values()].flatMap(({ categories }) =>
    categories.filter(({ log }) => log !== null),
  )
  expect(logCategories).toEqual(logs.map(({ name }) => name))
})

describe("the schema for editors and the parser agree", () => {
  const isValid = new Ajv({ allErrors: true }).compile(JSON.parse(read("fleet.schema.json")))

  test.each([
    ["everything", whole],
    ["the least", withHost()],
    ["a direct connection", withHost("jump: false")],
    ["a fingerprint", withHost().replace(ed25519, "SHA256:Cy7HUSI3WpJ2FMpV0LlOmwUyyPDleXfwI800rhGCsmw")],
  ])("to take %s", (_, text) => {
    expect(isValid(parseYaml(text)), JSON.stringify(isValid.errors)).toBe(true)
    expect(parseFleet(text, "fleet.yml").hosts.length).toBeGreaterThan(0)
  })

  test.each([
    ["a list", "- a\n"],
    ["no version", withHost().replace("version: 1\n", "")],
    ["another version", withHost().replace("version: 1", 'version: "1"')],
    ["an unknown key", `${withHost()}\nhost: {}`],
    ["an unknown key of a host", withHost("hostkeys: []")],
    ["no recipient", withHost().replace(/recipients.*/, "recipients: []")],
    ["an SSH recipient", withHost().replace(age1, '"ssh-rsa AAAA"')],
    ["no signer", withHost().replace(/signers.*\n/, "")],
    ["no host", withHosts("  {}\n")],
    ["a host name with a slash", withHosts(`  a/b: { address: a, hostKeys: ["${rsa}"] }\n`)],
    ["a host name with .lock", withHosts(`  a.lock: { address: a, hostKeys: ["${rsa}"] }\n`)],
    ["no address", withHosts(`  a: { hostKeys: ["${rsa}"] }\n`)],
    ["no host key", withHosts("  a: { address: a }\n")],
    ["an empty list of host keys", withHosts("  a: { address: a, hostKeys: [] }\n")],
    ["port 0", withHost("port: 0")],
    ["port 1.5", withHost("port: 1.5")],
    ["a text for a port", withHost('port: "22"')],
    ["an unknown profile", withHost("profile: exim")],
    ["a user with a blank", withHost('user: "a b"')],
    ["jump: true", withHost("jump: true")],
    ["a bad duration", `${withHost()}\ncategories: { log: { every: 1 day } }`],
    ["a relative path", `${withHost()}\ncategories: { log: { paths: [etc] } }`],
    ["a bad category name", `${withHost()}\ncategories: { Log: {} }`],
    ["retention below 0", `${withHost()}\nretention: { last: -1 }`],
    ["an age that is no duration", `${withHost()}\ncategories: { log: { retention: { keep: 400 } } }`],
    ["an unknown group", `${withHost()}\nreview: { group: all }`],
    ["a reviewer with @", `${withHost()}\nreview: { reviewers: ["@a"] }`],
  ])("to refuse %s", (_, text) => {
    expect(isValid(parseYaml(text))).toBe(false)
    expect(() => parseFleet(text, "fleet.yml")).toThrow()
  })

  test("and editors show what each key means", () => {
    const schema = JSON.parse(read("fleet.schema.json"))
    const undescribed = Object.entries<{ description?: string }>(schema.properties).filter(
      ([, { description }]) => description === undefined,
    )
    expect(undescribed.map(([key]) => key)).toEqual([])
    expect(schema.properties.hosts.additionalProperties.properties.hostKeys.description).toContain(
      "pmta-vault pin",
    )
  })
})
