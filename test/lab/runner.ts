/**
 * Runs the jobs of a workflow file as written: GitHub's own parser and expressions say what its steps are and
 * what they are given, and the committed bundle runs as a child process. Only steps that use this Action are known.
 */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { data, Evaluator, Lexer, Parser } from "@actions/expressions"
import {
  isBasicExpression,
  isMapping,
  isScalar,
  isSequence,
  NoOperationTraceWriter,
  parseWorkflow,
} from "@actions/workflow-parser"
import { parse } from "yaml"
import { type ActionRun, action } from "./cli.ts"

export interface Event {
  readonly name: "schedule" | "workflow_dispatch"
  /** of a dispatch; its defaults are filled in, as GitHub does */
  readonly inputs?: Readonly<Record<string, string>>
}

export interface Runner {
  readonly server: string
  readonly api: string
  /** `OWNER/NAME` */
  readonly repository: string
  readonly token: string
  readonly secrets: Readonly<Record<string, string>>
  /** Sees what a job's token may do, before its first step. */
  readonly grant: (permissions: Readonly<Record<string, string>>) => void
}

export interface StepRun extends ActionRun {
  readonly job: string
  readonly uses: string
  /** what the step was given by `with`, after its expressions */
  readonly given: Readonly<Record<string, string>>
}

const root = join(import.meta.dirname, "../..")
export const ownAction = "pmta-vault/pmta-vault"

type Token = Parameters<typeof isMapping>[0]
type Values = Readonly<Record<string, unknown>>

/** @returns the steps that ran; a step that fails ends its job */
export async function runWorkflow(file: string, event: Event, runner: Runner): Promise<readonly StepRun[]> {
  const content = await readFile(join(root, file), "utf8")
  const { value, context } = parseWorkflow({ name: file, content }, new NoOperationTraceWriter())
  const faults = context.errors.getErrors().map(error => error.message)
  if (value === undefined || faults.length > 0) throw new Error(`${file}: ${faults.join("; ")}`)
  const workflow = entriesOf(value)
  const runs: StepRun[] = []
  for (const [name, job] of Object.entries(entriesOf(workflow["jobs"]))) {
    const parts = entriesOf(job)
    runner.grant(textsOf(parts["permissions"] ?? workflow["permissions"], {}))
    const contexts = contextsOf(event, inputsOf(workflow, event), runner, name)
    for (const step of itemsOf(parts["steps"])) {
      const own = entriesOf(step)
      if (own["if"] !== undefined && textOf(own["if"], contexts) !== "true") continue
      const uses = textOf(own["uses"], contexts)
      if (!uses.startsWith(`${ownAction}@`)) throw new Error(`${file}: this runner knows no ${uses}`)
      const given = textsOf(own["with"], contexts)
      const run = await action(
        { ...(await defaultInputs(contexts)), ...given },
        { env: variables(event, runner, name) },
      )
      runs.push({ ...run, job: name, uses, given })
      if (run.code !== 0) break
    }
  }
  return runs
}

/** What `action.yml` says of inputs that nobody gave; the runner passes all of them. */
async function defaultInputs(contexts: Values): Promise<Record<string, string>> {
  const manifest = parse(await readFile(join(root, "action.yml"), "utf8")) as {
    readonly inputs: Readonly<Record<string, { readonly default?: string }>>
  }
  return Object.fromEntries(
    Object.entries(manifest.inputs).map(([name, input]) => [
      name,
      (input.default ?? "").replaceAll(/\$\{\{(.*?)\}\}/g, (_, text: string) => evaluated(text, contexts)),
    ]),
  )
}

function contextsOf(event: Event, inputs: Values, runner: Runner, job: string): Values {
  const { server, api, repository, token, secrets } = runner
  const [repository_owner] = repository.split("/")
  return {
    github: {
      ...{
        server_url: server,
        api_url: api,
        repository,
        repository_owner,
        token,
        job,
        event_name: event.name,
      },
      ...{ run_id: "42", run_attempt: "1", ref: "refs/heads/main", event: { inputs } },
    },
    secrets: { ...secrets, GITHUB_TOKEN: token },
    inputs: event.name === "workflow_dispatch" ? inputs : {},
    ...{ env: {}, vars: {}, steps: {}, needs: {}, job: { status: "success" } },
    runner: { os: "Linux", arch: "X64" },
  }
}

function variables({ name }: Event, { server, api, repository }: Runner, job: string): NodeJS.ProcessEnv {
  return {
    ...{ GITHUB_SERVER_URL: server, GITHUB_API_URL: api, GITHUB_REPOSITORY: repository },
    ...{ GITHUB_EVENT_NAME: name, GITHUB_JOB: job, GITHUB_RUN_ID: "42", GITHUB_REF: "refs/heads/main" },
  }
}

function inputsOf(workflow: Record<string, Token>, { name, inputs = {} }: Event): Values {
  if (name !== "workflow_dispatch") return {}
  const dispatch = entriesOf(entriesOf(workflow["on"])["workflow_dispatch"])
  const defined = Object.entries(entriesOf(dispatch["inputs"])).map(([key, input]) => {
    const standard = entriesOf(input)["default"]
    return [key, inputs[key] ?? (standard === undefined ? "" : textOf(standard, {}))] as const
  })
  return Object.fromEntries(defined)
}

function entriesOf(token: Token | undefined): Record<string, Token> {
  if (token === undefined || !isMapping(token)) return {}
  return Object.fromEntries([...token].map(({ key, value }) => [String(key), value]))
}

function itemsOf(token: Token | undefined): readonly Token[] {
  return token !== undefined && isSequence(token) ? [...token] : []
}

function textsOf(token: Token | undefined, contexts: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(entriesOf(token)).map(([key, value]) => [key, textOf(value, contexts)]),
  )
}

function textOf(token: Token | undefined, contexts: Values): string {
  if (token === undefined) return ""
  if (isBasicExpression(token)) return evaluated(token.expression, contexts)
  return isScalar(token) ? token.toString() : ""
}

function evaluated(text: string, contexts: Values): string {
  const { tokens } = new Lexer(text).lex()
  const names = Object.keys(contexts)
  const expression = new Parser(tokens, names, []).parse()
  const dictionary = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary
  return new Evaluator(expression, dictionary).evaluate().coerceString()
}
