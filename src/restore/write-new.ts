import { open, unlink } from "node:fs/promises"
import { Problem } from "../core/problem.ts"
import { targetProblem } from "./target-problem.ts"

/**
 * Writes a new file, whole and on disk, or none. Nothing is ever overwritten.
 * @throws Problem "restore/not-empty", "restore/full", "restore/refused"
 */
export async function writeNew(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "wx", 0o600).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "EEXIST") throw targetProblem(path, cause)
    throw new Problem("restore/not-empty", `${path} is there already; nothing was written`, {
      cause,
      hint: "name a new file: nothing is ever overwritten",
    })
  })
  try {
    await file.writeFile(bytes)
    await file.sync()
  } catch (cause) {
    await unlink(path)
    throw targetProblem(path, cause)
  } finally {
    await file.close()
  }
}
