import { s as table, t as code } from "./markdown.js";
import { a as movementInWords, c as rateInWords, i as levels, l as results, n as differenceInWords, o as patternInWords, r as grouped, t as caveats, u as windowInWords } from "./impact-words.js";
// src/show/impact-markdown.ts
const marks = {
	worse: "❌",
	"as-intended": "✅",
	"no-effect": "➖",
	unclear: "❔"
};
const shownIsps = 15;
const shownErrors = 10;
/** Finds the comment again that this one replaces. */
const impactMark = (id) => `<!-- pmta-vault impact ${id.replace(/[^\w-]/g, "")} -->`;
function impactMarkdown(report) {
	const errors = report.isps.filter(({ isTouched, movement }) => isTouched && movement !== "same").flatMap((isp) => isp.errors.map((error) => ({
		isp: isp.isp,
		...error
	}))).slice(0, shownErrors);
	return [
		impactMark(report.subject.name),
		`### ${marks[report.result]} Impact: ${results[report.result]}`,
		"",
		code(report.reason),
		"",
		`Before: ${windowInWords(report.before)}. After: ${windowInWords(report.after)}${report.isFull ? "" : ", not over yet"}.`,
		"",
		table([
			"ISP",
			"deferred before",
			"after",
			"difference, points",
			"",
			"source IPs",
			"over time"
		], report.isps.slice(0, shownIsps).map((isp) => ispCells(isp, report))),
		...report.isps.length > shownIsps ? ["", `And ${report.isps.length - shownIsps} more ISPs.`] : [],
		...errors.length === 0 ? [] : [
			...[
				"",
				"<details><summary>Replies before and after</summary>",
				""
			],
			table([
				"ISP",
				"outcome",
				"before",
				"after",
				"reply"
			], errors.map(({ isp, outcome, before, after, error }) => {
				return [
					code(isp),
					outcome,
					grouped(before),
					grouped(after),
					code(error)
				];
			})),
			...["", "</details>"]
		],
		...caveats(report).flatMap((line) => ["", `- ${code(line)}`]),
		""
	].join("\n");
}
function ispCells(isp, report) {
	const { course, after } = report;
	const points = course.find((line) => line.isp === isp.isp)?.points ?? [];
	const level = levels[isp.level];
	const moved = [movementInWords(isp), level === "" ? "" : `**${level}**`].filter(Boolean).join(", ");
	return [
		code(isp.isp),
		rateInWords(isp.before),
		rateInWords(isp.after),
		differenceInWords(isp),
		moved,
		patternInWords(isp),
		sparks(points, after.from, highest(report))
	];
}
const bars = "▁▂▃▄▅▆▇█";
const barsPerSide = 8;
/** Rates over time in a line of text, the change as a stroke: pages that show no pictures show this. */
function sparks(points, change, most) {
	const bar = (rate) => bars.charAt(Math.round(rate / most * 7));
	return sidesOf(points, change).map((side) => side.map(bar).join("")).join("│");
}
/** What the highest bar stands for, in all lines alike: else a quiet ISP looks as restless as one in trouble. */
function highest({ course, after }) {
	return Math.max(.05, ...course.flatMap(({ points }) => sidesOf(points, after.from).flat()));
}
/** Rates before and after, a few on each side. */
function sidesOf(points, change) {
	return [points.filter(({ at }) => at < change), points.filter(({ at }) => at >= change)].map((side) => {
		const length = Math.max(1, Math.ceil(side.length / barsPerSide));
		return Array.from({ length: Math.ceil(side.length / length) }, (_, index) => {
			const part = side.slice(index * length, (index + 1) * length);
			const tries = part.reduce((sum, point) => sum + point.attempts, 0);
			return tries === 0 ? 0 : part.reduce((sum, point) => sum + point.deferred, 0) / tries;
		});
	});
}
export { impactMarkdown as n, impactMark as t };
