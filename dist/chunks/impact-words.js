import { n as skipReasons } from "./traffic.js";
import { t as printable } from "./printable.js";
// src/show/impact-words.ts
const results = {
	"as-intended": "as intended",
	"no-effect": "no effect",
	worse: "worse",
	unclear: "unclear"
};
const levels = {
	good: "",
	investigate: "investigate",
	reduce: "reduce volume, review now"
};
/** What switches deferrals on. Source: User's Guide 5.0, `records`. */
const switchOn = "add to the config: <acct-file /var/log/pmta/diag.csv> records t,tq </acct-file>, then `pmta reload`";
/** `4.1 % of 1,234`, or why there is no rate. */
function rateInWords(rate) {
	if (rate.attempts === 0) return "no attempt";
	if (rate.rate === null) return `not recorded (${grouped(rate.attempts)} sent)`;
	return `${percent(rate.rate)} of ${grouped(rate.attempts)}`;
}
/** `+3.2 (+2.1…+4.4)`, in points of a hundred. */
function differenceInWords({ difference, interval }) {
	if (difference === null || interval === null) return "–";
	return `${points(difference)} (${points(interval[0])}…${points(interval[1])})`;
}
/** `from all 6 IPs alike: configuration`; empty when no IP moved. */
function patternInWords({ pattern, ips }) {
	switch (pattern.kind) {
		case "all": return `all ${ips.length} IPs alike: configuration`;
		case "some": return `${pattern.ips.join(", ")} of ${ips.length} IPs: reputation or IP-specific`;
		case "unclear": return "IPs: too few attempts each to tell";
		case "none": return "";
	}
}
function movementInWords({ movement, isSmall, isUsual }) {
	if (isUsual) return "as a week earlier";
	if (isSmall) return "small sample";
	return movement === "unclear" ? "" : movement;
}
function windowInWords({ from, to }) {
	const clock = (at) => (/* @__PURE__ */ new Date(at * 1e3)).toISOString().slice(0, 16).replace("T", " ");
	const [start, end] = [clock(from), clock(to)];
	return `${start}–${start.slice(0, 10) === end.slice(0, 10) ? end.slice(11) : end} UTC`;
}
/** What limits the report, a sentence each. */
function caveats(report) {
	const skipped = report.skipped.map(({ host, reason, count }) => {
		const what = Object.entries(skipReasons).find(([known]) => known === reason)?.[1] ?? reason;
		return `${host}: ${grouped(count)} not counted, ${what}`;
	});
	const blind = report.blindHosts.join(", ");
	return [
		...report.isFull ? [] : ["the window after the change is not over yet"],
		...blind === "" ? [] : [`${blind}: deferred attempts are not recorded; ${switchOn}`],
		...report.notes,
		...skipped
	].map(printable);
}
const percent = (share) => `${(share * 100).toFixed(1)} %`;
const points = (share) => `${share >= 0 ? "+" : "−"}${Math.abs(share * 100).toFixed(1)}`;
const grouped = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ",");
export { movementInWords as a, rateInWords as c, levels as i, results as l, differenceInWords as n, patternInWords as o, grouped as r, percent as s, caveats as t, windowInWords as u };
