/**
 * What restores left on a host that were cut off for good: copies of secrets beside the files they were for. Ending
 * them touches no file of the host: what somebody changed since stays, and the plan that is about to be applied is made
 * of what is there.
 */
import { place } from "./job.ts"

/**
 * A folder without `state` was not sent whole, or is being sent by another restore. With nothing in it, and without a copy of
 * what was there, power was cut before it was on disk, and so before anything was changed: its scripts may be empty too.
 */
const sendingMinutes = 10

/**
 * For a shell on the host. A restore whose session lives is under way, and left alone.
 * @returns  lines `ended FOLDER` and `failed FOLDER`, read by `endedJobs`
 */
export const endLeftJobs = `
lives() {
  read -r pid start <"$1/session" 2>/dev/null || return 1
  [ -n "$start" ] && [ "$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | cut -d ' ' -f 20)" = "$start" ]
}
for folder in ${place}/*; do
  [ -d "$folder" ] || continue
  if [ ! -s "$folder/state" ] && [ ! -e "$folder/before.tar" ]; then
    [ -z "$(find "$folder" -maxdepth 0 -mmin +${sendingMinutes})" ] || rm -rf "$folder"
    continue
  fi
  [ -d "$folder/files" ] || continue
  ! lives "$folder" || continue
  if sh "$folder/commit" left >/dev/null 2>&1 && [ ! -d "$folder/files" ]; then echo "ended $folder"; else echo "failed $folder"; fi
done
`.trim()

/** @returns  sentences for people */
export function endedJobs(said: string): readonly string[] {
  return said.split("\n").flatMap(line => {
    const [, verb, folder] = /^(ended|failed) (\/[\w./-]+)$/.exec(line) ?? []
    if (folder === undefined) return []
    return verb === "ended"
      ? [`an earlier restore had been cut off; what it left is cleared away. To undo it: sh ${folder}/undo`]
      : [`an earlier restore had been cut off, and what it left stays: see ${folder} and its script undo`]
  })
}
