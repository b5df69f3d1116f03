import type { Host } from "../core/fleet.ts"
import { Problem } from "../core/problem.ts"

/** What became of one host. `bug`: something was thrown that no operator can meet. */
export type Outcome<T> =
  | { readonly kind: "done"; readonly host: Host; readonly value: T }
  | { readonly kind: "failed"; readonly host: Host; readonly problem: Problem }
  | { readonly kind: "bug"; readonly host: Host; readonly error: unknown }

/**
 * Works on many hosts at a time; what happens to one is its own outcome and never stops another.
 * @param timeoutMs  longest time for one host
 * @returns          outcomes in the order of `hosts`
 * @throws           the reason of `signal` when it aborts
 */
export async function eachHost<T>(
  hosts: readonly Host[],
  width: number,
  timeoutMs: number,
  work: (host: Host, signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<readonly Outcome<T>[]> {
  const outcomes: Outcome<T>[] = []
  let next = 0
  const worker = async () => {
    for (let index = next++; index < hosts.length; index = next++) {
      const host = hosts[index]
      if (host !== undefined) outcomes[index] = await outcomeOf(host, timeoutMs, work, signal)
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, hosts.length) }, worker))
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
    own.abort(new Problem("run/interrupted", `${host.name} is finished`))
  }
}

function outOfTime(host: Host, timeoutMs: number): Problem {
  return new Problem("pull/out-of-time", `${host.name} was not done after ${timeoutMs / 1000} s`, {
    hint: "raise host-timeout if the host only has much to send",
  })
}
