import type { ProposalWrite } from "./vault.ts"

/** What the program needs to know again of a page that it made; a hidden mark in the page's text holds it. */
export interface ProposalMark {
  readonly id: string
  readonly kind: "baseline" | "drift"
  /** sorted; empty when they are too many for a mark */
  readonly hosts: readonly string[]
  /** digest of all that is proposed: hosts, what is accepted of them, what they have now */
  readonly content: string
  /** digest of the changes alone: equal for the same changes on other hosts */
  readonly subject: string
  /** when it was first proposed, ISO 8601 */
  readonly since: string
}

/** The page of a proposal: where people read and judge it. A pull request on GitHub, a file for a local vault. */
export interface FoundPage {
  readonly id: string
  readonly url: string
  /** null: a person made the page */
  readonly mark: ProposalMark | null
}

export interface PageWrite {
  readonly id: string
  /** one line, at most 119 characters, inert */
  readonly title: string
  /** Markdown with its mark, at most 65,536 characters */
  readonly body: string
}

export interface PageEnding {
  readonly id: string
  /** Markdown: why there is nothing left to judge */
  readonly reason: string
}

/** Places where proposals become pages. Methods throw Problem "propose/…" and change nothing half. */
export interface Forge {
  /** `pull-request`: judged where they are shown; `file`: to be read, judged with `accept` */
  readonly kind: "pull-request" | "file"
  /** such as `GitHub example/vault` */
  readonly name: string
  /** HTTP requests so far, tries again included */
  readonly requests: { readonly reads: number; readonly writes: number }
  open(signal: AbortSignal): Promise<readonly FoundPage[]>
  /** Pages that people closed without accepting, the latest first. */
  rejected(signal: AbortSignal): Promise<readonly FoundPage[]>
  /** Ends pages whose drift is gone. To be called while their branches are there. */
  end(endings: readonly PageEnding[], signal: AbortSignal): Promise<void>
  /** Makes a page, or brings an open one up to date. Its branch is there. */
  write(page: PageWrite, signal: AbortSignal): Promise<PageWritten>
  /**
   * Keeps one list of what is not proposed yet, Markdown; null: nothing is held back, so the list ends.
   * @returns warnings
   */
  holdBack(list: string | null, signal: AbortSignal): Promise<readonly string[]>
  /** Writes branches with commits that the forge signs itself; null where there is no such way. */
  readonly commit: ((writes: readonly ProposalWrite[], signal: AbortSignal) => Promise<void>) | null
}

export interface PageWritten {
  readonly url: string
  /** what could not be added, such as a reviewer who is no collaborator; sentences */
  readonly warnings: readonly string[]
}

/** The page of a proposal that people accepted. */
export interface MergedPage {
  readonly id: string
  readonly number: number
  readonly url: string
  /** null: a person made the page */
  readonly mark: ProposalMark | null
  /** that brought it to `main`: a merge, a squash, or the last one of a rebase; null where nobody says */
  readonly commit: string | null
}

/** Where an accepted proposal is talked about. Methods throw Problem "propose/…". */
export interface Discussions {
  /** such as `GitHub example/vault` */
  readonly name: string
  readonly requests: Forge["requests"]
  /** Accepted since then, the one that changed last first. */
  merged(since: Date, signal: AbortSignal): Promise<readonly MergedPage[]>
  /**
   * Makes one comment say this.
   * @param text  Markdown, at most 65,536 characters; by its first line the comment is found again
   */
  comment(page: MergedPage, text: string, signal: AbortSignal): Promise<"made" | "updated" | "same">
}
