import { t as certain } from "./certain.js";
import { n as compareRisks } from "./change.js";
import { t as listed } from "./listed.js";
import { t as printable } from "./printable.js";
import { n as cut } from "./printable2.js";
// src/show/changes.ts
/** Changes as tables, gravest first. What comes from hosts is cut, and made harmless for where it is shown. */
const maxValue = 160;
const maxValues = 6;
/** `domain gmail.com: max-smtp-out 6 → 8`, with colours for what went and what came. */
function changeText(change, { red, green, bold }) {
	const { kind, name, before, after } = change;
	const place = change.scope[0] === "facts" ? [] : change.scope;
	const head = place.length === 0 ? "" : `${place.map(shown).join(" › ")}: `;
	const old = red(list(before));
	const now = green(list(after));
	const what = {
		added: `added ${now}`,
		removed: `removed ${old}`,
		changed: `${old} → ${now}`,
		reordered: `reordered: ${old} → ${now}`
	};
	return `${head}${bold(name === "" ? "text" : shown(name))} ${what[kind]}`.trimEnd();
}
/** A row per change, with its notes below; why it is dangerous is said once for all rows of one risk. */
function changesTable(changes, colors, indent, most = 200) {
	const sorted = gravestFirst(changes);
	const width = Math.max(0, ...sorted.map(({ risk }) => risk.level.length));
	const gap = `${indent}${" ".repeat(width + 2)}`;
	const rows = sorted.slice(0, most).flatMap((change, i) => {
		const { level, name, reason } = change.risk;
		const next = sorted[i + 1]?.risk;
		const isLast = i + 1 === Math.min(most, sorted.length) || next?.name !== name || next.level !== level;
		return [
			`${indent}${levelPaint(level, colors)(level.padEnd(width))}  ${changeText(change, colors)}`,
			...change.notes.map((note) => `${gap}${shown(note)}`),
			...name === "" || !isLast ? [] : [`${gap}${colors.dim(`${name}: ${reason}`)}`]
		];
	});
	const more = sorted.length > most ? [`${indent}and ${sorted.length - most} more`] : [];
	return [...rows, ...more].map((line) => `${line}\n`).join("");
}
/** Changes of one risk stand together, the gravest risk first. */
function gravestFirst(changes) {
	const groups = Map.groupBy(changes, ({ risk }) => `${risk.level} ${risk.name}`);
	const riskOf = (group) => certain(group[0]).risk;
	return [...groups.values()].toSorted((a, b) => compareRisks(riskOf(a), riskOf(b))).flat();
}
function levelPaint(level, colors) {
	return {
		critical: (text) => colors.bold(colors.red(text)),
		high: colors.red,
		medium: colors.yellow,
		low: colors.dim
	}[level];
}
function shown(text) {
	return printable(cut(text, maxValue));
}
const list = (values) => listed(values, maxValues, shown);
export { changesTable as t };
