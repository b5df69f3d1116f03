/** Copies that rest in artifacts: those that are gone by their expiry, and those that will be. */
import type { BundleRef, Snapshot } from "../core/snapshot.ts"
import type { StatusFinding } from "../core/status.ts"
import { isEnding, isGone } from "./renewal.ts"

/** @param isBackedUp  then the next backup puts it again, and what is gone is a breach */
export function artifactFindings(
  host: string,
  newest: Snapshot | null,
  isBackedUp: boolean,
  now: Date,
): readonly StatusFinding[] {
  return Object.entries(newest?.categories ?? {}).flatMap(([name, { bundle }]) => {
    if (bundle === null || !isEnding(bundle, now)) return []
    const level = isBackedUp && isGone(bundle, now) ? "breach" : "warning"
    return [{ id: `artifact/${host}/${name}`, level, host, ...said(name, bundle, isBackedUp, now) } as const]
  })
}

function said(name: string, bundle: BundleRef, isBackedUp: boolean, now: Date) {
  const day = bundle.artifact?.expiresAt?.slice(0, 10)
  const again = "run `pmta-vault backup` with the artifact store: it puts the copy again"
  const fetch = "no backup puts it again: `pmta-vault restore --out` brings it to a place that lasts"
  if (isGone(bundle, now)) {
    const message = `the last copy of ${name} was in an artifact that expired on ${day}: there is none any more`
    return { message, hint: isBackedUp ? again : "" }
  }
  const message = `the last copy of ${name} is in an artifact that expires on ${day}`
  return { message, hint: isBackedUp ? again : fetch }
}
