import { t as printable } from "./printable.js";
import { t as changesTable } from "./changes.js";
import { i as timeInWords, r as plural, t as bytesInWords } from "./printable2.js";
import { t as problemText } from "./problem-text2.js";
// src/show/backup-text.ts
/** The result of a backup for a terminal: one line per host that has news, then the drift, then the sum. */
function backupText(report, colors) {
	const news = report.hosts.filter(({ status }) => status !== "unchanged");
	const quiet = report.hosts.length - news.length;
	return [
		...news.map((host) => hostText(host, colors)),
		...quiet === 0 ? [] : [`${colors.dim("unchanged")}  ${plural(quiet, "host")}\n`],
		...report.captures.flatMap(({ problem }) => problem === null ? [] : [problemText(problem, colors)]),
		...report.proposals.map((proposal) => proposalText(proposal, report.vault, colors)),
		...report.reviewProblem === null ? [] : [`drift could not be proposed; the copies are safe\n`, problemText(report.reviewProblem, colors)],
		...report.warnings.map((warning) => `${colors.yellow("warning:")} ${printable(warning)}\n`),
		...report.forge === null || report.forge.reads + report.forge.writes === 0 ? [] : [colors.dim(`${report.forge.name}: ${plural(report.forge.reads, "read")}, ${plural(report.forge.writes, "write")}`), "\n"],
		`${sumText(report)}\n`
	].join("");
}
const words = {
	stored: "stored",
	unchanged: "unchanged",
	partial: "partial",
	failed: "FAILED"
};
function hostText(host, colors) {
	const color = {
		stored: colors.green,
		unchanged: colors.dim,
		partial: colors.yellow,
		failed: colors.red
	}[host.status];
	const parts = host.categories.filter(({ status }) => status === "stored").map(({ name, files, bytes }) => `${name} ${plural(files, "file")} ${bytesInWords(bytes)}`);
	return `${`${color(words[host.status].padEnd(9))}  ${host.host}  ${parts.join(", ")}`.trimEnd()}\n${host.problems.map((problem) => problemText(problem, colors).replace(/^(?=.)/gm, "           ")).join("")}`;
}
const proposalWords = {
	created: "new",
	updated: "updated",
	kept: "open",
	removed: "gone",
	"left-alone": "left alone: someone else's commit is on it",
	rejected: "refused; not proposed again until it differs",
	"held-back": "held back: too many proposals are open"
};
function proposalText(proposal, vault, colors) {
	const page = proposal.url === null ? "" : colors.dim(`           ${printable(proposal.url)}\n`);
	const head = `${colors.bold(`drift/${proposal.id}`)}  ${proposalWords[proposal.action]}  ${printable(proposal.title)}\n${page}`;
	if (proposal.action !== "created" && proposal.action !== "updated") return head;
	return [
		head,
		changesTable(proposal.changes, colors, " ".repeat(11), 20),
		...!vault.includes("://") ? [colors.dim(`           accept it: pmta-vault accept ${proposal.id} --vault ${vault}\n`)] : []
	].join("");
}
function captureWords({ capture }) {
	return capture === null ? "" : `; it waits in ${printable(capture)} for \`pmta-vault collect\``;
}
function sumText(report) {
	const count = (status) => report.hosts.filter((host) => host.status === status).length;
	const parts = [
		"stored",
		"unchanged",
		"partial",
		"failed"
	].flatMap((status) => count(status) === 0 ? [] : [`${count(status)} ${status}`]);
	const bytes = report.hosts.reduce((sum, host) => sum + host.bytes, 0);
	const mode = report.dryRun ? " (dry run, nothing written)" : captureWords(report);
	return `${plural(report.hosts.length, "host")}: ${parts.join(", ")}; ${bytesInWords(bytes)} read in ${timeInWords(report.ms.total)}${mode}`;
}
export { backupText as t };
