/** What the stand-in knows besides the repository itself, which alone says where branches are. */
import type { BareRepository } from "../git-http.ts"

export interface Pull {
  readonly number: number
  title: string
  body: string
  readonly head: string
  /** `OWNER/NAME` of a fork that the branch is in; null for one of the repository's own */
  readonly fork: string | null
  headSha: string
  state: "open" | "closed"
  mergedAt: string | null
  /** on `main`; null while it is open */
  mergeCommit: string | null
  labels: string[]
  reviewers: string[]
  comments: string[]
  /** places in `comments` of those that somebody wrote who has no rights here */
  readonly outsiders: Set<number>
  readonly createdAt: string
  updatedAt: string
}

export interface Issue {
  readonly number: number
  title: string
  body: string
  state: "open" | "closed"
  labels: string[]
}

export interface State {
  readonly owner: string
  readonly repo: string
  readonly repository: BareRepository
  readonly pulls: Pull[]
  readonly issues: Issue[]
  readonly labels: Set<string>
  /** shas of commits that GitHub would sign */
  readonly verified: Set<string>
  /** as the real settings of a repository and its token */
  readonly rules: {
    actionsMayCreatePulls: boolean
    mayWritePulls: boolean
    mayUseIssues: boolean
    hasIssues: boolean
    makesLabels: boolean
    collaborators: readonly string[]
  }
  clock: number
}

export const nextNumber = ({ pulls, issues }: State): number => pulls.length + issues.length + 1

/** Each change has a time of its own, so that lists have an order. */
export const tick = (state: State): string =>
  new Date(Date.UTC(2026, 0, 1) + 1000 * state.clock++).toISOString()

export async function refs(state: State): Promise<ReadonlyMap<string, string>> {
  const listed = await state.repository.git("for-each-ref", "--format=%(refname) %(objectname)")
  return new Map(
    listed
      .split("\n")
      .filter(line => line !== "")
      .map(line => line.split(" ") as [string, string]),
  )
}

/** What GitHub does after a push: heads move, and a pull request whose branch is gone is closed. */
export async function followRefs(state: State): Promise<ReadonlyMap<string, string>> {
  const now = await refs(state)
  for (const pull of state.pulls.filter(({ state: is, fork }) => is === "open" && fork === null)) {
    const sha = now.get(`refs/heads/${pull.head}`)
    if (sha === pull.headSha) continue
    pull.updatedAt = tick(state)
    if (sha === undefined) pull.state = "closed"
    else pull.headSha = sha
  }
  return now
}
