import { exits } from "../src/core/problem.ts"
import { usageOf } from "../src/settings/commands.ts"
import { commandsOf, settingAt, settingNames } from "../src/settings/names.ts"
import {
  actionInputs,
  actionOutputs,
  type CommandName,
  commands,
  envName,
  type SettingName,
} from "../src/settings.ts"
import { flagForm } from "../src/show/help.ts"
import { benchResults, benchSummary } from "./bench-table.ts"

/** The tables of the README by the name of their markers: `<!-- NAME:start -->` … `<!-- NAME:end -->`. */
export const readmeTables: Readonly<Record<string, () => string>> = {
  commands: () =>
    table(
      ["Command", "Does", "In the Action"],
      (Object.keys(commands) as CommandName[]).map(name => [
        code(usageOf(name).replace("pmta-vault ", "")),
        commands[name].summary,
        commands[name].inAction ? "yes" : "",
      ]),
    ),
  settings: () =>
    table(
      ["Action input", "Flag", "Environment", "Default", "Taken by", "What it is"],
      settingNames.map(name => [
        actionInputs.some(input => input.name === name) ? code(name) : "",
        code(flagForm(name)),
        code(envName(name)),
        defaultOf(name),
        settingAt(name).commands === "all" ? "all" : commandsOf(name).join(", "),
        settingAt(name).description,
      ]),
    ),
  outputs: () =>
    table(
      ["Output", "What it is"],
      Object.entries(actionOutputs).map(([name, what]) => [code(name), what]),
    ),
  "exit-codes": () =>
    `${Object.values(exits)
      .map(({ code: number, meaning }) => `**${number}** ${meaning}`)
      .join(" · ")}.`,
  bench: () => benchSummary(benchResults()),
}

/** A text with what is between its markers made anew. @throws Error when a marker is missing */
export function withTables(text: string): string {
  return Object.entries(readmeTables).reduce((whole, [name, make]) => {
    const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`]
    const from = whole.indexOf(start)
    const to = whole.indexOf(end, from)
    if (from === -1 || to === -1) throw new Error(`README.md has no markers ${start} … ${end}`)
    return `${whole.slice(0, from)}${start}\n${make()}\n${whole.slice(to)}`
  }, text)
}

function defaultOf(name: SettingName): string {
  const { default: standard, actionDefault } = settingAt(name)
  const cli = standard === null ? "" : code(standard)
  if (actionDefault === undefined) return cli
  return `${cli === "" ? "" : `${cli}; `}in the Action ${code(actionDefault)}`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map(cell => cell.replaceAll("|", "\\|")).join(" | ")} |`
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")
}

const code = (text: string): string => `\`${text}\``
