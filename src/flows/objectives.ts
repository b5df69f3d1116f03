import type { Fleet } from "../core/fleet.ts"
import type { Profile } from "../core/profile.ts"

/** For a category that neither the fleet file nor the profile gives an objective. */
const standardRpoMs = 24 * 3_600_000

/** How old the last good copy of a category may be, ms: as the fleet file says, else the profile. */
export function rpoOf(category: string, fleet: Fleet, profile: Profile): number {
  const own = fleet.categories.get(category)?.rpoMs
  return own ?? profile.categories.find(({ name }) => name === category)?.rpoMs ?? standardRpoMs
}
