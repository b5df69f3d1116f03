import { t as require_dist } from "./dist.js";
// src/flows/facts-yaml.ts
var import_dist = require_dist();
/** Facts as YAML of the plainest kind: block maps and lists, texts quoted as in JSON, which YAML takes as they are. */
function factsYaml(facts) {
	const lines = nodeLines(facts);
	return lines.length === 0 ? "{}\n" : `${lines.join("\n")}\n`;
}
/** The lines of a map or list; none when it is empty. A general YAML writer takes ten times as long for the same. */
function nodeLines(node) {
	if (Array.isArray(node)) return node.flatMap((item) => entryLines("-", item));
	return Object.entries(node).filter(([, value]) => value !== void 0).flatMap(([key, value]) => entryLines(`${keyText(key)}:`, value));
}
function entryLines(head, value) {
	if (typeof value !== "object" || value === null) return [`${head} ${JSON.stringify(value)}`];
	if (value instanceof Date) return [`${head} ${JSON.stringify(value.toISOString())}`];
	const below = nodeLines(value);
	return below.length === 0 ? [`${head} ${Array.isArray(value) ? "[]" : "{}"}`] : [head, ...below.map((line) => `  ${line}`)];
}
/** A key stands bare only when no reader of YAML, of whatever version, takes it for anything but text. */
function keyText(key) {
	return /^(\/[\w./-]*|[a-z]{4,}[A-Za-z]*)$/.test(key) && !/^(true|false|null)$/i.test(key) ? key : JSON.stringify(key);
}
/** Facts from YAML. What `factsYaml` wrote is read line by line, many times as fast as by a general reader. */
function readFacts(text) {
	const lines = text.split("\n");
	if (lines.at(-1) === "") lines.pop();
	if (lines.length === 1 && lines[0] === "{}") return {};
	try {
		const reader = {
			lines,
			at: 0
		};
		const facts = readNode(reader, 0);
		if (reader.at === lines.length) return facts;
	} catch (error) {
		if (!(error instanceof SyntaxError)) throw error;
	}
	return (0, import_dist.parse)(text);
}
/** The map or list whose lines begin at a depth. @throws SyntaxError for what is not of our own writing */
function readNode(reader, depth) {
	const list = [];
	const fields = [];
	const indent = " ".repeat(depth);
	for (; reader.at < reader.lines.length;) {
		const line = reader.lines[reader.at] ?? "";
		if (!line.startsWith(indent)) break;
		const entry = entryPattern.exec(line.slice(depth));
		if (entry === null) throw new SyntaxError("not of our own writing");
		const [, head = "", value] = entry;
		reader.at++;
		const read = value === void 0 ? readNode(reader, depth + 2) : JSON.parse(value);
		if (head === "-") list.push(read);
		else fields.push([head.startsWith("\"") ? JSON.parse(head.slice(0, -1)) : head.slice(0, -1), read]);
	}
	return list.length > 0 ? list : Object.fromEntries(fields);
}
const entryPattern = /^(-|[\w./-]+:|"(?:[^"\\]|\\.)*":)(?: (.*))?$/;
export { readFacts as n, factsYaml as t };
