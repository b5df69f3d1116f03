import { i as showDuration } from "./duration.js";
import { t as printable } from "./printable.js";
import { r as plural, t as bytesInWords } from "./printable2.js";
// src/show/prune-text.ts
/** What goes and what stays, host by host; in a dry run with the reason for each that stays. */
function pruneText(report, colors) {
	const { hosts, dryRun } = report;
	const snapshots = hosts.reduce((sum, { removed }) => sum + removed.length, 0);
	const bundles = hosts.reduce((sum, { removedBundles }) => sum + removedBundles.length, 0);
	const logs = hosts.flatMap((host) => host.logs);
	const files = logs.reduce((count, { removed }) => count + removed.length, 0);
	const pages = logs.reduce((count, plan) => count + plan.pages.length, 0);
	const counts = [plural(snapshots, "snapshot"), plural(bundles, "bundle")];
	const kinds = files + pages === 0 ? counts : [...counts, plural(files, "log file")];
	const what = `${kinds.slice(0, -1).join(", ")} and ${kinds.at(-1)} (${bytesInWords(report.bytes)})`;
	const sum = snapshots + bundles + files + pages === 0 ? "nothing goes" : dryRun ? `${what} would go (dry run, nothing deleted)` : `${what} deleted; record ${report.record} says what`;
	return [
		...hosts.map((host) => hostText(host, dryRun, colors)),
		...report.warnings.map((warning) => `${colors.yellow("warning:")} ${printable(warning)}\n`),
		`${sum}\n`
	].join("");
}
function hostText(plan, dryRun, { bold, yellow, red, green }) {
	const { host, held, kept, removed } = plan;
	const ofLogs = plan.logs.map((log) => logText(log, dryRun, {
		red,
		green
	})).join("");
	if (held.length > 0) return `${bold(host)}  ${yellow("held")}\n${held.map((reason) => `  ${printable(reason)}\n`).join("")}${ofLogs}`;
	const head = `${bold(host)}  ${removed.length} go, ${kept.length} stay\n`;
	if (!dryRun) return head + ofLogs;
	const going = removed.map(({ sequence, takenAt }) => ({
		sequence,
		text: `  ${red("go  ")} ${at(sequence, takenAt)}`
	}));
	const staying = kept.map(({ sequence, takenAt, reasons }) => ({
		sequence,
		text: `  ${green("keep")} ${at(sequence, takenAt)}  ${reasons.map(reasonText).join("; ")}`
	}));
	return head + [...going, ...staying].sort((a, b) => a.sequence - b.sequence).map(({ text }) => `${text}\n`).join("") + ofLogs;
}
function logText(plan, dryRun, { red, green }) {
	const { category, keepMs, removed, kept } = plan;
	const period = showDuration(keepMs);
	const head = `  files of ${category}, kept for ${period}: ${removed.length} go, ${kept.length} stay\n`;
	if (!dryRun) return head;
	return head + [...removed.map((log) => ({
		...log,
		text: red("go  "),
		why: ""
	})), ...kept.map((log) => ({
		...log,
		text: green("keep"),
		why: `  ${logWords(log.rule, period)}`
	}))].sort((a, b) => a.storedAt < b.storedAt ? -1 : a.storedAt > b.storedAt ? 1 : 0).map(({ text, why, storedAt, file }) => `    ${text} ${storedAt.slice(0, 16).replace("T", " ")}  ${printable(file)}${why}\n`).join("");
}
function logWords(rule, period) {
	if (rule === "young") return `read within ${period}`;
	return rule === "present" ? "still on the host" : words.clock;
}
const at = (sequence, takenAt) => `${String(sequence).padStart(8)}  ${takenAt.slice(0, 16).replace("T", " ")}`;
const words = {
	last: "one of the last",
	daily: "day",
	weekly: "week",
	monthly: "month",
	yearly: "year",
	pinned: "pinned in fleet.yml",
	newest: "newest",
	"last-copy": "last good copy",
	"only-copy": "only copy of this state",
	clock: "its time, or one next to it, is in doubt"
};
/** Such as `day 2026-11-24 (config, tls)`. */
function reasonText({ rule, of, categories }) {
	const period = of === "" ? "" : ` ${of}`;
	return `${words[rule]}${period}${categories.length === 0 ? "" : ` (${categories.join(", ")})`}`;
}
export { pruneText };
