import { actionInputs, actionOutputs } from "../src/settings.ts"

/** The whole `action.yml`, made from the settings table. */
export function actionYml(): string {
  const inputs = actionInputs.map(({ name, description, default: standard }) =>
    [
      `  ${name}:`,
      `    description: ${quoted(description)}`,
      ...(standard === "" ? [] : [`    default: ${quoted(standard)}`]),
    ].join("\n"),
  )
  const outputs = Object.entries(actionOutputs).map(
    ([name, description]) => `  ${name}:\n    description: ${quoted(description)}`,
  )
  return `# Made by scripts/generate.ts from src/settings/; edit there.
name: pmta-vault
description: Encrypted, signed, versioned backups of PowerMTA servers, with every drift of the config as a pull request
author: pmta-vault
branding:
  icon: archive
  color: blue
inputs:
${inputs.join("\n")}
outputs:
${outputs.join("\n")}
runs:
  using: node24
  main: dist/index.js
`
}

const quoted = (text: string): string => JSON.stringify(text)
