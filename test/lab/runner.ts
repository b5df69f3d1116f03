/**
 * Runs the jobs of a workflow file as written, one after the other, those of a matrix at the same time: GitHub's own
 * parser and expressions say what its steps are and what they are given, and the committed bundle runs as a child
 * process. Only steps that use this Action, or hand over artifacts, are known.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { data, Evaluator, Lexer, Parser, type wellKnownFunctions } from "@actions/expressions"
import {
  isBasicExpression,
  isMapping,
  isScalar,
  isSequence,
  NoOperationTraceWriter,
  parseWorkflow,
} from "@actions/workflow-parser"
import { parse } from "yaml"
import type { ArtifactService } from "./artifact-service.ts"
import { artifactStep, isArtifactStep } from "./artifact-steps.ts"
import { type ActionRun, action } from "./cli.ts"

export interface Event {
  readonly name: "schedule" | "workflow_dispatch" | "workflow_run"
  /** of a dispatch; its defaults are filled in, as GitHub does */
  readonly inputs?: Readonly<Record<string, string>>
  /** number of the run; default 42 */
  readonly run?: number
}

export interface Runner {
  readonly server: string
  readonly api: string
  /** `OWNER/NAME` */
  readonly repository: string
  readonly token: string
  readonly secrets: Readonly<Record<string, string>>
  /** for workflows that hand over artifacts */
  readonly artifacts?: ArtifactService
  /** Sees what a job's token may do, before its first step. */
  readonly grant: (permissions: Readonly<Record<string, string>>) => void
  /** A program that runs the Action in this job, such as one that kills it. */
  readonly through?: (job: string) => readonly string[]
}

export interface StepRun extends ActionRun {
  /** its name if it has one, else its id */
  readonly job: string
  readonly uses: string
  /** what the step was given by `with`, after its expressions */
  readonly given: Readonly<Record<string, string>>
}

const root = join(import.meta.dirname, "../..")
export const ownAction = "pmta-vault/pmta-vault"

type Token = Parameters<typeof isMapping>[0]
type Values = Readonly<Record<string, unknown>>

interface Finished {
  readonly result: "success" | "failure" | "skipped"
  readonly outputs: Readonly<Record<string, string>>
  readonly runs: readonly StepRun[]
}

/** @returns the steps that ran; a step that fails ends its job, but for those that ask for it */
export async function runWorkflow(file: string, event: Event, runner: Runner): Promise<readonly StepRun[]> {
  const content = await readFile(join(root, file), "utf8")
  const { value, context } = parseWorkflow({ name: file, content }, new NoOperationTraceWriter())
  const faults = context.errors.getErrors().map(error => error.message)
  if (value === undefined || faults.length > 0) throw new Error(`${file}: ${faults.join("; ")}`)
  const workflow = entriesOf(value)
  const finished = new Map<string, Finished>()
  for (const [name, job] of Object.entries(entriesOf(workflow["jobs"]))) {
    const parts = entriesOf(job)
    const names = needsOf(parts["needs"])
    const needs = Object.fromEntries(
      names.map(need => {
        const before = finished.get(need)
        if (before === undefined) throw new Error(`${file}: ${name} stands before ${need}, which it needs`)
        return [need, { result: before.result, outputs: before.outputs }]
      }),
    )
    const contexts = { ...contextsOf(event, inputsOf(workflow, event), runner, name), needs }
    const isFailed = Object.values(needs).some(({ result }) => result !== "success")
    if (!isWanted(parts["if"], contexts, isFailed)) {
      finished.set(name, { result: "skipped", outputs: {}, runs: [] })
      continue
    }
    runner.grant(textsOf(parts["permissions"] ?? workflow["permissions"], {}))
    const matrix = entriesOf(parts["strategy"])["matrix"]
    const combinations = matrix === undefined ? [{}] : combinationsOf(matrix, contexts)
    const all = await Promise.all(
      combinations.map(async matrix => {
        const own = { ...contexts, matrix }
        return await runJob(textOf(parts["name"], own) || name, parts, own, event, runner)
      }),
    )
    finished.set(name, {
      result: all.every(({ result }) => result === "success") ? "success" : "failure",
      outputs: Object.assign({}, ...all.map(({ outputs }) => outputs)),
      runs: all.flatMap(({ runs }) => runs),
    })
  }
  return [...finished.values()].flatMap(({ runs }) => runs)
}

