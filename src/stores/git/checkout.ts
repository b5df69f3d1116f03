import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { Problem } from "../../core/problem.ts"
import { importer } from "./importer.ts"
import { type Git, git } from "./process.ts"
import { branches } from "./references.ts"
import type { VaultOptions } from "./vault.ts"

/** The checked-out `fleet.yml`, which a person may have edited without committing; null when there is none. */
export async function checkedOutFleet(workTree: string | null): Promise<string | null> {
  if (workTree === null) return null
  return await readFile(join(workTree, "fleet.yml"), "utf8").catch(() => null)
}

/** Commits the first `fleet.yml` to `main`, and checks it out where `main` is checked out. */
export async function addFleet(
  repo: Git,
  options: Pick<VaultOptions, "workTree" | "publish" | "now" | "location">,
  text: string,
  signal: AbortSignal,
): Promise<void> {
  const main = (await branches(repo, signal)).get("refs/heads/main") ?? null
  const onDisk = await checkedOutFleet(options.workTree)
  if (onDisk !== null || (main !== null && (await isIn(repo, main, signal)))) {
    throw new Problem(
      "vault/local-changes",
      `${options.location} has a fleet.yml already; it is left as it is`,
      { hint: "edit it, commit it, and run `pmta-vault doctor`" },
    )
  }
  const writer = importer(repo, 1)
  const blob = await writer.blob(Buffer.from(text))
  const time = Math.floor(options.now().getTime() / 1000)
  const parents = main === null ? [] : [main]
  const to = await writer.commit({
    parents,
    message: "fleet: begin\n",
    time,
    changes: [{ path: "fleet.yml", blob }],
  })
  await writer.close()
  const { moved } = await options.publish([{ ref: "refs/heads/main", from: main, to }])
  if (moved)
    throw new Problem("vault/moved", `main of ${options.location} moved meanwhile`, { hint: "run again" })
  if (options.workTree === null) return
  await writeFile(join(options.workTree, "fleet.yml"), text)
  await git(
    repo,
    [`--work-tree=${options.workTree}`, "reset", "--quiet", "main", "--", "fleet.yml"],
    "",
    signal,
  )
}

async function isIn(repo: Git, commit: string, signal: AbortSignal): Promise<boolean> {
  return (await git(repo, ["ls-tree", "--name-only", commit, "--", "fleet.yml"], "", signal)) !== ""
}
