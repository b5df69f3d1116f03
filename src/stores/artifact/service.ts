import { Problem } from "../../core/problem.ts"

/** What the surroundings say of GitHub. Nothing secret. */
export interface Runner {
  /** whether the runner gave this step its token for the artifact service */
  readonly hasRuntimeToken: boolean
  readonly hasResultsUrl: boolean
  /** `https://github.com`, or another; empty outside of GitHub Actions */
  readonly serverUrl: string
  /** `owner/name`; empty outside of GitHub Actions */
  readonly repository: string
  /** number of the run; 0 outside of GitHub Actions */
  readonly runId: number
}

export interface Repository {
  readonly owner: string
  readonly repo: string
}

const hint = "use store git (the default) or directory"

/** GitHub Enterprise Server takes no artifacts from this client; data residency (`ghe.com`) does. */
export function refuseEnterpriseServer({ serverUrl }: Runner): void {
  const { hostname } = new URL(serverUrl || "https://github.com")
  if (/(^|\.)(github\.com|ghe\.com|localhost)$/i.test(hostname)) return
  throw new Problem(
    "store/no-service",
    `the artifact service is not there on GitHub Enterprise Server (${hostname})`,
    {
      hint,
    },
  )
}

/** What writing needs besides. A shell step is not given it. */
export function refuseShellStep({ hasRuntimeToken, hasResultsUrl, repository }: Runner): void {
  if (hasRuntimeToken && hasResultsUrl) return
  const where = repository === "" ? "outside of GitHub Actions" : "to a `run:` step"
  throw new Problem("store/no-service", `the artifact service is not given ${where}`, {
    data: ["ACTIONS_RUNTIME_TOKEN and ACTIONS_RESULTS_URL are set for JavaScript actions only"],
    hint: `run pmta-vault with \`uses:\`, or ${hint}`,
  })
}

/**
 * The repository whose artifacts are meant.
 * @param named  `owner/name`; null: the one that this runs in, else the one that the vault's URL names
 */
export function repositoryOf(named: string | null, runner: Runner, vault: string): Repository {
  const fromUrl = /^[a-z+]+:\/\/[^/]+\/([^/]+\/[^/]+?)(?:\.git)?\/?$/i.exec(vault)?.[1]
  const text = named ?? (runner.repository || fromUrl || "")
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(text) ?? []
  if (owner !== undefined && repo !== undefined) return { owner, repo }
  throw new Problem(
    named === null ? "settings/missing" : "settings/invalid",
    named === null
      ? "it is not known which repository's artifacts hold the bundles"
      : `artifact-repository is ${JSON.stringify(named.slice(0, 80))}`,
    { hint: "give --artifact-repository OWNER/NAME" },
  )
}
