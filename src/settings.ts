/**
 * Every setting once: flags, environment names, action inputs, help, completion and the README tables come
 * from `settings/table.ts`, and so does the type that the program reads. Loads nothing heavy: `--help`
 * starts here. Never prints a value that may be secret.
 */
export { type ActionOutput, actionInputs, actionOutputs } from "./settings/action-contract.ts"
export { actionCommands, type Command, type CommandName, commands } from "./settings/commands.ts"
export { normaliseKeyText } from "./settings/key-text.ts"
export { envName, flagName, isSecret, type SettingName, type Settings, settingsOf } from "./settings/names.ts"
export { type ActionRequest, readActionSettings } from "./settings/read-action.ts"
export { type CliRequest, type ReadFile, readCliSettings } from "./settings/read-cli.ts"
export type { Setting, SettingGroup } from "./settings/setting.ts"
export { settings } from "./settings/table.ts"
