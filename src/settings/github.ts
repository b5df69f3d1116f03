import type { Setting } from "./setting.ts"

/** How proposals become pull requests. */
export const githubSettings = {
  "max-proposals": {
    type: "integer",
    range: [1, 500],
    default: "20",
    commands: ["backup", "collect", "status"],
    group: "run",
    placeholder: "N",
    description:
      "How many proposals may be open at a time; what waits is listed in the summary and in one issue",
  },
  "github-server": {
    type: "text",
    default: null,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub, not of JavaScript
    actionDefault: "${{ github.server_url }}",
    otherEnv: "GITHUB_SERVER_URL",
    commands: ["backup", "collect", "status", "impact"],
    group: "vault",
    placeholder: "URL",
    description:
      "The GitHub server, https://github.com if not given; drift of a vault there is proposed as pull requests",
  },
  "github-api": {
    type: "text",
    default: null,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub, not of JavaScript
    actionDefault: "${{ github.api_url }}",
    otherEnv: "GITHUB_API_URL",
    commands: ["backup", "collect", "status", "impact"],
    group: "vault",
    placeholder: "URL",
    description: "The API of the GitHub server; without it, the usual one of that server",
  },
  "github-timeout": {
    type: "duration",
    default: "10m",
    commands: ["backup", "collect", "status", "impact"],
    group: "limits",
    placeholder: "DURATION",
    description: "Longest time for all requests to GitHub together",
  },
  "github-interval": {
    type: "integer",
    range: [0, 60_000],
    default: "1000",
    commands: ["backup", "collect", "status", "impact"],
    group: "limits",
    placeholder: "MS",
    description:
      "Milliseconds between two writes to GitHub, which asks for 1000; a server of your own may allow less",
  },
} as const satisfies Record<string, Setting>
