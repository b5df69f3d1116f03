import { parseArgs } from "node:util"
import { certain } from "../core/certain.ts"
import { didYouMean, nearest } from "../core/nearest.ts"
import { Problem } from "../core/problem.ts"
import { systemCode } from "../core/thrown.ts"
import { type CommandName, commands, isCommand, usageOf } from "./commands.ts"
import {
  commandsOf,
  envName,
  flagName,
  isSecret,
  type SettingName,
  type Settings,
  settingAt,
  settingNames,
  settingsOf,
} from "./names.ts"
import { type Given, resolve } from "./resolve.ts"
import { strayIdentities } from "./stray-identity.ts"

/** Reads a file that the user names, whole; throws what node:fs throws. */
export type ReadFile = (path: string) => Uint8Array | string

export interface CliRequest {
  readonly command: CommandName
  /** what follows the command; hosts are in `settings.hosts` as well */
  readonly positionals: readonly string[]
  readonly settings: Settings
  /** what is probably a mistake but does no harm, each a sentence */
  readonly warnings: readonly string[]
}

type Env = Readonly<Record<string, string | undefined>>

interface Flag {
  readonly name: SettingName
  /** a boolean flag stands for this text */
  readonly text: string | null
}

const flags = new Map<string, Flag>()
for (const name of settingNames) {
  const isSwitch = settingAt(name).type === "boolean"
  flags.set(flagName(name), { name, text: isSwitch ? "true" : null })
  if (isSwitch) flags.set(`no-${name}`, { name, text: "false" })
}

const options = Object.fromEntries([
  ...[...flags].map(([flag, { text }]) => [flag, { type: text === null ? "string" : "boolean" }] as const),
  ["help", { type: "boolean", short: "h" }] as const,
  ["version", { type: "boolean", short: "V" }] as const,
])

/**
 * What a command line asks for. A flag wins over the environment, which wins over the default.
 * @param argv  without node and script
 * @throws      Problem "settings/…"; never shows a secret, nor the value of a flag it does not know
 */
