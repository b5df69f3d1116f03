/** A script of the bench as the program itself is shipped: without it, taking types off would be a good part of the time. */
import { join } from "node:path"
import { rolldown } from "rolldown"
import { adaptations } from "../../rolldown.config.ts"

/**
 * @param input  a TypeScript file
 * @param dir    where the bundle goes
 * @returns      the file to run
 */
export async function clientScript(input: string, dir: string): Promise<string> {
  await using bundle = await rolldown({ input, platform: "node", plugins: adaptations })
  const { output } = await bundle.write({
    dir,
    format: "esm",
    entryFileNames: "script.mjs",
    chunkFileNames: "[name].mjs",
  })
  return join(dir, output[0].fileName)
}
