import type { Comparison, ImpactResult, ImpactSubject, IspImpact } from "../core/impact.ts"
import { listed } from "../core/listed.ts"

/** More mail than before, where more is what was wanted. */
const moreVolume = 1.1

export interface Verdict {
  readonly result: ImpactResult
  readonly reason: string
}

/** What became of a change, from how its ISPs moved. */
export function verdictOf(subject: ImpactSubject, isps: readonly IspImpact[]): Verdict {
  const touched = isps.filter(({ isTouched }) => isTouched)
  const rest = isps.filter(({ isTouched }) => !isTouched)
  const moved = (list: readonly IspImpact[], movement: Comparison["movement"]) =>
    list.filter(isp => isp.movement === movement && !isp.isUsual)
  const risen = moved(touched, "rose")
  const lone = touched.filter(({ movement, pattern }) => movement !== "rose" && pattern.kind === "some")
  if (risen.length > 0 || lone.some(({ movement }) => movement === "same")) {
    const worse = risen.length > 0 ? risen : lone
    return { result: "worse", reason: `${inWords(worse)}${besides(moved(rest, "rose"))}` }
  }
  const heard = touched.filter(({ movement }) => movement !== "unclear")
  if (heard.length === 0) {
    return {
      result: "unclear",
      reason: touched.some(({ after }) => after.rate === null && after.attempts > 0)
        ? "deferred attempts are not recorded, so that nothing can be said of them"
        : "too few attempts to tell",
    }
  }
  const fallen = moved(touched, "fell")
  if (fallen.length > 0) {
    return {
      result: "as-intended",
      reason: `fewer deferrals at ${names(fallen)}${subject.isps === null ? "" : besides(moved(rest, "fell"))}`,
    }
  }
  const grown = heard.filter(({ before, after }) => after.delivered >= before.delivered * moreVolume)
  if (subject.intent === "volume" && grown.length > 0) {
    return { result: "as-intended", reason: `more mail delivered at ${names(grown)}, with no more deferrals` }
  }
  const usual = touched.filter(({ isUsual }) => isUsual)
  return {
    result: "no-effect",
    reason:
      usual.length > 0
        ? `${names(usual)} moved, but stands where it stood at this hour a week earlier`
        : "deferrals are as before: the wrong setting, or something else hides its effect",
  }
}

function inWords(isps: readonly IspImpact[]): string {
  const some = isps.filter(({ pattern }) => pattern.kind === "some")
  const others = isps.filter(({ pattern }) => pattern.kind !== "some")
  return [
    ...some.map(
      ({ isp, pattern, ips }) =>
        `more deferrals at ${isp} from ${pattern.ips.join(", ")} alone, of ${ips.length} IPs: reputation, or specific to the IP`,
    ),
    ...(others.length === 0
      ? []
      : [
          `more deferrals at ${names(others)}${
            others.every(({ pattern }) => pattern.kind === "all")
              ? ", from all IPs alike: the configuration"
              : ""
          }`,
        ]),
  ].join("; ")
}

/** ISPs that the change is not about moved too: then it may not be the cause. */
function besides(rest: readonly IspImpact[]): string {
  return rest.length === 0
    ? ""
    : `; ${names(rest)} moved alike without being touched, so look for another cause too`
}

const names = (isps: readonly IspImpact[]): string =>
  listed(
    isps.map(({ isp }) => isp),
    4,
  )
