import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff"

/**
 * Beyond this many edits a diff says nothing that the two texts do not. The time grows with their square: this many take
 * half a second, and a host may have changed any number of files.
 */
const maxEditLength = 5000

/**
 * The unified diff of two mirrors, both masked: by path, files sorted.
 * @param accepted  texts by path; a path that is missing on one side is an empty text
 */
export function textDiff(accepted: ReadonlyMap<string, string>, live: ReadonlyMap<string, string>): string {
  const paths = [...new Set([...accepted.keys(), ...live.keys()])].sort()
  return paths
    .filter(path => accepted.get(path) !== live.get(path))
    .map(path => {
      const [before, after] = [accepted.get(path) ?? "", live.get(path) ?? ""]
      const [from, to] = [
        accepted.has(path) ? `a/${path}` : "/dev/null",
        live.has(path) ? `b/${path}` : "/dev/null",
      ]
      const options = { context: 3, maxEditLength, headerOptions: FILE_HEADERS_ONLY }
      return (
        createTwoFilesPatch(from, to, before, after, undefined, undefined, options) ??
        `${from} → ${to}: too different to show\n`
      )
    })
    .join("")
}
