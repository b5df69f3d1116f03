/** The shelf of profiles: what an MTA is. A new one is a folder here and a line below. */
import type { Profile } from "../core/profile.ts"
import { powermta } from "./powermta/index.ts"

export const profiles: ReadonlyMap<string, Profile> = new Map(
  [powermta].map(profile => [profile.name, profile]),
)
