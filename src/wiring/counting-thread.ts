/** The other side of `counting.ts`: a program of its own in the bundle, run as a thread. */
import { parentPort } from "node:worker_threads"
import type { Statement } from "../core/profile.ts"
import { release } from "../core/release.ts"
import type { ResumePoint, TrafficReader } from "../core/traffic.ts"
import { trafficReader } from "../flows/traffic-reader.ts"
import { profiles } from "../profiles/index.ts"

/** `push`, `keep` and `result` are answered, in their order. */
export type Order = { readonly reader: number } & (
  | {
      readonly kind: "open"
      readonly profile: string
      readonly host: string
      readonly now: number
      readonly since: string
    }
  | {
      readonly kind: "begin"
      readonly file: string
      readonly from: ResumePoint
      readonly outline: readonly Statement[]
    }
  | { readonly kind: "push"; readonly content: ArrayBuffer }
  | { readonly kind: "keep"; readonly isComplete: boolean }
  | { readonly kind: "result" }
)

export interface Answer {
  readonly value:
    | Awaited<ReturnType<TrafficReader["keep"]>>
    | Awaited<ReturnType<TrafficReader["result"]>>
    | null
}

const readers = new Map<number, TrafficReader>()
let done: Promise<void> = Promise.resolve()

parentPort?.on("message", (order: Order) => {
  done = done.then(async () => await carryOut(order))
})

async function carryOut(order: Order): Promise<void> {
  if (order.kind === "open") {
    const profile = profiles.get(order.profile)
    if (profile === undefined) throw new Error(`the shelf of profiles has no ${order.profile}`)
    readers.set(order.reader, trafficReader(profile, order.host, new Date(order.now), order.since))
    return
  }
  const reader = readers.get(order.reader)
  if (reader === undefined) throw new Error("this reader was never opened, or has given its result")
  if (order.kind === "begin") reader.begin(order.file, order.from, order.outline)
  else answer(await answerTo(order, reader))
  if (order.kind === "result") readers.delete(order.reader)
}

async function answerTo(
  order: Extract<Order, { kind: "push" | "keep" | "result" }>,
  reader: TrafficReader,
): Promise<Answer["value"]> {
  if (order.kind === "keep") return await reader.keep(order.isComplete)
  if (order.kind === "result") return await reader.result()
  const content = new Uint8Array(order.content)
  await reader.push(content)
  release(content)
  return null
}

function answer(value: Answer["value"]): void {
  parentPort?.postMessage({ value } satisfies Answer)
}
