import type { Problem } from "./problem.ts"

/** What happens during a run, as data: a door turns it into progress lines, log groups or NDJSON. */
export type Event =
  | { readonly kind: "run-started"; readonly hosts: readonly string[] }
  | { readonly kind: "host-started"; readonly host: string }
  | { readonly kind: "host-bytes"; readonly host: string; readonly bytes: number }
  | {
      readonly kind: "host-retried"
      readonly host: string
      readonly attempt: number
      readonly problem: Problem
    }
  | { readonly kind: "host-finished"; readonly host: string; readonly problem: Problem | null }
  | { readonly kind: "warning"; readonly host: string | null; readonly message: string }
  | { readonly kind: "step"; readonly message: string }

export type Observe = (event: Event) => void
