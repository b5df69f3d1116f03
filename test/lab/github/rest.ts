/** What GitHub's REST API does with the requests that this project makes, its refusals included. */
import {
  type Answer,
  commentAnswer,
  commentsOfPull,
  failed,
  good,
  invalid,
  issueAnswer,
  labelAnswer,
  pullAnswer,
} from "./answers.ts"
import { type Asked, type operationFor, sampleAnswer } from "./contract.ts"
import { followRefs, nextNumber, type Pull, type State, tick } from "./state.ts"
import { newTree, type TreeItem, wrongItem } from "./trees.ts"

type Operation = NonNullable<ReturnType<typeof operationFor>>
type Body = Readonly<Record<string, unknown>>

interface Request extends Asked {
  readonly operation: Operation
  readonly body: Body
  /** address of the server */
  readonly base: string
  /** the last parameter of the path */
  readonly last: string
  readonly number: number
}

const maxBody = 65_536
const maxTitle = 256
const notHere = failed(404, "Not Found")
const forbidden = failed(403, "Resource not accessible by integration")

export async function answerTo(state: State, request: Request): Promise<Answer> {
  const heads = await followRefs(state)
  const name = `${request.method} ${request.operation.path.replace("/repos/{owner}/{repo}", "")}`
  const handler = handlers[name]
  return handler === undefined ? notHere : await handler(state, request, heads)
}

type Handler = (
  state: State,
  request: Request,
  heads: ReadonlyMap<string, string>,
) => Answer | Promise<Answer>

const handlers: Readonly<Record<string, Handler>> = {
  "GET /pulls": (state, { operation, query, base }) => {
    const wanted = query.get("state") ?? "open"
    const head = query.get("head")
    const found = state.pulls
      .filter(pull => wanted === "all" || pull.state === wanted)
      .filter(pull => head === null || head === `${state.owner}:${pull.head}`)
      .toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1))
    return good(
      200,
      page(found, query).map(pull => pullAnswer(state, operation, 200, pull, base)),
    )
  },
  "POST /pulls": createPull,
  "PATCH /pulls/{pull_number}": (state, { operation, body, number, base }) => {
    if (!state.rules.mayWritePulls) return forbidden
    const pull = pullAt(state, number)
    if (pull === undefined) return notHere
    const fault = textFault("PullRequest", body)
    if (fault !== null) return fault
    pull.title = String(body["title"] ?? pull.title)
    pull.body = String(body["body"] ?? pull.body)
    if (body["state"] !== undefined && pull.mergedAt === null) pull.state = body["state"] as Pull["state"]
    pull.updatedAt = tick(state)
    return good(200, pullAnswer(state, operation, 200, pull, base))
  },
  "POST /pulls/{pull_number}/requested_reviewers": (state, { operation, body, number, base }) => {
    const pull = pullAt(state, number)
    if (pull === undefined) return notHere
    const users = (body["reviewers"] ?? []) as string[]
    const strangers = users.filter(user => !state.rules.collaborators.includes(user))
    if (strangers.length > 0)
      return failed(
        422,
        "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the example/vault repository.",
      )
    pull.reviewers.push(...users)
    return good(201, pullAnswer(state, operation, 201, pull, base))
  },
  "POST /issues/{issue_number}/comments": (state, { operation, body, number }) => {
    const pull = pullAt(state, number)
    if (pull === undefined) return notHere
    if (!state.rules.mayWritePulls) return forbidden
    const fault = textFault("IssueComment", body)
    if (fault !== null) return fault
    pull.comments.push(String(body["body"]))
    pull.updatedAt = tick(state)
    return good(201, commentAnswer(operation, pull, pull.comments.length - 1))
  },
  "GET /issues/{issue_number}/comments": (state, { operation, query, number }) => {
    const pull = pullAt(state, number)
    if (pull === undefined) return notHere
    const comments = pull.comments.map((_, place) => commentAnswer(operation, pull, place))
    return good(200, page(comments, query))
  },
  "PATCH /issues/comments/{comment_id}": (state, { operation, body, last }) => {
    const [number, place] = [Math.floor(Number(last) / commentsOfPull), Number(last) % commentsOfPull]
    const pull = pullAt(state, number)
    if (pull?.comments[place] === undefined) return notHere
    if (!state.rules.mayWritePulls) return forbidden
    pull.comments[place] = String(body["body"])
    pull.updatedAt = tick(state)
    return good(200, commentAnswer(operation, pull, place))
  },
  "POST /issues/{issue_number}/labels": (state, { body, number }) => {
    const pull = pullAt(state, number)
    if (pull === undefined) return notHere
    const names = body["labels"] as string[]
    if (!state.rules.makesLabels && names.some(name => !state.labels.has(name))) return notHere
    for (const name of names) state.labels.add(name)
    pull.labels = [...new Set([...pull.labels, ...names])]
    return good(200, pull.labels.map(labelAnswer))
  },
  "POST /labels": (state, { body }) => {
    const name = String(body["name"])
    if (state.labels.has(name)) return invalid("Label", { code: "already_exists", field: "name" })
    state.labels.add(name)
    return good(201, labelAnswer(name))
  },
  "GET /issues": (state, { operation, query }) => {
    const refusal = issueRefusal(state)
    if (refusal !== null) return refusal
    const label = query.get("labels") ?? ""
    const found = state.issues.filter(({ labels }) => labels.includes(label))
    return good(
      200,
      page(found.toReversed(), query).map(issue => issueAnswer(operation, 200, issue)),
    )
  },
  "POST /issues": (state, { operation, body }) => {
    const refusal = issueRefusal(state) ?? textFault("Issue", body)
    if (refusal !== null) return refusal
    const labels = (body["labels"] ?? []) as string[]
    const texts = { title: String(body["title"]), body: String(body["body"] ?? "") }
    const issue = { number: nextNumber(state), ...texts, state: "open" as const, labels }
    state.issues.push(issue)
    return good(201, issueAnswer(operation, 201, issue))
  },
  "PATCH /issues/{issue_number}": (state, { operation, body, number }) => {
    const issue = state.issues.find(candidate => candidate.number === number)
    if (issue === undefined) return notHere
    const fault = textFault("Issue", body)
    if (fault !== null) return fault
    issue.body = String(body["body"] ?? issue.body)
    issue.state = (body["state"] ?? issue.state) as "open" | "closed"
    return good(200, issueAnswer(operation, 200, issue))
  },
  "GET /commits/{ref}": async (state, { operation, last }, heads) => {
    const sha = heads.get(`refs/${last}`)
    if (sha === undefined) return failed(422, `No commit found for SHA: ${last}`)
    const tree = (await state.repository.git("rev-parse", `${sha}^{tree}`)).trim()
    const shape = sampleAnswer(operation, 200) as { commit: { tree: object } }
    const commit = { ...shape.commit, tree: { ...shape.commit.tree, sha: tree } }
    return good(200, { ...shape, sha, commit })
  },
  "POST /git/trees": async (state, { operation, body }) => {
    const items = body["tree"] as TreeItem[]
    const wrong = await wrongItem(state.repository, items)
    if (wrong !== null) return failed(422, wrong)
    const sha = await newTree(state.repository, String(body["base_tree"]), items)
    return good(201, { ...(sampleAnswer(operation, 201) as object), sha, tree: [] })
  },
  "POST /git/commits": async (state, { operation, body }) => {
    const parents = (body["parents"] as string[]).flatMap(parent => ["-p", parent])
    const who = ["-c", "user.name=github-actions[bot]", "-c", "user.email=bot@github.invalid"]
    const message = ["-m", String(body["message"])]
    const made = await state.repository.git(
      ...who,
      "commit-tree",
      String(body["tree"]),
      ...parents,
      ...message,
    )
    const sha = made.trim()
    // GitHub signs what has no author of its own.
    if (body["author"] === undefined && body["committer"] === undefined) state.verified.add(sha)
    return good(201, { ...(sampleAnswer(operation, 201) as object), sha })
  },
  "POST /git/refs": async (state, { operation, body }, heads) => {
    const ref = String(body["ref"])
    if (heads.has(ref)) return failed(422, "Reference already exists")
    await state.repository.git("update-ref", ref, String(body["sha"]))
    return good(201, refAnswer(operation, 201, ref, body))
  },
  "PATCH /git/refs/{ref}": async (state, { operation, body, last }, heads) => {
    if (!heads.has(`refs/${last}`)) return failed(422, "Reference does not exist")
    await state.repository.git("update-ref", `refs/${last}`, String(body["sha"]))
    return good(200, refAnswer(operation, 200, `refs/${last}`, body))
  },
}

