/** A script of the bench as the program itself is shipped: without it, taking types off would be a good part of the time. */
import { join } from "node:path"
import { rolldown } from "rolldown"
import config from "../../rolldown.config.ts"

/**
 * @param input  a TypeScript file
 * @param dir    where the bundle goes
 * @returns      the file to run
 */
export async function clientScript(input: string, dir: string): Promise<string> {
  const { plugins } = Array.isArray(config) ? config[0] : config
  // The one that lists licences would write into dist.
  const own = [plugins]
    .flat()
    .filter(plugin => !/license/.test((plugin as { name?: string } | null)?.name ?? ""))
  await using bundle = await rolldown({ input, platform: "node", plugins: own })
  const { output } = await bundle.write({
    dir,
    format: "esm",
    entryFileNames: "script.mjs",
    chunkFileNames: "[name].mjs",
  })
  return join(dir, output[0].fileName)
}
