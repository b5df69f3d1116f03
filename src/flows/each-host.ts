import type { Host } from "../core/fleet.ts"
import { Problem } from "../core/problem.ts"
import { idleMeter } from "./idle-meter.ts"

/** What became of one host. `bug`: something was thrown that no operator can meet. */
export type Outcome<T> =
  | { readonly kind: "done"; readonly host: Host; readonly value: T }
  | { readonly kind: "failed"; readonly host: Host; readonly problem: Problem }
  | { readonly kind: "bug"; readonly host: Host; readonly error: unknown }

/**
 * Hosts at a time: `least` from the beginning, up to `most` while this machine has little to do. Hosts that are far away
 * are waited for, and more of them can be waited for at once; else more would only get in each other's way.
 */
export interface Width {
  readonly least: number
  readonly most: number
}

/** How often is looked whether there is room for more, ms. */
const lookMs = 50
/** Share of its time that the event loop works; below it, this program waits. */
const busy = 0.5
/** Share of all cores' time; above it, what is waited for is not another program on this machine. */
const mostlyIdle = 0.5

/**
 * Works on many hosts at a time; what happens to one is its own outcome and never stops another.
 * @param timeoutMs  longest time for one host
 * @param idle       as `idleMeter` gives it
 * @returns          outcomes in the order of `hosts`
 * @throws           the reason of `signal` when it aborts
 */
export async function eachHost<T>(
  hosts: readonly Host[],
  { least, most }: Width,
  timeoutMs: number,
  work: (host: Host, signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  idle = idleMeter(),
): Promise<readonly Outcome<T>[]> {
  const outcomes: Outcome<T>[] = []
  const workers: Promise<void>[] = []
  let next = 0
  const worker = async () => {
    for (let index = next++; index < hosts.length; index = next++) {
      const host = hosts[index]
      if (host !== undefined) outcomes[index] = await outcomeOf(host, timeoutMs, work, signal)
    }
  }
  const widen = (to: number) => {
    while (workers.length < Math.min(to, most) && next < hosts.length) {
      const started = worker()
      // All end at an abort, and only the first of them is heard.
      started.catch(() => {})
      workers.push(started)
    }
  }
  widen(least)
  let before = performance.eventLoopUtilization()
  const looking = setInterval(() => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    if (idle() > mostlyIdle && utilization < busy) widen(2 * workers.length)
    before = now
  }, lookMs)
  try {
    // More may have come while the first were waited for.
    for (let awaited = 0; awaited < workers.length; awaited++) await workers[awaited]
  } finally {
    clearInterval(looking)
  }
  return outcomes
}

async function outcomeOf<T>(
  host: Host,
  timeoutMs: number,
  work: (host: Host, signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<Outcome<T>> {
  signal.throwIfAborted()
  const own = new AbortController()
  const timer = setTimeout(() => own.abort(outOfTime(host, timeoutMs)), timeoutMs)
  const stop = () => own.abort(signal.reason)
  signal.addEventListener("abort", stop, { once: true })
  try {
    return { kind: "done", host, value: await work(host, own.signal) }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    return error instanceof Problem ? { kind: "failed", host, problem: error } : { kind: "bug", host, error }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener("abort", stop)
    // Whatever still listens, such as a connection that is being closed, ends with the host.
    own.abort(finished)
  }
}

/** Heard by nobody who would show it; made once, as its stack takes longer than all else here. */
const finished = new Problem("run/interrupted", "the host is finished", { hint: "nothing is left to do" })

function outOfTime(host: Host, timeoutMs: number): Problem {
  return new Problem("pull/out-of-time", `${host.name} was not done after ${timeoutMs / 1000} s`, {
    hint: "raise host-timeout if the host only has much to send",
  })
}
