/** Completion scripts, made from the settings table: whole when printed, they ask nothing of the program. */

import { settingAt, settingNames } from "../settings/names.ts"
import { type CommandName, commands, flagName, isSecret, type SettingName, settingsOf } from "../settings.ts"

export type Shell = "bash" | "zsh" | "fish"

/** The script that `pmta-vault completion SHELL` prints. */
export function completionScript(shell: Shell): string {
  return { bash, zsh, fish }[shell]()
}

const names = Object.keys(commands) as CommandName[]

const switches = (name: SettingName): readonly string[] => {
  const { type, default: standard } = settingAt(name)
  if (type !== "boolean") return [flagName(name)]
  return [standard === "true" ? `no-${name}` : name]
}

/** Words that may follow a command: what it knows of by itself; hosts are in a file that only it reads. */
function wordsAfter(command: CommandName): readonly string[] {
  return command === "help" ? names : (commands[command].positional?.choices ?? [])
}

/** Whether files may follow a command. */
const takesFiles = (command: CommandName): boolean => commands[command].positional?.setting === "captures"

const isPath = (name: SettingName): boolean =>
  isSecret(settingAt(name)) || settingAt(name).type === "path" || ["vault", "captures"].includes(name)
const takesValue = (name: SettingName): boolean => settingAt(name).type !== "boolean"

function bash(): string {
  const flags = names.map(
    name =>
      `    ${name}) flags="${settingsOf(name)
        .flatMap(switches)
        .map(flag => `--${flag}`)
        .join(" ")} --help" words="${wordsAfter(name).join(" ")}" ;;`,
  )
  const values = settingNames.filter(takesValue).map(name => {
    const { choices } = settingAt(name)
    const reply = isPath(name)
      ? 'COMPREPLY=($(compgen -f -- "$current"))'
      : choices === undefined
        ? "COMPREPLY=()"
        : `COMPREPLY=($(compgen -W "${choices.join(" ")}" -- "$current"))`
    return `    --${flagName(name)}) ${reply}; return ;;`
  })
  return `# pmta-vault: completion for bash; load it with: eval "$(pmta-vault completion bash)"
_pmta_vault() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="" command="" flags="" words="" word
  if ((COMP_CWORD > 0)); then previous="\${COMP_WORDS[COMP_CWORD-1]}"; fi
  case "$previous" in
${values.join("\n")}
  esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in
      ${names.join("|")}) command="$word"; break ;;
    esac
  done
  case "$command" in
${flags.join("\n")}
    *) flags="--help --version" words="${names.join(" ")}" ;;
  esac
  if [[ "$current" == -* ]]; then words="$flags"
  elif [[ "$command" == @(${names.filter(takesFiles).join("|")}) ]]; then COMPREPLY=($(compgen -f -- "$current")); return
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o filenames -F _pmta_vault pmta-vault
`
}

function zsh(): string {
  const argument = (name: SettingName): readonly string[] => {
    const { choices, description, placeholder, type } = settingAt(name)
    const action = isPath(name) ? "_files" : choices === undefined ? " " : `(${choices.join(" ")})`
    const rest = type === "boolean" ? "" : `:${zshText(placeholder)}:${action}`
    const repeat = type === "list" || type === "lines" ? "*" : ""
    return switches(name).map(flag => `        '${repeat}--${flag}[${zshText(description)}]${rest}'`)
  }
  const cases = names.map(name => {
    const words = wordsAfter(name)
    const files = takesFiles(name) ? ["        '*:file:_files'"] : []
    const positional = words.length === 0 ? files : [`        '1:word:(${words.join(" ")})'`]
    return `    ${name})
      _arguments \\
${[...settingsOf(name).flatMap(argument), ...positional, "        '--help[Explain this command]'"].join(" \\\n")}
      ;;`
  })
  return `#compdef pmta-vault
# pmta-vault: completion for zsh; load it with: source <(pmta-vault completion zsh)
_pmta_vault() {
  local -a commands
  local state line
  commands=(
${names.map(name => `    '${name}:${zshText(commands[name].summary)}'`).join("\n")}
  )
  _arguments -C '1:command:->command' '*::argument:->argument'
  case $state in
    command) _describe command commands; return ;;
  esac
  case $words[1] in
${cases.join("\n")}
  esac
}
if [ "$funcstack[1]" = "_pmta_vault" ]; then _pmta_vault "$@"; else compdef _pmta_vault pmta-vault; fi
`
}

function fish(): string {
  const none = "not __fish_seen_subcommand_from $pmta_vault_commands"
  const lines = names.flatMap(name => {
    const seen = `__fish_seen_subcommand_from ${name}`
    const flags = settingsOf(name).flatMap(setting => {
      const { choices, description } = settingAt(setting)
      const value = !takesValue(setting)
        ? ""
        : isPath(setting)
          ? " -r -F"
          : choices === undefined
            ? " -x"
            : ` -x -a '${choices.join(" ")}'`
      return switches(setting).map(
        flag => `complete -c pmta-vault -n '${seen}' -l ${flag}${value} -d '${fishText(description)}'`,
      )
    })
    const words =
      wordsAfter(name).length === 0
        ? []
        : [`complete -c pmta-vault -n '${seen}' -a '${wordsAfter(name).join(" ")}'`]
    const files = takesFiles(name) ? [`complete -c pmta-vault -n '${seen}' -F`] : []
    return [
      `complete -c pmta-vault -n '${none}' -a ${name} -d '${fishText(commands[name].summary)}'`,
      ...flags,
      ...words,
      ...files,
    ]
  })
  return `# pmta-vault: completion for fish; load it with: pmta-vault completion fish | source
set -g pmta_vault_commands ${names.join(" ")}
complete -c pmta-vault -f
complete -c pmta-vault -l help -s h -d 'Explain the command'
${lines.join("\n")}
`
}

/** For a text in single quotes within an _arguments or _describe spec, where brackets and colons mean something. */
const zshText = (text: string): string => text.replaceAll(/[[\]:\\]/g, "\\$&").replaceAll("'", "'\\''")

const fishText = (text: string): string => text.replaceAll(/['\\]/g, "\\$&")
