import { t as certain } from "./certain.js";
import { i as exits } from "./problem.js";
import { a as isSecret, c as settingsOf, i as flagName, l as commands, o as settingAt, r as envName, u as usageOf } from "./settings.js";
// src/show/help.ts
const groupTitles = {
	vault: "Vault and fleet",
	hosts: "Which hosts",
	keys: "Keys and secrets",
	run: "This run",
	limits: "Limits",
	output: "Output"
};
/**
* What `help` prints.
* @param command  null: an overview of all commands
*/
function helpText(command, { color, width }) {
	const columns = Math.min(Math.max(width, 50), 110);
	const bold = (text) => color ? `\u001B[1m${text}\u001B[22m` : text;
	return `${(command === null ? overview(columns, bold) : page(command, columns, bold)).join("\n")}\n`;
}
/** The command that `help WORD` asks for; null for the overview. */
function topicOf(word) {
	return Object.hasOwn(commands, word) ? word : null;
}
function overview(columns, bold) {
	const names = Object.keys(commands);
	return [
		...wrapped("Keeps every PowerMTA server of a fleet rebuildable: encrypted, signed, versioned backups over SSH, with every drift of the config shown for review.", 0, columns),
		"",
		bold("Usage"),
		"  pmta-vault COMMAND [flags]",
		"",
		bold("Commands"),
		...names.flatMap((name) => entry(name, commands[name].summary, 14, columns)),
		"",
		bold("Exit codes"),
		...Object.values(exits).flatMap(({ code, meaning }) => entry(String(code), meaning, 14, columns)),
		"",
		"Flags of a command: pmta-vault help COMMAND",
		"Without any server: pmta-vault demo"
	];
}
function page(command, columns, bold) {
	const { summary, example } = commands[command];
	const taken = settingsOf(command);
	const groups = Object.keys(groupTitles).flatMap((group) => {
		const names = taken.filter((name) => settingAt(name).group === group);
		if (names.length === 0) return [];
		return [
			"",
			bold(groupTitles[group]),
			...names.flatMap((name) => flagEntry(name, columns))
		];
	});
	const reached = exitsOf(command).map((exit) => exits[exit]);
	return [
		...wrapped(summary, 0, columns),
		"",
		bold("Usage"),
		`  ${usageOf(command)} [flags]`,
		"",
		bold("Example"),
		`  ${example}`,
		...groups,
		"",
		bold("Exit codes"),
		...reached.flatMap(({ code, meaning }) => entry(String(code), meaning, 7, columns))
	];
}
/** What a command can end with: what any can, and its own, by number. */
function exitsOf(command) {
	const found = /* @__PURE__ */ new Set([
		"good",
		"bug",
		"usage",
		"interrupted",
		...commands[command].exits
	]);
	return Object.keys(exits).filter((exit) => found.has(exit));
}
/** How a setting is written on the command line, such as `--hosts LIST` or `--no-propose`. */
function flagForm(name) {
	const setting = settingAt(name);
	if (setting.type === "boolean") return setting.default === "true" ? `--no-${name}` : `--${name}`;
	return `--${flagName(name)} ${isSecret(setting) ? "PATH" : setting.choices?.join("|") ?? setting.placeholder}`;
}
function flagEntry(name, columns) {
	const setting = settingAt(name);
	const isOff = setting.type === "boolean" && setting.default === "true";
	const standard = setting.type === "boolean" || setting.default === null ? "" : `; ${setting.default} unless told`;
	const secret = isSecret(setting) ? "; PATH is a file that holds it" : "";
	const other = setting.otherEnv === void 0 ? "" : ` or ${setting.otherEnv}`;
	const description = isOff ? `Do not ${setting.description.charAt(0).toLowerCase()}${setting.description.slice(1)}` : setting.description;
	return entry(flagForm(name), `${description}${secret}${standard} (${envName(name)}${isOff ? "=false" : other})`, 34, columns);
}
/** A term and what it means: side by side where the terminal is wide enough, else below each other. */
function entry(term, meaning, indent, columns) {
	const isNarrow = columns - indent < 40;
	const lines = wrapped(meaning, isNarrow ? 6 : indent, columns);
	if (isNarrow || term.length + 2 >= indent) return [`  ${term}`, ...lines];
	const [first, ...rest] = lines;
	return [`  ${term.padEnd(indent - 2)}${certain(first).slice(indent)}`, ...rest];
}
function wrapped(text, indent, columns) {
	const lines = [];
	let line = " ".repeat(indent);
	for (const word of text.split(" ")) {
		const isStart = line.trim() === "";
		if (!isStart && line.length + 1 + word.length > columns) {
			lines.push(line);
			line = " ".repeat(indent) + word;
		} else line += isStart ? word : ` ${word}`;
	}
	return [...lines, line];
}
export { helpText, topicOf };
