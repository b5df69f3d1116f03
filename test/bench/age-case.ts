/** Sealing and opening alone, against the stock `age`. */
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { succeed } from "../lab/child.ts"
import { ageKey } from "../lab/keys.ts"
import { clientScript } from "./bundled.ts"
import type { Case } from "./cases.ts"
import type { Contender } from "./measure.ts"

/** @param bytes  of what is sealed; at most 1 GB */
export function ageCase(bytes: number): Case {
  const size = Math.min(bytes, 1e9)
  return {
    name: "age",
    about: `${size / 1e6} MB sealed to one recipient, and opened; whole processes, from file to file`,
    async prepare() {
      const scratch = await mkdtemp(join(tmpdir(), "pmta-bench-age-"))
      const at = (name: string) => join(scratch, name)
      const key = await ageKey()
      await writeFile(at("identity"), `${key.identity}\n`, { mode: 0o600 })
      await succeed("sh", ["-c", `head -c ${size} /dev/urandom >${at("plain")}`], { timeoutMs: 600_000 })
      const digest = async (script: string) =>
        (await succeed("sh", ["-c", `${script} | sha256sum`], { timeoutMs: 600_000 })).toString()
      const expected = await digest(`cat ${at("plain")}`)
      await succeed("age", ["-r", key.recipient, "-o", at("sealed"), at("plain")], { timeoutMs: 600_000 })
      const script = await clientScript(join(import.meta.dirname, "age-work.ts"), at("built"))
      const contender = (name: string, words: readonly string[], out: string, open: string): Contender => ({
        name,
        command: words,
        prepare: async () => await rm(at(out), { force: true }),
        async prove() {
          if ((await digest(open)) !== expected) throw new Error(`${name}: not what went in`)
          await rm(at(out))
        },
      })
      const stockOpens = (file: string) => `age -d -i ${at("identity")} ${at(file)}`
      const ours = [process.execPath, script]
      return {
        scratch,
        bytes: size,
        contenders: [
          contender(
            "age",
            ["age", "-r", key.recipient, "-o", at("a.age"), at("plain")],
            "a.age",
            stockOpens("a.age"),
          ),
          contender(
            "age -d",
            ["age", "-d", "-i", at("identity"), "-o", at("a"), at("sealed")],
            "a",
            `cat ${at("a")}`,
          ),
          contender(
            "ours, sealed",
            [...ours, "seal", key.recipient, at("plain"), at("o.age")],
            "o.age",
            stockOpens("o.age"),
          ),
          contender(
            "ours, opened",
            [...ours, "open", at("identity"), at("sealed"), at("o")],
            "o",
            `cat ${at("o")}`,
          ),
        ],
        [Symbol.asyncDispose]: async () => await rm(scratch, { recursive: true, force: true }),
      }
    },
  }
}
