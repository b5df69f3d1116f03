import type { IpImpact, IpPattern, Movement } from "../core/impact.ts"
import { judged, newcombe } from "./interval.ts"

/**
 * Whether the source IPs of an ISP moved alike. A limit acts on all of them; a reputation belongs to one.
 * @param movement  of the ISP as a whole
 */
export function patternOf(movement: Movement, ips: readonly IpImpact[]): IpPattern {
  const heard = ips.filter(ip => ip.movement !== "unclear")
  const lone = heard.filter(ip => ip.movement === "rose")
  const direction = movement === "rose" || movement === "fell" ? movement : lone.length > 0 ? "rose" : null
  if (direction === null) return { kind: "none", ips: [] }
  if (heard.length < 2) return { kind: "unclear", ips: [] }
  const movers = heard.filter(ip => ip.movement === direction)
  const others = heard.filter(ip => ip.movement !== direction)
  if (movers.length === 0) return { kind: hasMoved(heard, direction) ? "all" : "unclear", ips: [] }
  // Too little each to be sure of, yet together as sure as the rest.
  if (others.length === 0 || hasMoved(others, direction)) return { kind: "all", ips: [] }
  return { kind: "some", ips: movers.map(({ ip }) => ip) }
}

function hasMoved(ips: readonly IpImpact[], direction: "rose" | "fell"): boolean {
  const pooled = (side: "before" | "after") => ({
    hits: ips.reduce((sum, ip) => sum + ip[side].deferred, 0),
    trials: ips.reduce((sum, ip) => sum + ip[side].attempts, 0),
  })
  const [low, high] = newcombe(pooled("before"), pooled("after"), judged)
  return direction === "rose" ? low > 0 : high < 0
}
