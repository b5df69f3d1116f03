/**
 * Stand-ins for `actions/upload-artifact` and `actions/download-artifact`, which cannot be had here: what the shipped
 * workflows use of them, done with the unmodified client that they are made of. Each runs as a process of its own.
 */
import { stat } from "node:fs/promises"
import { join, matchesGlob } from "node:path"
import { finish } from "./child.ts"
import type { CliRun } from "./cli.ts"

type Inputs = Readonly<Record<string, string>>

const steps: Readonly<Record<string, (inputs: Inputs) => Promise<void>>> = {
  "actions/upload-artifact": upload,
  "actions/download-artifact": download,
}

export const isArtifactStep = (action: string): boolean => Object.hasOwn(steps, action)

/** @param env  as `ArtifactService.environment` gives it */
export async function artifactStep(
  action: string,
  inputs: Inputs,
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<CliRun> {
  const run = await finish(process.execPath, [import.meta.filename, action, JSON.stringify(inputs)], {
    ...{ cwd, env: { PATH: process.env["PATH"], GITHUB_WORKSPACE: cwd, ...env } },
  })
  return { ...run, stdout: run.stdout.toString("utf8") }
}

async function client() {
  const { DefaultArtifactClient } = await import("@actions/artifact")
  return new DefaultArtifactClient()
}

async function upload(inputs: Inputs): Promise<void> {
  const { name = "artifact", path = "", overwrite, "if-no-files-found": otherwise = "warn" } = inputs
  if (!(await stat(path).catch(() => null))) {
    process.stdout.write(`::${otherwise === "error" ? "error" : "warning"}::No files were found: ${path}\n`)
    process.exitCode = otherwise === "error" ? 1 : 0
    return
  }
  const service = await client()
  if (overwrite === "true") await service.deleteArtifact(name).catch(() => {})
  const compressionLevel = Number(inputs["compression-level"] ?? 6)
  await service.uploadArtifact(name, [join(process.cwd(), path)], process.cwd(), { compressionLevel })
}

async function download({ pattern = "*", path = ".", "merge-multiple": merge }: Inputs): Promise<void> {
  const service = await client()
  const { artifacts } = await service.listArtifacts({ latest: true })
  const wanted = artifacts.filter(({ name }) => matchesGlob(name, pattern))
  process.stdout.write(`Found ${wanted.length} artifacts\n`)
  for (const { id, name } of wanted)
    await service.downloadArtifact(id, { path: merge === "true" ? path : join(path, name) })
}

if (import.meta.main) {
  const [, , action = "", inputs = "{}"] = process.argv
  await steps[action]?.(JSON.parse(inputs) as Inputs)
}
