import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
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
