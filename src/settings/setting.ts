import type { CommandName } from "./commands.ts"

/** How the text of a setting is read. `list`: by commas or lines; `lines`: by lines only. */
export type SettingType =
  | "text"
  | "path"
  | "list"
  | "lines"
  | "integer"
  | "boolean"
  | "choice"
  | "duration"
  | "size"
  /** a secret of one line */
  | "secret"
  /** a secret private key of several lines */
  | "key"

export type SettingGroup = "vault" | "hosts" | "keys" | "run" | "limits" | "output"

export interface Setting {
  readonly type: SettingType
  /** the text that stands when nobody says anything; null: nothing */
  readonly default: string | null
  /** as `default`, for the Action; may use `${{ github.… }}` */
  readonly actionDefault?: string
  readonly commands: readonly CommandName[] | "all"
  /** true: makes no sense as an action input */
  readonly cliOnly?: boolean
  /** a customary variable that is read when ours is not set */
  readonly otherEnv?: string
  readonly choices?: readonly string[]
  /** smallest and largest integer */
  readonly range?: readonly [number, number]
  readonly group: SettingGroup
  readonly placeholder: string
  /** one sentence without a full stop */
  readonly description: string
}
