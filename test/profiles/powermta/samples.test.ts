import { existsSync, readdirSync, readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { parse, print } from "../../../src/profiles/powermta/grammar.ts"
import { powermta } from "../../../src/profiles/powermta/index.ts"
import { fingerprint } from "./fingerprint.ts"

// Configs from real life that may not be handed on: looked at where they are, skipped where they are not.
const root = new URL("../../../../shared/powermta/samples/", import.meta.url)
const found = existsSync(root)

describe.skipIf(!found)(found ? "samples" : `samples: skipped, there is no ${root.pathname}`, () => {
  for (const name of found ? readdirSync(root).sort() : []) {
    const text = readFileSync(new URL(name, root), "utf8")

    test(`${name} is printed back byte for byte`, () => {
      expect(print(parse(text).nodes)).toBe(text)
    })

    if (!/\.conf(?:ig)?$/.test(name)) continue

    test(`${name} gives no warning but of unknown directives`, () => {
      expect(parse(text).warnings.filter(({ kind }) => kind !== "unknown-directive")).toEqual([])
    })

    test(`${name} is masked where it speaks of secrets and nowhere else`, () => {
      const before = text.split("\n")
      const after = powermta.mask(name, text, fingerprint).split("\n")
      const changed = before.filter((line, i) => line !== after[i])
      const secret = /password|-key |access-token|-certificate .+ .+|privacy-policy siphash/
      expect(changed.filter(line => !secret.test(line))).toEqual([])
      expect(after.join("\n")).not.toMatch(/INVENTED[-_0-9TK]|pass phrase/)
    })
  }
})
