import { certain } from "../core/certain.ts"
import type { Comparison, Movement, Rate } from "../core/impact.ts"
import type { TrafficCell } from "../core/traffic.ts"
import { judged, newcombe, wilson } from "./interval.ts"

/** Attempts below which a rate says little. */
export const smallSample = 100
/** A smaller difference is no effect, however sure it is. */
export const smallestEffect = 0.01

/** @param isRecorded  whether deferred attempts are recorded; without them there is no rate, and not one of zero */
export function rateOf(cells: readonly TrafficCell[], recipients: number, isRecorded: boolean): Rate {
  const sum = (name: "delivered" | "bounced" | "deferred") =>
    cells.reduce((total, cell) => total + cell[name], 0)
  const [delivered, bounced, deferred] = [sum("delivered"), sum("bounced"), sum("deferred")]
  const attempts = delivered + bounced + deferred
  const isKnown = isRecorded && attempts > 0
  return {
    ...{ attempts, delivered, bounced, deferred, recipients },
    rate: isKnown ? deferred / attempts : null,
    interval: isKnown ? wilson(deferred, attempts) : null,
  }
}

export function compare(before: Rate, after: Rate): Comparison {
  const isSmall = before.attempts < smallSample || after.attempts < smallSample
  if (before.rate === null || after.rate === null)
    return { ...{ before, after, isSmall }, difference: null, interval: null, movement: "unclear" }
  return {
    ...{ before, after, isSmall },
    difference: after.rate - before.rate,
    interval: newcombe(sampleOf(before), sampleOf(after)),
    movement: isSmall ? "unclear" : movementOf(before, after),
  }
}

/** Both have attempts. */
export function movementOf(before: Rate, after: Rate): Movement {
  const difference = certain(after.rate) - certain(before.rate)
  const [low, high] = newcombe(sampleOf(before), sampleOf(after), judged)
  if (low > 0 && difference >= smallestEffect) return "rose"
  return high < 0 && difference <= -smallestEffect ? "fell" : "same"
}

export const sampleOf = (rate: Rate) => ({ hits: rate.deferred, trials: rate.attempts })
