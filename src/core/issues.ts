/** Where a breach becomes an issue that somebody is told of. */

export interface FoundIssue {
  readonly number: number
  readonly open: boolean
  /** Markdown */
  readonly body: string
}

export interface IssueUpdate {
  readonly number: number
  readonly body: string
  readonly open: boolean
}

/** Issues of this program's own, told from others by their label. Methods throw Problem "propose/…". */
export interface IssueTracker {
  /** open and closed, the newest first */
  list(signal: AbortSignal): Promise<readonly FoundIssue[]>
  create(issue: { readonly title: string; readonly body: string }, signal: AbortSignal): Promise<void>
  update(issue: IssueUpdate, signal: AbortSignal): Promise<void>
}