async function createPull(
  state: State,
  { operation, body, base }: Request,
  heads: ReadonlyMap<string, string>,
): Promise<Answer> {
  if (!state.rules.actionsMayCreatePulls)
    return failed(403, "GitHub Actions is not permitted to create or approve pull requests.")
  if (!state.rules.mayWritePulls) return forbidden
  const head = String(body["head"]).replace(`${state.owner}:`, "")
  const headSha = heads.get(`refs/heads/${head}`)
  if (headSha === undefined) return invalid("PullRequest", { field: "head", code: "invalid" })
  const custom = (message: string) => invalid("PullRequest", { code: "custom", message })
  if (state.pulls.some(pull => pull.state === "open" && pull.head === head))
    return custom(`A pull request already exists for ${state.owner}:${head}.`)
  const main = heads.get("refs/heads/main") ?? ""
  const ahead = (await state.repository.git("rev-list", "--count", `${main}..${headSha}`)).trim()
  if (ahead === "0") return custom(`No commits between main and ${head}`)
  const fault = textFault("PullRequest", body)
  if (fault !== null) return fault
  const now = tick(state)
  const pull: Pull = {
    number: nextNumber(state),
    title: String(body["title"]),
    body: String(body["body"] ?? ""),
    ...{
      head,
      fork: null,
      headSha,
      state: "open",
      mergedAt: null,
      mergeCommit: null,
      createdAt: now,
      updatedAt: now,
    },
    ...{ labels: [], reviewers: [], comments: [], outsiders: new Set<number>() },
  }
  state.pulls.push(pull)
  return good(201, pullAnswer(state, operation, 201, pull, base))
}

function refAnswer(operation: Operation, status: number, ref: string, { sha }: Body): object {
  const shape = sampleAnswer(operation, status) as { readonly object: object }
  return { ...shape, ref, object: { ...shape.object, sha } }
}

function textFault(resource: string, body: Body): Answer | null {
  const [title, text] = [String(body["title"] ?? ""), String(body["body"] ?? "")]
  const tooLong = (field: string, most: number) =>
    invalid(resource, {
      code: "custom",
      field,
      message: `${field} is too long (maximum is ${most} characters)`,
    })
  if (title.length > maxTitle) return tooLong("title", maxTitle)
  return text.length > maxBody ? tooLong("body", maxBody) : null
}

function issueRefusal({ rules }: State): Answer | null {
  if (!rules.hasIssues) return failed(410, "Issues has been disabled in this repository.")
  return rules.mayUseIssues ? null : forbidden
}

function page<T>(items: readonly T[], query: URLSearchParams): readonly T[] {
  const size = Number(query.get("per_page") ?? 30)
  const number = Number(query.get("page") ?? 1)
  return items.slice((number - 1) * size, number * size)
}

const pullAt = (state: State, number: number) => state.pulls.find(pull => pull.number === number)
