import { r as parseDuration } from "./duration.js";
import { t as Problem } from "./problem.js";
import { a as standardRto, c as pinPattern, d as isMap$1, f as privateKeyPattern, i as ruleFindings, l as safeParse, m as pinOf, o as warningsOf, p as showFinding, r as jumpsOf, s as fleetSchema, t as chainOf, u as reservedNames } from "./rules.js";
import { t as didYouMean } from "./nearest.js";
import { t as require_dist } from "./dist.js";
// src/fleet/shape.ts
/** What a fleet file says, field by field, against `schema.ts`. */
/** All that is wrong with single fields; places are compared in `rules.ts`. */
function shapeFindings(data) {
	const own = [...ownFindings(fleetSchema, data, [])];
	const isNoMap = new Set(own.filter(({ value }) => value !== void 0).map(({ path }) => JSON.stringify(path)));
	const others = (safeParse(fleetSchema, data, { abortPipeEarly: true }).issues ?? []).map(findingOf).filter(({ path, at, message }) => {
		const inside = path.some((_, index) => isNoMap.has(JSON.stringify(path.slice(0, index))));
		return message !== "" && !inside && (at === "key" || !isNoMap.has(JSON.stringify(path)));
	});
	return [...own, ...others];
}
/**
* What valibot does not say: each unknown key (it stops at the first), lists in the place of maps (it takes
* them for maps), and names that it skips silently.
*/
function* ownFindings(shape, value, path) {
	if (shape.type === "exact_optional" && shape.wrapped !== void 0) yield* ownFindings(shape.wrapped, value, path);
	else if (shape.type === "array" && shape.item !== void 0 && Array.isArray(value)) for (const [index, item] of value.entries()) yield* ownFindings(shape.item, item, [...path, index]);
	else if (shape.entries === void 0 && shape.type !== "record") return;
	else if (!isMap$1(value)) yield {
		path,
		at: "value",
		value,
		message: "stands where a map (`key: value` lines) is expected"
	};
	else for (const [key, inner] of Object.entries(value)) {
		const known = shape.entries === void 0 ? shape.value : own(shape.entries, key);
		const here = [...path, key];
		if (shape.entries === void 0 && reservedNames.includes(key)) yield {
			path: here,
			at: "key",
			message: "is a reserved word and cannot be a name; choose another"
		};
		else if (known !== void 0) yield* ownFindings(known, inner, here);
		else {
			const keys = Object.keys(shape.entries ?? {});
			yield {
				path: here,
				at: "key",
				message: `is not a known key${didYouMean(key, keys) || `; known here are ${keys.join(", ")}`}`
			};
		}
	}
}
const own = (entries, key) => Object.hasOwn(entries, key) ? entries[key] : void 0;
/** A valibot issue in our words; an empty message for what `ownFindings` says better. */
function findingOf(issue) {
	const steps = issue.path ?? [];
	const path = steps.map(({ key }) => key);
	const last = steps.at(-1);
	if (issue.expected === "never") return {
		path,
		at: "key",
		message: ""
	};
	if (last?.type === "object" && last.origin === "key") {
		if (issue.input !== void 0) return {
			path,
			at: "key",
			message: issue.message
		};
		return {
			path: path.slice(0, -1),
			at: "key",
			message: `has no ${String(last.key)}; add it`
		};
	}
	if (issue.kind === "schema" && issue.message.startsWith("Invalid type")) return {
		path,
		at: "value",
		value: issue.input,
		message: wrongType(issue.expected ?? "", issue.input)
	};
	const value = typeof issue.input === "object" && issue.input !== null ? void 0 : issue.input;
	return {
		path,
		at: "value",
		...value === void 0 ? {} : { value },
		message: issue.message
	};
}
function wrongType(expected, value) {
	if (value === null) return "is given; fill it in, or remove the key";
	switch (expected) {
		case "string": return `stands where text is expected${typeof value === "object" ? "" : "; put it in quotes"}`;
		case "number": return `stands where a number is expected${/^[0-9]+$/.test(String(value)) ? "; leave out the quotes" : ""}`;
		case "boolean": return "stands where true or false is expected, without quotes";
		case "Array": return `stands where a list is expected${typeof value === "object" ? "" : "; put it in [brackets]"}`;
		default: return "stands where something else is expected";
	}
}
// src/fleet/source.ts
var import_dist = require_dist();
/** A fleet has a few hundred hosts, and a merge of one block into each of them is still few. */
const maxAliasCount = 1e3;
function readSource(text, file) {
	const lines = new import_dist.LineCounter();
	const document = (0, import_dist.parseDocument)(text, {
		version: "1.2",
		lineCounter: lines,
		prettyErrors: false,
		logLevel: "error",
		uniqueKeys: (a, b) => a === b || (0, import_dist.isScalar)(a) && (0, import_dist.isScalar)(b) && String(a.value) === String(b.value)
	});
	const at = (offset, message) => {
		const { line, col } = lines.linePos(offset);
		return `${file}:${Math.max(line, 1)}:${Math.max(col, 1)} ${message.replaceAll(privateKeyPattern, "(a private key)")}`;
	};
	const faults = [
		...[...text.matchAll(privateKeyPattern)].map(({ index }) => at(index, "a private key does not belong here; remove it and make a new pair, as git remembers this one")),
		...[...text.matchAll(/\uFFFD|\0/g)].slice(0, 3).map(({ index }) => at(index, "is not UTF-8 text; save the file as UTF-8")),
		...[...document.errors, ...document.warnings].map(({ pos, message }) => at(pos[0], oneLine(message)))
	];
	let data = null;
	if (faults.length === 0) try {
		data = document.toJS({ maxAliasCount });
	} catch {
		faults.push(at(0, "its aliases (*name) grow beyond all measure; write the values out"));
	}
	const place = (finding) => at(offsetOf(document, finding.path, finding.at), showFinding(finding));
	return {
		data,
		faults,
		place
	};
}
/** Where a key or value begins; where its nearest enclosing one does when it is not in the file. */
function offsetOf(document, path, at) {
	let node = document.contents;
	let offset = startOf(node) ?? 0;
	for (const [depth, step] of path.entries()) {
		const container = (0, import_dist.isAlias)(node) ? node.resolve(document) : node;
		if ((0, import_dist.isSeq)(container) && typeof step === "number") node = container.items[step];
		else if ((0, import_dist.isMap)(container)) {
			const pair = container.items.find(({ key }) => (0, import_dist.isScalar)(key) && String(key.value) === String(step));
			offset = startOf(pair?.key) ?? offset;
			node = pair?.value;
			if (depth === path.length - 1 && (at === "key" || (0, import_dist.isScalar)(node) && node.value === null)) return offset;
		} else return offset;
		offset = startOf(node) ?? offset;
	}
	return offset;
}
const startOf = (node) => (0, import_dist.isNode)(node) ? node.range?.[0] : void 0;
const oneLine = (message) => message.replaceAll(/\s+/g, " ").slice(0, 200);
// src/fleet/parse.ts
/**
* Text of `fleet.yml` → Fleet. Tells everything that is wrong at once, each with its place and remedy.
* Must never show what looks like a private key, nor let a host disappear silently.
*/
/**
* @param text  YAML 1.2, decoded as UTF-8
* @param file  its name, for messages
* @throws      Problem "fleet/invalid", whose `data` has one line for each thing that is wrong
*/
function parseFleet(text, file, { allowUnpinned = false } = {}) {
	const source = readSource(text, file);
	if (source.faults.length > 0) throw invalid(file, source.faults);
	if (source.data === null) throw invalid(file, [`${file}:1:1 is empty; \`pmta-vault init\` writes one with comments`]);
	const faults = [...shapeFindings(source.data), ...ruleFindings(source.data)].filter((finding) => !(allowUnpinned && isUnpinned(finding))).map(withCommand);
	if (faults.length > 0) throw invalid(file, sorted(faults.map(source.place)));
	return fleetOf(source.data);
}
function invalid(file, lines) {
	const count = lines.length === 1 ? "one thing" : `${lines.length} things`;
	return new Problem("fleet/invalid", `${file} has ${count} to put right`, {
		data: lines,
		hint: `edit ${file}; the form is described in fleet.schema.json, which editors can use`
	});
}
const isUnpinned = ({ path, message }) => path[0] === "hosts" && (path.length === 2 && message.startsWith("has no hostKeys") || path.length === 3 && path[2] === "hostKeys" && /^is (an empty list|given)/.test(message));
/** A host without keys is told how to get them. */
const withCommand = (finding) => isUnpinned(finding) ? {
	path: finding.path.slice(0, 2),
	at: "key",
	message: `has no hostKeys; write them with \`pmta-vault pin ${String(finding.path[1])}\``
} : finding;
/** In the order of the file. */
function sorted(lines) {
	return lines.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
}
const standardRetention = {
	last: 7,
	daily: 30,
	weekly: 8,
	monthly: 12,
	yearly: 2
};
function fleetOf(data) {
	const { pinned = [], ...rules } = data.retention ?? {};
	const retention = {
		...standardRetention,
		...rules
	};
	const categories = Object.entries(data.categories ?? {}).map(([name, { every, rpo, paths = [], recipients = [], retention: own }]) => [name, {
		everyMs: msOrNull(every),
		rpoMs: msOrNull(rpo),
		paths,
		recipients,
		retention: own === void 0 ? null : {
			...retention,
			...own
		}
	}]);
	const objectives = Object.entries(data.policy?.rto ?? {}).map(([name, time]) => [name, parseDuration(time) ?? 0]);
	const fleet = {
		recipients: data.recipients,
		signers: data.signers,
		hosts: hostsOf(data),
		categories: new Map(categories),
		rto: new Map([...standardRto, ...objectives]),
		retention,
		pinned: pinsOf(pinned),
		review: {
			group: "change",
			labels: [],
			reviewers: [],
			ignore: [],
			...data.review
		}
	};
	return {
		...fleet,
		warnings: warningsOf(fleet)
	};
}
function hostsOf(data) {
	const defaults = data.defaults ?? {};
	const jumps = jumpsOf(data.hosts, defaults);
	const made = /* @__PURE__ */ new Map();
	const hostAt = (name) => {
		const known = made.get(name);
		const entry = data.hosts[name];
		if (known !== void 0) return known;
		if (entry === void 0) throw new Error(`host ${name} vanished`);
		const host = {
			name,
			address: entry.address,
			port: entry.port ?? defaults.port ?? 22,
			user: entry.user ?? defaults.user ?? "pmta-backup",
			profile: entry.profile ?? defaults.profile ?? "powermta",
			hostKeys: (entry.hostKeys ?? []).map(pinOf),
			jumps: chainOf(name, jumps).slice(1).toReversed().map(hostAt),
			tags: entry.tags ?? defaults.tags ?? [],
			sudo: entry.sudo ?? defaults.sudo ?? false,
			backup: entry.backup ?? entry.spare !== true,
			spare: entry.spare ?? false
		};
		made.set(name, host);
		return host;
	};
	return Object.keys(data.hosts).map(hostAt);
}
function pinsOf(pinned) {
	const pins = /* @__PURE__ */ new Map();
	for (const pin of pinned) {
		const [, host = "", sequence = ""] = pinPattern.exec(pin) ?? [];
		pins.set(host, (pins.get(host) ?? /* @__PURE__ */ new Set()).add(Number(sequence)));
	}
	return pins;
}
const msOrNull = (text) => text === void 0 ? null : parseDuration(text);
export { parseFleet as t };
