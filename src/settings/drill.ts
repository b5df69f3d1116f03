import type { Setting } from "./setting.ts"

/** How a drill is measured, whom it asks, and where its report goes. */
export const drillSettings = {
  target: {
    type: "text",
    default: "scratch",
    commands: ["drill"],
    group: "run",
    placeholder: "scratch|HOST",
    description:
      "Where the drill restores to: a scratch directory, or a spare host of the fleet over SSH; it is put back afterwards",
  },
  keep: {
    type: "boolean",
    default: "false",
    commands: ["drill"],
    group: "run",
    placeholder: "",
    description: "Leave the spare host as restored; without it, it is put back as it was before the drill",
  },
  scratch: {
    type: "path",
    default: null,
    commands: ["drill"],
    group: "run",
    placeholder: "DIRECTORY",
    description: "Where the scratch directory is made; without it, in memory where there is room",
  },
  scenario: {
    type: "text",
    default: "hardware-failure",
    commands: ["drill"],
    group: "run",
    placeholder: "NAME",
    description: "The scenario of the policy in fleet.yml whose RTO the drill has to meet",
  },
  resolver: {
    type: "list",
    default: null,
    commands: ["drill", "backup", "collect", "diff"],
    group: "run",
    placeholder: "ADDRESS[:PORT]",
    description: "The DNS servers that are asked for DKIM records; without it, those of this machine",
  },
  evidence: {
    type: "boolean",
    default: "true",
    commands: ["drill"],
    group: "run",
    placeholder: "",
    description: "Sign the report and file it in the vault",
  },
  markdown: {
    type: "path",
    default: null,
    commands: ["drill"],
    group: "output",
    placeholder: "FILE",
    description: "Write the report as Markdown, as for an issue",
  },
} as const satisfies Record<string, Setting>
