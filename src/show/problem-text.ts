import type { Problem } from "../core/problem.ts"
import type { Paint } from "./paint.ts"
import { printable } from "./printable.ts"

/** What, where, the data, and the next thing to do. */
export function problemText(problem: Problem, { red, dim }: Paint): string {
  const lines = [
    `${red("error:")} ${printable(problem.message)} ${dim(`(${problem.code})`)}`,
    ...problem.data.map(line => `  ${printable(line)}`),
    `  hint: ${printable(problem.hint)}`,
  ]
  return `${lines.join("\n")}\n`
}
