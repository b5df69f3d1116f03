/**
 * Counting on a thread of its own: beside reading, decrypting and sealing a large file, it would double the time that
 * the pull takes. The thread is started when the first large file comes, and serves all hosts.
 */

import { Worker } from "node:worker_threads"
import type { Profile } from "../core/profile.ts"
import { asError } from "../core/thrown.ts"
import { firstCountedDay, type TrafficReader } from "../core/traffic.ts"
import { trafficReader } from "../flows/traffic-reader.ts"
import type { Answer, Order } from "./counting-thread.ts"

export interface TrafficReaders extends AsyncDisposable {
  /** @param bytes  that are to be read of the host */
  read(host: string, bytes: number): TrafficReader
}

/** Starting the thread takes as long as counting so much. */
const worthThread = 16 * 1024 * 1024
/** Sent at a time: a message costs as much as counting some KiB. */
const messageBytes = 1024 * 1024
/** Copies of what was pushed that wait to be counted. */
const mostWaiting = 8 * 1024 * 1024

/** @param keepMs  how long counts are kept */
export function trafficReaders(profile: Profile, now: () => Date, keepMs: number): TrafficReaders {
  const since = firstCountedDay(keepMs, now())
  let thread: Thread | null = null
  return {
    read(host, bytes) {
      if (bytes < worthThread) return trafficReader(profile, host, now(), since)
      thread ??= startThread()
      return threadedReader(thread, { profile: profile.name, host, now: now().getTime(), since })
    },
    [Symbol.asyncDispose]: async () => await thread?.end(),
  }
}

interface Thread {
  /** names a reader of the thread */
  next(): number
  send(order: Order, transfer?: ArrayBuffer[]): void
  /** as `send`, and waits for what comes back */
  ask(order: Order): Promise<Answer["value"]>
  end(): Promise<void>
}

function startThread(): Thread {
  const worker = new Worker(new URL("./counting-thread.js", import.meta.url))
  // A run that was given up does not wait for it.
  worker.unref()
  let readers = 0
  let failure: Error | null = null
  const waiting: {
    readonly resolve: (value: Answer["value"]) => void
    readonly reject: (error: Error) => void
  }[] = []
  // Answers come in the order of the orders.
  worker.on("message", ({ value }: Answer) => waiting.shift()?.resolve(value))
  worker.on("error", error => {
    failure = asError(error)
    for (const { reject } of waiting.splice(0)) reject(failure)
  })
  const thread: Thread = {
    next: () => readers++,
    send: (order, transfer = []) => worker.postMessage(order, transfer),
    ask: async order => {
      if (failure !== null) throw failure
      return await new Promise<Answer["value"]>((resolve, reject) => {
        waiting.push({ resolve, reject })
        worker.ref()
        thread.send(order, order.kind === "push" ? [order.content] : [])
      }).finally(() => {
        if (waiting.length === 0) worker.unref()
      })
    },
    end: async () => void (await worker.terminate()),
  }
  return thread
}

function threadedReader(
  thread: Thread,
  of: Omit<Extract<Order, { readonly kind: "open" }>, "kind" | "reader">,
): TrafficReader {
  const reader = thread.next()
  const waiting: { readonly bytes: number; readonly counted: Promise<unknown> }[] = []
  let bytes = 0
  /** Until no more than so much waits to be counted. */
  const below = async (most: number) => {
    while (bytes > most) {
      const oldest = waiting.shift()
      await oldest?.counted
      bytes -= oldest?.bytes ?? bytes
    }
  }
  /** a copy of what was pushed last, and not sent yet */
  const gathered = new Uint8Array(messageBytes)
  let filled = 0
  const flush = async () => {
    if (filled === 0) return
    const content = gathered.buffer.slice(0, filled)
    filled = 0
    await below(mostWaiting - content.byteLength)
    bytes += content.byteLength
    const counted = thread.ask({ kind: "push", reader, content })
    // It is looked at when it is waited for.
    counted.catch(() => {})
    waiting.push({ bytes: content.byteLength, counted })
  }
  thread.send({ kind: "open", reader, ...of })
  return {
    begin(file, from, outline) {
      // What was begun before and not kept is forgotten.
      filled = 0
      thread.send({ kind: "begin", reader, file, from, outline })
    },
    async push(content) {
      for (let at = 0; at < content.length; ) {
        const part = content.subarray(at, at + messageBytes - filled)
        gathered.set(part, filled)
        filled += part.length
        at += part.length
        if (filled === messageBytes) await flush()
      }
    },
    keep: async isComplete => {
      await flush()
      await below(0)
      return (await thread.ask({ kind: "keep", reader, isComplete })) as Awaited<
        ReturnType<TrafficReader["keep"]>
      >
    },
    result: async () =>
      (await thread.ask({ kind: "result", reader })) as Awaited<ReturnType<TrafficReader["result"]>>,
  }
}
