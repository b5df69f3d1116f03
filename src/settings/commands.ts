import type { Exit } from "../core/problem.ts"

/** What a command takes after its name. */
export interface Positional {
  readonly name: string
  readonly least: number
  readonly most: number
  /** the setting that the words are; null: they are the command's own */
  readonly setting: "hosts" | "captures" | null
  readonly choices?: readonly string[]
}

export interface Command {
  /** one sentence, imperative, without a full stop */
  readonly summary: string
  readonly positional: Positional | null
  /** a whole line that works */
  readonly example: string
  /** besides `good`, `bug`, `usage` and `interrupted`, which any command can end with */
  readonly exits: readonly Exit[]
  /** whether the Action runs it too; the rest need a person or a terminal */
  readonly inAction: boolean
}

const shells = ["bash", "zsh", "fish"] as const

const everyHost: Positional = {
  name: "HOST",
  least: 0,
  most: Number.POSITIVE_INFINITY,
  setting: "hosts",
}

const table = {
  init: {
    summary: "Make a vault with a commented fleet.yml, and print the steps for the recovery kit",
    positional: null,
    example: "pmta-vault init --vault ./vault --recipient age1… --recipient age1…",
    exits: ["total"],
    inAction: false,
  },
  pin: {
    summary: "Show the keys that hosts offer, and write them to fleet.yml once you have confirmed them",
    positional: { ...everyHost, least: 1 },
    example: "pmta-vault pin mta1 mta2",
    exits: ["partial", "total", "identity"],
    inAction: false,
  },
  doctor: {
    summary: "Check settings, keys, reachability and rights, and print the lines for least privilege",
    positional: everyHost,
    example: "pmta-vault doctor --ssh-key-file ~/.ssh/backup mta1",
    exits: ["partial", "total", "identity"],
    inAction: true,
  },
  backup: {
    summary: "Pull, seal, store and sign what the hosts have, and propose every drift for review",
    positional: null,
    example: "pmta-vault backup --ssh-key-file ~/.ssh/backup --signing-key-file ~/.ssh/signing",
    exits: ["partial", "total", "integrity", "identity"],
    inAction: true,
  },
  diff: {
    summary: "Show what the hosts have and the accepted mirror has not",
    positional: everyHost,
    example:
      "pmta-vault diff mta1 --exit-code --ssh-key-file ~/.ssh/backup --signing-key-file ~/.ssh/signing",
    exits: ["partial", "total", "integrity", "identity", "drift"],
    inAction: true,
  },
  verify: {
    summary: "Check every snapshot's signature and chain, and every bundle's hash; with --deep open some too",
    positional: everyHost,
    example: "pmta-vault verify --deep 20% --identity-file identity",
    exits: ["integrity", "total"],
    inAction: true,
  },
  restore: {
    summary:
      "Restore a host from the vault: into a directory, as one sealed file, or over SSH by a confirmed plan",
    positional: null,
    example: "pmta-vault restore --to mta1 --identity-file identity --ssh-key-file ~/.ssh/root",
    exits: ["partial", "total", "integrity", "identity"],
    inAction: true,
  },
  drill: {
    summary:
      "Rehearse a restore into a scratch directory or onto a spare host, prove that it works, and time it",
    positional: null,
    example: "pmta-vault drill --host mta1 --identity-file identity --signing-key-file signing-key",
    exits: ["partial", "total", "integrity", "identity", "objective"],
    inAction: true,
  },
  accept: {
    summary: "Merge the proposal drift/ID of a local vault into its main branch",
    positional: { name: "ID", least: 1, most: 1, setting: null },
    example: "pmta-vault accept 3f2a9c1b",
    exits: ["total"],
    inAction: false,
  },
  status: {
    summary: "Show how old the last good copy of each category is, what drifts, and what ends soon",
    positional: null,
    example: "pmta-vault status --html status.html",
    exits: ["total", "integrity", "objective"],
    inAction: true,
  },
  prune: {
    summary: "Delete the snapshots, bundles and logs that the retention in fleet.yml no longer keeps",
    positional: null,
    example: "pmta-vault prune --dry-run --signing-key-file ~/.ssh/signing",
    exits: ["partial", "total", "integrity"],
    inAction: true,
  },
  impact: {
    summary: "Show what a change did to deferrals: before and after it, by ISP and by source IP",
    positional: null,
    example: "pmta-vault impact --change 3f2a9c1b --window 4h",
    exits: ["total", "objective"],
    inAction: true,
  },
  "plan-shards": {
    summary: "Share the hosts of a very large fleet among the jobs of a workflow's matrix, as JSON",
    positional: null,
    example: "pmta-vault plan-shards --fleet fleet.yml --shards 20",
    exits: ["total"],
    inAction: true,
  },
  collect: {
    summary:
      "Write to the vault what capture jobs (`backup --capture`) read, as one run does, and propose drift",
    positional: {
      name: "DIR|FILE",
      least: 0,
      most: Number.POSITIVE_INFINITY,
      setting: "captures",
    },
    example: "pmta-vault collect captures --signing-key-file ~/.ssh/signing",
    exits: ["partial", "total", "integrity", "identity"],
    inAction: true,
  },
  demo: {
    summary: "Run the whole story on an embedded fleet and a local vault, in a few seconds",
    positional: null,
    example: "pmta-vault demo",
    exits: ["partial", "total"],
    inAction: true,
  },
  completion: {
    summary: "Print the completion script of a shell",
    positional: { name: "SHELL", least: 1, most: 1, setting: null, choices: shells },
    example: 'eval "$(pmta-vault completion bash)"',
    exits: [],
    inAction: false,
  },
  help: {
    summary: "Explain a command, its flags and its exit codes",
    positional: { name: "COMMAND", least: 0, most: 1, setting: null },
    example: "pmta-vault help backup",
    exits: [],
    inAction: false,
  },
  version: {
    summary: "Print the version of pmta-vault",
    positional: null,
    example: "pmta-vault version",
    exits: [],
    inAction: false,
  },
} as const satisfies Record<string, Command>

export type CommandName = keyof typeof table

/** Every command by name, in the order in which help shows them. */
export const commands: Readonly<Record<CommandName, Command>> = table

/** What the Action's input `command` may be. */
export const actionCommands = (Object.keys(table) as CommandName[]).filter(name => table[name].inAction)

export const isCommand = (name: string): name is CommandName => Object.hasOwn(table, name)

/** Such as `pmta-vault diff [HOST…]`, without flags. */
export function usageOf(name: CommandName): string {
  const { positional } = commands[name]
  if (positional === null) return `pmta-vault ${name}`
  const words = positional.most > 1 ? `${positional.name}…` : positional.name
  return `pmta-vault ${name} ${positional.least > 0 ? words : `[${words}]`}`
}
