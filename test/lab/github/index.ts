/**
 * A stand-in for GitHub, and no more than that: one loopback server per test. Its repository is a real bare one
 * behind `git http-backend`; its REST API knows the requests of this project, and holds requests and answers
 * against GitHub's published OpenAPI description, so that it cannot drift from the real one silently.
 */
import { mkdtemp, rm } from "node:fs/promises"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { succeed } from "../child.ts"
import { bareRepository, closed, isAllowed, refuse, serveGit } from "../git-http.ts"
import { type Answer, failed } from "./answers.ts"
import { type Asked, faultsOfRequest, faultsOfResponse, operationFor } from "./contract.ts"
import { answerTo } from "./rest.ts"
import { followRefs, type Issue, type Pull, type State, tick } from "./state.ts"

/** What happens to a request instead of an answer: a status of its own, a cut line, or silence. */
export type Fault = Answer | "drop" | "hang"

export interface GitHubStandIn extends AsyncDisposable {
  /** as `GITHUB_SERVER_URL` and `GITHUB_API_URL` */
  readonly server: string
  readonly api: string
  /** `OWNER/NAME` */
  readonly repository: string
  /** the repository's address for git and for `vault` */
  readonly url: string
  readonly bareDir: string
  readonly token: string
  readonly pulls: readonly Pull[]
  readonly issues: readonly Issue[]
  readonly labels: ReadonlySet<string>
  readonly verified: ReadonlySet<string>
  readonly rules: State["rules"]
  /** API requests so far, as `POST /pulls`, in order */
  readonly calls: readonly string[]
  /** how often git pushed */
  readonly pushes: number
  /** where requests or answers were not as GitHub describes them; tests want none */
  readonly violations: readonly string[]
  /** Asked for each API request; null: all is well. */
  fault: (call: string) => Fault | null
  git(...args: readonly string[]): Promise<string>
  /** From here on pushes to `drift/*` need signed commits, which only the API makes. */
  requireSignedCommits(): Promise<void>
  /** What people do with the buttons of a pull request. */
  merge(number: number, how?: MergeMethod): Promise<void>
  close(number: number, options?: { readonly deleteBranch?: boolean }): Promise<void>
  /** Brings pull requests up to date with pushes. */
  settle(): Promise<void>
}

/** The three buttons of GitHub; `blank-squash`: with "pull request title" alone as its message. */
export type MergeMethod = "merge" | "squash" | "blank-squash" | "rebase"

const owner = "example"
const repo = "vault"
const who = ["-c", "user.name=A Person", "-c", "user.email=person@example.com"]

