import { join } from "node:path"

export const root = join(import.meta.dirname, "../..")
/** The program with counters. */
export const countedDist = join(root, "coverage/dist")
/** One file from each process, thread and test file that came to its end. */
export const countsDir = join(root, "coverage/counts")

export const isCounted = (): boolean => process.env["COVERAGE"] === "1"
