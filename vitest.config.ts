import { defineConfig } from "vitest/config"
import { isCounted } from "./test/coverage/place.ts"

const coverage = isCounted()
  ? {
      plugins: [(await import("./test/coverage/count.ts")).counters],
      test: { globalSetup: ["test/coverage/build.ts"], setupFiles: ["test/coverage/setup.ts"] },
    }
  : {}

export default defineConfig({
  ...coverage,
  test: {
    ...coverage.test,
    include: ["test/**/*.test.ts"],
    // Real servers on two cores: slow is not broken.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Lab hosts, git and the program under test are processes of their own and share the cores.
    maxWorkers: 2,
    // They import JSON without saying so, which Node refuses.
    server: { deps: { inline: [/@actions\/(languageservice|workflow-parser|expressions)/] } },
  },
})
