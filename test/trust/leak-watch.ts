/**
 * Runs the program so that nothing it does is unseen: what it prints, writes to files, sends to the network, and the
 * arguments and environments of what it starts. All of it is searched for secrets afterwards.
 */
import { mkdir, readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { type ActionRun, action, type CliRun, cli } from "../lab/cli.ts"
import { type Piece, recorded } from "../lab/leak-places.ts"
import { type Canary, leakScanner } from "../lab/leak-scan.ts"
import { stopper } from "../lab/stop-at.ts"

/** What is meant to be where it is, and why. Exactly this text is left out of the search, and only there. */
export interface Meant {
  readonly why: string
  /** for `sent`: the address */
  readonly at: string
  readonly text: string
}

export interface Doing {
  /** exit codes with which the story goes on as it is told */
  readonly ends: readonly number[]
  readonly env?: NodeJS.ProcessEnv
  /** where plaintext is meant to go in this run: directories that the operator named, or memory */
  readonly into?: readonly string[]
  /** a program and its arguments that runs the door */
  readonly by?: readonly string[]
}

export interface Watch {
  /** where the program has its home and its temporary directory */
  readonly directory: string
  readonly meant: Meant[]
  /** runs that ended otherwise than their place in the story wants, with what they said */
  readonly unexpected: string[]
  readonly counts: { runs: number; programs: number; sent: number; written: number }
  keep(place: string, content: string | Buffer): void
  keepAll(pieces: AsyncIterable<Piece>): Promise<void>
  cli(words: readonly string[], doing: Doing): Promise<CliRun>
  action(inputs: Readonly<Record<string, string>>, doing: Doing): Promise<ActionRun>
  /** Each leak once, in words; and how much was looked at. */
  search(canaries: readonly Canary[]): { leaks: readonly string[]; bytes: number; places: number }
}

/** @param directory  records go there, and the home and the temporary directory of what is run */
export async function watching(directory: string): Promise<Watch> {
  const at = (name: string) => join(directory, name)
  for (const name of ["home", "tmp"]) await mkdir(at(name), { recursive: true })
  const tracer = [await stopper(), "0", "all", "/dev/null", "", "--"]
  const pieces: Piece[] = []
  const meant: Meant[] = []
  const unexpected: string[] = []
  const counts = { runs: 0, programs: 0, sent: 0, written: 0 }
  const keep = (place: string, content: string | Buffer) =>
    void pieces.push({ place, bytes: Buffer.from(content as string) })

  async function watched<T extends CliRun>(
    title: string,
    { ends, into = [], by = [], env }: Doing,
    run: (options: { readonly env: NodeJS.ProcessEnv; readonly through: readonly string[] }) => Promise<T>,
  ): Promise<T> {
    const name = `run ${++counts.runs}, ${title}`
    const record = at(`record-${counts.runs}`)
    const done = await run({
      env: { ...switches, STOP_AT_RECORD: record, ...env },
      through: [...tracer, ...by],
    })
    keep(`${name}: stdout`, shown(done.stdout))
    keep(`${name}: stderr`, shown(done.stderr))
    for (const { kind, to, bytes } of recorded(await readFile(record))) {
      counts[kind === "started" ? "programs" : kind]++
      if (kind === "written" && into.some(place => to.startsWith(place))) continue
      keep(`${name}: ${kind} ${to}`, Buffer.from(withoutMeant(kind, to, bytes)))
    }
    await rm(record)
    if (!ends.includes(done.code ?? -1))
      unexpected.push(`${name} ended with ${done.code}\n${shown(done.stdout)}\n${done.stderr}`)
    return done
  }

  function withoutMeant(kind: string, to: string, bytes: Buffer): Buffer {
    let text = bytes.toString("latin1")
    for (const { at: place, text: known } of meant)
      if (place === `${kind} ${to}`) text = text.replaceAll(known, "")
    return Buffer.from(text, "latin1")
  }

  return {
    ...{ directory, meant, unexpected, counts, keep },
    async keepAll(more) {
      for await (const piece of more) pieces.push(piece)
    },
    cli: async (words, doing) =>
      await watched(words.join(" "), doing, ({ env, through }) =>
        cli(words, {
          env: { HOME: at("home"), TMPDIR: at("tmp"), ...env },
          ...{ through, timeoutMs: 120_000 },
        }),
      ),
    async action(inputs, doing) {
      const title = `action ${inputs["command"]}`
      let report = ""
      const done = await watched(title, doing, options =>
        action(inputs, {
          ...options,
          timeoutMs: 120_000,
          after: async outputs => {
            report = await readFile(outputs["report"] ?? "", "utf8").catch(() => "")
          },
        }),
      )
      const { summary, outputs, exported, state } = done
      for (const [place, text] of Object.entries({ report, summary })) keep(`${title}: ${place}`, text)
      keep(`${title}: outputs`, JSON.stringify([outputs, exported, state]))
      return done
    },
    search(canaries) {
      const scanner = leakScanner(canaries)
      for (const { place, bytes } of pieces) scanner.scan(place, bytes)
      const leaks = scanner.leaks.map(({ canary, form, place }) => `${canary} (${form}) in ${place}`)
      return { leaks: [...new Set(leaks)], bytes: scanner.bytes, places: scanner.places }
    },
  }
}

/** Whoever looks for a fault turns everything on. */
const switches = { RUNNER_DEBUG: "1", ACTIONS_STEP_DEBUG: "true", ACTIONS_RUNNER_DEBUG: "true", DEBUG: "*" }

/** A log as the runner shows it: from these lines it learns what to mask, and shows none of them. */
const shown = (log: string): string => log.replaceAll(/^::add-mask::.*\n?/gm, "")
