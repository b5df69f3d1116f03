import { getOctokit } from "@actions/github"
import { retry } from "@octokit/plugin-retry"
import { Problem } from "../../core/problem.ts"
import type { Repository } from "./service.ts"

/** An artifact of any run, as GitHub lists it. */
export interface ListedArtifact {
  readonly id: number
  readonly run: number
  readonly name: string
  /** `sha256:` and hex digits; null for artifacts of old clients */
  readonly digest: string | null
  /** whether its run was of a fork, whose owner may put anything under any name */
  readonly isForeign: boolean
  readonly isExpired: boolean
  /** ISO 8601; null when GitHub does not say */
  readonly createdAt: string | null
  readonly expiresAt: string | null
}

/** The artifacts of all runs of a repository, by REST: needs a token with `actions: read`. */
export interface Catalogue {
  /** oldest first */
  named(name: string, signal: AbortSignal): Promise<readonly ListedArtifact[]>
  byId(id: number, signal: AbortSignal): Promise<ListedArtifact | null>
  all(signal: AbortSignal): AsyncIterable<ListedArtifact>
  /** What is not there is no fault. Needs `actions: write`. */
  remove(id: number, signal: AbortSignal): Promise<void>
}

type Octokit = ReturnType<typeof getOctokit>
type Answer = Awaited<ReturnType<Octokit["rest"]["actions"]["getArtifact"]>>["data"]

const perPage = 100

export function catalogue(token: string, repository: Repository): Catalogue {
  const github = getOctokit(token, {}, retry)
  const where = `${repository.owner}/${repository.repo}`
  const asked = async <T>(request: Promise<T>, what = list): Promise<T> =>
    await request.catch((cause: { readonly status?: number; readonly message?: string }) => {
      throw notAnswered(where, what, cause)
    })
  return {
    async named(name, signal) {
      const request = { signal }
      const { data } = await asked(
        github.rest.actions.listArtifactsForRepo({ ...repository, name, per_page: perPage, request }),
      )
      return data.artifacts.map(listed).sort((a, b) => a.id - b.id)
    },
    async byId(id, signal) {
      const found = github.rest.actions.getArtifact({ ...repository, artifact_id: id, request: { signal } })
      const answer = await asked(
        found.catch((cause: { readonly status?: number }) =>
          cause.status === 404 ? null : Promise.reject(cause),
        ),
      )
      return answer === null ? null : listed(answer.data)
    },
    async *all(signal) {
      const request = { signal }
      for (let page = 1; ; page++) {
        // Octokit's own paging takes the answer 409 for an empty list.
        const { data } = await asked(
          github.rest.actions.listArtifactsForRepo({ ...repository, per_page: perPage, page, request }),
        )
        yield* data.artifacts.map(listed)
        if (data.artifacts.length < perPage) return
      }
    },
    async remove(id, signal) {
      const deleted = github.rest.actions.deleteArtifact({
        ...repository,
        artifact_id: id,
        request: { signal },
      })
      await asked(
        deleted.catch((cause: { readonly status?: number }) =>
          cause.status === 404 ? null : Promise.reject(cause),
        ),
        deletion,
      )
    },
  }
}

function listed(artifact: Answer): ListedArtifact {
  const { id, name, digest, expired, created_at, expires_at, workflow_run } = artifact
  return {
    ...{ id, name, run: workflow_run?.id ?? 0, digest: digest ?? null, isExpired: expired },
    ...{ createdAt: created_at, expiresAt: expires_at },
    isForeign: workflow_run?.head_repository_id !== workflow_run?.repository_id,
  }
}

/** What is asked of GitHub, and the right that it takes. */
interface Asked {
  readonly verb: string
  readonly right: string
}
const list: Asked = { verb: "list", right: "actions: read" }
const deletion: Asked = { verb: "delete", right: "actions: write" }

function notAnswered(
  where: string,
  { verb, right }: Asked,
  cause: { readonly status?: number; readonly message?: string },
): Problem {
  const { status } = cause
  if (status === 401 || status === 403 || status === 404) {
    return new Problem("store/refused", `GitHub does not ${verb} the artifacts of ${where} (${status})`, {
      cause,
      hint: `give the token \`${right}\` on that repository; a job says so under \`permissions:\``,
    })
  }
  return new Problem("store/unreachable", `GitHub does not answer for the artifacts of ${where}`, {
    cause,
    data: status === undefined ? [] : [`status ${status}`],
    hint: "run again; githubstatus.com says whether Actions is down",
  })
}
