/** `node count.ts WAY FILE`: counts an accounting file one way, and prints the digest of the day's file. */
import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { open } from "node:fs/promises"
import type { BaseParse, Parser } from "udsv"
import type { TrafficDay } from "../../../src/core/traffic.ts"
import { writeDay } from "../../../src/core/traffic-day.ts"
import { powermta } from "../../../src/profiles/powermta/index.ts"
import { rowCounts } from "./row-counts.ts"

const [way = "", file = ""] = process.argv.slice(2)
const [host, day] = ["mta1", "2026-03-02"]
const chunkBytes = 256 * 1024
const input = () => createReadStream(file, { highWaterMark: chunkBytes })

async function ours(): Promise<TrafficDay> {
  const counter = powermta.traffic(host, [], Date.now())
  const tap = counter.tap(file)
  await using opened = await open(file)
  // What is pushed is not kept, so that one buffer serves all; the others keep parts of their input.
  const chunk = Buffer.alloc(chunkBytes)
  for (let read = 1; read > 0; ) {
    read = (await opened.read(chunk, 0, chunkBytes)).bytesRead
    tap.push(chunk.subarray(0, read))
  }
  tap.end()
  const [found, ...more] = counter.days()
  if (found === undefined || more.length > 0 || counter.skipped().length > 0)
    throw new Error("not the one whole day")
  return found
}

type Feed = (row: (values: readonly string[]) => void) => Promise<void>

const feeds: Readonly<Record<string, Feed>> = {
  async udsv(row) {
    const { inferSchema, initParser } = await import("udsv")
    let parser: Parser | null = null
    const decoder = new TextDecoder()
    let rest = ""
    for await (const chunk of input()) {
      const text = rest + decoder.decode(chunk, { stream: true })
      // Whole lines only: it lost one of 963,062 records where a chunk ended at an unlucky place (udsv 0.7.3).
      const end = text.lastIndexOf("\n") + 1
      rest = text.slice(end)
      if (parser === null) {
        parser = initParser(inferSchema(text))
        row(parser.schema.cols.map(({ name }) => name))
      }
      parser.chunk<string[]>(text.slice(0, end), parser.stringArrs as BaseParse<string[]>, row)
    }
    parser?.end()
  },
  async papaparse(row) {
    const { default: Papa } = await import("papaparse")
    await new Promise<void>((resolve, reject) => {
      Papa.parse<string[]>(input(), {
        skipEmptyLines: true,
        chunk: ({ data }) => {
          for (const values of data) row(values)
        },
        complete: () => resolve(),
        error: reject,
      })
    })
  },
  async "csv-parse"(row) {
    const { parse: csvParse } = await import("csv-parse")
    const parser = input().pipe(csvParse({ relax_column_count: true }))
    parser.on("readable", () => {
      for (let values = parser.read(); values !== null; values = parser.read()) row(values)
    })
    await new Promise((resolve, reject) => parser.on("end", resolve).on("error", reject))
  },
  async "fast-csv"(row) {
    const { parseStream } = await import("fast-csv")
    const parser = parseStream<string[], string[]>(input())
    await new Promise((resolve, reject) => parser.on("data", row).on("end", resolve).on("error", reject))
  },
}

async function theirs(feed: Feed): Promise<TrafficDay> {
  const counts = rowCounts()
  await feed(counts.row)
  return counts.day(host, day)
}

const feed = feeds[way]
const counted = feed === undefined ? await ours() : await theirs(feed)
process.stdout.write(`${createHash("sha256").update(writeDay(counted)).digest("hex")}\n`)
