/** State in GitHub's shapes: a smallest valid answer of the description, filled with what is known. */
import { type operationFor, sampleItem } from "./contract.ts"
import type { Issue, Pull, State } from "./state.ts"

type Operation = NonNullable<ReturnType<typeof operationFor>>
type Shape = Record<string, unknown>

export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export const good = (status: number, body: unknown): Answer => ({ status, body })

export const failed = (status: number, message: string, errors?: readonly object[]): Answer => ({
  status,
  body: {
    message,
    ...(errors === undefined ? {} : { errors }),
    documentation_url: "https://docs.github.com/rest",
  },
})

export const invalid = (resource: string, error: object): Answer =>
  failed(422, "Validation Failed", [{ resource, ...error }])

export function pullAnswer(
  state: State,
  operation: Operation,
  status: number,
  pull: Pull,
  base: string,
): Shape {
  const shape = sampleItem(operation, status)
  const branch = (own: unknown, ref: string, sha: string, fork: string | null) => ({
    ...(own as Shape),
    ref,
    sha,
    label: `${state.owner}:${ref}`,
    repo: repoAnswer(fork ?? `${state.owner}/${state.repo}`, (own as Shape)["repo"]),
  })
  return {
    ...shape,
    number: pull.number,
    title: pull.title,
    body: pull.body,
    state: pull.state,
    html_url: `${base}/${state.owner}/${state.repo}/pull/${pull.number}`,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.state === "closed" ? pull.updatedAt : null,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommit,
    labels: pull.labels.map(name => ({ ...labelAnswer(name) })),
    head: branch(shape["head"], pull.head, pull.headSha, pull.fork),
    base: branch(shape["base"], "main", pull.headSha, null),
  }
}

export function issueAnswer(operation: Operation, status: number, issue: Issue): Shape {
  const shape = sampleItem(operation, status)
  const labels = issue.labels.map(name => labelAnswer(name))
  return { ...shape, number: issue.number, title: issue.title, body: issue.body, state: issue.state, labels }
}

/** An id says of which pull request a comment is, and its place there. */
export const commentsOfPull = 1000

export function commentAnswer(operation: Operation, pull: Pull, place: number): Shape {
  const shape = sampleItem(operation, operation.method === "POST" ? 201 : 200)
  const isOutsider = pull.outsiders.has(place)
  return {
    ...shape,
    id: pull.number * commentsOfPull + place,
    body: pull.comments[place],
    user: userAnswer(isOutsider ? "User" : "Bot"),
    author_association: "NONE",
  }
}

function userAnswer(type: "User" | "Bot"): Shape {
  const links = ["followers", "following", "gists", "starred", "subscriptions", "organizations", "repos"]
  const urls = [
    "avatar_url",
    "url",
    "html_url",
    ...[...links, "events", "received_events"].map(name => `${name}_url`),
  ]
  return {
    ...{ login: type === "Bot" ? "github-actions[bot]" : "somebody", id: 1, node_id: "U_1", gravatar_id: "" },
    ...Object.fromEntries(urls.map(name => [name, "https://github.invalid/user"])),
    ...{ type, site_admin: false },
  }
}

export const labelAnswer = (name: string): Shape => ({
  id: 1,
  node_id: "LA_1",
  url: `https://github.invalid/labels/${encodeURIComponent(name)}`,
  name,
  description: "",
  color: "ededed",
  default: false,
})

/** A repository has some ninety fields; a sample has them all. */
function repoAnswer(fullName: string, sample: unknown): Shape {
  return { ...(sample as Shape | null), name: fullName.split("/")[1], full_name: fullName }
}
