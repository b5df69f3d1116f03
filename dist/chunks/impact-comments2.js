import { n as impactMarkdown } from "./impact-markdown2.js";
import { l as results } from "./impact-words.js";
import { t as printable } from "./printable.js";
// src/show/impact-comments.ts
const nothing = "no change was merged lately: there is nothing to comment on";
const deeds = {
	made: "commented",
	updated: "comment brought up to date",
	same: "comment is up to date",
	none: "nothing is counted yet: no comment",
	failed: "no comment"
};
function impactCommentsText({ changes }, colors) {
	if (changes.length === 0) return `${nothing}\n`;
	return `${changes.flatMap(({ id, url, report, comment, problem }) => [
		`${colors.bold(`drift/${id}`)}  ${url}`,
		`  ${deeds[comment]}${problem === null ? "" : `: ${printable(problem.message)}`}`,
		...problem === null ? [] : [`  hint: ${printable(problem.hint)}`],
		...report === null || report.isps.length === 0 ? [] : [`  ${results[report.result]}: ${printable(report.reason)}`]
	]).join("\n")}\n`;
}
function impactCommentsMarkdown({ changes }) {
	if (changes.length === 0) return `${nothing}\n`;
	return changes.map(({ id, url, report, comment, problem }) => {
		const head = `[\`drift/${id}\`](${url}): ${deeds[comment]}${problem === null ? "" : ` (\`${problem.code}\`)`}`;
		return report === null || report.isps.length === 0 ? `${head}\n` : `${head}\n\n${impactMarkdown(report)}`;
	}).join("\n");
}
export { impactCommentsMarkdown, impactCommentsText };
