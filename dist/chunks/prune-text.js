import { t as printable } from "./printable.js";
import { r as plural, t as bytesInWords } from "./printable2.js";
// src/show/prune-text.ts
/** What goes and what stays, host by host; in a dry run with the reason for each that stays. */
function pruneText(report, colors) {
	const { hosts, dryRun } = report;
	const snapshots = hosts.reduce((sum, { removed }) => sum + removed.length, 0);
	const bundles = hosts.reduce((sum, { removedBundles }) => sum + removedBundles.length, 0);
	const what = `${plural(snapshots, "snapshot")} and ${plural(bundles, "bundle")} (${bytesInWords(report.bytes)})`;
	const sum = snapshots + bundles === 0 ? "nothing goes" : dryRun ? `${what} would go (dry run, nothing deleted)` : `${what} deleted; record ${report.record} says what`;
	return [
		...hosts.map((host) => hostText(host, dryRun, colors)),
		...report.warnings.map((warning) => `${colors.yellow("warning:")} ${printable(warning)}\n`),
		`${sum}\n`
	].join("");
}
function hostText(plan, dryRun, { bold, yellow, red, green }) {
	const { host, held, kept, removed } = plan;
	if (held.length > 0) return `${bold(host)}  ${yellow("held")}\n${held.map((reason) => `  ${printable(reason)}\n`).join("")}`;
	const head = `${bold(host)}  ${removed.length} go, ${kept.length} stay\n`;
	if (!dryRun) return head;
	const going = removed.map(({ sequence, takenAt }) => ({
		sequence,
		text: `  ${red("go  ")} ${at(sequence, takenAt)}`
	}));
	const staying = kept.map(({ sequence, takenAt, reasons }) => ({
		sequence,
		text: `  ${green("keep")} ${at(sequence, takenAt)}  ${reasons.map(reasonText).join("; ")}`
	}));
	return head + [...going, ...staying].sort((a, b) => a.sequence - b.sequence).map(({ text }) => `${text}\n`).join("");
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
