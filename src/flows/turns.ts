/** Lets so many work at a time; who has waited until its time is up does without. */
export interface Turns {
  /**
   * @param untilMs  on the clock of `performance.now()`
   * @returns        what `work` gives; null when its turn did not come in time
   * @throws         the reason of `signal`
   */
  take<T>(untilMs: number, work: () => Promise<T>, signal: AbortSignal): Promise<T | null>
}

export function turns(count: number): Turns {
  let free = count
  const waiting = new Set<() => void>()

  async function enter(untilMs: number, signal: AbortSignal): Promise<boolean> {
    if (free > 0) {
      free--
      return true
    }
    return await new Promise<boolean>((resolve, reject) => {
      // Whoever settles it first takes it out of the line at once, so that no place goes to one who has left.
      const settle = (end: () => void) => {
        waiting.delete(come)
        clearTimeout(timer)
        signal.removeEventListener("abort", stop)
        end()
      }
      const come = () => settle(() => resolve(true))
      const stop = () => settle(() => reject(signal.reason))
      const timer = setTimeout(() => settle(() => resolve(false)), Math.max(0, untilMs - performance.now()))
      signal.addEventListener("abort", stop, { once: true })
      waiting.add(come)
    })
  }

  function leave(): void {
    const [next] = waiting
    if (next === undefined) free++
    // The place goes over to the next one, who has not noticed yet: nobody may get in between.
    else next()
  }

  return {
    async take(untilMs, work, signal) {
      if (!(await enter(untilMs, signal))) return null
      try {
        return await work()
      } finally {
        leave()
      }
    },
  }
}
