import type { Runner } from "../stores/index.ts"

/** What the variables of a GitHub Actions runner say; without a runner, nothing. */
export function runnerOf(env: Readonly<Record<string, string | undefined>>): Runner {
  return {
    hasRuntimeToken: (env["ACTIONS_RUNTIME_TOKEN"] ?? "") !== "",
    hasResultsUrl: (env["ACTIONS_RESULTS_URL"] ?? "") !== "",
    serverUrl: env["GITHUB_SERVER_URL"] ?? "",
    repository: env["GITHUB_REPOSITORY"] ?? "",
    runId: Number(env["GITHUB_RUN_ID"] ?? 0),
  }
}
