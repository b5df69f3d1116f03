/** workflows/restore.yml as it stands: its inputs filled in as a dispatch would, its steps run against a real host. */
import { mkdir, readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { parse } from "yaml"
import { succeed } from "../lab/child.ts"
import { action } from "../lab/cli.ts"
import { clientKey } from "../lab/client-key.ts"
import { type GitHttp, gitHttp } from "../lab/git-http.ts"
import { installPmta } from "../lab/pmta-stand-in.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { type Setting, setting } from "./setting.ts"

interface Step {
  readonly uses: string
  readonly with: Readonly<Record<string, string>>
}

const config =
  "postmaster ops@example.com\n<smtp-user feeder>\n    password planted_secret_word\n</smtp-user>\n"
let story: Setting
let host: LabHost
let remote: GitHttp
let jobs: Readonly<
  Record<string, { readonly if: string; readonly environment?: string; readonly steps: readonly Step[] }>
>
let defaults: Readonly<Record<string, string>>

beforeAll(async () => {
  story = await setting()
  const { publicKey } = await clientKey()
  const root = { "/root/.ssh/authorized_keys": { content: `${publicKey}\n`, mode: 0o600 } }
  host = await sshd({ name: "mta1", files: { ...root, "/etc/pmta/config": config } })
  await installPmta(host)
  remote = await gitHttp({ token: "ghs_lab_token_of_the_restore_0123456789" })
  await story.fleet([host])
  // The fleet file is on main of the remote vault, as the workflow names none.
  const clone = join(story.directory, "clone")
  const who = ["-c", "user.name=A Person", "-c", "user.email=person@example.com"]
  await succeed("git", ["clone", "-q", remote.urlWithToken, clone])
  await succeed("cp", [story.fleetFile, join(clone, "fleet.yml")])
  await succeed("git", ["-C", clone, "add", "."])
  await succeed("git", ["-C", clone, ...who, "commit", "-q", "-m", "Begin"])
  await succeed("git", ["-C", clone, "push", "-q", "origin", "HEAD:main"])
  const keys = { "ssh-key": await readFile(story.sshKeyFile, "utf8"), "signing-key": story.signingKey }
  const backup = await action({ command: "backup", vault: remote.url, token: remote.token, ...keys })
  expect(backup.code, backup.stdout).toBe(0)
  const workflow = parse(await readFile(join(import.meta.dirname, "../../workflows/restore.yml"), "utf8"))
  jobs = workflow.jobs
  defaults = Object.fromEntries(
    Object.entries(workflow.on.workflow_dispatch.inputs as Record<string, { default?: unknown }>).map(
      ([name, { default: text = "" }]) => [name, String(text)],
    ),
  )
})
afterAll(async () => {
  await host?.[Symbol.asyncDispose]()
  await remote?.[Symbol.asyncDispose]()
  await story?.[Symbol.asyncDispose]()
})

/** The few forms of expression that the file uses. */
function filled(
  text: string,
  inputs: Readonly<Record<string, string>>,
  secrets: Readonly<Record<string, string>>,
) {
  return String(text).replace(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => {
    if (expression === "github.token") return remote.token
    if (expression === "inputs.form == 'plan'") return String(inputs["form"] === "plan")
    if (expression === "inputs.to || inputs.host") return inputs["to"] || (inputs["host"] ?? "")
    const [kind, name = ""] = expression.split(".")
    const value = kind === "inputs" ? inputs[name] : secrets[name]
    if (value === undefined) throw new Error(`the workflow uses ${expression}, which is not there`)
    return value
  })
}

async function dispatch(given: Readonly<Record<string, string>>, cwd?: string) {
  const inputs = { ...defaults, ...given }
  const job = jobs[inputs["form"] === "bundle" ? "bundle" : "over-ssh"]
  const secrets: Record<string, string> =
    job?.environment === "restore"
      ? {
          PMTA_IDENTITY: await readFile(story.identityFile, "utf8"),
          PMTA_RESTORE_KEY: await readFile(story.sshKeyFile, "utf8"),
        }
      : {}
  const step = job?.steps.find(({ uses }) => uses.startsWith("pmta-vault/"))
  const own = Object.entries(step?.with ?? {}).map(([name, text]) => [name, filled(text, inputs, secrets)])
  return await action({ ...Object.fromEntries(own), vault: remote.url }, cwd === undefined ? {} : { cwd })
}

test("by default it shows the plan and writes nothing; apply needs the typed name and the plan", async () => {
  // A line of a host must not become a command of the runner, which trims blanks before it looks.
  await host.write("/etc/pmta/config", "# drifted\n  ::warning::from the host\n")
  const shown = await dispatch({ host: "mta1" })
  expect(shown.code, shown.stdout).toBe(0)
  const hash = /plan ([0-9a-f]{16})/.exec(shown.summary)?.[1] ?? ""
  expect(shown.summary).toContain("change    /etc/pmta/config")
  const [before = "", inside = ""] = shown.stdout.split(/^::stop-commands::/m)
  expect(before).not.toContain("from the host")
  const [token = ""] = inside.split("\n")
  expect(inside.slice(0, inside.indexOf(`\n::${token}::\n`))).toContain("::warning::from the host")
  expect((await host.read("/etc/pmta/config")).toString()).toContain("# drifted\n")
  for (const text of [shown.summary, shown.stdout]) expect(text).not.toContain("planted_secret_word")

  const careless = await dispatch({ host: "mta1", form: "apply", "plan-hash": hash })
  expect(careless.stdout).toContain("restore/not-confirmed")
  expect((await host.read("/etc/pmta/config")).toString()).toContain("# drifted\n")
  expect(careless.code).toBe(2)
  expect((await dispatch({ host: "mta1", form: "apply", confirm: "mta2", "plan-hash": hash })).code).toBe(2)

  const applied = await dispatch({ host: "mta1", form: "apply", confirm: "mta1", "plan-hash": hash })
  expect(applied.code, applied.stdout).toBe(0)
  expect((await host.read("/etc/pmta/config")).toString()).toBe(config)
  const identity = (await readFile(story.identityFile, "utf8")).trim()
  const said = applied.stdout.split("\n").filter(line => !line.startsWith("::add-mask::"))
  expect(said.join("\n") + applied.summary).not.toContain(identity)
})

test("the bundle comes without any secret of the environment", async () => {
  expect(JSON.stringify(jobs["bundle"])).not.toContain("secrets.")
  const workspace = join(story.directory, "workspace")
  await mkdir(workspace)
  const run = await dispatch({ host: "mta1", form: "bundle" }, workspace)
  expect(run.code, run.stdout).toBe(0)
  expect(await readdir(workspace)).toEqual(["restore.tar"])
  const upload = jobs["bundle"]?.steps.find(({ uses }) => uses.startsWith("actions/upload-artifact@"))
  expect(upload?.with["path"]).toBe("restore.tar")
})

test("a remote vault is verified like a local one", async () => {
  const run = await action({ command: "verify", vault: remote.url, token: remote.token })
  expect(run.code, run.stdout).toBe(0)
  expect(run.summary).toContain("all good")
})
