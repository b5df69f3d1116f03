import type { Span } from "../../../src/profiles/powermta/marks.ts"

/** What lies in spans of a text; `offset` is what theirs count from. */
export const textsOf = (text: string, spans: readonly Span[], offset = 0): readonly string[] =>
  spans.map(({ start, end }) => text.slice(start - offset, end - offset))
