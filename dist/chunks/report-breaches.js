import { a as gravest, n as caughtProblem } from "./problem.js";
import { i as inert, t as code } from "./markdown.js";
import { createHash } from "node:crypto";
// src/propose/breach-issues.ts
/** One issue per breach: opened, kept up to date, closed once it is healed, and opened again when it comes back. */
/** When everything is down, more issues say nothing more. */
const mostOpen = 20;
const maxTitle = 119;
const healed = "Healed: the objective is met again.";
/** @param found  issues with this program's label, the newest first */
function planIssues(breaches, found) {
	const known = /* @__PURE__ */ new Map();
	for (const issue of found) {
		const mark = markIn(issue.body);
		if (mark !== null && !known.has(mark)) known.set(mark, issue);
	}
	const now = new Map(breaches.map((breach) => [markOf(breach), breach]));
	const update = [];
	const fresh = [];
	for (const [mark, breach] of now) {
		const issue = known.get(mark);
		const body = bodyOf(breach, mark);
		if (issue === void 0) fresh.push({
			title: titleOf(breach),
			body
		});
		else if (issue.open || issue.body.includes(healed)) {
			if (!issue.open || plain(issue.body) !== body) update.push({
				number: issue.number,
				body,
				open: true
			});
		}
	}
	for (const [mark, issue] of known) {
		if (!issue.open || now.has(mark)) continue;
		update.push({
			number: issue.number,
			body: `${plain(issue.body)}\n\n${healed}`,
			open: false
		});
	}
	const stillOpen = [...known].filter(([mark, issue]) => issue.open && now.has(mark)).length;
	const room = Math.max(0, mostOpen - stillOpen);
	return {
		create: fresh.slice(0, room),
		update,
		heldBack: Math.max(0, fresh.length - room)
	};
}
/** GitHub gives texts back with its own line ends. */
const plain = (body) => body.replaceAll("\r", "");
/** Names of hosts and files are in the id of a finding: its digest cannot leave the mark. */
const markOf = ({ id }) => createHash("sha256").update(id).digest("hex").slice(0, 16);
const markIn = (body) => /<!-- pmta-vault breach ([0-9a-f]{16}) -->/.exec(body)?.[1] ?? null;
const titleOf = ({ host, message }) => inert(`${host === null ? "" : `${host}: `}${message}`).slice(0, maxTitle);
function bodyOf({ host, message, hint }, mark) {
	return `${[
		...host === null ? [] : [`Host ${code(host)}`],
		code(message),
		...hint === "" ? [] : [`Next: ${code(hint)}`],
		"The watchdog closes this issue once the objective is met again."
	].join("\n\n")}\n\n<!-- pmta-vault breach ${mark} -->`;
}
// src/flows/report-breaches.ts
/**
* Makes the issues say what the status says. Trouble with them is told and makes the run red; the status itself
* stands.
*/
async function reportBreaches(report, tracker, signal) {
	try {
		const plan = planIssues(report.findings.filter(({ level }) => level === "breach"), await tracker.list(signal));
		for (const issue of plan.update) await tracker.update(issue, signal);
		for (const issue of plan.create) await tracker.create(issue, signal);
		if (plan.heldBack === 0) return report;
		const finding = {
			id: "issues/held-back",
			level: "warning",
			host: null,
			message: `${plan.heldBack} more breaches have no issue of their own: there are too many`,
			hint: "see the summary"
		};
		return {
			...report,
			findings: [...report.findings, finding]
		};
	} catch (error) {
		const problem = caughtProblem(error, signal);
		const finding = {
			id: "issues/trouble",
			level: "warning",
			host: null,
			message: `the issues do not say this: ${problem.message}`,
			hint: problem.hint
		};
		return {
			...report,
			findings: [...report.findings, finding],
			exit: gravest([report.exit, problem.exit])
		};
	}
}
export { reportBreaches };
