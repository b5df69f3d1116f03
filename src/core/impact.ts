/** What a change did to deliverability, from counts before and after it. Holds no personal data. */
import type { Exit, Problem } from "./problem.ts"

/** Seconds since 1970; `to` is not part of it. */
export interface Window {
  readonly from: number
  readonly to: number
}

/** A share with the interval that holds the true one 95 times in 100 (Wilson). */
export interface Rate {
  /** attempts that reached a recipient's turn */
  readonly attempts: number
  readonly deferred: number
  readonly bounced: number
  readonly delivered: number
  /** recipients put off, each once within five minutes */
  readonly recipients: number
  /** null: no attempt, or deferrals are not recorded */
  readonly rate: number | null
  readonly interval: readonly [number, number] | null
}

/** `unclear`: too few attempts, or deferrals are not recorded */
export type Movement = "rose" | "fell" | "same" | "unclear"

/** The difference of two rates, with the interval that holds the true one 95 times in 100 (Newcombe). */
export interface Comparison {
  readonly before: Rate
  readonly after: Rate
  readonly difference: number | null
  readonly interval: readonly [number, number] | null
  /** fewer attempts on a side than a rate can be told from */
  readonly isSmall: boolean
  readonly movement: Movement
}

export interface IpImpact extends Comparison {
  readonly ip: string
}

/** How the source IPs of one ISP moved: `all` speaks for the config, `some` for reputation or one IP. */
export interface IpPattern {
  readonly kind: "all" | "some" | "unclear" | "none"
  /** the ones that moved, for `some` */
  readonly ips: readonly string[]
}

export interface ErrorShare {
  readonly error: string
  readonly outcome: "bounced" | "deferred"
  readonly before: number
  readonly after: number
}

/** What the operator has to do about a rate: nothing, look into it, or send less and review now. */
export type Level = "good" | "investigate" | "reduce"

export interface IspImpact extends Comparison {
  readonly isp: string
  /** whether the change is about this ISP */
  readonly isTouched: boolean
  /** same weekday and hour a week earlier; null without data */
  readonly weekEarlier: Rate | null
  /** it moved, but stands where it stood at this hour a week earlier */
  readonly isUsual: boolean
  readonly level: Level
  readonly ips: readonly IpImpact[]
  readonly pattern: IpPattern
  /** dominant ones, the most frequent first */
  readonly errors: readonly ErrorShare[]
}

export type ImpactResult = "as-intended" | "no-effect" | "worse" | "unclear"

/** A change as the vault knows it. */
export interface ImpactSubject {
  /** what the user asked for: a proposal, or a time */
  readonly name: string
  readonly title: string
  readonly hosts: readonly string[]
  /** ISPs that it names; null: all */
  readonly isps: readonly string[] | null
  /** `volume`: limits were raised, so that more is sent; `fewer`: everything else */
  readonly intent: "volume" | "fewer"
}

export interface ImpactReport {
  readonly command: "impact"
  readonly subject: ImpactSubject
  readonly before: Window
  readonly after: Window
  readonly weekEarlier: Window
  /** whether the time after the change is all counted */
  readonly isFull: boolean
  readonly thresholds: { readonly investigate: number; readonly reduce: number }
  readonly result: ImpactResult
  /** one sentence */
  readonly reason: string
  /** touched ones first, then by attempts */
  readonly isps: readonly IspImpact[]
  /** hosts whose accounting files hold no deferred attempts */
  readonly blindHosts: readonly string[]
  /** by host, lines that could not be counted */
  readonly skipped: readonly { readonly host: string; readonly reason: string; readonly count: number }[]
  /** rates by five minutes over both windows, for a picture */
  readonly course: readonly {
    readonly isp: string
    readonly points: readonly { readonly at: number; readonly attempts: number; readonly deferred: number }[]
  }[]
  readonly notes: readonly string[]
  readonly exit: Exit
}

/** A merged change, and what became of the comment about it. */
export interface CommentedChange {
  readonly id: string
  /** of its pull request */
  readonly url: string
  /** null when it could not be made */
  readonly report: ImpactReport | null
  /** `none`: nothing is counted yet */
  readonly comment: "made" | "updated" | "same" | "none" | "failed"
  readonly problem: Problem | null
}

export interface ImpactCommentsReport {
  readonly command: "impact"
  readonly changes: readonly CommentedChange[]
  readonly forge: { readonly name: string; readonly reads: number; readonly writes: number }
  readonly exit: Exit
}
