import { t as printable } from "./printable.js";
// src/show/problem-text.ts
/** What, where, the data, and the next thing to do. */
function problemText(problem, { red, dim }) {
	return `${[
		`${red("error:")} ${printable(problem.message)} ${dim(`(${problem.code})`)}`,
		...problem.data.map((line) => `  ${printable(line)}`),
		`  hint: ${printable(problem.hint)}`
	].join("\n")}\n`;
}
export { problemText as t };
