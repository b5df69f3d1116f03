/** The shipped workflows and `action.yml`, judged by GitHub's own language service. */
import { randomUUID } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { type ActionsMetadataProvider, registerLogger, validate } from "@actions/languageservice"
import { expect, test } from "vitest"
import { TextDocument } from "vscode-languageserver-textdocument"
import { parse } from "yaml"
import { ownAction } from "../lab/runner.ts"

const root = join(import.meta.dirname, "../..")
const workflows = readdirSync(join(root, "workflows")).filter(name => name.endsWith(".yml"))
const manifest = readFileSync(join(root, "action.yml"), "utf8")

type Metadata = Awaited<ReturnType<ActionsMetadataProvider["fetchActionMetadata"]>>

/** What the shipped workflows give to another's Action: its real inputs are more. */
const others: Readonly<Record<string, object>> = {
  "actions/upload-artifact": {
    name: "Upload a Build Artifact",
    inputs: inputsNamed(
      "name",
      "path",
      "retention-days",
      "if-no-files-found",
      "compression-level",
      "overwrite",
    ),
    runs: { using: "node24", main: "index.js" },
  },
  "actions/download-artifact": {
    name: "Download a Build Artifact",
    inputs: inputsNamed("name", "path", "pattern", "merge-multiple"),
    runs: { using: "node24", main: "index.js" },
  },
}

function inputsNamed(...names: readonly string[]) {
  return Object.fromEntries(names.map(name => [name, { description: name, required: name === "path" }]))
}

/** Knows this Action from the manifest that is shipped, and of others what is used of them. */
const actionsMetadataProvider: ActionsMetadataProvider = {
  async fetchActionMetadata({ owner, name }) {
    const action = `${owner}/${name}`
    return (action === ownAction ? parse(manifest) : others[action]) as Metadata | undefined
  },
}

/** What goes wrong inside of the service would otherwise look like no complaint. */
const broken = (message: string) => {
  throw new Error(message)
}
registerLogger({ error: broken, warn: broken, info: () => undefined, log: () => undefined })

async function complaints(name: string, text: string): Promise<readonly string[]> {
  // By this name the service keeps what it has read.
  const document = TextDocument.create(`file:///${randomUUID()}/${name}`, "yaml", 1, text)
  const found = await validate(document, { actionsMetadataProvider })
  return found.map(({ message, range }) => `${name}:${range.start.line + 1}: ${message}`)
}

test.each(workflows)("%s has nothing to complain about", async name => {
  const text = readFileSync(join(root, "workflows", name), "utf8")
  expect(await complaints(`.github/workflows/${name}`, text)).toEqual([])
})

test("action.yml has nothing to complain about", async () => {
  expect(await complaints("action.yml", manifest)).toEqual([])
})

test.each([
  ["an input that the Action has not", "command: backup", "comand: backup", /comand/],
  ["a context that is none", "github.token", "gitub.token", /gitub/],
  ["a permission that is none", "pull-requests: write", "pull-request: write", /pull-request/],
  ["a cron line that is none", "17 2 * * *", "17 25 * * *", /cron/i],
])("a mistake is found: %s", async (_, right, wrong, words) => {
  const text = readFileSync(join(root, "workflows/backup.yml"), "utf8")
  expect(text).toContain(right)
  const found = await complaints(
    ".github/workflows/backup.yml",
    text.replace(right, () => wrong),
  )
  expect(found.join("\n")).toMatch(words)
})

test("the copy in the README has the same rights and inputs", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8")
  const block = /```yaml\n(on:[\s\S]*?)```/.exec(readme)?.[1] ?? ""
  const [shown, shipped] = [parse(block), parse(readFileSync(join(root, "workflows/backup.yml"), "utf8"))]
  expect(shown.jobs.backup.permissions).toEqual(shipped.jobs.backup.permissions)
  expect(shipped.jobs.backup.steps[0].with).toMatchObject(shown.jobs.backup.steps[0].with)
})
