import type { Secret } from "../core/secret.ts"
import { type CommandName, commands } from "./commands.ts"
import type { Setting, SettingType } from "./setting.ts"
import { settings } from "./table.ts"

type Table = typeof settings
/** kebab-case, as in the table: also the action input and, but for secrets, the flag */
export type SettingName = keyof Table

type Camel<S extends string> = S extends `${infer A}-${infer B}` ? `${A}${Capitalize<Camel<B>>}` : S
type Unit<T extends SettingType> = T extends "duration" ? "Ms" : T extends "size" ? "Bytes" : ""

type Value<S extends Setting> = S["type"] extends "boolean"
  ? boolean
  : S["type"] extends "integer" | "duration" | "size"
    ? number
    : S["type"] extends "list" | "lines"
      ? readonly string[]
      : S["type"] extends "secret" | "key"
        ? Secret | null
        : S extends { readonly choices: readonly (infer C)[] }
          ? C
          : S["default"] extends string
            ? string
            : string | null

/**
 * What the program reads: each setting in camel case, with its unit where it has one (`sshKey`,
 * `connectTimeoutMs`, `maxFileSizeBytes`). A setting that the command does not take has its default.
 */
export type Settings = {
  readonly [N in SettingName as `${Camel<N>}${Unit<Table[N]["type"]>}`]: Value<Table[N]>
}

export const settingNames = Object.keys(settings) as SettingName[]

export const settingAt = (name: SettingName): Setting => settings[name]

/** Whether its value must never be shown or given as argv text. */
export const isSecret = (setting: Setting): boolean => setting.type === "secret" || setting.type === "key"

/** The flag without its dashes: the name, or `NAME-file` for secrets. */
export const flagName = (name: SettingName): string => (isSecret(settings[name]) ? `${name}-file` : name)

export const envName = (name: SettingName): string => `PMTA_VAULT_${name.toUpperCase().replaceAll("-", "_")}`

/** The name in `Settings`. */
export function keyOf(name: SettingName): keyof Settings {
  const { type } = settingAt(name)
  const unit = type === "duration" ? "Ms" : type === "size" ? "Bytes" : ""
  return (name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase()) + unit) as keyof Settings
}

/** The settings that a command takes, in the order of the table. */
export function settingsOf(command: CommandName): readonly SettingName[] {
  return settingNames.filter(name => commandsOf(name).includes(command))
}

/** The commands that take a setting; all of them for those of everybody. */
export function commandsOf(name: SettingName): readonly CommandName[] {
  const taking = settingAt(name).commands
  return taking === "all" ? (Object.keys(commands) as CommandName[]) : taking
}
