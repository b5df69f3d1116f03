import { a as gravest, n as caughtProblem, t as Problem } from "./problem.js";
import { n as impactMarkdown } from "./impact-markdown2.js";
import { i as nameOnMain, n as impact } from "./impact.js";
// src/flows/impact-comments.ts
/** After a window is over, counts may still come in, with the next backup that reads accounting. */
const graceSeconds = 86400;
/** Requests stay few: what is more than this waits for the next run, which finds the others done. */
const mostChanges = 50;
async function commentImpacts(request, tools, signal) {
	const changes = [];
	let stopped = null;
	for (const page of (await wanted(request, tools, signal)).slice(0, mostChanges)) {
		if (stopped !== null) break;
		try {
			changes.push(await commentOn(page, request, tools, signal));
		} catch (error) {
			const problem = caughtProblem(error, signal);
			const { id, url } = page;
			changes.push({
				id,
				url,
				report: null,
				comment: "failed",
				problem
			});
			if (isOfAll.has(problem.code)) stopped = problem;
		}
	}
	const { name, requests } = tools.discussions;
	return {
		command: "impact",
		changes,
		forge: {
			name,
			...requests
		},
		exit: gravest(changes.flatMap(exitsOf))
	};
}
const isOfAll = /* @__PURE__ */ new Set([
	"propose/token",
	"propose/not-permitted",
	"propose/rate-limited",
	"propose/unavailable"
]);
async function wanted({ change, windowSeconds }, { discussions, now }, signal) {
	const lately = now().getTime() - (windowSeconds + graceSeconds) * 1e3;
	const pages = (await discussions.merged(new Date(change === null ? lately : 0), signal)).filter(({ mark }) => mark?.kind !== "baseline");
	if (change === null) return pages;
	const name = change.replace(/^(drift\/|#)/, "");
	const found = pages.filter(({ id, number }) => id === name || String(number) === name);
	if (found.length > 0) return found;
	throw new Problem("propose/no-such-proposal", `no merged pull request is of ${JSON.stringify(change)}`, { hint: "what a change did is written below its pull request once that is merged; leave --comment out to see it before" });
}
async function commentOn(page, request, tools, signal) {
	const { id, url } = page;
	const report = await reportOf(page, request, tools, signal);
	if (report.isps.length === 0) return {
		id,
		url,
		report,
		comment: "none",
		problem: null
	};
	return {
		id,
		url,
		report,
		comment: await tools.discussions.comment(page, impactMarkdown(report), signal),
		problem: null
	};
}
async function reportOf(page, request, tools, signal) {
	const { id } = page;
	const name = await nameOnMain(page, tools.vault, signal) ?? id;
	const report = await impact({
		...request,
		of: {
			kind: "change",
			name
		}
	}, tools, signal);
	return {
		...report,
		subject: {
			...report.subject,
			name: id
		}
	};
}
/** Bad news makes a run red once: when it is written, and again when it changes. */
function exitsOf({ report, comment, problem }) {
	if (problem !== null) return [problem.exit];
	return report?.result === "worse" && comment !== "same" ? ["objective"] : [];
}
export { commentImpacts };
