/** What the shelf of profiles holds; `test/fleet/schema.test.ts` compares, as a step cannot import a shelf. */
export const profileNames = ["powermta"] as const
export const knownCategories: readonly string[] = [
  "config",
  "dkim",
  "tls",
  "license",
  "data",
  "accounting",
  "log",
]

/** Those among them whose files are kept as byte ranges, each file for itself; compared there too. */
export const logCategories: readonly string[] = ["accounting", "log"]
