import { t as certain } from "./certain.js";
import { n as printableLines, t as printable } from "./printable.js";
import { i as timeInWords, r as plural, t as bytesInWords } from "./printable2.js";
// src/show/plan-text.ts
/** A plan for a terminal: each path that is not as it shall be, the masked diff, and how to apply it. */
function planText(plan, colors) {
	const { yellow, bold, red, green } = colors;
	const unchanged = plan.steps.filter(({ action }) => action === "unchanged").length;
	const rows = plan.steps.filter(({ action }) => action !== "unchanged").map(({ action, path, before, after }) => {
		const rights = before !== null && after !== null && before !== after ? `${before} → ${after}` : certain(after ?? before);
		return `  ${action.padEnd(9)} ${printable(path)}  ${colors.dim(printable(rights))}\n`;
	});
	const licences = plan.reissue.flatMap(({ path, facts, oldMac, newMacs }) => [
		`${yellow("licence:")} ${printable(path)} is bound to other hardware. For a re-issue, send the vendor:\n`,
		...Object.entries(facts).map(([name, value]) => `  ${name}: ${printable(value)}\n`),
		`  old MAC: ${printable(oldMac)}\n  new MAC: ${newMacs.map(printable).join(", ") || "unknown"}\n`,
		"  then go on with --without-license\n"
	]);
	return [
		`\n${bold(`plan ${plan.hash}`)} for ${plan.target}, which calls itself ${printable(plan.hostname)}, as ${plan.user}\n`,
		...rows,
		unchanged === 0 ? "" : `  ${plural(unchanged, "path")} unchanged\n`,
		plan.diff === "" ? "" : `\n${coloredDiff(plan.diff, red, green)}\n`,
		...licences,
		...plan.obstacles.map((obstacle) => `${red("in the way:")} ${printable(obstacle)}\n`)
	].join("");
}
function coloredDiff(text, red, green) {
	return printableLines(text).split("\n").map((line) => line.startsWith("+") ? green(line) : line.startsWith("-") ? red(line) : line).join("\n");
}
function checksText(applied) {
	const marks = {
		passed: "ok  ",
		skipped: "skip"
	};
	return (applied?.checks ?? []).map(({ command, result, said }) => {
		const reason = result === "skipped" ? `: ${printable(said)}` : "";
		return `  ${marks[result]} ${printable(command)}${reason}\n`;
	}).join("");
}
function appliedText(plan, applied, green) {
	const work = plan.steps.filter(({ action }) => [
		"create",
		"change",
		"rights"
	].includes(action)).length;
	if (applied === null) return `nothing was written; to apply it: --confirm ${plan.target} --plan-hash ${plan.hash}`;
	if (applied.folder === null) return `${green("in order")} already: ${plan.target} has all of it`;
	return `${green("restored")} ${plural(work, "path")} on ${plan.target}; to undo it there: sh ${applied.folder}/undo`;
}
// src/show/restore-text.ts
/** The result of a restore for a terminal. */
function restoreText(report, colors) {
	const { outcome, categories } = report;
	return [
		`${colors.bold(printable(report.host))}: snapshot ${report.sequence}, taken ${report.takenAt}\n`,
		...categories.map(({ name, files, bytes, capturedAt }) => `  ${name.padEnd(12)} ${plural(files, "file")}, ${bytesInWords(bytes)}, as of ${capturedAt}\n`),
		...outcome.form === "list" ? outcome.files.map(listedText) : [],
		...outcome.form === "to" ? [planText(outcome.plan, colors), checksText(outcome.applied)] : [],
		...report.warnings.map((warning) => `${colors.yellow("warning:")} ${printable(warning)}\n`),
		`${resultText(report, colors)}; ${timeInWords(report.ms)}\n`
	].join("");
}
function listedText({ rights, path, bytes }) {
	return `  ${printable(rights).padEnd(24)} ${printable(path)}  ${bytesInWords(bytes)}\n`;
}
function resultText({ outcome, categories }, { green }) {
	const files = plural(categories.reduce((sum, category) => sum + category.files, 0), "file");
	switch (outcome.form) {
		case "list": return `${files}; nothing was written`;
		case "out": return `${green("restored")} ${files} into ${printable(outcome.directory)}`;
		case "to": return appliedText(outcome.plan, outcome.applied, green);
		case "bundle": return `${green("written")} ${printable(outcome.file)}, ${bytesInWords(outcome.bytes)}, SHA-256 ${outcome.sha256}`;
	}
}
export { restoreText };
