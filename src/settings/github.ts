import type { Setting } from "./setting.ts"

/** How proposals become pull requests. */
export const githubSettings = {
  "max-proposals": {
    type: "integer",
    range: [1, 500],
    default: "20",
    commands: ["backup"],
    group: "run",
    placeholder: "N",
    description:
      "How many proposals may be open at a time; what waits is listed in the summary and in one issue",
  },
  "github-server": {
    type: "text",
    default: "https://github.com",
    otherEnv: "GITHUB_SERVER_URL",
    commands: ["backup"],
    group: "vault",
    placeholder: "URL",
    description: "The GitHub server; drift of a vault that lies there is proposed as pull requests",
  },
  "github-api": {
    type: "text",
    default: null,
    otherEnv: "GITHUB_API_URL",
    commands: ["backup"],
    group: "vault",
    placeholder: "URL",
    description: "The API of the GitHub server; without it, the usual one of that server",
  },
  "github-timeout": {
    type: "duration",
    default: "10m",
    commands: ["backup"],
    group: "limits",
    placeholder: "DURATION",
    description: "Longest time for all requests to GitHub together",
  },
  "github-interval": {
    type: "integer",
    range: [0, 60_000],
    default: "1000",
    commands: ["backup"],
    group: "limits",
    placeholder: "MS",
    description:
      "Milliseconds between two writes to GitHub, which asks for 1000; a server of your own may allow less",
  },
} as const satisfies Record<string, Setting>
