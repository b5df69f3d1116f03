/** The workflows that people copy: what they may do, and that the Action takes what they say. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { parse } from "yaml"
import { actionInputs } from "../src/settings.ts"

type Env = Readonly<Record<string, string>>
interface Step {
  readonly uses?: string
  readonly env?: Env
  readonly with?: Readonly<Record<string, string>>
}
interface Workflow {
  readonly on: { readonly schedule?: readonly { readonly cron: string }[] }
  readonly permissions: object
  readonly concurrency: { readonly group: string }
  readonly env?: Env
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly permissions: Readonly<Record<string, string>>
        readonly environment?: string
        readonly env?: Env
        readonly steps: readonly Step[]
      }
    >
  >
}

const root = join(import.meta.dirname, "../workflows")
const names = readdirSync(root)
const workflow = (name: string) => parse(readFileSync(join(root, name), "utf8")) as Workflow

test.each(names)(
  "%s grants nothing to the whole, pins what it runs, and says only what the Action takes",
  name => {
    const { permissions, jobs } = workflow(name)
    expect(permissions).toEqual({})
    const steps = Object.values(jobs).flatMap(job => job.steps)
    expect(steps.length).toBeGreaterThan(0)
    for (const step of steps) {
      if (step.uses !== undefined) expect(step.uses).toMatch(/@[0-9a-f]{40}$/)
      if (!step.uses?.startsWith("pmta-vault/")) continue
      const known = actionInputs.map(input => input.name)
      expect(Object.keys(step.with ?? {}).filter(input => !known.includes(input))).toEqual([])
    }
  },
)

test("an identity is handed only to steps that restore or drill, in jobs with an environment of their own", () => {
  const given: string[] = []
  for (const name of names) {
    const { jobs, env = {} } = workflow(name)
    for (const [job, { steps, environment, env: ofJob = {} }] of Object.entries(jobs)) {
      for (const step of steps) {
        const { command = "backup", ...inputs } = step.with ?? {}
        const texts = [env, ofJob, step.env ?? {}, inputs].flatMap(Object.entries).flat()
        if (!texts.some(text => /identity/i.test(String(text)))) continue
        given.push(`${name} ${job} ${command} ${environment ?? "no environment"}`)
      }
    }
  }
  expect(given).toEqual(["drill.yml drill drill drill", "restore.yml over-ssh restore restore"])
})

test("the watchdog is scheduled apart from the backup, waits for none, and can write issues only", () => {
  const [backup, watchdog] = [workflow("backup.yml"), workflow("watchdog.yml")]
  expect(watchdog.concurrency.group).not.toBe(backup.concurrency.group)
  const minutes = (of: Workflow) => of.on.schedule?.map(({ cron }) => cron.split(" ")[0])
  expect(minutes(watchdog)).not.toEqual(minutes(backup))
  expect(Object.values(watchdog.jobs).map(job => job.permissions)).toEqual([
    { contents: "read", "pull-requests": "read", issues: "write" },
  ])
})
