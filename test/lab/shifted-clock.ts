/** A stand-in for a clock that shows another time: the built program, and nothing else, takes it for the true one. */
import { writeFile } from "node:fs/promises"
import { join } from "node:path"

const module = (ms: number) => `const Real = Date
globalThis.Date = class Date extends Real {
  constructor(...given) {
    if (given.length === 0) super(Real.now() + ${ms})
    else super(...given)
  }
  static now() {
    return Real.now() + ${ms}
  }
}
`

/**
 * @param directory  for the module that does it
 * @param days       from now; negative for the past
 * @returns          the environment of a child process that lives then
 */
export async function shiftedClock(directory: string, days: number): Promise<NodeJS.ProcessEnv> {
  const file = join(directory, `clock-${days}.mjs`)
  await writeFile(file, module(Math.round(days * 86_400_000)))
  return { NODE_OPTIONS: `--import=${file}` }
}
