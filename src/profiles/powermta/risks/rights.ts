import { matched } from "../../../core/parts.ts"
import type { Difference } from "../../../core/profile.ts"

/** Whether rights such as `0640 root:pmta` did not widen: same owner and group, no bit more. */
export function tighterRights({ was, is }: Difference): boolean {
  const [before, after] = [rightsOf(was.at(-1)?.value), rightsOf(is.at(-1)?.value)]
  if (after === null) return is.length === 0
  // A new file is judged by itself: nobody but owner and group may read it, nobody but the owner write.
  if (was.length === 0) return (after.mode & 0o027) === 0
  return before !== null && after.owner === before.owner && (after.mode & ~before.mode & 0o777) === 0
}

function rightsOf(text: string | undefined): { readonly mode: number; readonly owner: string } | null {
  const found = text === undefined ? null : matched(/^([0-7]{3,5}) (.+)$/s, text, "mode", "owner")
  return found === null ? null : { mode: Number.parseInt(found.mode, 8), owner: found.owner }
}
