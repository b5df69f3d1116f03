import { t as backedUpHosts } from "./fleet.js";
import { n as caughtProblem, t as Problem } from "./problem.js";
import { t as certain } from "./certain.js";
import { n as compareRisks, r as riskRank, t as byGravity } from "./change.js";
import { a as textBefore } from "./parts.js";
import { t as firstLines } from "./first-lines.js";
import { t as listed } from "./listed.js";
import { i as inert, n as cut, o as reasonCell, r as fenced, s as table, t as code } from "./markdown.js";
import { t as changeWords } from "./change-words.js";
import { i as writeMark } from "./mark.js";
import { t as require_dist } from "./dist.js";
import { t as textDiff } from "./text.js";
import { t as judgeRecord } from "./dkim-record.js";
import { createHash } from "node:crypto";
// src/core/mirror-path.ts
/**
* Where a host's path lies in the mirror. A hostile name must not become a path that git refuses or acts on
* (`.git`, `.gitattributes`), nor one that another file system takes for something else.
*/
function mirrorPath(path) {
	if (isUsual.test(path)) return `files${path}`;
	return `files${path.split("/").map(encodeSegment).join("/")}`;
}
/** The path on the host that a mirror's file stands for; null for facts. */
function hostPath(path) {
	return path.startsWith("files/") ? path.slice(5).replace(/%([0-9A-F]{2})/g, decode) : null;
}
/** Most paths: nothing in them is encoded, and no part of them begins with a dot. */
const isUsual = /^(?:\/[\w-][\w.@+,=~-]*)+$/;
function encodeSegment(segment) {
	return segment.replace(/[%\\:"\x00-\x1f\x7f]/g, encode).replace(/^\.(?=git)/i, encode).replace(/^\.{1,2}$/, (dots) => dots.replaceAll(".", encode));
}
const encode = (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
const decode = (_, hex) => String.fromCharCode(Number.parseInt(hex, 16));
// src/flows/facts-yaml.ts
var import_dist = require_dist();
/** Facts as YAML of the plainest kind: block maps and lists, texts quoted as in JSON, which YAML takes as they are. */
function factsYaml(facts) {
	const lines = [];
	putNode(lines, "", facts);
	return lines.length === 0 ? "{}\n" : `${lines.join("\n")}\n`;
}
/** The lines of a map or list; none when it is empty. A general YAML writer takes ten times as long for the same. */
function putNode(lines, indent, node) {
	if (Array.isArray(node)) {
		for (const item of node) putEntry(lines, `${indent}-`, indent, item);
		return;
	}
	const fields = node instanceof Map ? node : Object.entries(node);
	for (const [key, value] of fields) if (value !== void 0) putEntry(lines, `${indent}${keyText(key)}:`, indent, value);
}
function putEntry(lines, head, indent, value) {
	if (typeof value !== "object" || value === null) lines.push(`${head} ${JSON.stringify(value)}`);
	else if (value instanceof Date) lines.push(`${head} ${JSON.stringify(value.toISOString())}`);
	else {
		const place = lines.push(head);
		putNode(lines, `${indent}  `, value);
		if (lines.length === place) lines[place - 1] = `${head} ${Array.isArray(value) ? "[]" : "{}"}`;
	}
}
/** A key stands bare only when no reader of YAML, of whatever version, takes it for anything but text. */
function keyText(key) {
	return /^(\/[\w./-]*|[a-z]{4,}[A-Za-z]*)$/.test(key) && !/^(true|false|null)$/i.test(key) ? key : JSON.stringify(key);
}
/**
* Facts from YAML. What `factsYaml` wrote is read line by line, many times as fast as by a general reader. Whoever
* may write to the vault can have written anything there.
* @returns  null for what is no YAML
*/
function readFacts(text) {
	const lines = text.split("\n");
	if (lines.at(-1) === "") lines.pop();
	if (lines.length === 1 && lines[0] === "{}") return {};
	try {
		return readNode({
			lines,
			at: 0
		}, 0);
	} catch (error) {
		if (!(error instanceof SyntaxError)) throw error;
	}
	try {
		return (0, import_dist.parse)(text, { logLevel: "error" });
	} catch {
		return null;
	}
}
/** The map or list whose lines begin at a depth. @throws SyntaxError for what is not of our own writing */
function readNode(reader, depth) {
	const list = [];
	const fields = [];
	const indent = " ".repeat(depth);
	for (;;) {
		const line = reader.lines[reader.at];
		if (line === void 0 || !line.startsWith(indent)) break;
		const entry = entryPattern.exec(line.slice(depth));
		if (entry === null) throw new SyntaxError("not of our own writing");
		const head = certain(entry[1]);
		const value = entry[2];
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
	const [gravest] = byGravity(changes);
	if (gravest === void 0) return "";
	const shown = certain(folded.find((change) => change === gravest || holds(change, gravest)));
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
/**
* What changed between two outlines of one host. Pure, and blind to what means nothing: comments, spelling of
* units, order where order does not count, the file a block stands in.
*/
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
	return textBefore(compare, " ");
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
	return digestOf(draft.drifts.flatMap(contentLines).sort());
}
function contentLines(drift) {
	const { host, accepted, live, differences } = drift;
	if (isWhole(drift)) return [`${host} ${live}`];
	return [`${host} ${accepted}`, ...differences.map(({ path, to }) => `${host} ${path} ${to}`)];
}
const isWhole = ({ accepted, differences }) => accepted === null && differences.length === 0;
/** Of the changes alone, so that the same changes on fewer hosts are known again. */
function subjectDigest({ kind, drifts, changes }) {
	if (kind === "drift" && changes.length > 0) return digestOf(changes.map(changeKey).sort());
	const texts = drifts.flatMap((drift) => isWhole(drift) ? [drift.live] : drift.differences.map(({ path, to }) => `${path} ${to}`));
	return digestOf([kind, ...new Set(texts)].sort());
}
function digestOf(lines) {
	return createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 16);
}
// src/propose/trailers.ts
/** @param id  by which the commit is found on `main`, where a squash or a rebase leaves no name of its branch */
function writeTrailers(id, { kind, hosts, content }) {
	return [
		`Pmta-Vault-Id: ${id}`,
		`Pmta-Vault-Kind: ${kind}`,
		`Pmta-Vault-Hosts: ${hosts.join(" ")}`,
		`Pmta-Vault-Content: ${content}`
	].join("\n");
}
/** Null when the newest commit of a branch is not the program's own: a person worked on it. */
function readTrailers(message) {
	const text = message.trimEnd();
	const paragraph = text.slice(text.lastIndexOf("\n\n") + 1);
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
	const fits = (head) => head.length + 2 + tail.length <= maxTitle;
	const head = [maxHostsInTitle, 2].map((count) => listed(names, count)).find(fits) ?? listed(names, 1);
	return `${cut(head, 117 - tail.length)}: ${tail}`;
}
function messageOf(id, draft, wording) {
	const trailers = writeTrailers(id, {
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
	const lines = byGravity(draft.changes).map((change) => inert(`${describe(change)}${riskOf(change)}`));
	if (lines.length === 0) return `- ${inert(textOnly(draft))}`;
	return firstLines(lines, maxChangeLines, "- ").join("\n");
}
function riskOf({ risk: { level, name, reason } }) {
	return name === "" ? "" : ` (${name}, ${level}: ${reason})`;
}
/** Comments, blanks, order of files, text that the grammar does not know. */
function textOnly(draft) {
	const names = [...new Set(draft.drifts.flatMap(({ differences }) => differences.map(({ path }) => path)))].map((path) => cut(path.replace(/^files/, ""), 60));
	return `text of ${listed(names, 1)} changed, settings did not`;
}
// src/propose/body.ts
/**
* The page of a proposal in Markdown: what changed on which hosts, why it matters, and what to do. Within the
* limit of GitHub by a ladder of shorter forms. Every word of a host is shown as code.
*/
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
	const { draft, mark, run, shown } = context;
	const since = `First seen ${mark.since.slice(0, 16).replace("T", " ")} UTC.`;
	return [
		writeMark(mark),
		introOf(draft),
		draft.kind === "baseline" ? baselineTable(shown, rung.rows) : changeTable(draft, rung.rows),
		diffSection(shown, rung.diffCharacters),
		adviceOf(context),
		run === null ? since : `${since} Last written by [this run](${run}).`
	].filter((part) => part !== "").join("\n\n");
}
function introOf(draft) {
	const hosts = hostsIn(hostsOf(draft), 20);
	if (draft.kind === "baseline") return `The config of ${hosts} as it was first read, secrets masked. It becomes what later runs compare with.`;
	const [gravest] = byGravity(draft.changes);
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
	return byGravity(draft.changes).map((change) => ({
		change,
		hosts: [...certain(hostsWith.get(changeKey(change)))].sort()
	}));
}
function baselineTable({ files }, most) {
	const rows = [...files].map(([host, { config, facts }]) => [
		code(host),
		String(config),
		String(facts)
	]);
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
	return listed(hosts.map((host) => code(host)), most);
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
	if (rejected.length === 0 || isOpen(draft, open)) return null;
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
	const changes = draft.drifts.flatMap(({ host, live, differences }) => draft.kind === "baseline" ? [{
		host,
		mirror: live
	}] : differences.map(({ path, to }) => ({
		host,
		path,
		blob: to
	})));
	return {
		id,
		replaces,
		message: messageOf(id, draft, wording),
		changes
	};
}
function ended({ found: { id, message }, known, foreign, page }) {
	const title = textBefore(message, "\n");
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
function pageOf({ id, title, draft, page }, shown, about) {
	return {
		id,
		title,
		body: bodyOf({
			draft,
			mark: markOf(draft, id, page?.mark?.since ?? about.now.toISOString()),
			shown,
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
		...settled.length === 0 ? [] : [`The drift is gone: ${listed(settled, 20)} as accepted again.`],
		...elsewhere.map(({ id, hosts: others, action }) => {
			const names = listed(others.filter((host) => hosts.includes(host)).map((host) => code(host)), 20);
			return `${action === "rejected" ? "Refused already" : "Now"} in \`drift/${id}\`: ${names}.`;
		})
	].join(" ")} This is closed, and its branch is deleted.`;
}
/** The list of what the cap holds back; null for none. */
function heldBackList({ proposals }, mostOpen) {
	const held = proposals.filter(({ action }) => action === "held-back");
	if (held.length === 0) return null;
	const titles = held.map(({ title }) => code(title));
	return cut([
		`At most ${mostOpen} proposals are open at a time. ${held.length} more wait until one of those is merged or closed:`,
		"",
		...firstLines(titles, maxListed, "- ")
	].join("\n"), 6e4);
}
/** Drafts in the order in which room is given to them: the gravest first. */
function byRisk(drafts) {
	const rank = (draft) => Math.min(...draft.changes.map(({ risk }) => riskRank(risk)), Number.MAX_SAFE_INTEGER);
	return drafts.toSorted((a, b) => rank(a) - rank(b));
}
// src/flows/former-refusals.ts
/**
* Digests of a baseline were once taken of its files one by one, and are of whole mirrors now. What people refused then
* stays refused: these are those pages with the digest that the same content has today.
*/
async function formerRefusals(drafts, rejected, vault, signal) {
	const pages = [];
	for (const draft of drafts) {
		const likely = draft.kind === "baseline" ? rejected.flatMap((page) => marked(page, hostsOf(draft))) : [];
		if (likely.length === 0) continue;
		const former = await byFiles(draft, vault, signal);
		const [content, subject] = [contentDigest(former), subjectDigest(former)];
		for (const { page, mark } of likely) if (mark.content === content || mark.subject === subject && mark.hosts.length > 0) pages.push({
			...page,
			mark: {
				...mark,
				content: contentDigest(draft)
			}
		});
	}
	return pages;
}
/** The page with its mark where it may be of all these hosts; none are named where they are too many for a mark. */
function marked(page, hosts) {
	const { mark } = page;
	if (mark?.kind !== "baseline") return [];
	return mark.hosts.length === 0 || hosts.every((host) => mark.hosts.includes(host)) ? [{
		page,
		mark
	}] : [];
}
async function byFiles(draft, vault, signal) {
	const drifts = [];
	for (const drift of draft.drifts) drifts.push({
		...drift,
		differences: await vault.differences(null, drift.live, signal)
	});
	return {
		...draft,
		drifts
	};
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
	} catch (error) {
		const problem = caughtProblem(error, signal);
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
	const pages = [];
	for (const proposal of proposals) {
		const { id, draft } = proposal;
		const shown = draft.kind === "baseline" ? {
			text: "",
			files: await fileCounts(draft, tools.vault, signal)
		} : {
			text: draftText(draft, texts),
			files: /* @__PURE__ */ new Map()
		};
		pages.push({
			page: id,
			write: pageOf(proposal, shown, about)
		});
	}
	return pages;
}
async function fileCounts({ drifts }, vault, signal) {
	const counts = /* @__PURE__ */ new Map();
	for (const { host, live } of drifts) {
		const paths = (await vault.differences(null, live, signal)).map(({ path }) => path);
		const config = paths.filter((path) => path.startsWith("files/")).length;
		counts.set(host, {
			config,
			facts: paths.length - config
		});
	}
	return counts;
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
// src/flows/published.ts
/** In few words where they say enough; else with what was found. */
const words = {
	good: "DNS publishes this key already",
	"wrong-key": "DNS publishes another key: mail signed with this one fails DKIM until the record is changed",
	"missing-record": "DNS has no record of it yet: mail signed with it fails DKIM until there is one"
};
/** The changes, with a note at each new DKIM key. DNS is asked for these alone. */
async function withPublished(changes, profile, lookup) {
	if (lookup === null) return changes;
	return await Promise.all(changes.map(async (change) => {
		const key = profile.publishedKey(change);
		if (key === null) return change;
		const { verdict, detail } = judgeRecord(await lookup(key.name), key);
		return {
			...change,
			notes: [...change.notes, words[verdict] ?? `DNS: ${detail}`]
		};
	}));
}
// src/flows/review.ts
/**
* Compares what was seen last with what is accepted, for every host of the fleet, and proposes the drift. The
* copies are safe in the vault by now: trouble with proposals is told, and undoes nothing. When a branch moved
* meanwhile, by another run or a person, all is looked at again.
*/
async function review(tools, signal) {
	for (let tries = 1;; tries++) {
		const reviewed = await reviewOnce(tools, signal);
		if (reviewed.problem?.code !== "vault/moved" || tries === maxTries) return reviewed;
	}
}
/** Of several runs that write at once one wins each time, and the others look again. */
const maxTries = 12;
async function reviewOnce(tools, signal) {
	let drafts = [];
	try {
		const names = backedUpHosts(tools.fleet).map(({ name }) => name);
		drafts = byRisk(groupDrifts(await hostDrifts(tools, await tools.vault.mirrors(names, signal), signal), tools.fleet.review.group));
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
	} catch (error) {
		const problem = caughtProblem(error, signal);
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
	const rejected = drafts.some((draft) => !isOpen(draft, open)) ? await forge?.rejected(signal) ?? [] : [];
	return {
		branches,
		open,
		rejected: [...rejected, ...await formerRefusals(drafts, rejected, vault, signal)]
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
	const tags = new Map(backedUpHosts(fleet).map((host) => [host.name, host.tags]));
	const found = [];
	for (const [host, { accepted, live }] of records) {
		if (!tags.has(host) || live === null || live === accepted) continue;
		const differences = accepted === null ? [] : await vault.differences(accepted, live, signal);
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
async function judged(found, { fleet, profile, vault, lookup }, signal) {
	const drifts = [];
	const files = /* @__PURE__ */ new Map();
	for (const { accepted, live } of found) for (const tree of accepted === null ? [] : [accepted, live]) {
		const all = await vault.differences(null, tree, signal);
		files.set(tree, all.map(({ path, to }) => [path, to ?? ""]));
	}
	const texts = await vault.texts([...files.values()].flatMap((all) => all.map(([, blob]) => blob)), signal);
	const mirror = (tree) => new Map((files.get(tree) ?? []).map(([path, blob]) => [path, texts.get(blob) ?? ""]));
	for (const drift of found) {
		const changes = drift.accepted === null ? [] : await withPublished(mirrorChanges(mirror(drift.accepted), mirror(drift.live), profile), profile, lookup);
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
	return compareOutlines(mirrorOutline(accepted, profile), mirrorOutline(live, profile), profile);
}
/** The settings of a mirror, then its facts. */
function mirrorOutline(mirror, profile) {
	return profile.outline(configsOf(mirror), factsOf(mirror));
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
		const facts = name === void 0 ? null : readFacts(text);
		return name === void 0 || facts === null ? [] : [[name, facts]];
	}));
}
function isIgnored({ scope, name }, ignore) {
	const path = [...scope, name].join(" › ");
	return ignore.some((entry) => entry === name || path === entry || path.startsWith(`${entry} › `));
}
export { standingOf as a, readTrailers as c, summarise as d, factsYaml as f, mirrorPath as h, review as i, groupDrifts as l, hostPath as m, mirrorChanges as n, withPublished as o, readFacts as p, mirrorOutline as r, planProposals as s, hostDrifts as t, describe as u };
