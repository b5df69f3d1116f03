import { defineConfig } from "vitest/config"

/** The quick tests of the rooms that are mutated: each mutant is put to those that run it. */
export default defineConfig({
  test: {
    include: [
      "test/seal/*.test.ts",
      "test/restore/*.test.ts",
      "test/retain/*.test.ts",
      "test/profiles/powermta/{golden,grammar,lines-and-words,mask,options,plain-lines,references,secrets,seeded-secrets,settled,shapes,tokens,word-set}.test.ts",
    ],
    // Large texts and long histories: no surer than the examples, and each mutant would run them.
    exclude: ["test/seal/segments.test.ts", "test/retain/simulation.test.ts"],
    setupFiles: "test/mutation/setup.ts",
    testTimeout: 60_000,
  },
})
