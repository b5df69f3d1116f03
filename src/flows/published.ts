/** What DNS says of DKIM keys that changed: a reviewer must know whether receivers can already check with them. */
import type { Change } from "../core/change.ts"
import type { Profile } from "../core/profile.ts"
import { judgeRecord, type PublicHalf, type RecordVerdict } from "../prove/dkim-record.ts"
import type { TxtLookup } from "../prove/txt-lookup.ts"

/** In few words where they say enough; else with what was found. */
const words: Readonly<Partial<Record<RecordVerdict, string>>> = {
  good: "DNS publishes this key already",
  "wrong-key": "DNS publishes another key: mail signed with this one fails DKIM until the record is changed",
  "missing-record": "DNS has no record of it yet: mail signed with it fails DKIM until there is one",
}

/** The changes, with a note at each new DKIM key. DNS is asked for these alone. */
export async function withPublished(
  changes: readonly Change[],
  profile: Pick<Profile, "publishedKey">,
  lookup: TxtLookup | null,
): Promise<readonly Change[]> {
  if (lookup === null) return changes
  return await Promise.all(
    changes.map(async change => {
      const key = profile.publishedKey(change)
      if (key === null) return change
      const { verdict, detail } = judgeRecord(await lookup(key.name), key as PublicHalf)
      return { ...change, notes: [...change.notes, words[verdict] ?? `DNS: ${detail}`] }
    }),
  )
}
