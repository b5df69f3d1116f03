import { certain } from "../core/certain.ts"
import { didYouMean } from "../core/nearest.ts"
import { Problem } from "../core/problem.ts"
import { actionSettings, defaultActionCommand } from "./action-contract.ts"
import { actionCommands, type CommandName } from "./commands.ts"
import { type SettingName, type Settings, settingAt, settingsOf } from "./names.ts"
import { type Given, resolve } from "./resolve.ts"
import { strayIdentities } from "./stray-identity.ts"

export interface ActionRequest {
  readonly command: CommandName
  readonly settings: Settings
  /** what is probably a mistake, each a sentence */
  readonly warnings: readonly string[]
}

type Env = Readonly<Record<string, string | undefined>>

/**
 * What the inputs of an Action step ask for. Inputs that the command does not take are not read.
 * @param env  the step's environment: `INPUT_…` with hyphens kept, and `GITHUB_…` for defaults
 * @throws     Problem "settings/…", without the text of a secret
 */
export function readActionSettings(env: Env): ActionRequest {
  const command = inputOf(env, "command") || defaultActionCommand
  const known = actionCommands.find(name => name === command)
  if (known === undefined) {
    throw new Problem(
      "settings/unknown",
      `input command: there is no ${JSON.stringify(command.slice(0, 60))} in the Action${didYouMean(command, actionCommands)}`,
      {
        hint: `it runs ${actionCommands.join(", ")}; the other commands are for the terminal`,
      },
    )
  }
  const given = new Map<SettingName, Given>()
  for (const name of settingsOf(known)) {
    if (!actionSettings.includes(name)) continue
    // An earlier step, such as webfactory/ssh-agent, speaks through the customary variable.
    const { otherEnv } = settingAt(name)
    const text = inputOf(env, name) || (otherEnv === undefined ? "" : (env[otherEnv] ?? ""))
    if (text !== "") given.set(name, { texts: [text], source: `input ${name}` })
  }
  const defaultFor = (name: SettingName): string | null => {
    const { actionDefault, default: standard } = settingAt(name)
    if (actionDefault === undefined || !settingsOf(known).includes(name)) return standard
    const filled = filledIn(actionDefault, env)
    if (filled !== null || standard === null) return filled
    throw new Problem("settings/missing", `input ${name} is not given, and this is not a GitHub runner`, {
      hint: `give the input ${name}`,
    })
  }
  return { command: known, settings: resolve(given, defaultFor), warnings: strayIdentities(known, env) }
}

/** @see actions/toolkit `core.getInput`: upper case, blanks to `_`, hyphens kept, value trimmed */
const inputOf = (env: Env, name: string): string => (env[`INPUT_${name.toUpperCase()}`] ?? "").trim()

/**
 * A default of `action.yml` when the workflow gave the input as empty text, which the runner passes on:
 * without this, `vault: ""` would mean a local directory that is gone when the job ends.
 */
function filledIn(template: string, env: Env): string | null {
  const keys = [...template.matchAll(/\$\{\{ github\.(\w+) \}\}/g)].map(
    ([whole, key]) => [whole, `GITHUB_${certain(key).toUpperCase()}`] as const,
  )
  if (keys.some(([, key]) => (env[key] ?? "") === "")) return null
  return keys.reduce((text, [whole, key]) => text.replace(whole, () => certain(env[key])), template)
}
