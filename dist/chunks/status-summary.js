import { t as firstLines } from "./first-lines.js";
import { t as code } from "./markdown.js";
import { r as plural } from "./printable2.js";
import { n as hostsInWords, t as groups } from "./status-text.js";
// src/show/status-summary.ts
/** GitHub refuses a summary above 1 MiB. */
const maxFindings = 500;
/** A status as GitHub's job summary: the findings, which are what there is to do. */
function statusSummary({ hosts, findings }) {
	const breaches = findings.filter(({ level }) => level === "breach").length;
	const lines = groups(findings).map(({ level, message, hint, hosts: names }) => {
		const who = names.length === 0 ? "" : `${code(hostsInWords(names))}: `;
		const next = hint === "" ? "" : `\n  - next: ${code(hint)}`;
		return `${level === "breach" ? "❌" : "⚠️"} ${who}${code(message)}${next}`;
	});
	return [
		`## pmta-vault: ${breaches === 0 ? "every objective is met" : `${plural(breaches, "objective is", "objectives are")} missed`}`,
		"",
		`${plural(hosts.length, "host")}.`,
		"",
		...firstLines(lines, maxFindings, "- "),
		""
	].join("\n");
}
export { statusSummary };
