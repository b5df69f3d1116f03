/** The hidden line by which the program knows a page again. People may edit the page around it. */
import type { ProposalMark } from "../core/forge.ts"

const maxHostCharacters = 8000
/** As GitHub gives it: a page without any text has none. */
type Body = string | null | undefined
const pattern = /^<!-- pmta-vault (\{.*\}) -->$/m

/** An HTML comment of one line. @param ended  whether the program itself ended the page */
export function writeMark(mark: ProposalMark, ended = false): string {
  const hosts = mark.hosts.join(" ").length > maxHostCharacters ? [] : mark.hosts
  const json = JSON.stringify({ ...mark, hosts, ...(ended ? { ended } : {}) })
  return `<!-- pmta-vault ${json.replaceAll("-->", "--\\u003e")} -->`
}

/** Null when there is no mark, or one that nobody can read. */
export function readMark(text: Body): ProposalMark | null {
  const { id, kind, hosts, content, subject, since } = read(text)
  if (typeof id !== "string" || typeof content !== "string" || typeof subject !== "string") return null
  if ((kind !== "baseline" && kind !== "drift") || typeof since !== "string") return null
  if (!Array.isArray(hosts) || !hosts.every(host => typeof host === "string")) return null
  return { id, kind, hosts, content, subject, since }
}

/** A page that the program ended is no judgement of a person. */
export const isEnded = (text: Body): boolean => read(text)["ended"] === true

/** The same text, marked as ended by the program. */
export function endedText(text: Body): string {
  const mark = readMark(text)
  return mark === null
    ? String(text ?? "")
    : String(text)
        .replaceAll("\r", "")
        .replace(pattern, () => writeMark(mark, true))
}

function read(text: Body): Readonly<Record<string, unknown>> {
  const json = pattern.exec(String(text).replaceAll("\r", ""))?.[1]
  if (json === undefined) return {}
  try {
    return JSON.parse(json) as Readonly<Record<string, unknown>>
  } catch {
    return {}
  }
}
