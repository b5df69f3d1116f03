import { certain } from "../../core/certain.ts"
import { printable } from "../printable.ts"

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
}

/** Text of hosts for an HTML page, in text and in quoted attributes. */
export const htmlText = (text: string): string =>
  printable(text).replace(/[&<>"']/g, char => certain(entities[char]))
