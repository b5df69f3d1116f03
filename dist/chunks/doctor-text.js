import { t as printable } from "./printable.js";
// src/show/doctor-text.ts
function doctorText(report, colors) {
	const hosts = report.hosts.map(({ host, checks, lines }) => {
		const places = lines.map(({ where, line }) => `  ${colors.dim(printable(where))}\n${printable(line)}\n`);
		return `\n${colors.bold(host)}\n${checks.map((check) => checkText(check, colors)).join("")}${places.join("")}`;
	});
	return `${report.checks.map((check) => checkText(check, colors)).join("")}${hosts.join("")}`;
}
function checkText({ name, state, detail, hint }, { green, yellow, red }) {
	const mark = {
		good: green("ok  "),
		warning: yellow("warn"),
		bad: red("BAD ")
	}[state];
	const next = hint === null ? "" : `       hint: ${printable(hint)}\n`;
	return `  ${mark} ${name}: ${printable(detail)}\n${next}`;
}
export { doctorText };
