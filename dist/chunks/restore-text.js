import { t as printable } from "./printable.js";
import { i as timeInWords, r as plural, t as bytesInWords } from "./printable2.js";
// src/show/restore-text.ts
/** The result of a restore for a terminal. */
function restoreText(report, colors) {
	const { outcome, categories } = report;
	return [
		`${colors.bold(printable(report.host))}: snapshot ${report.sequence}, taken ${report.takenAt}\n`,
		...categories.map(({ name, files, bytes, capturedAt }) => `  ${name.padEnd(12)} ${plural(files, "file")}, ${bytesInWords(bytes)}, as of ${capturedAt}\n`),
		...outcome.form === "list" ? outcome.files.map(listedText) : [],
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
		case "bundle": return `${green("written")} ${printable(outcome.file)}, ${bytesInWords(outcome.bytes)}, SHA-256 ${outcome.sha256}`;
	}
}
export { restoreText };
