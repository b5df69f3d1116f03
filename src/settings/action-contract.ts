import { actionCommands } from "./commands.ts"
import { commandsOf, type SettingName, settingAt, settingNames } from "./names.ts"

/** An input of `action.yml`. */
export interface ActionInput {
  /** `command`, or the name of a setting */
  readonly name: string
  readonly description: string
  readonly default: string
}

/** The settings that the Action takes: what some command of it takes and what is not for terminals only. */
export const actionSettings: readonly SettingName[] = settingNames.filter(
  name =>
    settingAt(name).cliOnly !== true && commandsOf(name).some(command => actionCommands.includes(command)),
)

export const defaultActionCommand = "backup"

/** The inputs of `action.yml`, in the order of the table. An empty default means: nothing. */
export const actionInputs: readonly ActionInput[] = [
  {
    name: "command",
    description: `What to run: ${actionCommands.join(", ")}`,
    default: defaultActionCommand,
  },
  ...actionSettings.map(name => {
    const setting = settingAt(name)
    const forms = setting.type === "choice" ? ` (${setting.choices?.join(" or ")})` : ""
    return {
      name,
      description: setting.description + forms,
      default: setting.actionDefault ?? setting.default ?? "",
    }
  }),
]

/** The outputs of `action.yml`. All are text; lists are JSON. */
export const actionOutputs = {
  changed: "true when a host has drift that the accepted mirror has not",
  "pull-requests":
    "JSON list of the pull requests of this fleet, each with number, url, branch, operation (created, updated, kept, removed, rejected, left-alone) and hosts",
  snapshots: "JSON map of each host to the sequence number of the snapshot that was written",
  "failed-hosts": "JSON list of the hosts that failed",
  matrix:
    "JSON matrix of plan-shards, for fromJSON: in each of its jobs, shard is a number, and hosts a list for the input hosts",
  report: "Path of the JSON report of the run",
} as const

export type ActionOutput = keyof typeof actionOutputs
