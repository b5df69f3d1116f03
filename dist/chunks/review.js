import { t as Problem } from "./problem.js";
import { t as compareRisks } from "./change.js";
import { n as riskRank, t as changeWords } from "./change-words.js";
import { a as reasonCell, i as inert, n as cut, o as table, r as fenced, t as code } from "./markdown.js";
import { t as require_dist } from "./dist.js";
import { i as writeMark } from "./mark.js";
import { createHash } from "node:crypto";
// src/core/mirror-path.ts
var import_dist = require_dist();
/**
* Where a host's path lies in the mirror. A hostile name must not become a path that git refuses or acts on
* (`.git`, `.gitattributes`), nor one that another file system takes for something else.
*/
function mirrorPath(path) {
	return `files${path.split("/").map(encodeSegment).join("/")}`;
}
/** The path on the host that a mirror's file stands for; null for facts. */
function hostPath(path) {
	return path.startsWith("files/") ? path.slice(5).replace(/%([0-9A-F]{2})/g, decode) : null;
}
function encodeSegment(segment) {
	return segment.replace(/[%\\:"\x00-\x1f\x7f]/g, encode).replace(/^\.(?=git)/i, encode).replace(/^\.{1,2}$/, (dots) => dots.replaceAll(".", encode));
}
const encode = (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
const decode = (_, hex) => String.fromCharCode(Number.parseInt(hex, 16));
// src/flows/facts-yaml.ts
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
// src/diff/describe.ts
/** Changes in words: one line each, and a title for many. The text comes from hosts: it is one line, cut, not escaped. */
const maxValue = 80;
const maxTitle$1 = 72;
/** One line such as `virtual-mta mta-a1 › domain gmail.com: max-smtp-out 6 → 8`. */
function describe(change) {
	const scope = placeOf(change).map((label) => short(label, maxValue)).join(" › ");
	return scope === "" ? what(change) : `${scope}: ${what(change)}`;
}
/**
* A title of at most 72 characters: the gravest change, how many more, and the risk in parentheses, such as
* `gmail.com max-smtp-out 6 → 8 (sending limit raised: high)`. Empty for no change.
*/
function summarise(changes) {
	const folded = foldBlocks(changes);
	const [gravest] = changes.toSorted((a, b) => compareRisks(a.risk, b.risk));
	if (gravest === void 0) return "";
	const shown = folded.find((change) => change === gravest || holds(change, gravest)) ?? gravest;
	const more = folded.length > 1 ? ` and ${folded.length - 1} more` : "";
	const { name, level } = gravest.risk;
	const risk = name === "" ? "" : ` (${name}: ${level})`;
	return short(`${(placeOf(shown).at(-1) ?? "").replace(/^domain (?=[^*])/, "")} ${what(shown)}`.trim(), maxTitle$1 - more.length) + more + risk;
}
/** The blocks around a change; facts say in their name what they are about. */
function placeOf({ scope }) {
	return scope[0] === "facts" ? [] : scope;
}
/** Without the changes inside a block that came or went as a whole. */
function foldBlocks(changes) {
	const whole = new Set(changes.flatMap(blocksOf));
	if (whole.size === 0) return changes;
	return changes.filter(({ scope }) => !scope.some((_, i) => whole.has(pathOf$1(scope.slice(0, i + 1)))));
}
/** Whether a change is the coming or going of a block that another change stands in. */
function holds(block, { scope }) {
	return blocksOf(block).some((path) => scope.some((_, i) => pathOf$1(scope.slice(0, i + 1)) === path));
}
/** The scopes that came or went with a change. */
function blocksOf({ kind, name, scope, before, after }) {
	if (!name.startsWith("<") || kind !== "added" && kind !== "removed") return [];
	const tag = name.slice(1, -1);
	return [...before, ...after].map((value) => pathOf$1([...scope, `${tag} ${value}`.trim()]));
}
function pathOf$1(scope) {
	return scope.join("");
}
function what({ kind, name, before, after }) {
	const label = name === "" ? "text" : short(name, maxValue);
	const [old, now] = [list(before), list(after)];
	if (name.startsWith("<") && (kind === "added" || kind === "removed")) return [
		name.slice(1, -1),
		kind === "added" ? now : old,
		kind
	].filter((word) => word !== "").join(" ");
	switch (kind) {
		case "added": return now === "" ? `${label} added` : `${label} added: ${now}`;
		case "removed": return old === "" ? `${label} removed` : `${label} removed: ${old}`;
		case "changed": return `${label} ${old} → ${now}`;
		case "reordered": return `${label} reordered: ${old} → ${now}`;
	}
}
function list(values) {
	return short(values.map((value) => short(value, maxValue)).join(", "), 240);
}
/** One line without control or direction characters, at most `length` characters. */
function short(text, length) {
	const line = text.slice(0, 4 * length).replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
	return line.length <= length ? line : `${line.slice(0, Math.max(1, length - 1)).trimEnd()}…`;
}
// src/diff/changes.ts
/** What leads from the accepted outline to the live one, by scope and name in order of first sight. */
function differences(accepted, live) {
	const pairs = /* @__PURE__ */ new Map();
	const found = [];
	const addAll = (statements, side) => {
		let scope = null;
		let inScope = /* @__PURE__ */ new Map();
		for (const statement of statements) {
			if (statement.scope !== scope) {
				scope = statement.scope;
				const key = scopeKey(scope);
				inScope = pairs.get(key) ?? /* @__PURE__ */ new Map();
				pairs.set(key, inScope);
			}
			const pair = inScope.get(statement.name);
			if (pair === void 0) {
				const fresh = side === "accepted" ? {
					accepted: [statement],
					live: []
				} : {
					accepted: [],
					live: [statement]
				};
				inScope.set(statement.name, fresh);
				found.push(fresh);
			} else if (pair[side].length > 0) pair[side].push(statement);
			else pair[side] = [statement];
		}
	};
	addAll(accepted, "accepted");
	addAll(live, "live");
	return found.flatMap((pair) => isSame(pair.accepted, pair.live) ? [] : comparePair(pair));
}
/** Equal for equal scopes only. */
function scopeKey(scope) {
	return scope.join("");
}
function comparePair(pair) {
	const all = [...pair.accepted, ...pair.live];
	if (all.some(({ repeat }) => repeat === "list")) return compareLists(pair);
	if (all.some(({ repeat }) => repeat === "set")) return compareSets(pair);
	return compareScalars(pair);
}
/** The last of several wins, yet all are shown: a second value is an accident worth seeing. */
function compareScalars(pair) {
	const before = withoutRepeats(pair.accepted);
	const after = withoutRepeats(pair.live);
	if (isSame(before, after)) return [];
	return [difference(before.length === 0 ? "added" : after.length === 0 ? "removed" : "changed", before, after)];
}
/** Values that came and went. Two of them that begin with the same word are one value that changed. */
function compareSets(pair) {
	const had = new Set(pair.accepted.map(({ compare }) => compare));
	const has = new Set(pair.live.map(({ compare }) => compare));
	const gone = distinct(pair.accepted).filter(({ compare }) => !has.has(compare));
	const come = distinct(pair.live).filter(({ compare }) => !had.has(compare));
	const goneByWord = uniqueByWord(gone);
	const comeByWord = uniqueByWord(come);
	const partnerOf = (statement, partners, own) => own.get(firstWord(statement)) === statement ? partners.get(firstWord(statement)) : void 0;
	return [...gone.map((old) => {
		const partner = partnerOf(old, comeByWord, goneByWord);
		return partner === void 0 ? difference("removed", [old], []) : difference("changed", [old], [partner]);
	}), ...come.filter((fresh) => partnerOf(fresh, goneByWord, comeByWord) === void 0).map((fresh) => difference("added", [], [fresh]))];
}
/** As sets, and besides whether the values that stayed stand in another order. */
function compareLists(pair) {
	const changes = compareSets(pair);
	const before = distinct(pair.accepted);
	const after = distinct(pair.live);
	const had = new Set(before.map(({ compare }) => compare));
	const has = new Set(after.map(({ compare }) => compare));
	if (isSame(before.filter(({ compare }) => has.has(compare)), after.filter(({ compare }) => had.has(compare)))) return changes;
	return [...changes, difference("reordered", before, after)];
}
function difference(kind, was, is) {
	const { scope, name } = is[0] ?? was[0];
	return {
		kind,
		scope,
		name,
		was,
		is
	};
}
function isSame(a, b) {
	return a.length === b.length && a.every(({ compare }, i) => compare === b[i]?.compare);
}
function withoutRepeats(statements) {
	return statements.filter(({ compare }, i) => compare !== statements[i - 1]?.compare);
}
function distinct(statements) {
	const seen = /* @__PURE__ */ new Set();
	return statements.filter(({ compare }) => !seen.has(compare) && seen.add(compare));
}
/** Statements whose first word no other has and that say more than that word. */
function uniqueByWord(statements) {
	const single = [...Map.groupBy(statements, firstWord)].filter(([word, group]) => group.length === 1 && group[0]?.compare !== word);
	return new Map(single.map(([word, group]) => [word, group[0]]));
}
function firstWord({ compare }) {
	return compare.split(" ", 1)[0] ?? "";
}
// src/diff/judge.ts
/** Differences as changes to be reviewed: each with its risk and what else must be known. */
const noRisk = {
	level: "low",
	name: "",
	reason: "no rule knows a danger in it"
};
/** The changes that lead from the accepted outline to the live one, as the profile judges them. */
function compareOutlines(accepted, live, { risks, explain }) {
	const sides = {
		accepted: settingsOf(accepted),
		live: settingsOf(live)
	};
	return differences(accepted, live).map((difference) => ({
		...shown(difference),
		risk: riskOf$1(difference, risks, sides),
		notes: [...repeats(difference), ...explain(difference, sides)]
	}));
}
function shown({ kind, scope, name, was, is }) {
	const place = kind === "reordered" ? firstMoved(was, is) : is[0] ?? was[0];
	return {
		kind,
		scope,
		name,
		before: was.map(({ value }) => value),
		after: is.map(({ value }) => value),
		file: place.file,
		line: place.line
	};
}
function firstMoved(was, is) {
	return is.find((statement, i) => statement.compare !== was[i]?.compare) ?? is[0];
}
function riskOf$1(difference, rules, sides) {
	let gravest = null;
	for (const rule of rules) if ((gravest === null || compareRisks(rule, gravest) < 0) && rule.applies(difference, sides)) gravest = rule;
	const { level, name, reason } = gravest ?? noRisk;
	return {
		level,
		name,
		reason
	};
}
function repeats({ kind, was, is }) {
	return is[0]?.repeat === "one" && kind !== "reordered" && is.length > 1 && is.length > was.length ? [`given ${is.length} times in one place: the last one counts`] : [];
}
/** Found by name first: a rule asks about few names, and large configs have many scopes. */
function settingsOf(statements) {
	const names = lazy(() => Map.groupBy(statements, ({ name }) => name));
	const scopes = /* @__PURE__ */ new Map();
	const named = (name) => names().get(name) ?? [];
	return {
		named,
		at(scope, name) {
			const found = scopes.get(name) ?? Map.groupBy(named(name), (statement) => scopeKey(statement.scope));
			scopes.set(name, found);
			return found.get(scopeKey(scope)) ?? [];
		}
	};
}
function lazy(make) {
	let made = null;
	return () => {
		made ??= { value: make() };
		return made.value;
	};
}
// src/propose/group.ts
/** Puts drifts together: new hosts with the same tags share a baseline, the rest is grouped as the fleet file wants. */
function groupDrifts(drifts, by) {
	const fresh = drifts.filter((drift) => drift.accepted === null);
	const moved = drifts.filter((drift) => drift.accepted !== null);
	const baselines = [...Map.groupBy(fresh, ({ tags }) => tags.toSorted().join(" ")).values()].map((drifts) => ({
		kind: "baseline",
		drifts,
		changes: []
	}));
	const groups = Map.groupBy(by === "file" ? moved.flatMap(byFile) : moved, (drift) => groupKey(drift, by));
	return [...baselines, ...[...groups.values()].map(draftOf)];
}
function draftOf(drifts) {
	const seen = /* @__PURE__ */ new Map();
	for (const change of drifts.flatMap((drift) => drift.changes)) {
		const key = changeKey(change);
		const known = seen.get(key);
		if (known === void 0 || compareRisks(change.risk, known.risk) < 0) seen.set(key, change);
	}
	return {
		kind: "drift",
		drifts,
		changes: [...seen.values()]
	};
}
/** One drift per file: each file's text with the changes that are found in it. */
function byFile(drift) {
	return drift.differences.map((difference) => ({
		...drift,
		differences: [difference],
		changes: drift.changes.filter((change) => pathOf(change) === difference.path)
	}));
}
/** The mirror's file that a change is found in. */
function pathOf({ file, scope }) {
	return file === null ? `facts/${scope[1] ?? ""}.yml` : mirrorPath(file);
}
function groupKey(drift, by) {
	if (by === "fleet") return "fleet";
	if (by === "host") return drift.host;
	if (by === "file") return drift.differences[0]?.path ?? "";
	const keys = drift.changes.map(changeKey).sort();
	return digestOf(keys.length > 0 ? keys : drift.differences.map(({ path, to }) => `${path} ${to}`));
}
/** Where a change stands in a file is no part of what it is. */
function changeKey({ kind, scope, name, before, after }) {
	return JSON.stringify([
		kind,
		scope,
		name,
		before,
		after
	]);
}
/** Changes when anything would be written differently, so that an equal one is left alone. */
function contentDigest(draft) {
	return digestOf(draft.drifts.flatMap(({ host, accepted, differences }) => [`${host} ${accepted}`, ...differences.map(({ path, to }) => `${host} ${path} ${to}`)]).sort());
}
/** Of the changes alone, so that the same changes on fewer hosts are known again. */
function subjectDigest({ kind, drifts, changes }) {
	if (kind === "drift" && changes.length > 0) return digestOf(changes.map(changeKey).sort());
	const texts = drifts.flatMap(({ differences }) => differences.map(({ path, to }) => `${path} ${to}`));
	return digestOf([kind, ...new Set(texts)].sort());
}
function digestOf(lines) {
	return createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 16);
}
// src/propose/trailers.ts
function writeTrailers({ kind, hosts, content }) {
	return [
		`Pmta-Vault-Kind: ${kind}`,
		`Pmta-Vault-Hosts: ${hosts.join(" ")}`,
		`Pmta-Vault-Content: ${content}`
	].join("\n");
}
/** Null when the newest commit of a branch is not the program's own: a person worked on it. */
function readTrailers(message) {
	const paragraph = message.trimEnd().split("\n\n").at(-1) ?? "";
	const value = (name) => new RegExp(`^Pmta-Vault-${name}: (.*)$`, "m").exec(paragraph)?.[1];
	const [kind, hosts, content] = [
		value("Kind"),
		value("Hosts"),
		value("Content")
	];
	if (kind !== "baseline" && kind !== "drift" || hosts === void 0 || content === void 0) return null;
	return {
		kind,
		hosts: hosts.split(" "),
		content
	};
}
// src/propose/message.ts
const maxHostsInTitle = 3;
const maxChangeLines = 60;
/** GitHub takes 256 characters; people read the first hundred. */
const maxTitle = 119;
/**
* `mta1, mta2: gmail.com max-smtp-out 6 → 8 (sending limit raised: high)`: what a careful operator would have written;
* inert.
*/
function titleOf(draft, { summarise }) {
	const what = draft.kind === "baseline" ? "first mirror (baseline)" : draft.changes.length > 0 ? summarise(draft.changes) : textOnly(draft);
	const tail = cut(inert(what), 79);
	const names = hostsOf(draft);
	const heads = [
		maxHostsInTitle,
		2,
		1
	].map((count) => namesInTitle(names, count));
	const head = heads.find((text) => text.length + 2 + tail.length <= maxTitle) ?? heads.at(-1) ?? "";
	return `${cut(head, 117 - tail.length)}: ${tail}`;
}
function namesInTitle(names, count) {
	const more = names.length - count;
	return more > 0 ? `${names.slice(0, count).join(", ")} and ${more} more` : names.join(", ");
}
function messageOf(draft, wording) {
	const trailers = writeTrailers({
		kind: draft.kind,
		hosts: hostsOf(draft),
		content: contentDigest(draft)
	});
	return `${titleOf(draft, wording)}\n\n${bodyOf$1(draft, wording)}\n\n${trailers}\n`;
}
function hostsOf(draft) {
	return [...new Set(draft.drifts.map(({ host }) => host))].sort();
}
function bodyOf$1(draft, { describe }) {
	if (draft.kind === "baseline") return "The config of these hosts as it was first read, secrets masked. Accepting it makes it what later runs\nare compared with.";
	const lines = draft.changes.toSorted((a, b) => compareRisks(a.risk, b.risk)).map((change) => `- ${inert(`${describe(change)}${riskOf(change)}`)}`);
	if (lines.length === 0) return `- ${inert(textOnly(draft))}`;
	const more = lines.length - maxChangeLines;
	return [...lines.slice(0, maxChangeLines), ...more > 0 ? [`- and ${more} more`] : []].join("\n");
}
function riskOf({ risk: { level, name, reason } }) {
	return name === "" ? "" : ` (${name}, ${level}: ${reason})`;
}
/** Comments, blanks, order of files, text that the grammar does not know. */
function textOnly(draft) {
	const paths = [...new Set(draft.drifts.flatMap(({ differences }) => differences.map(({ path }) => path)))];
	const name = (paths[0] ?? "").replace(/^files/, "");
	return `text of ${cut(name, 60)}${paths.length > 1 ? ` and ${paths.length - 1} more` : ""} changed, settings did not`;
}
// src/propose/body.ts
/** GitHub refuses more than 65,536 characters. */
const maxCharacters = 65e3;
const maxHostsInRow = 8;
const rungs = [
	{
		rows: 500,
		diffCharacters: 6e4
	},
	{
		rows: 500,
		diffCharacters: 3e4
	},
	{
		rows: 200,
		diffCharacters: 15e3
	},
	{
		rows: 100,
		diffCharacters: 0
	},
	{
		rows: 25,
		diffCharacters: 0
	},
	{
		rows: 0,
		diffCharacters: 0
	}
];
function bodyOf(context) {
	for (const rung of rungs) {
		const text = bodyAt(context, rung);
		if (text.length <= maxCharacters) return text;
	}
	return bodyAt({
		...context,
		mark: {
			...context.mark,
			hosts: []
		}
	}, {
		rows: 0,
		diffCharacters: 0
	});
}
function bodyAt(context, rung) {
	const { draft, mark, run } = context;
	const since = `First seen ${mark.since.slice(0, 16).replace("T", " ")} UTC.`;
	return [
		writeMark(mark),
		introOf(draft),
		draft.kind === "baseline" ? baselineTable(draft, rung.rows) : changeTable(draft, rung.rows),
		diffSection(context, rung.diffCharacters),
		adviceOf(context),
		run === null ? since : `${since} Last written by [this run](${run}).`
	].filter((part) => part !== "").join("\n\n");
}
function introOf(draft) {
	const hosts = hostsIn(hostsOf(draft), 20);
	if (draft.kind === "baseline") return `The config of ${hosts} as it was first read, secrets masked. It becomes what later runs compare with.`;
	const [gravest] = draft.changes.toSorted((a, b) => riskRank(a) - riskRank(b));
	const says = `${hosts} ${hostsOf(draft).length === 1 ? "has" : "have"} what the accepted mirror has not.`;
	return gravest === void 0 ? says : `${says} Highest risk: **${gravest.risk.level}**.`;
}
/** The changes, the gravest first, each with the hosts that have it. */
function changeTable(draft, most) {
	if (draft.changes.length === 0) return "Settings are the same; comments, blanks or text that the grammar does not know differ.";
	const rows = rowsOf(draft);
	const head = [
		"risk",
		"hosts",
		"where",
		"setting",
		"accepted",
		"now",
		"why it matters"
	];
	const cells = rows.slice(0, most).map(({ change, hosts }) => {
		const words = changeWords(change);
		const shown = [
			words.place,
			words.name,
			words.before,
			words.after
		].map((text) => code(text));
		return [
			words.risk.level,
			hostsIn(hosts, maxHostsInRow),
			...shown,
			reasonCell(words)
		];
	});
	const more = rows.length - cells.length;
	if (cells.length === 0) return `${more} changes: too many to show here. The files of this branch have them.`;
	return `${table(head, cells)}${more > 0 ? `\n\nand ${more} more changes: the files of this branch have them.` : ""}`;
}
function rowsOf(draft) {
	const hostsWith = /* @__PURE__ */ new Map();
	for (const { host, changes } of draft.drifts) for (const change of changes) {
		const key = changeKey(change);
		hostsWith.set(key, (hostsWith.get(key) ?? /* @__PURE__ */ new Set()).add(host));
	}
	return draft.changes.toSorted((a, b) => riskRank(a) - riskRank(b)).map((change) => ({
		change,
		hosts: [...hostsWith.get(changeKey(change)) ?? []].sort()
	}));
}
function baselineTable(draft, most) {
	const rows = draft.drifts.map(({ host, differences }) => {
		const files = differences.filter(({ path }) => path.startsWith("files/")).length;
		return [
			code(host),
			String(files),
			String(differences.length - files)
		];
	});
	if (most === 0) return `${rows.length} hosts.`;
	const more = rows.length - most;
	return `${table([
		"host",
		"config files",
		"fact files"
	], rows.slice(0, most))}${more > 0 ? `\n\nand ${more} more hosts.` : ""}`;
}
function diffSection({ text }, most) {
	if (text === "" || most === 0) return "";
	const shown = text.length <= most ? text : `${text.slice(0, most).replace(/\n[^\n]*$/, "")}\n… cut`;
	return `<details><summary>Text diff, secrets masked</summary>\n\n${fenced(shown, "diff")}\n\n</details>`;
}
function adviceOf({ draft, kind, mark }) {
	const accept = kind === "pull-request" ? "merge this pull request" : `\`pmta-vault accept ${mark.id}\` on the vault`;
	const undo = kind === "pull-request" ? "undo it on the hosts; the next run closes this pull request and deletes its branch" : "undo it on the hosts; the next run removes this file and its branch";
	const refuse = kind === "pull-request" ? ["- **Refuse**: close it unmerged; it is not opened again until its content differs."] : [];
	return [
		"**What to do**",
		"",
		`- **Accept**: ${accept}.`,
		...draft.kind === "baseline" ? [] : [`- **Revert**: ${undo}.`],
		...refuse
	].join("\n");
}
function hostsIn(hosts, most) {
	const shown = hosts.slice(0, most).map((host) => code(host));
	return hosts.length > most ? `${shown.join(", ")} and ${hosts.length - most} more` : shown.join(", ");
}
// src/propose/plan.ts
function planProposals(drafts, standing, mostOpen, wording) {
	const branches = standing.branches.map((found) => branchOf(found, standing.open));
	const refusals = new Map(drafts.map((draft) => [draft, refusalOf(draft, standing)]));
	const continued = continueProposals(drafts, branches, (draft) => refusals.get(draft) !== null);
	const taken = new Set(branches.map(({ found: { id } }) => id));
	let room = mostOpen - drafts.filter((draft) => continued.has(draft) && refusals.get(draft) === null).length;
	const proposals = [];
	const writes = [];
	for (const draft of drafts) {
		const before = continued.get(draft);
		const refused = refusals.get(draft) ?? null;
		const id = before?.found.id ?? refused?.id ?? freshId(draft, taken);
		const action = refused !== null ? "rejected" : actionFor(draft, before, room);
		if (action === "created") room--;
		taken.add(id);
		proposals.push({
			id,
			action,
			title: titleOf(draft, wording),
			hosts: hostsOf(draft),
			draft,
			page: refused ?? before?.page ?? null
		});
		if (action === "created" || action === "updated") writes.push(writeOf(draft, id, before?.found.tip ?? null, wording));
	}
	const used = new Set(continued.values());
	const unused = branches.filter((branch) => !used.has(branch));
	return {
		proposals: [...proposals, ...unused.map(ended)],
		writes,
		removes: unused.filter(({ foreign }) => !foreign).map(({ found }) => found)
	};
}
/** Whether a draft is open already with just this content, so that nobody has to ask what was refused. */
function isOpen(draft, open) {
	return open.some(({ mark }) => mark?.content === contentDigest(draft));
}
function markOf(draft, id, since) {
	const digests = {
		content: contentDigest(draft),
		subject: subjectDigest(draft)
	};
	return {
		id,
		kind: draft.kind,
		hosts: hostsOf(draft),
		...digests,
		since
	};
}
function branchOf(found, open) {
	const page = open.find(({ id }) => id === found.id) ?? null;
	const own = readTrailers(found.message);
	return {
		found,
		known: own ?? page?.mark ?? null,
		foreign: own === null,
		page
	};
}
/** The page by which people refused this very draft, or the same for more hosts; null when none did. */
function refusalOf(draft, { open, rejected }) {
	if (isOpen(draft, open)) return null;
	const subject = subjectDigest(draft);
	const isRefusal = (mark) => mark !== null && mark.kind === draft.kind && (mark.content === contentDigest(draft) || mark.subject === subject && hostsOf(draft).every((host) => mark.hosts.includes(host)));
	return rejected.find(({ mark }) => isRefusal(mark)) ?? null;
}
function actionFor(draft, before, room) {
	if (before === void 0) return room > 0 ? "created" : "held-back";
	if (before.foreign) return "left-alone";
	return before.known?.content === contentDigest(draft) ? "kept" : "updated";
}
function writeOf(draft, id, replaces, wording) {
	const changes = draft.drifts.flatMap(({ host, differences }) => differences.map(({ path, to }) => ({
		host,
		path,
		blob: to
	})));
	return {
		id,
		replaces,
		message: messageOf(draft, wording),
		changes
	};
}
function ended({ found: { id, message }, known, foreign, page }) {
	const title = message.split("\n")[0] ?? "";
	return {
		id,
		action: foreign ? "left-alone" : "removed",
		title,
		hosts: known?.hosts ?? [],
		draft: null,
		page
	};
}
/** Pairs drafts with branches of the same kind: equal content first, then the most hosts in common. */
function continueProposals(drafts, branches, isRefused) {
	const pairs = drafts.flatMap((draft) => branches.map((branch) => ({
		draft,
		branch,
		likeness: likeness(draft, branch.known)
	})));
	const continued = /* @__PURE__ */ new Map();
	const used = /* @__PURE__ */ new Set();
	const eligible = pairs.filter((pair) => pair.likeness > (isRefused(pair.draft) ? Number.MAX_VALUE : 0));
	for (const { draft, branch } of eligible.sort((a, b) => b.likeness - a.likeness)) {
		if (continued.has(draft) || used.has(branch)) continue;
		continued.set(draft, branch);
		used.add(branch);
	}
	return continued;
}
function likeness(draft, known) {
	if (known === null || draft.kind !== known.kind) return 0;
	if (known.content === contentDigest(draft)) return Number.POSITIVE_INFINITY;
	const hosts = new Set(hostsOf(draft));
	return known.hosts.filter((host) => hosts.has(host)).length;
}
function freshId(draft, taken) {
	for (let salt = 0;; salt++) {
		const id = digestOf([contentDigest(draft), String(salt)]).slice(0, 8);
		if (!taken.has(id)) return id;
	}
}
// src/propose/pages.ts
/** What pages have to be written, ended or listed for a plan. Pure. */
const maxListed = 300;
/** Those whose page is missing or out of date. */
function pagesToWrite({ proposals }) {
	return proposals.filter((proposal) => proposal.draft !== null && (proposal.action === "created" || proposal.action === "updated" || proposal.action === "kept" && proposal.page === null));
}
/** @param text  unified diff of what is proposed, masked */
function pageOf({ id, title, draft, page }, text, about) {
	return {
		id,
		title,
		body: bodyOf({
			draft,
			mark: markOf(draft, id, page?.mark?.since ?? about.now.toISOString()),
			text,
			run: about.run,
			kind: about.kind
		})
	};
}
/** Open pages whose branch goes or is gone, each with why. */
function pagesToEnd({ proposals }, open) {
	const lasting = new Set(proposals.filter(({ action }) => action !== "removed").map(({ id }) => id));
	return open.filter(({ id, mark }) => !lasting.has(id) && (mark !== null || proposals.some((own) => own.id === id))).map(({ id, mark }) => {
		return {
			id,
			reason: reasonFor(proposals.find((own) => own.id === id)?.hosts ?? mark?.hosts ?? [], proposals)
		};
	});
}
/** The hosts are as accepted again, or what they have now is proposed elsewhere. */
function reasonFor(hosts, proposals) {
	const elsewhere = proposals.filter(({ draft, hosts: others }) => draft !== null && others.some((host) => hosts.includes(host)));
	const moved = new Set(elsewhere.flatMap((proposal) => proposal.hosts));
	const settled = hosts.filter((host) => !moved.has(host)).map((host) => code(host));
	return `${[
		...hosts.length === 0 ? ["The drift is gone."] : [],
		...settled.length === 0 ? [] : [`The drift is gone: ${listed(settled)} as accepted again.`],
		...elsewhere.map(({ id, hosts: others, action }) => {
			const names = listed(others.filter((host) => hosts.includes(host)).map((host) => code(host)));
			return `${action === "rejected" ? "Refused already" : "Now"} in \`drift/${id}\`: ${names}.`;
		})
	].join(" ")} This is closed, and its branch is deleted.`;
}
const listed = (names) => `${names.slice(0, 20).join(", ")}${names.length > 20 ? ` and ${names.length - 20} more` : ""}`;
/** The list of what the cap holds back; null for none. */
function heldBackList({ proposals }, mostOpen) {
	const held = proposals.filter(({ action }) => action === "held-back");
	if (held.length === 0) return null;
	const lines = held.slice(0, maxListed).map(({ title }) => `- ${code(title)}`);
	return cut([
		`At most ${mostOpen} proposals are open at a time. ${held.length} more wait until one of those is merged or closed:`,
		"",
		...lines,
		...held.length > maxListed ? [`- and ${held.length - maxListed} more`] : []
	].join("\n"), 6e4);
}
/** Drafts in the order in which room is given to them: the gravest first. */
function byRisk(drafts) {
	const rank = (draft) => Math.min(...draft.changes.map(riskRank), Number.MAX_SAFE_INTEGER);
	return drafts.toSorted((a, b) => rank(a) - rank(b));
}
// node_modules/diff/libesm/diff/base.js
var Diff = class {
	diff(oldStr, newStr, options = {}) {
		let callback;
		if (typeof options === "function") {
			callback = options;
			options = {};
		} else if ("callback" in options) callback = options.callback;
		const oldString = this.castInput(oldStr, options);
		const newString = this.castInput(newStr, options);
		const oldTokens = this.removeEmpty(this.tokenize(oldString, options));
		const newTokens = this.removeEmpty(this.tokenize(newString, options));
		return this.diffWithOptionsObj(oldTokens, newTokens, options, callback);
	}
	diffWithOptionsObj(oldTokens, newTokens, options, callback) {
		var _a;
		const done = (value) => {
			value = this.postProcess(value, options);
			if (callback) {
				setTimeout(function() {
					callback(value);
				}, 0);
				return;
			} else return value;
		};
		const newLen = newTokens.length, oldLen = oldTokens.length;
		let editLength = 1;
		let maxEditLength = newLen + oldLen;
		if (options.maxEditLength != null) maxEditLength = Math.min(maxEditLength, options.maxEditLength);
		const maxExecutionTime = (_a = options.timeout) !== null && _a !== void 0 ? _a : 1e400;
		const abortAfterTimestamp = Date.now() + maxExecutionTime;
		const bestPath = [{
			oldPos: -1,
			lastComponent: void 0
		}];
		let newPos = this.extractCommon(bestPath[0], newTokens, oldTokens, 0, options);
		if (bestPath[0].oldPos + 1 >= oldLen && newPos + 1 >= newLen) return done(this.buildValues(bestPath[0].lastComponent, newTokens, oldTokens));
		let minDiagonalToConsider = -1e400, maxDiagonalToConsider = 1e400;
		const execEditLength = () => {
			for (let diagonalPath = Math.max(minDiagonalToConsider, -editLength); diagonalPath <= Math.min(maxDiagonalToConsider, editLength); diagonalPath += 2) {
				let basePath;
				const removePath = bestPath[diagonalPath - 1], addPath = bestPath[diagonalPath + 1];
				if (removePath) bestPath[diagonalPath - 1] = void 0;
				let canAdd = false;
				if (addPath) {
					const addPathNewPos = addPath.oldPos - diagonalPath;
					canAdd = addPath && 0 <= addPathNewPos && addPathNewPos < newLen;
				}
				const canRemove = removePath && removePath.oldPos + 1 < oldLen;
				if (!canAdd && !canRemove) {
					bestPath[diagonalPath] = void 0;
					continue;
				}
				if (!canRemove || canAdd && removePath.oldPos < addPath.oldPos) basePath = this.addToPath(addPath, true, false, 0, options);
				else basePath = this.addToPath(removePath, false, true, 1, options);
				newPos = this.extractCommon(basePath, newTokens, oldTokens, diagonalPath, options);
				if (basePath.oldPos + 1 >= oldLen && newPos + 1 >= newLen) return done(this.buildValues(basePath.lastComponent, newTokens, oldTokens)) || true;
				else {
					bestPath[diagonalPath] = basePath;
					if (basePath.oldPos + 1 >= oldLen) maxDiagonalToConsider = Math.min(maxDiagonalToConsider, diagonalPath - 1);
					if (newPos + 1 >= newLen) minDiagonalToConsider = Math.max(minDiagonalToConsider, diagonalPath + 1);
				}
			}
			editLength++;
		};
		if (callback) (function exec() {
			setTimeout(function() {
				if (editLength > maxEditLength || Date.now() > abortAfterTimestamp) return callback(void 0);
				if (!execEditLength()) exec();
			}, 0);
		})();
		else while (editLength <= maxEditLength && Date.now() <= abortAfterTimestamp) {
			const ret = execEditLength();
			if (ret) return ret;
		}
	}
	addToPath(path, added, removed, oldPosInc, options) {
		const last = path.lastComponent;
		if (last && !options.oneChangePerToken && last.added === added && last.removed === removed) return {
			oldPos: path.oldPos + oldPosInc,
			lastComponent: {
				count: last.count + 1,
				added,
				removed,
				previousComponent: last.previousComponent
			}
		};
		else return {
			oldPos: path.oldPos + oldPosInc,
			lastComponent: {
				count: 1,
				added,
				removed,
				previousComponent: last
			}
		};
	}
	extractCommon(basePath, newTokens, oldTokens, diagonalPath, options) {
		const newLen = newTokens.length, oldLen = oldTokens.length;
		let oldPos = basePath.oldPos, newPos = oldPos - diagonalPath, commonCount = 0;
		while (newPos + 1 < newLen && oldPos + 1 < oldLen && this.equals(oldTokens[oldPos + 1], newTokens[newPos + 1], options)) {
			newPos++;
			oldPos++;
			commonCount++;
			if (options.oneChangePerToken) basePath.lastComponent = {
				count: 1,
				previousComponent: basePath.lastComponent,
				added: false,
				removed: false
			};
		}
		if (commonCount && !options.oneChangePerToken) basePath.lastComponent = {
			count: commonCount,
			previousComponent: basePath.lastComponent,
			added: false,
			removed: false
		};
		basePath.oldPos = oldPos;
		return newPos;
	}
	equals(left, right, options) {
		if (options.comparator) return options.comparator(left, right);
		else return left === right || !!options.ignoreCase && left.toLowerCase() === right.toLowerCase();
	}
	removeEmpty(array) {
		const ret = [];
		for (let i = 0; i < array.length; i++) if (array[i]) ret.push(array[i]);
		return ret;
	}
	castInput(value, options) {
		return value;
	}
	tokenize(value, options) {
		return Array.from(value);
	}
	join(chars) {
		return chars.join("");
	}
	postProcess(changeObjects, options) {
		return changeObjects;
	}
	get useLongestToken() {
		return false;
	}
	buildValues(lastComponent, newTokens, oldTokens) {
		const components = [];
		let nextComponent;
		while (lastComponent) {
			components.push(lastComponent);
			nextComponent = lastComponent.previousComponent;
			delete lastComponent.previousComponent;
			lastComponent = nextComponent;
		}
		components.reverse();
		const componentLen = components.length;
		let componentPos = 0, newPos = 0, oldPos = 0;
		for (; componentPos < componentLen; componentPos++) {
			const component = components[componentPos];
			if (!component.removed) {
				if (!component.added && this.useLongestToken) {
					let value = newTokens.slice(newPos, newPos + component.count);
					value = value.map(function(value, i) {
						const oldValue = oldTokens[oldPos + i];
						return oldValue.length > value.length ? oldValue : value;
					});
					component.value = this.join(value);
				} else component.value = this.join(newTokens.slice(newPos, newPos + component.count));
				newPos += component.count;
				if (!component.added) oldPos += component.count;
			} else {
				component.value = this.join(oldTokens.slice(oldPos, oldPos + component.count));
				oldPos += component.count;
			}
		}
		return components;
	}
};
// node_modules/diff/libesm/diff/character.js
var CharacterDiff = class extends Diff {};
new CharacterDiff();
// node_modules/diff/libesm/util/string.js
function longestCommonPrefix(str1, str2) {
	let i = 0;
	for (; i < str1.length && i < str2.length; i++) if (str1[i] != str2[i]) return str1.slice(0, i);
	return str1.slice(0, i);
}
function longestCommonSuffix(str1, str2) {
	let i;
	if (!str1 || !str2 || str1[str1.length - 1] != str2[str2.length - 1]) return "";
	for (i = 0; i < str1.length && i < str2.length; i++) if (str1[str1.length - (i + 1)] != str2[str2.length - (i + 1)]) return str1.slice(-i);
	return str1.slice(-i);
}
function replacePrefix(string, oldPrefix, newPrefix) {
	if (string.slice(0, oldPrefix.length) != oldPrefix) throw Error(`string ${JSON.stringify(string)} doesn't start with prefix ${JSON.stringify(oldPrefix)}; this is a bug`);
	return newPrefix + string.slice(oldPrefix.length);
}
function replaceSuffix(string, oldSuffix, newSuffix) {
	if (!oldSuffix) return string + newSuffix;
	if (string.slice(-oldSuffix.length) != oldSuffix) throw Error(`string ${JSON.stringify(string)} doesn't end with suffix ${JSON.stringify(oldSuffix)}; this is a bug`);
	return string.slice(0, -oldSuffix.length) + newSuffix;
}
function removePrefix(string, oldPrefix) {
	return replacePrefix(string, oldPrefix, "");
}
function removeSuffix(string, oldSuffix) {
	return replaceSuffix(string, oldSuffix, "");
}
function maximumOverlap(string1, string2) {
	return string2.slice(0, overlapCount(string1, string2));
}
function overlapCount(a, b) {
	let startA = 0;
	if (a.length > b.length) startA = a.length - b.length;
	let endB = b.length;
	if (a.length < b.length) endB = a.length;
	const map = Array(endB);
	let k = 0;
	map[0] = 0;
	for (let j = 1; j < endB; j++) {
		if (b[j] == b[k]) map[j] = map[k];
		else map[j] = k;
		while (k > 0 && b[j] != b[k]) k = map[k];
		if (b[j] == b[k]) k++;
	}
	k = 0;
	for (let i = startA; i < a.length; i++) {
		while (k > 0 && a[i] != b[k]) k = map[k];
		if (a[i] == b[k]) k++;
	}
	return k;
}
/**
* Split a string into segments using a word segmenter, merging consecutive
* segments if they are both whitespace segments. Whitespace segments can
* appear adjacent to one another for two reasons:
* - newlines always get their own segment
* - where a diacritic is attached to a whitespace character in the text, the
*   segment ends after the diacritic, so e.g. " \u0300 " becomes two segments.
* This function therefore runs the segmenter's .segment() method and then
* merges consecutive segments of whitespace into a single part.
*/
function segment(string, segmenter) {
	const parts = [];
	for (const segmentObj of Array.from(segmenter.segment(string))) {
		const segment = segmentObj.segment;
		if (parts.length && /\s/.test(parts[parts.length - 1]) && /\s/.test(segment)) parts[parts.length - 1] += segment;
		else parts.push(segment);
	}
	return parts;
}
function trailingWs(string, segmenter) {
	if (segmenter) return leadingAndTrailingWs(string, segmenter)[1];
	let i;
	for (i = string.length - 1; i >= 0; i--) if (!string[i].match(/\s/)) break;
	return string.substring(i + 1);
}
function leadingWs(string, segmenter) {
	if (segmenter) return leadingAndTrailingWs(string, segmenter)[0];
	const match = string.match(/^\s*/);
	return match ? match[0] : "";
}
function leadingAndTrailingWs(string, segmenter) {
	if (!segmenter) return [leadingWs(string), trailingWs(string)];
	if (segmenter.resolvedOptions().granularity != "word") throw new Error("The segmenter passed must have a granularity of \"word\"");
	const segments = segment(string, segmenter);
	const firstSeg = segments[0];
	const lastSeg = segments[segments.length - 1];
	return [/\s/.test(firstSeg) ? firstSeg : "", /\s/.test(lastSeg) ? lastSeg : ""];
}
// node_modules/diff/libesm/diff/word.js
const extendedWordChars = "a-zA-Z0-9_\\u{AD}\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2C6}\\u{2C8}-\\u{2D7}\\u{2DE}-\\u{2FF}\\u{1E00}-\\u{1EFF}";
const tokenizeIncludingWhitespace = new RegExp(`[${extendedWordChars}]+|\\s+|[^${extendedWordChars}]`, "ug");
var WordDiff = class extends Diff {
	equals(left, right, options) {
		if (options.ignoreCase) {
			left = left.toLowerCase();
			right = right.toLowerCase();
		}
		return left.trim() === right.trim();
	}
	tokenize(value, options = {}) {
		let parts;
		if (options.intlSegmenter) {
			const segmenter = options.intlSegmenter;
			if (segmenter.resolvedOptions().granularity != "word") throw new Error("The segmenter passed must have a granularity of \"word\"");
			parts = segment(value, segmenter);
		} else parts = value.match(tokenizeIncludingWhitespace) || [];
		const tokens = [];
		let prevPart = null;
		parts.forEach((part) => {
			if (/\s/.test(part)) {
				if (prevPart == null) tokens.push(part);
				else tokens.push(tokens.pop() + part);
			} else if (prevPart != null && /\s/.test(prevPart)) {
				if (tokens[tokens.length - 1] == prevPart) tokens.push(tokens.pop() + part);
				else tokens.push(prevPart + part);
			} else tokens.push(part);
			prevPart = part;
		});
		return tokens;
	}
	join(tokens) {
		return tokens.map((token, i) => {
			if (i == 0) return token;
			else return token.replace(/^\s+/, "");
		}).join("");
	}
	postProcess(changes, options) {
		if (!changes || options.oneChangePerToken) return changes;
		let lastKeep = null;
		let insertion = null;
		let deletion = null;
		changes.forEach((change) => {
			if (change.added) insertion = change;
			else if (change.removed) deletion = change;
			else {
				if (insertion || deletion) dedupeWhitespaceInChangeObjects(lastKeep, deletion, insertion, change, options.intlSegmenter);
				lastKeep = change;
				insertion = null;
				deletion = null;
			}
		});
		if (insertion || deletion) dedupeWhitespaceInChangeObjects(lastKeep, deletion, insertion, null, options.intlSegmenter);
		return changes;
	}
};
new WordDiff();
function dedupeWhitespaceInChangeObjects(startKeep, deletion, insertion, endKeep, segmenter) {
	if (deletion && insertion) {
		const [oldWsPrefix, oldWsSuffix] = leadingAndTrailingWs(deletion.value, segmenter);
		const [newWsPrefix, newWsSuffix] = leadingAndTrailingWs(insertion.value, segmenter);
		if (startKeep) {
			const commonWsPrefix = longestCommonPrefix(oldWsPrefix, newWsPrefix);
			startKeep.value = replaceSuffix(startKeep.value, newWsPrefix, commonWsPrefix);
			deletion.value = removePrefix(deletion.value, commonWsPrefix);
			insertion.value = removePrefix(insertion.value, commonWsPrefix);
		}
		if (endKeep) {
			const commonWsSuffix = longestCommonSuffix(oldWsSuffix, newWsSuffix);
			endKeep.value = replacePrefix(endKeep.value, newWsSuffix, commonWsSuffix);
			deletion.value = removeSuffix(deletion.value, commonWsSuffix);
			insertion.value = removeSuffix(insertion.value, commonWsSuffix);
		}
	} else if (insertion) {
		if (startKeep) {
			const ws = leadingWs(insertion.value, segmenter);
			insertion.value = insertion.value.substring(ws.length);
		}
		if (endKeep) {
			const ws = leadingWs(endKeep.value, segmenter);
			endKeep.value = endKeep.value.substring(ws.length);
		}
	} else if (startKeep && endKeep) {
		const newWsFull = leadingWs(endKeep.value, segmenter), [delWsStart, delWsEnd] = leadingAndTrailingWs(deletion.value, segmenter);
		const newWsStart = longestCommonPrefix(newWsFull, delWsStart);
		deletion.value = removePrefix(deletion.value, newWsStart);
		const newWsEnd = longestCommonSuffix(removePrefix(newWsFull, newWsStart), delWsEnd);
		deletion.value = removeSuffix(deletion.value, newWsEnd);
		endKeep.value = replacePrefix(endKeep.value, newWsFull, newWsEnd);
		startKeep.value = replaceSuffix(startKeep.value, newWsFull, newWsFull.slice(0, newWsFull.length - newWsEnd.length));
	} else if (endKeep) {
		const endKeepWsPrefix = leadingWs(endKeep.value, segmenter);
		const overlap = maximumOverlap(trailingWs(deletion.value, segmenter), endKeepWsPrefix);
		deletion.value = removeSuffix(deletion.value, overlap);
	} else if (startKeep) {
		const overlap = maximumOverlap(trailingWs(startKeep.value, segmenter), leadingWs(deletion.value, segmenter));
		deletion.value = removePrefix(deletion.value, overlap);
	}
}
var WordsWithSpaceDiff = class extends Diff {
	tokenize(value) {
		const regex = new RegExp(`(\\r?\\n)|[${extendedWordChars}]+|[^\\S\\n\\r]+|[^${extendedWordChars}]`, "ug");
		return value.match(regex) || [];
	}
};
new WordsWithSpaceDiff();
// node_modules/diff/libesm/diff/line.js
var LineDiff = class extends Diff {
	constructor() {
		super(...arguments);
		this.tokenize = tokenize;
	}
	equals(left, right, options) {
		if (options.ignoreWhitespace) {
			if (!options.newlineIsToken || !left.includes("\n")) left = left.trim();
			if (!options.newlineIsToken || !right.includes("\n")) right = right.trim();
		} else if (options.ignoreNewlineAtEof && !options.newlineIsToken) {
			if (left.endsWith("\n")) left = left.slice(0, -1);
			if (right.endsWith("\n")) right = right.slice(0, -1);
		}
		return super.equals(left, right, options);
	}
};
const lineDiff = new LineDiff();
function diffLines(oldStr, newStr, options) {
	return lineDiff.diff(oldStr, newStr, options);
}
function tokenize(value, options) {
	if (options.stripTrailingCr) value = value.replace(/\r\n/g, "\n");
	const retLines = [], linesAndNewlines = value.split(/(\n|\r\n)/);
	if (!linesAndNewlines[linesAndNewlines.length - 1]) linesAndNewlines.pop();
	for (let i = 0; i < linesAndNewlines.length; i++) {
		const line = linesAndNewlines[i];
		if (i % 2 && !options.newlineIsToken) retLines[retLines.length - 1] += line;
		else retLines.push(line);
	}
	return retLines;
}
// node_modules/diff/libesm/diff/sentence.js
function isSentenceEndPunct(char) {
	return char == "." || char == "!" || char == "?";
}
var SentenceDiff = class extends Diff {
	tokenize(value) {
		var _a;
		const result = [];
		let tokenStartI = 0;
		for (let i = 0; i < value.length; i++) {
			if (i == value.length - 1) {
				result.push(value.slice(tokenStartI));
				break;
			}
			if (isSentenceEndPunct(value[i]) && value[i + 1].match(/\s/)) {
				result.push(value.slice(tokenStartI, i + 1));
				i = tokenStartI = i + 1;
				while ((_a = value[i + 1]) === null || _a === void 0 ? void 0 : _a.match(/\s/)) i++;
				result.push(value.slice(tokenStartI, i + 1));
				tokenStartI = i + 1;
			}
		}
		return result;
	}
};
new SentenceDiff();
// node_modules/diff/libesm/diff/css.js
var CssDiff = class extends Diff {
	tokenize(value) {
		return value.split(/([{}:;,]|\s+)/);
	}
};
new CssDiff();
// node_modules/diff/libesm/diff/json.js
var JsonDiff = class extends Diff {
	constructor() {
		super(...arguments);
		this.tokenize = tokenize;
	}
	get useLongestToken() {
		return true;
	}
	castInput(value, options) {
		const { undefinedReplacement, stringifyReplacer = (k, v) => typeof v === "undefined" ? undefinedReplacement : v } = options;
		return typeof value === "string" ? value : JSON.stringify(canonicalize(value, null, null, stringifyReplacer), null, "  ");
	}
	equals(left, right, options) {
		return super.equals(left.replace(/,([\r\n])/g, "$1"), right.replace(/,([\r\n])/g, "$1"), options);
	}
};
new JsonDiff();
function canonicalize(obj, stack, replacementStack, replacer, key) {
	stack = stack || [];
	replacementStack = replacementStack || [];
	if (replacer) obj = replacer(key === void 0 ? "" : key, obj);
	let i = 0;
	for (; i < stack.length; i += 1) if (stack[i] === obj) return replacementStack[i];
	let canonicalizedObj;
	if ("[object Array]" === Object.prototype.toString.call(obj)) {
		stack.push(obj);
		canonicalizedObj = new Array(obj.length);
		replacementStack.push(canonicalizedObj);
		for (i = 0; i < obj.length; i += 1) canonicalizedObj[i] = canonicalize(obj[i], stack, replacementStack, replacer, String(i));
		stack.pop();
		replacementStack.pop();
		return canonicalizedObj;
	}
	if (obj && obj.toJSON) obj = obj.toJSON();
	if (typeof obj === "object" && obj !== null) {
		stack.push(obj);
		canonicalizedObj = {};
		replacementStack.push(canonicalizedObj);
		const sortedKeys = [];
		let key;
		for (key in obj)
 /* istanbul ignore else */
		if (Object.prototype.hasOwnProperty.call(obj, key)) sortedKeys.push(key);
		sortedKeys.sort();
		for (i = 0; i < sortedKeys.length; i += 1) {
			key = sortedKeys[i];
			canonicalizedObj[key] = canonicalize(obj[key], stack, replacementStack, replacer, key);
		}
		stack.pop();
		replacementStack.pop();
	} else canonicalizedObj = obj;
	return canonicalizedObj;
}
// node_modules/diff/libesm/diff/array.js
var ArrayDiff = class extends Diff {
	tokenize(value) {
		return value.slice();
	}
	join(value) {
		return value;
	}
	removeEmpty(value) {
		return value;
	}
};
new ArrayDiff();
// node_modules/diff/libesm/patch/create.js
/**
* Returns true if the filename contains characters that require C-style
* quoting (as used by Git and GNU diffutils in diff output).
*/
function needsQuoting(s) {
	for (let i = 0; i < s.length; i++) if (s[i] < " " || s[i] > "~" || s[i] === "\"" || s[i] === "\\") return true;
	return false;
}
/**
* C-style quotes a filename, encoding special characters as escape sequences
* and non-ASCII bytes as octal escapes. This is the inverse of
* `parseQuotedFileName` in parse.ts.
*
* Non-ASCII bytes are encoded as UTF-8 before being emitted as octal escapes.
* This matches the behaviour of both Git and GNU diffutils, which always emit
* UTF-8 octal escapes regardless of the underlying filesystem encoding (e.g.
* Git for Windows converts from NTFS's UTF-16 to UTF-8 internally).
*
* If the filename doesn't need quoting, returns it as-is.
*/
function quoteFileNameIfNeeded(s) {
	if (!needsQuoting(s)) return s;
	let result = "\"";
	const bytes = new TextEncoder().encode(s);
	let i = 0;
	while (i < bytes.length) {
		const b = bytes[i];
		if (b === 7) result += "\\a";
		else if (b === 8) result += "\\b";
		else if (b === 9) result += "\\t";
		else if (b === 10) result += "\\n";
		else if (b === 11) result += "\\v";
		else if (b === 12) result += "\\f";
		else if (b === 13) result += "\\r";
		else if (b === 34) result += "\\\"";
		else if (b === 92) result += "\\\\";
		else if (b >= 32 && b <= 126) result += String.fromCharCode(b);
		else result += "\\" + b.toString(8).padStart(3, "0");
		i++;
	}
	result += "\"";
	return result;
}
const INCLUDE_HEADERS = {
	includeIndex: true,
	includeUnderline: true,
	includeFileHeaders: true
};
const FILE_HEADERS_ONLY = {
	includeIndex: false,
	includeUnderline: false,
	includeFileHeaders: true
};
function structuredPatch(oldFileName, newFileName, oldStr, newStr, oldHeader, newHeader, options) {
	let optionsObj;
	if (!options) optionsObj = {};
	else if (typeof options === "function") optionsObj = { callback: options };
	else optionsObj = options;
	if (typeof optionsObj.context === "undefined") optionsObj.context = 4;
	const context = optionsObj.context;
	if (optionsObj.newlineIsToken) throw new Error("newlineIsToken may not be used with patch-generation functions, only with diffing functions");
	if (!optionsObj.callback) return diffLinesResultToPatch(diffLines(oldStr, newStr, optionsObj));
	else {
		const { callback } = optionsObj;
		diffLines(oldStr, newStr, Object.assign(Object.assign({}, optionsObj), { callback: (diff) => {
			const patch = diffLinesResultToPatch(diff);
			callback(patch);
		} }));
	}
	function diffLinesResultToPatch(diff) {
		if (!diff) return;
		diff.push({
			value: "",
			lines: []
		});
		function contextLines(lines) {
			return lines.map(function(entry) {
				return " " + entry;
			});
		}
		const hunks = [];
		let oldRangeStart = 0, newRangeStart = 0, curRange = [], oldLine = 1, newLine = 1;
		for (let i = 0; i < diff.length; i++) {
			const current = diff[i], lines = current.lines || splitLines(current.value);
			current.lines = lines;
			if (current.added || current.removed) {
				if (!oldRangeStart) {
					const prev = diff[i - 1];
					oldRangeStart = oldLine;
					newRangeStart = newLine;
					if (prev) {
						curRange = context > 0 ? contextLines(prev.lines.slice(-context)) : [];
						oldRangeStart -= curRange.length;
						newRangeStart -= curRange.length;
					}
				}
				for (const line of lines) curRange.push((current.added ? "+" : "-") + line);
				if (current.added) newLine += lines.length;
				else oldLine += lines.length;
			} else {
				if (oldRangeStart) {
					if (lines.length <= context * 2 && i < diff.length - 2) for (const line of contextLines(lines)) curRange.push(line);
					else {
						const contextSize = Math.min(lines.length, context);
						for (const line of contextLines(lines.slice(0, contextSize))) curRange.push(line);
						const hunk = {
							oldStart: oldRangeStart,
							oldLines: oldLine - oldRangeStart + contextSize,
							newStart: newRangeStart,
							newLines: newLine - newRangeStart + contextSize,
							lines: curRange
						};
						hunks.push(hunk);
						oldRangeStart = 0;
						newRangeStart = 0;
						curRange = [];
					}
				}
				oldLine += lines.length;
				newLine += lines.length;
			}
		}
		for (const hunk of hunks) for (let i = 0; i < hunk.lines.length; i++) if (hunk.lines[i].endsWith("\n")) hunk.lines[i] = hunk.lines[i].slice(0, -1);
		else {
			hunk.lines.splice(i + 1, 0, "\\ No newline at end of file");
			i++;
		}
		return {
			oldFileName,
			newFileName,
			oldHeader,
			newHeader,
			hunks
		};
	}
}
/**
* creates a unified diff patch.
*
* @param patch either a single structured patch object (as returned by `structuredPatch`) or an
*   array of them (as returned by `parsePatch`).
* @param headerOptions behaves the same as the `headerOptions` option of `createTwoFilesPatch`.
*   Ignored for patches where `isGit` is `true`.
*
* When a patch has `isGit: true`, `formatPatch` output is changed to more closely match Git's
* output: it emits a `diff --git` header, emits Git extended headers as appropriate based on
* properties like `isRename`, `isCreate`, `newMode`, etc, and will omit `---`/`+++` file
* headers for patches with no hunks (e.g. renames without content changes).
*/
function formatPatch(patch, headerOptions) {
	var _a, _b, _c, _d, _e, _f;
	if (!headerOptions) headerOptions = INCLUDE_HEADERS;
	if (Array.isArray(patch)) {
		if (patch.length > 1 && !headerOptions.includeFileHeaders && !patch.every((p) => p.isGit)) throw new Error("Cannot omit file headers on a multi-file patch. (The result would be unparseable; how would a tool trying to apply the patch know which changes are to which file?)");
		return patch.map((p) => formatPatch(p, headerOptions)).join("\n");
	}
	const ret = [];
	if (patch.isGit) {
		headerOptions = INCLUDE_HEADERS;
		if (!patch.oldFileName) throw new Error("oldFileName must be specified for Git patches");
		if (!patch.newFileName) throw new Error("newFileName must be specified for Git patches");
		let gitOldName = patch.oldFileName;
		let gitNewName = patch.newFileName;
		if (patch.isCreate && gitOldName === "/dev/null") gitOldName = gitNewName.replace(/^b\//, "a/");
		else if (patch.isDelete && gitNewName === "/dev/null") gitNewName = gitOldName.replace(/^a\//, "b/");
		ret.push("diff --git " + quoteFileNameIfNeeded(gitOldName) + " " + quoteFileNameIfNeeded(gitNewName));
		if (patch.isDelete) ret.push("deleted file mode " + ((_a = patch.oldMode) !== null && _a !== void 0 ? _a : "100644"));
		if (patch.isCreate) ret.push("new file mode " + ((_b = patch.newMode) !== null && _b !== void 0 ? _b : "100644"));
		if (patch.oldMode && patch.newMode && !patch.isDelete && !patch.isCreate) {
			ret.push("old mode " + patch.oldMode);
			ret.push("new mode " + patch.newMode);
		}
		if (patch.isRename) {
			ret.push("rename from " + quoteFileNameIfNeeded(((_c = patch.oldFileName) !== null && _c !== void 0 ? _c : "").replace(/^a\//, "")));
			ret.push("rename to " + quoteFileNameIfNeeded(((_d = patch.newFileName) !== null && _d !== void 0 ? _d : "").replace(/^b\//, "")));
		}
		if (patch.isCopy) {
			ret.push("copy from " + quoteFileNameIfNeeded(((_e = patch.oldFileName) !== null && _e !== void 0 ? _e : "").replace(/^a\//, "")));
			ret.push("copy to " + quoteFileNameIfNeeded(((_f = patch.newFileName) !== null && _f !== void 0 ? _f : "").replace(/^b\//, "")));
		}
	} else {
		if (headerOptions.includeIndex && patch.oldFileName == patch.newFileName && patch.oldFileName !== void 0) ret.push("Index: " + patch.oldFileName);
		if (headerOptions.includeUnderline) ret.push("===================================================================");
	}
	const hasHunks = patch.hunks.length > 0;
	if (headerOptions.includeFileHeaders && patch.oldFileName !== void 0 && patch.newFileName !== void 0 && (!patch.isGit || hasHunks)) {
		ret.push("--- " + quoteFileNameIfNeeded(patch.oldFileName) + (patch.oldHeader ? "	" + patch.oldHeader : ""));
		ret.push("+++ " + quoteFileNameIfNeeded(patch.newFileName) + (patch.newHeader ? "	" + patch.newHeader : ""));
	}
	for (let i = 0; i < patch.hunks.length; i++) {
		const hunk = patch.hunks[i];
		const oldStart = hunk.oldLines === 0 ? hunk.oldStart - 1 : hunk.oldStart;
		const newStart = hunk.newLines === 0 ? hunk.newStart - 1 : hunk.newStart;
		ret.push("@@ -" + oldStart + "," + hunk.oldLines + " +" + newStart + "," + hunk.newLines + " @@");
		for (const line of hunk.lines) ret.push(line);
	}
	return ret.join("\n") + "\n";
}
function createTwoFilesPatch(oldFileName, newFileName, oldStr, newStr, oldHeader, newHeader, options) {
	if (typeof options === "function") options = { callback: options };
	if (!(options === null || options === void 0 ? void 0 : options.callback)) {
		const patchObj = structuredPatch(oldFileName, newFileName, oldStr, newStr, oldHeader, newHeader, options);
		if (!patchObj) return;
		return formatPatch(patchObj, options === null || options === void 0 ? void 0 : options.headerOptions);
	} else {
		const { callback } = options;
		structuredPatch(oldFileName, newFileName, oldStr, newStr, oldHeader, newHeader, Object.assign(Object.assign({}, options), { callback: (patchObj) => {
			if (!patchObj) callback(void 0);
			else callback(formatPatch(patchObj, options.headerOptions));
		} }));
	}
}
/**
* Split `text` into an array of lines, including the trailing newline character (where present)
*/
function splitLines(text) {
	const hasTrailingNl = text.endsWith("\n");
	const result = text.split("\n").map((line) => line + "\n");
	if (hasTrailingNl) result.pop();
	else result.push(result.pop().slice(0, -1));
	return result;
}
// src/diff/text.ts
/** Beyond this many edits a diff says nothing that the two texts do not. */
const maxEditLength = 2e4;
/**
* The unified diff of two mirrors, both masked: by path, files sorted.
* @param accepted  texts by path; a path that is missing on one side is an empty text
*/
function textDiff(accepted, live) {
	return [.../* @__PURE__ */ new Set([...accepted.keys(), ...live.keys()])].sort().filter((path) => accepted.get(path) !== live.get(path)).map((path) => {
		const [before, after] = [accepted.get(path) ?? "", live.get(path) ?? ""];
		const [from, to] = [accepted.has(path) ? `a/${path}` : "/dev/null", live.has(path) ? `b/${path}` : "/dev/null"];
		return createTwoFilesPatch(from, to, before, after, void 0, void 0, {
			context: 3,
			maxEditLength,
			headerOptions: FILE_HEADERS_ONLY
		}) ?? `${from} → ${to}: too different to show\n`;
	}).join("");
}
// src/flows/proposing.ts
/** Different texts of one proposal that are shown; more are in its branch. */
const maxTexts = 10;
async function carryOut(plan, { open }, tools, signal) {
	const urls = /* @__PURE__ */ new Map();
	const warnings = [];
	const done = {
		urls,
		warnings
	};
	try {
		await tools.forge?.end(pagesToEnd(plan, open), signal);
		await writeBranches(plan, tools, signal);
		if (tools.forge === null) return {
			...done,
			problem: null
		};
		for (const { page, write } of await pagesFor(plan, tools, tools.forge, signal)) {
			const written = await tools.forge.write(write, signal);
			urls.set(page, written.url);
			warnings.push(...written.warnings);
		}
		warnings.push(...await tools.forge.holdBack(heldBackList(plan, tools.mostOpen), signal));
		return {
			...done,
			problem: null
		};
	} catch (problem) {
		if (!(problem instanceof Problem) || signal.aborted) throw problem;
		return {
			...done,
			problem
		};
	}
}
async function writeBranches({ writes, removes }, { vault, forge }, signal) {
	if (writes.length + removes.length === 0) return;
	try {
		await vault.propose(writes, removes, signal);
	} catch (error) {
		const commit = forge?.commit ?? null;
		if (!(error instanceof Problem) || error.code !== "vault/unsigned" || commit === null) throw error;
		await vault.propose([], removes, signal);
		await commit(writes, signal);
	}
}
async function pagesFor(plan, tools, forge, signal) {
	const proposals = pagesToWrite(plan);
	const blobs = proposals.flatMap(({ draft }) => draft.kind === "baseline" ? [] : differentTexts(draft)).flatMap(({ drift }) => drift.differences.flatMap(({ from, to }) => [from, to]));
	const texts = blobs.length === 0 ? /* @__PURE__ */ new Map() : await tools.vault.texts(blobs.filter(isId), signal);
	const about = {
		now: tools.now(),
		run: tools.run,
		kind: forge.kind
	};
	return proposals.map((proposal) => {
		const text = proposal.draft.kind === "baseline" ? "" : draftText(proposal.draft, texts);
		return {
			page: proposal.id,
			write: pageOf(proposal, text, about)
		};
	});
}
const isId = (blob) => blob !== null;
/** Hosts whose files differ in the same way are shown once. */
function differentTexts(draft) {
	return [...Map.groupBy(draft.drifts, ({ differences }) => JSON.stringify(differences)).values()].slice(0, maxTexts).flatMap((drifts) => {
		const [drift] = drifts;
		return drift === void 0 ? [] : [{
			drift,
			hosts: drifts.map(({ host }) => host)
		}];
	});
}
function draftText(draft, texts) {
	const parts = differentTexts(draft);
	return parts.map(({ drift: { differences }, hosts }) => {
		const side = (pick) => new Map(differences.flatMap((difference) => {
			const blob = difference[pick];
			return blob === null ? [] : [[difference.path, texts.get(blob) ?? ""]];
		}));
		return `${parts.length > 1 ? `# ${hosts.join(", ")}\n` : ""}${textDiff(side("from"), side("to"))}`;
	}).join("\n");
}
// src/flows/review.ts
/**
* Compares what was seen last with what is accepted, for every host of the fleet, and proposes the drift. The
* copies are safe in the vault by now: trouble with proposals is told, and undoes nothing. When a branch moved
* meanwhile, by another run or a person, all is looked at again, once.
*/
async function review(tools, signal) {
	const reviewed = await reviewOnce(tools, signal);
	return reviewed.problem?.code === "vault/moved" ? await reviewOnce(tools, signal) : reviewed;
}
async function reviewOnce(tools, signal) {
	let drafts = [];
	try {
		const kept = tools.fleet.hosts.filter(({ backup }) => backup).map(({ name }) => name);
		drafts = byRisk(groupDrifts(await hostDrifts(tools, await tools.vault.records(kept, signal), signal), tools.fleet.review.group));
		const standing = await standingOf(drafts, tools, signal);
		const plan = planProposals(drafts, standing, tools.mostOpen, {
			describe,
			summarise
		});
		const { urls, warnings, problem } = await carryOut(plan, standing, tools, signal);
		const proposals = plan.proposals.map((proposal) => reportOf(proposal, urls));
		return {
			drifted: drafts.length > 0,
			proposals,
			warnings,
			problem
		};
	} catch (problem) {
		if (!(problem instanceof Problem) || signal.aborted) throw problem;
		return {
			drifted: drafts.length > 0,
			proposals: [],
			warnings: [],
			problem
		};
	}
}
/** What people refused is asked for only when something is not open already. */
async function standingOf(drafts, { vault, forge }, signal) {
	const branches = await vault.proposals(signal);
	const open = await forge?.open(signal) ?? [];
	return {
		branches,
		open,
		rejected: drafts.some((draft) => !isOpen(draft, open)) ? await forge?.rejected(signal) ?? [] : []
	};
}
function reportOf(proposal, urls) {
	const { id, action, title, hosts, draft, page } = proposal;
	return {
		id,
		action,
		title,
		hosts,
		kind: draft?.kind ?? null,
		changes: draft?.changes ?? [],
		url: urls.get(id) ?? page?.url ?? null
	};
}
/** Hosts whose texts are fetched and held at a time. */
const hostsAtATime = 10;
/** What has drifted, host by host: nothing for hosts that are as accepted, and for those of no interest. */
async function hostDrifts(tools, records, signal) {
	const { fleet, vault } = tools;
	const kept = fleet.hosts.filter(({ backup }) => backup);
	const tags = new Map(kept.map((host) => [host.name, host.tags]));
	const found = [];
	for (const [host, { accepted, live }] of records) {
		if (!tags.has(host) || live === null || live === accepted) continue;
		const differences = await vault.differences(accepted, live, signal);
		found.push({
			host,
			tags: tags.get(host) ?? [],
			accepted,
			live,
			differences
		});
	}
	const drifts = [];
	for (let first = 0; first < found.length; first += hostsAtATime) drifts.push(...await judged(found.slice(first, first + hostsAtATime), tools, signal));
	return drifts;
}
/**
* Both mirrors whole: files include each other, and what did not change says what a change means.
* @returns  none for a host when all that changed is to be ignored; text without any change of settings counts
*/
async function judged(found, { fleet, profile, vault }, signal) {
	const drifts = [];
	const files = /* @__PURE__ */ new Map();
	for (const { accepted, live } of found) for (const tree of accepted === null ? [] : [accepted, live]) {
		const all = await vault.differences(null, tree, signal);
		files.set(tree, all.map(({ path, to }) => [path, to ?? ""]));
	}
	const texts = await vault.texts([...files.values()].flatMap((all) => all.map(([, blob]) => blob)), signal);
	const mirror = (tree) => new Map((files.get(tree) ?? []).map(([path, blob]) => [path, texts.get(blob) ?? ""]));
	for (const { live, ...drift } of found) {
		const changes = drift.accepted === null ? [] : mirrorChanges(mirror(drift.accepted), mirror(live), profile);
		const heeded = changes.filter((change) => !isIgnored(change, fleet.review.ignore));
		if (changes.length === 0 || heeded.length > 0) drifts.push({
			...drift,
			changes: heeded
		});
	}
	return drifts;
}
/** What differs between two mirrors, by path below the host: settings, then facts. */
function mirrorChanges(accepted, live, profile) {
	const outline = (mirror) => profile.outline(configsOf(mirror), factsOf(mirror));
	return compareOutlines(outline(accepted), outline(live), profile);
}
function configsOf(mirror) {
	return new Map([...mirror].flatMap(([path, text]) => {
		const onHost = hostPath(path);
		return onHost === null ? [] : [[onHost, text]];
	}));
}
function factsOf(mirror) {
	return Object.fromEntries([...mirror].flatMap(([path, text]) => {
		const name = /^facts\/([\w-]+)\.yml$/.exec(path)?.[1];
		return name === void 0 ? [] : [[name, (0, import_dist.parse)(text)]];
	}));
}
function isIgnored({ scope, name }, ignore) {
	const path = [...scope, name].join(" › ");
	return ignore.some((entry) => entry === name || path === entry || path.startsWith(`${entry} › `));
}
export { readTrailers as a, mirrorPath as c, textDiff as i, mirrorChanges as n, factsYaml as o, review as r, readFacts as s, hostDrifts as t };