export function readCliSettings(argv: readonly string[], env: Env, readFile: ReadFile): CliRequest {
  // Not strict: parseArgs would throw errors that know neither our commands nor the nearest name.
  const { tokens } = parseArgs({
    args: [...argv],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const words = tokens.flatMap(token => (token.kind === "positional" ? [token.value] : []))
  const said = new Map<string, { readonly rawName: string; readonly texts: string[] }>()
  for (const token of tokens) {
    if (token.kind !== "option") continue
    const text = textOf(token, words[0])
    const known = said.get(token.name)
    if (known === undefined) said.set(token.name, { rawName: token.rawName, texts: [text] })
    else known.texts.push(text)
  }
  const byFlag = said.has("version") ? "version" : said.has("help") ? "help" : null
  const command = byFlag ?? (words[0] === undefined ? "help" : commandOf(words[0]))
  const positionals = positionalsOf(
    command,
    byFlag === "version" ? [] : byFlag === "help" ? words.slice(0, 1) : words.slice(1),
  )
  const given = new Map(fromEnvironment(command, env))
  for (const [flag, { rawName, texts }] of said) {
    const { name } = flags.get(flag) ?? {}
    // `backup --dry-run --help` asks for help: what is not for help is not read.
    if (name === undefined || (byFlag !== null && !commandsOf(name).includes(byFlag))) continue
    if (!commandsOf(name).includes(command)) throw misplacedFlag(name, rawName, command)
    given.set(name, {
      texts: isSecret(settingAt(name)) ? [contentOf(certain(texts.at(-1)), rawName, readFile)] : texts,
      source: rawName,
    })
  }
  const { setting = null, name = "" } = commands[command].positional ?? {}
  if (setting !== null && positionals.length > 0) {
    if (said.has(setting)) {
      throw new Problem(
        "settings/invalid",
        `${setting} are given twice: by --${setting} and after the command`,
        {
          hint: "name them in one place",
        },
      )
    }
    given.set(setting, { texts: positionals, source: name })
  }
  const settings = resolve(given, name => settingAt(name).default)
  return { command, positionals, settings, warnings: [...warningsOf(env), ...strayIdentities(command, env)] }
}

interface OptionToken {
  readonly name: string
  readonly rawName: string
  readonly value: string | undefined
  readonly inlineValue: boolean | undefined
}

/** The text that an option stands for, once it is known to be one of ours and complete. */
function textOf(token: OptionToken, command: string | undefined): string {
  if (token.name === "help" || token.name === "version") return "true"
  const flag = flags.get(token.name)
  if (flag === undefined || !token.rawName.startsWith("--")) throw unknownFlag(token, command)
  if (flag.text !== null) {
    if (token.value === undefined) return flag.text
    throw new Problem("settings/invalid", `${token.rawName} takes no value`, {
      hint: `write ${token.rawName}, or --no-${flag.name} for the opposite`,
    })
  }
  // A value that looks like a flag is nearly always a forgotten value; `--flag=-value` says it is meant.
  const isList = ["list", "lines"].includes(settingAt(flag.name).type)
  if (
    token.value === undefined ||
    (token.value === "" && !isList) ||
    (token.inlineValue !== true && /^-./.test(token.value))
  ) {
    throw new Problem("settings/invalid", `${token.rawName} has no value`, {
      hint: `write ${token.rawName} ${placeholderOf(flag.name)}`,
    })
  }
  return token.value
}

function unknownFlag({ name, rawName }: OptionToken, command: string | undefined): Problem {
  const secret = settingNames.find(setting => setting === name && isSecret(settingAt(setting)))
  if (secret !== undefined) {
    return new Problem(
      "settings/invalid",
      `${rawName} is secret, and a command line is seen by every user of the machine`,
      {
        hint: `write it to a file and give --${flagName(secret)} PATH, or set ${envName(secret)}`,
      },
    )
  }
  const help = command !== undefined && isCommand(command) ? `pmta-vault help ${command}` : "pmta-vault help"
  const near = nearest(name, flags.keys())
  return new Problem(
    "settings/unknown",
    `there is no flag ${rawName}${near === null ? "" : `; did you mean --${near}?`}`,
    {
      hint: `see all flags with \`${help}\``,
    },
  )
}

function commandOf(word: string): CommandName {
  if (isCommand(word)) return word
  throw new Problem(
    "settings/unknown",
    `there is no command ${JSON.stringify(word.slice(0, 60))}${didYouMean(word, Object.keys(commands))}`,
    {
      hint: "see all commands with `pmta-vault help`",
    },
  )
}

function misplacedFlag(name: SettingName, rawName: string, command: CommandName): Problem {
  const taking = commandsOf(name)
  const near = nearest(flagName(name), settingsOf(command).map(flagName))
  const meant = near === null ? "" : `; did you mean --${near}?`
  const message = `${command} does not take ${rawName}; ${taking.join(", ")} ${taking.length === 1 ? "does" : "do"}${meant}`
  return new Problem("settings/unknown", message, {
    hint: `see its flags with \`pmta-vault help ${command}\``,
  })
}

function positionalsOf(command: CommandName, words: readonly string[]): readonly string[] {
  const { positional } = commands[command]
  const hint = `usage: ${usageOf(command)}`
  if (words.length < (positional?.least ?? 0)) {
    throw new Problem("settings/missing", `${command} needs ${positional?.name}`, { hint })
  }
  const extra = words[positional?.most ?? 0]
  if (extra !== undefined) {
    throw new Problem("settings/invalid", `${command} does not take ${JSON.stringify(extra.slice(0, 60))}`, {
      hint,
    })
  }
  const choices = command === "help" ? Object.keys(commands) : positional?.choices
  const wrong = words.find(word => choices !== undefined && !choices.includes(word))
  if (wrong === undefined) return words
  const named = JSON.stringify(wrong.slice(0, 60))
  throw new Problem(
    "settings/invalid",
    `${command} does not know ${named}${didYouMean(wrong, choices ?? [])}`,
    {
      hint: `it knows ${choices?.join(", ")}`,
    },
  )
}

function* fromEnvironment(command: CommandName, env: Env): Iterable<[SettingName, Given]> {
  for (const name of settingsOf(command)) {
    const other = settingAt(name).otherEnv
    // Ours set but empty means "not given", and so turns off a customary variable such as SSH_AUTH_SOCK.
    const source = env[envName(name)] === undefined && other !== undefined ? other : envName(name)
    const text = env[source] ?? ""
    if (text !== "") yield [name, { texts: [text], source }]
  }
}

function warningsOf(env: Env): readonly string[] {
  const known = settingNames.map(envName)
  return Object.keys(env)
    .filter(name => name.startsWith("PMTA_VAULT_") && !known.includes(name))
    .map(name => `${name} is set, but there is no such setting${didYouMean(name, known)}`)
}

function contentOf(path: string, source: string, readFile: ReadFile): string {
  let text: string
  try {
    text = Buffer.from(readFile(path)).toString("utf8")
  } catch (cause) {
    throw new Problem("settings/unreadable", `${source}: ${path} cannot be read (${systemCode(cause)})`, {
      hint: "check that the file exists and that this user may read it",
      cause,
    })
  }
  if (text.trim() !== "") return text
  throw new Problem("settings/invalid", `${source}: ${path} is empty`, {
    hint: "put the secret into the file",
  })
}

const placeholderOf = (name: SettingName): string =>
  isSecret(settingAt(name)) ? "PATH" : settingAt(name).placeholder