export async function githubStandIn(): Promise<GitHubStandIn> {
  const token = "ghs_lab_token_of_the_stand_in_0123456789"
  const top = await mkdtemp(join(tmpdir(), `pmta-lab-github-${process.pid}-`))
  const repository = await bareRepository(top, `${owner}/${repo}.git`)
  const state: State = {
    ...{ owner, repo, repository, pulls: [], issues: [], labels: new Set(), verified: new Set(), clock: 0 },
    rules: {
      ...{ actionsMayCreatePulls: true, mayWritePulls: true, mayUseIssues: true, hasIssues: true },
      ...{ makesLabels: true, collaborators: [] },
    },
  }
  const calls: string[] = []
  const violations: string[] = []
  let pushes = 0
  const prefix = `/repos/${owner}/${repo}`

  async function api(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const text = await bodyOf(request)
    const body = text === "" ? undefined : (JSON.parse(text) as Record<string, unknown>)
    const path = url.pathname.replace("/api/v3", "")
    const asked: Asked = { method: request.method ?? "GET", path, query: url.searchParams, body }
    const call = `${asked.method} ${path.replace(prefix, "")}`
    calls.push(call)
    const fault = own.fault(call)
    if (fault === "hang") return
    if (fault === "drop") return void response.destroy()
    if (fault !== null) return send(response, fault)
    const given = /^(?:bearer|token) (.*)$/i.exec(request.headers.authorization ?? "")?.[1]
    if (given !== token) return send(response, failed(401, "Bad credentials"))
    const operation = operationFor(asked)
    if (operation === null || !path.startsWith(prefix)) {
      if (path.startsWith(prefix)) violations.push(`${call}: GitHub's description, as cut, has no such thing`)
      return send(response, failed(404, "Not Found"))
    }
    violations.push(...faultsOfRequest(operation, asked).map(what => `${call}: request: ${what}`))
    const words = operation.pattern.exec(path) ?? []
    const last = decodeURIComponent(words.at(-1) ?? "")
    const number = Number(words[3])
    const details = { operation, body: body ?? {}, base: serverUrl(), last, number }
    const answer = await answerTo(state, { ...asked, ...details })
    const wrong = faultsOfResponse(operation, answer.status, answer.body)
    violations.push(...wrong.map(what => `${call}: answer: ${what}`))
    send(response, answer)
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost")
    if (url.pathname.startsWith("/api/v3/")) {
      api(request, response, url).catch(error => {
        violations.push(`the stand-in failed: ${error}`)
        response.destroy()
      })
      return
    }
    if (!isAllowed(request.headers.authorization, token)) return refuse(response)
    if (request.method === "POST" && url.pathname.endsWith("/git-receive-pack")) pushes++
    // As on GitHub, `.git` may be left out.
    const path = url.pathname.replace(
      new RegExp(`^/${owner}/${repo}(?:\\.git)?(?=/)`),
      `/${owner}/${repo}.git`,
    )
    serveGit(request, response, { env: repository.env, cutAfterBytes: null, path })
  })
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve))
  const serverUrl = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const pullAt = (number: number): Pull => {
    const pull = state.pulls.find(candidate => candidate.number === number)
    if (pull === undefined) throw new Error(`there is no pull request #${number}`)
    return pull
  }

  const own: GitHubStandIn = {
    server: serverUrl(),
    api: `${serverUrl()}/api/v3`,
    repository: `${owner}/${repo}`,
    url: `${serverUrl()}/${owner}/${repo}`,
    bareDir: repository.bareDir,
    token,
    ...{ pulls: state.pulls, issues: state.issues, labels: state.labels, verified: state.verified },
    ...{ rules: state.rules, calls, violations, fault: () => null, git: repository.git },
    get pushes() {
      return pushes
    },
    requireSignedCommits: () => repository.hook(signedOnly),
    async merge(number, how = "merge") {
      const pull = pullAt(number)
      const heads = await followRefs(state)
      const main = heads.get("refs/heads/main") ?? ""
      const tree = (await repository.git("merge-tree", "--write-tree", main, pull.headSha)).trim()
      // As GitHub does with a pull request of one commit.
      const own = (format: string) => repository.git("log", "-1", `--format=${format}`, pull.headSha)
      const { words, parents } = {
        merge: {
          words: `Merge pull request #${number} from ${owner}/${pull.head}\n\n${pull.title}`,
          parents: [main, pull.headSha],
        },
        squash: { words: `${(await own("%s")).trim()} (#${number})\n\n${await own("%b")}`, parents: [main] },
        "blank-squash": { words: `${pull.title} (#${number})`, parents: [main] },
        rebase: { words: await own("%B"), parents: [main] },
      }[how]
      const written = how === "rebase" ? { GIT_AUTHOR_DATE: (await own("%aI")).trim() } : {}
      const commit = (
        await succeed(
          "git",
          [
            ...["-C", repository.bareDir, ...who, "commit-tree", tree],
            ...parents.flatMap(parent => ["-p", parent]),
            ...["-m", words.trim()],
          ],
          { env: { ...repository.env, ...written } },
        )
      )
        .toString()
        .trim()
      await repository.git("update-ref", "refs/heads/main", commit, main)
      pull.mergeCommit = commit
      pull.mergedAt = new Date().toISOString()
      pull.updatedAt = tick(state)
      pull.state = "closed"
    },
    async close(number, { deleteBranch = false } = {}) {
      const pull = pullAt(number)
      pull.state = "closed"
      pull.updatedAt = tick(state)
      if (deleteBranch) await repository.git("update-ref", "-d", `refs/heads/${pull.head}`)
    },
    settle: async () => void (await followRefs(state)),
    async [Symbol.asyncDispose]() {
      await closed(server)
      await rm(top, { recursive: true, force: true, maxRetries: 3 })
    },
  }
  await firstCommit(own)
  return own
}

/** As a repository that was made with a README. */
async function firstCommit({ git }: GitHubStandIn): Promise<void> {
  const tree = (await git("hash-object", "-t", "tree", "-w", "/dev/null")).trim()
  const commit = (await git(...who, "commit-tree", tree, "-m", "Begin")).trim()
  await git("update-ref", "refs/heads/main", commit)
}

/** Of GitHub's words, what a push is told by a ruleset. */
const signedOnly = `while read old new ref; do
  case "$new $ref" in
    0000000*) ;;
    *refs/heads/drift/*)
      echo "error: GH013: Repository rule violations found for $ref." >&2
      echo "Review all repository rules at https://github.invalid/rules" >&2
      echo "- Commits must have verified signatures." >&2
      exit 1;;
  esac
done`

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString("utf8")
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers })
  response.end(JSON.stringify(body))
}
