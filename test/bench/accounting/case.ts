import { mkdtemp, rm, stat } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { clientScript } from "../bundled.ts"
import type { Case } from "../cases.ts"
import type { Contender } from "../measure.ts"
import { writeAccountingFile } from "./file.ts"

const ways = ["ours", "udsv", "papaparse", "csv-parse", "fast-csv"] as const
/** Not the fastest of them: 2 GB take fast-csv more than two minutes. */
const slow: readonly string[] = ["papaparse", "csv-parse", "fast-csv"]

/** @param bytes  size of the accounting file */
export function accountingCase(bytes: number): Case {
  return {
    name: "accounting",
    about: `reading an accounting CSV of ${Math.round(bytes / 1e6)} MB and counting it, whole process; results have to be equal`,
    async prepare() {
      const scratch = await mkdtemp(join(tmpdir(), "pmta-bench-"))
      const file = join(scratch, "acct-2026-03-02-0000.csv")
      const records = writeAccountingFile(file, bytes)
      const { size } = await stat(file)
      process.stderr.write(`  ${records} records, ${size} bytes\n`)
      const program = await clientScript(join(import.meta.dirname, "count.ts"), join(scratch, "built"))
      let digest: string | null = null
      const contender = (way: string): Contender => ({
        name: way,
        command: [process.execPath, program, way, file],
        once: slow.includes(way),
        async prove({ stdout }) {
          digest ??= stdout
          if (stdout !== digest) throw new Error(`${way} counted otherwise than ${ways[0]}`)
        },
      })
      return {
        scratch,
        bytes: size,
        contenders: ways.map(contender),
        [Symbol.asyncDispose]: async () => await rm(scratch, { recursive: true, force: true }),
      }
    },
  }
}
