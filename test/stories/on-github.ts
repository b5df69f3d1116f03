/** A vault on the GitHub stand-in and the Action that runs against it, as a scheduled workflow would. */
import { readFile } from "node:fs/promises"
import type { BackupReport } from "../../src/core/report.ts"
import { type ActionRun, action } from "../lab/cli.ts"
import { type GitHubStandIn, githubStandIn } from "../lab/github/index.ts"
import type { Pull } from "../lab/github/state.ts"
import type { LabHost } from "../lab/sshd.ts"
import { type Setting, setting } from "./setting.ts"

export interface OnGitHub extends AsyncDisposable {
  readonly story: Setting
  readonly github: GitHubStandIn
  /** One run, with what it cost. `more` are inputs on top of the usual ones. */
  run(more?: Readonly<Record<string, string>>): Promise<GitHubRun>
  /** ids, as in `drift/ID`, of the branches that are there */
  branches(): Promise<readonly string[]>
  open(): readonly Pull[]
}

export interface GitHubRun extends ActionRun {
  readonly report: BackupReport
  /** API requests of this run, and pushes */
  readonly calls: readonly string[]
  readonly pushes: number
  /** the job log without the lines by which the runner learns what to mask */
  readonly log: string
}

export async function onGitHub(): Promise<OnGitHub> {
  const [story, github] = await Promise.all([setting(), githubStandIn()])
  return {
    story,
    github,
    async run(more = {}) {
      const before = { calls: github.calls.length, pushes: github.pushes }
      const inputs = {
        command: "backup",
        fleet: story.fleetFile,
        vault: github.url,
        token: github.token,
        "ssh-key": await readFile(story.sshKeyFile, "utf8"),
        "signing-key": story.signingKey,
        "github-interval": "0",
        ...more,
      }
      const env = {
        GITHUB_SERVER_URL: github.server,
        GITHUB_API_URL: github.api,
        GITHUB_REPOSITORY: github.repository,
      }
      let report: BackupReport | null = null
      const run = await action(inputs, {
        env,
        after: async outputs => {
          report = JSON.parse(await readFile(outputs["report"] ?? "", "utf8")) as BackupReport
        },
      })
      await github.settle()
      const log = `${run.stdout}\n${run.stderr}`.replace(/^::add-mask::.*$/gm, "")
      if (report === null) throw new Error(`no report: ${log}`)
      const cost = { calls: github.calls.slice(before.calls), pushes: github.pushes - before.pushes }
      return { ...run, ...cost, report, log }
    },
    async branches() {
      const listed = await github.git("for-each-ref", "--format=%(refname:lstrip=3)", "refs/heads/drift/")
      return listed.split("\n").filter(line => line !== "")
    },
    open: () => github.pulls.filter(({ state }) => state === "open"),
    async [Symbol.asyncDispose]() {
      await github[Symbol.asyncDispose]()
      await story[Symbol.asyncDispose]()
    },
  }
}

/** Changes text in a host's main config. */
export async function edit(host: LabHost, from: string, to: string): Promise<void> {
  const path = "/etc/pmta/config"
  const config = (await host.read(path)).toString()
  if (!config.includes(from)) throw new Error(`${host.name} has no ${JSON.stringify(from)}`)
  await host.write(
    path,
    config.replace(from, () => to),
  )
}
