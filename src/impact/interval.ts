/**
 * How sure a share is. Attempts are taken as independent, which retries to one busy server are not: intervals are
 * rather too narrow than too wide, so that verdicts ask for more than 95 in 100.
 * Sources: E. B. Wilson, JASA 22 (1927); R. G. Newcombe, Statistics in Medicine 17 (1998) 873, method 10.
 */

/** Standard deviations that hold 95 of 100 cases: what is shown. */
export const shown = 1.96
/** Standard deviations that hold 999 of 1000 cases: what is judged by, as many ISPs and IPs are looked at. */
export const judged = 3.29

export type Interval = readonly [number, number]

/** @param trials  at least 1 */
export function wilson(hits: number, trials: number, z = shown): Interval {
  const share = hits / trials
  const square = z * z
  const middle = share + square / (2 * trials)
  const half = z * Math.sqrt((share * (1 - share)) / trials + square / (4 * trials * trials))
  const whole = 1 + square / trials
  return [Math.max(0, (middle - half) / whole), Math.min(1, (middle + half) / whole)]
}

export interface Sample {
  readonly hits: number
  readonly trials: number
}

/** The interval of `after - before`. Both have at least one trial. */
export function newcombe(before: Sample, after: Sample, z = shown): Interval {
  const [first, second] = [before.hits / before.trials, after.hits / after.trials]
  const [low1, high1] = wilson(before.hits, before.trials, z)
  const [low2, high2] = wilson(after.hits, after.trials, z)
  const difference = second - first
  return [
    difference - Math.hypot(second - low2, high1 - first),
    difference + Math.hypot(high2 - second, first - low1),
  ]
}
