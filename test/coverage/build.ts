/** Before vitest starts: the program with counters, in a place of its own. What ships is not touched. */
import { chmod, mkdir, rm } from "node:fs/promises"
import { join } from "node:path"
import { rolldown } from "rolldown"
import config, { adaptations } from "../../rolldown.config.ts"
import { counters } from "./count.ts"
import { countedDist, countsDir, root } from "./place.ts"

export default async function build(): Promise<void> {
  await rm(join(root, "coverage"), { recursive: true, force: true })
  await mkdir(countsDir, { recursive: true })
  // Some tests run the program as another user.
  await chmod(countsDir, 0o777)
  const { output, ...input } = config
  await using bundle = await rolldown({ ...input, plugins: [counters, ...adaptations] })
  await bundle.write({ ...output, dir: countedDist })
}