async function runJob(
  name: string,
  parts: Record<string, Token>,
  contexts: Values,
  event: Event,
  runner: Runner,
): Promise<Finished> {
  const workspace = await mkdtemp(join(tmpdir(), "pmta-lab-job-"))
  const runs: StepRun[] = []
  const steps: Record<string, { readonly outputs: Readonly<Record<string, string>> }> = {}
  let isFailed = false
  try {
    for (const step of itemsOf(parts["steps"])) {
      const own = entriesOf(step)
      const all = { ...contexts, steps }
      if (!isWanted(own["if"], all, isFailed)) continue
      const uses = textOf(own["uses"], all)
      const given = textsOf(own["with"], all)
      const run = await runStep(uses, given, name, all, workspace, event, runner)
      runs.push({ ...run, job: name, uses, given })
      steps[textOf(own["id"], all)] = { outputs: run.outputs }
      isFailed ||= run.code !== 0
    }
    const outputs = textsOf(parts["outputs"], { ...contexts, steps })
    return { result: isFailed ? "failure" : "success", outputs, runs }
  } finally {
    await rm(workspace, { recursive: true, force: true })
  }
}

async function runStep(
  uses: string,
  given: Readonly<Record<string, string>>,
  job: string,
  contexts: Values,
  workspace: string,
  event: Event,
  runner: Runner,
): Promise<ActionRun> {
  const [used = ""] = uses.split("@")
  if (isArtifactStep(used) && runner.artifacts !== undefined) {
    const run = await artifactStep(used, given, runner.artifacts.environment(event.run ?? 42), workspace)
    return { ...run, outputs: {}, summary: "", exported: {}, state: {} }
  }
  if (used !== ownAction) throw new Error(`this runner knows no ${uses}`)
  const through = runner.through?.(job) ?? []
  const inputs = { ...(await defaultInputs(contexts)), ...given }
  return await action(inputs, { env: variables(event, runner, job), cwd: workspace, through })
}

function needsOf(token: Token | undefined): readonly string[] {
  if (token === undefined) return []
  return isSequence(token) ? itemsOf(token).map(String) : [String(token)]
}

/** Of a matrix that is one expression, which gives `include`. */
function combinationsOf(token: Token, contexts: Values): readonly Values[] {
  if (!isBasicExpression(token)) throw new Error("this runner knows no matrix but one by an expression")
  const { include } = JSON.parse(evaluated(`toJSON(${token.expression})`, contexts)) as {
    readonly include: readonly Values[]
  }
  return include
}

/** Without a word of its own on failures, a condition holds while nothing failed. */
function isWanted(token: Token | undefined, contexts: Values, isFailed: boolean): boolean {
  const text = token === undefined ? "" : isBasicExpression(token) ? token.expression : String(token)
  const speaks = /\b(success|failure|always|cancelled)\(/.test(text)
  const condition = speaks ? text : text === "" ? "success()" : `success() && (${text})`
  return evaluated(`!!(${condition})`, contexts, isFailed) === "true"
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
      ...{ run_id: String(event.run ?? 42), run_attempt: "1", ref: "refs/heads/main", event: { inputs } },
    },
    secrets: { ...secrets, GITHUB_TOKEN: token },
    inputs: event.name === "workflow_dispatch" ? inputs : {},
    ...{ env: {}, vars: {}, steps: {}, needs: {}, matrix: {}, job: { status: "success" } },
    runner: { os: "Linux", arch: "X64" },
  }
}

function variables(
  { name, run = 42 }: Event,
  { server, api, repository }: Runner,
  job: string,
): NodeJS.ProcessEnv {
  return {
    ...{ GITHUB_SERVER_URL: server, GITHUB_API_URL: api, GITHUB_REPOSITORY: repository },
    ...{
      GITHUB_EVENT_NAME: name,
      GITHUB_JOB: job,
      GITHUB_RUN_ID: String(run),
      GITHUB_REF: "refs/heads/main",
    },
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

function evaluated(text: string, contexts: Values, isFailed = false): string {
  const { tokens } = new Lexer(text).lex()
  const functions = statusFunctions(isFailed)
  const expression = new Parser(tokens, Object.keys(contexts), functions).parse()
  const dictionary = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary
  const byName = new Map(functions.map(one => [one.name, one]))
  return new Evaluator(expression, dictionary, byName).evaluate().coerceString()
}

function statusFunctions(isFailed: boolean): (typeof wellKnownFunctions)[string][] {
  const answers = { success: !isFailed, failure: isFailed, always: true, cancelled: false }
  return Object.entries(answers).map(([name, answer]) => ({
    ...{ name, minArgs: 0, maxArgs: 0 },
    call: () => new data.BooleanData(answer),
  }))
}
