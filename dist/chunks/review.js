import { t as Problem } from "./problem.js";
import { t as compareRisks } from "./change.js";
import { t as require_dist } from "./dist.js";
import { t as _usingCtx } from "./usingCtx.js";
import { n as survey, t as missingReferences } from "./survey.js";
import { a as planCategories } from "./roots.js";
import { n as isAsLastSeen, r as lastSeen } from "./last-seen.js";
import { r as sealBundle, t as bundleEnding } from "./bundle.js";
import { a as hintOf } from "./trust.js";
import { createHash } from "node:crypto";
// src/pull/check.ts
/** Why a category cannot be taken for whole; null when it can. */
function checkCategory(host, tools, name, members, unread) {
	const inCategory = (paths) => {
		const own = new Set(members.map((entry) => entry.path));
		return [...paths].filter((path) => own.has(path));
	};
	const denied = [...members.filter((entry) => !entry.readable).map((entry) => entry.path), ...inCategory([...unread].filter(([, reason]) => reason === "denied").map(([path]) => path))];
	if (denied.length > 0) return new Problem("pull/unreadable", `${host.name}: ${host.user} may not read ${name} files`, {
		data: shorten(denied),
		hint: `\`pmta-vault doctor ${host.name}\` shows the rights that are missing`
	});
	const large = members.filter((entry) => entry.size > tools.limits.maxFileBytes);
	if (large.length > 0) return new Problem("pull/too-large", `${host.name}: ${name} has files above ${tools.limits.maxFileBytes} bytes`, {
		data: shorten(large.map((entry) => `${entry.path} (${entry.size} bytes)`)),
		hint: "raise max-file-size, or narrow the paths in fleet.yml"
	});
	const changing = inCategory([...unread].filter(([, reason]) => reason === "changed").map(([path]) => path));
	if (changing.length > 0) return new Problem("pull/changing", `${host.name}: ${name} files changed during each of several readings`, {
		data: shorten(changing),
		hint: "nothing torn was kept; is something rewriting them all the time?"
	});
	return checkMainConfig(host, tools, name, members);
}
/** A server without its main config is not backed up, whatever else was found. */
function checkMainConfig(host, tools, name, members) {
	const { mainConfig } = tools.profile;
	if (!tools.categories.some((category) => category.name === name && category.shownMasked)) return null;
	if (tools.profile.categories.find((category) => category.name === name)?.shownMasked !== true) return null;
	const main = members.find((entry) => entry.path === mainConfig);
	if (main === void 0) return new Problem("pull/no-config", `${host.name} has no ${mainConfig}`, { hint: `is PowerMTA installed on ${host.name}, and may ${host.user} look into its directory?` });
	if (main.kind === "file" && main.size === 0) return new Problem("pull/no-config", `${host.name}: ${mainConfig} is empty`, { hint: "the last good copy is kept; look at the host before anything reloads this config" });
	return null;
}
/** Below this share of the last capture, something was lost rather than edited. */
const suspiciousShare = .25;
/** Too small to say anything by its size. */
const minBytes = 1024;
function shrunk(host, name, before, files, bytes) {
	const emptied = before.files > 0 && files === 0;
	const lost = before.bytes >= minBytes && bytes < before.bytes * suspiciousShare;
	if (!emptied && !lost) return null;
	return new Problem("pull/shrunk", `${host.name}: ${name} shrank from ${before.files} files, ${before.bytes} bytes to ${files} files, ${bytes} bytes`, { hint: "this state is recorded and the former one stays in the vault; was it meant?" });
}
const maxShown = 5;
function shorten(lines) {
	const shown = lines.slice(0, maxShown).map((line) => JSON.stringify(line).slice(1, -1).slice(0, 200));
	return lines.length > maxShown ? [...shown, `and ${lines.length - maxShown} more`] : shown;
}
// src/pull/pull.ts
const maxTries = 3;
async function pull(host, tools, known, signal) {
	const started = performance.now();
	if (await isAsLastSeen(tools, known, signal)) return unchanged(tools, known, performance.now() - started);
	for (let attempt = 1;; attempt++) {
		const capture = await pullOnce(host, tools, known, signal);
		if (capture !== "changing") return capture;
		if (attempt === maxTries) return await pullOnce(host, tools, known, signal, true);
	}
}
function unchanged({ session, taken }, known, surveyMs) {
	return {
		way: session.way,
		read: false,
		categories: [...taken].map((name) => {
			const fingerprint = known.categories.get(name)?.fingerprint ?? null;
			return {
				name,
				status: fingerprint === null ? "missing" : "unchanged",
				entries: [],
				files: [],
				fingerprint,
				problem: null
			};
		}),
		references: known.references,
		listing: known.listing,
		findings: [],
		bytes: session.received(),
		surveyMs,
		transferMs: 0
	};
}
async function pullOnce(host, tools, known, signal, last = false) {
	const started = performance.now();
	const texts = tools.categories.filter((category) => category.shownMasked).map(({ name }) => name);
	const settled = (configs) => texts.length === 1 && known.categories.get(texts[0] ?? "")?.fingerprint === digest(tools, configs);
	const all = await survey(tools, known.references, settled, signal);
	const found = {
		...all,
		members: new Map([...all.members].filter(([name]) => tools.taken.has(name)))
	};
	const surveyed = performance.now();
	const reading = await readChanged(host, tools, known, found, signal);
	if (new Set([...reading.unread].filter(([, reason]) => reason === "changed").map(([path]) => path)).size > 0 && !last) return "changing";
	const categories = [...tools.taken].map((name) => captureCategory(host, tools, name, found.members.get(name) ?? [], reading, known.categories.get(name)));
	const findings = [...missingReferences(found), ...[...found.members.values()].flat().flatMap(specialFile)];
	const clean = findings.length === 0 && categories.every(({ problem }) => problem === null);
	const fingerprints = new Map(categories.flatMap(({ name, fingerprint }) => fingerprint === null ? [] : [[name, fingerprint]]));
	return {
		way: tools.session.way,
		read: reading !== found,
		categories,
		references: found.references,
		listing: clean && found.only ? lastSeen(tools, found.only, found.references, fingerprints) : null,
		findings,
		bytes: tools.session.received(),
		surveyMs: surveyed - started,
		transferMs: performance.now() - surveyed
	};
}
/**
* Reads everything, unless the listing alone shows that all is as it was: what one category says is shown with
* the help of the others, such as the domains that a config gives to a key.
*/
async function readChanged(host, tools, known, found, signal) {
	const { limits } = tools;
	if ([...tools.taken].every((name) => {
		const members = found.members.get(name) ?? [];
		const before = known.categories.get(name);
		return members.length === 0 ? before === void 0 : before !== void 0 && digest(tools, members) === before.fingerprint;
	})) return found;
	const wanted = [...found.members.values()].flat().filter((entry) => entry.kind === "file" && entry.readable && entry.size <= limits.maxFileBytes && !found.contents.has(entry.path) && !found.unread.has(entry.path));
	const bytes = wanted.reduce((sum, entry) => sum + entry.size, 0);
	const before = [...found.contents.values()].reduce((sum, file) => sum + file.content.size, 0);
	if (bytes + before > limits.maxHostBytes) throw hostTooLarge(host, bytes + before, limits);
	if (wanted.length === 0) return {
		contents: found.contents,
		unread: found.unread
	};
	await tools.admit(bytes);
	const reading = await tools.session.read(wanted, signal);
	return {
		contents: new Map([...found.contents, ...reading.files.map((file) => [file.entry.path, file])]),
		unread: new Map([...found.unread, ...reading.unread])
	};
}
/** The digest of a category from its listing alone; null where the host gave no digest of a file. */
function digest(tools, entries) {
	const complete = entries.every((entry) => entry.kind !== "file" || entry.sha256 !== null);
	return entries.length > 0 && complete ? tools.fingerprint(entries) : null;
}
function captureCategory(host, tools, name, members, { contents, unread }, before) {
	const nothing = {
		name,
		entries: [],
		files: [],
		fingerprint: null
	};
	const problem = checkCategory(host, tools, name, members, unread);
	if (problem !== null) return {
		...nothing,
		status: "failed",
		problem
	};
	if (members.length === 0) return {
		...nothing,
		status: "missing",
		problem: before === void 0 ? null : shrunk(host, name, before, 0, 0)
	};
	const known = digest(tools, members);
	if (known !== null && known === before?.fingerprint) {
		const files = members.flatMap((entry) => contents.get(entry.path) ?? []);
		return {
			...nothing,
			status: "unchanged",
			entries: members,
			files,
			fingerprint: known,
			problem: null
		};
	}
	const files = members.flatMap((entry) => contents.get(entry.path) ?? []);
	const digested = members.map((entry) => contents.get(entry.path)?.entry ?? entry);
	const fingerprint = tools.fingerprint(digested);
	if (fingerprint === before?.fingerprint) return {
		...nothing,
		status: "unchanged",
		entries: digested,
		files,
		fingerprint,
		problem: null
	};
	if (files.length !== members.filter(({ kind }) => kind === "file").length) throw new Error(`${name}: a file would be missing from its bundle`);
	const bytes = files.reduce((sum, file) => sum + file.content.size, 0);
	return {
		name,
		status: "changed",
		entries: digested,
		files,
		fingerprint,
		problem: before === void 0 ? null : shrunk(host, name, before, files.length, bytes)
	};
}
function specialFile(entry) {
	return entry.kind === "other" && entry.readable ? [`${entry.path} is no file, directory or link; it is left out`] : [];
}
function hostTooLarge(host, bytes, limits) {
	return new Problem("pull/too-large", `${host.name} has ${bytes} bytes to read; the limit is ${limits.maxHostBytes}`, { hint: "raise max-host-size, or narrow the paths in fleet.yml" });
}
// src/core/mirror-path.ts
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
// src/flows/live-mirror.ts
/**
* What of the mirror has to be written again after a capture; nothing when all is unchanged. A category that
* failed, or was not taken, keeps the mirror that it had; so does a fact that spans categories.
* @param planned  all categories of the host, taken or not
*/
function liveMirror(capture, profile, planned, fingerprint) {
	const good = capture.categories.filter(({ status }) => status !== "failed");
	if (!capture.read) return {
		replaced: [],
		texts: /* @__PURE__ */ new Map()
	};
	const shown = new Set(planned.filter(({ shownMasked }) => shownMasked).map(({ name }) => name));
	const texts = /* @__PURE__ */ new Map();
	const replaced = [];
	const configs = new Map(good.filter(({ name }) => shown.has(name)).flatMap((category) => maskedTexts(category, profile, fingerprint)));
	if (good.some(({ name }) => shown.has(name))) {
		replaced.push("files");
		for (const [path, text] of configs) texts.set(mirrorPath(path), text);
		for (const { name, files } of good.filter((category) => !shown.has(category.name))) {
			const facts = profile.facts(name, files, configs, fingerprint);
			replaced.push(`facts/${name}.yml`);
			if (facts !== null) texts.set(`facts/${name}.yml`, factsYaml(facts));
		}
	}
	if (good.length === planned.length) {
		const entries = good.flatMap((category) => category.entries);
		replaced.push("facts/permissions.yml");
		texts.set("facts/permissions.yml", factsYaml(profile.permissions(entries)));
	}
	return {
		replaced,
		texts
	};
}
function maskedTexts(category, profile, fingerprint) {
	return category.files.map(({ entry, content }) => [entry.path, profile.mask(entry.path, content.revealText("mask it"), fingerprint)]);
}
// src/flows/host-backup.ts
/** The story of one host: connect, read, seal, store, mask. */
async function backUpHost(host, tools, known, share, sequence, signal) {
	try {
		var _usingCtx$1 = _usingCtx();
		const started = performance.now();
		const takenAt = tools.now().toISOString();
		const categories = planCategories(tools.profile, tools.fleet.categories);
		const taken = takenNames(categories, tools.only);
		const session = _usingCtx$1.a(await tools.transport.connect(host, signal));
		const capture = await pull(host, {
			session,
			categories,
			taken,
			profile: tools.profile,
			limits: tools.limits,
			maxFileBytes: tools.limits.maxFileBytes,
			fingerprint: tools.fingerprints.ofEntries,
			listingSalt: (state) => tools.fingerprints.salt([host.name, state]),
			admit: (bytes) => share.admit(bytes)
		}, known, signal);
		const times = {
			seal: 0,
			store: 0
		};
		const sealed = [];
		for (const category of capture.categories) {
			const bundle = category.status === "changed" ? await sealAndStore(host, tools, category, takenAt, sequence, times, signal) : null;
			sealed.push(describeCategory(category, bundle, known));
		}
		const live = liveMirror(capture, tools.profile, categories, tools.fingerprints.ofValue);
		const { categories: _, ...rest } = capture;
		return {
			takenAt,
			capture: rest,
			categories: sealed,
			live: {
				removed: live.replaced,
				written: await stageAll(tools.vault, live.texts, signal)
			},
			hint: hintOf(capture) === hintOf(known) ? null : hintOf(capture),
			ms: {
				connect: session.times.connectMs,
				auth: session.times.authMs,
				...times,
				total: performance.now() - started
			}
		};
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
/** The config is always taken, as it says where the rest is. @param only  empty for all */
function takenNames(categories, only) {
	const taken = categories.filter(({ name, shownMasked }) => only.length === 0 || shownMasked || only.includes(name));
	return new Set(taken.map(({ name }) => name));
}
async function sealAndStore(host, tools, category, takenAt, sequence, times, signal) {
	const sealing = performance.now();
	const others = category.entries.filter((entry) => entry.kind === "link" || entry.kind === "directory");
	const content = {
		host: host.name,
		category: category.name,
		sequence,
		files: category.files,
		others
	};
	const bytes = await sealBundle(content, tools.compression, tools.fleet.recipients);
	const storing = performance.now();
	times.seal += storing - sealing;
	const time = takenAt.replace(/[-:]/g, "").replace(".", "");
	const key = `bundles/${host.name}/${category.name}/${time}.${bundleEnding(tools.compression)}`;
	const stored = await putProven(tools.store, key, bytes, signal);
	times.store += performance.now() - storing;
	return stored;
}
/** Nothing counts as a backup before it was read back. */
async function putProven(store, key, bytes, signal) {
	const stored = await store.put(key, bytes, signal);
	const back = await store.get(key, signal);
	const sha256 = createHash("sha256").update(back).digest("hex");
	if (sha256 === stored.sha256 && back.length === stored.size) return stored;
	throw new Problem("store/not-read-back", `${key} reads back otherwise than it was written`, {
		data: [`written  ${stored.sha256}, ${stored.size} bytes`, `read     ${sha256}, ${back.length} bytes`],
		hint: "the medium is not sound: check its disk; no snapshot names this bundle"
	});
}
function describeCategory(category, stored, known) {
	const { name, status, problem, fingerprint } = category;
	const before = known.categories.get(name);
	const read = category.files.length > 0 || status !== "unchanged";
	const files = read ? category.files.length : before?.files ?? 0;
	const bytes = read ? category.files.reduce((sum, file) => sum + file.content.size, 0) : before?.bytes ?? 0;
	return {
		name,
		status,
		problem,
		files,
		bytes,
		fingerprint,
		bundle: stored === null || fingerprint === null ? null : {
			...stored,
			fingerprint,
			files,
			bytes,
			recipients: []
		}
	};
}
async function stageAll(vault, texts, signal) {
	const staged = /* @__PURE__ */ new Map();
	for (const [path, text] of texts) staged.set(path, await vault.stage(Buffer.from(text), signal));
	return staged;
}
/** The next snapshot of a host, on top of what the vault holds at this moment. */
function nextSnapshot(host, backup, before, about) {
	const former = before?.snapshot.categories ?? {};
	const records = new Map(Object.entries(former));
	for (const category of backup.categories) records.set(category.name, categoryRecord(category, former[category.name]?.bundle ?? null, backup.takenAt, about.recipients));
	return {
		format: 1,
		host: host.name,
		sequence: (before?.snapshot.sequence ?? 0) + 1,
		previous: before?.hash ?? null,
		takenAt: backup.takenAt,
		profile: host.profile,
		tool: about.tool,
		run: about.run,
		categories: Object.fromEntries([...records].sort(([a], [b]) => a < b ? -1 : 1))
	};
}
function categoryRecord(category, former, takenAt, recipients) {
	if (category.bundle !== null) return {
		status: "stored",
		bundle: {
			...category.bundle,
			capturedAt: takenAt,
			recipients
		},
		problem: category.problem?.code ?? null
	};
	if (category.status === "unchanged" && former !== null && former.fingerprint === category.fingerprint) return {
		status: "unchanged",
		bundle: {
			...former,
			capturedAt: takenAt
		},
		problem: null
	};
	return {
		status: category.status === "missing" ? "missing" : "failed",
		bundle: former,
		problem: category.problem?.code ?? null
	};
}
// src/diff/describe.ts
/** Changes in words: one line each, and a title for many. The text comes from hosts: it is one line, cut, not escaped. */
var import_dist = require_dist();
const maxValue = 80;
const maxTitle = 72;
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
	return short(`${(placeOf(shown).at(-1) ?? "").replace(/^domain (?=[^*])/, "")} ${what(shown)}`.trim(), maxTitle - more.length) + more + risk;
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
	const pairOf = (statement) => {
		const key = settingKey(statement);
		const pair = pairs.get(key) ?? {
			accepted: [],
			live: []
		};
		pairs.set(key, pair);
		return pair;
	};
	for (const statement of accepted) pairOf(statement).accepted.push(statement);
	for (const statement of live) pairOf(statement).live.push(statement);
	return [...pairs.values()].flatMap(comparePair);
}
/** Equal for statements that are about the same setting. */
function settingKey({ scope, name }) {
	return `${scope.join("")}\u0002${name}`;
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
function settingsOf(statements) {
	const index = lazy(() => Map.groupBy(statements, settingKey));
	const names = lazy(() => Map.groupBy(statements, ({ name }) => name));
	return {
		at: (scope, name) => index().get(settingKey({
			scope,
			name
		})) ?? [],
		named: (name) => names().get(name) ?? []
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
/** Puts drifts together: new hosts share one baseline, the rest is grouped as the fleet file wants. */
function groupDrifts(drifts, by) {
	const fresh = drifts.filter((drift) => drift.accepted === null);
	const moved = drifts.filter((drift) => drift.accepted !== null);
	const baselines = fresh.length === 0 ? [] : [{
		kind: "baseline",
		drifts: fresh,
		changes: []
	}];
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
/** `mta1, mta2: gmail.com max-smtp-out 6 → 8 (sending limit raised: high)`: what a careful operator would have written. */
function titleOf(draft, { summarise }) {
	const names = hostsOf(draft);
	const more = names.length - maxHostsInTitle;
	const hosts = more > 0 ? `${names.slice(0, maxHostsInTitle).join(", ")} and ${more} more` : names.join(", ");
	if (draft.kind === "baseline") return `${hosts}: first mirror (baseline)`;
	return `${hosts}: ${draft.changes.length > 0 ? summarise(draft.changes) : textOnly(draft)}`;
}
function messageOf(draft, wording) {
	const trailers = writeTrailers({
		kind: draft.kind,
		hosts: hostsOf(draft),
		content: contentDigest(draft)
	});
	return `${titleOf(draft, wording)}\n\n${bodyOf(draft, wording)}\n\n${trailers}\n`;
}
function hostsOf(draft) {
	return [...new Set(draft.drifts.map(({ host }) => host))].sort();
}
function bodyOf(draft, { describe }) {
	if (draft.kind === "baseline") return "The config of these hosts as it was first read, secrets masked. Accepting it makes it what later runs\nare compared with.";
	const lines = draft.changes.toSorted((a, b) => compareRisks(a.risk, b.risk)).map((change) => `- ${describe(change)}${riskOf(change)}`);
	if (lines.length === 0) return `- ${textOnly(draft)}`;
	const more = lines.length - maxChangeLines;
	return [...lines.slice(0, maxChangeLines), ...more > 0 ? [`- and ${more} more`] : []].join("\n");
}
function riskOf({ risk: { level, name, reason } }) {
	return name === "" ? "" : ` (${name}, ${level}: ${reason})`;
}
/** Comments, blanks, order of files, text that the grammar does not know. */
function textOnly(draft) {
	const paths = [...new Set(draft.drifts.flatMap(({ differences }) => differences.map(({ path }) => path)))];
	const [first = ""] = paths;
	return `text of ${first.replace(/^files/, "").replace(/[\p{Cc}\p{Cf}]/gu, "")}${paths.length > 1 ? ` and ${paths.length - 1} more` : ""} changed, settings did not`;
}
// src/propose/plan.ts
function planProposals(drafts, found, wording) {
	const own = [];
	const foreign = [];
	for (const proposal of found) {
		const trailers = readTrailers(proposal.message);
		if (trailers === null) foreign.push(proposal);
		else own.push({
			found: proposal,
			trailers
		});
	}
	const continued = continueProposals(drafts, own);
	const taken = new Set(found.map(({ id }) => id));
	const proposals = [];
	const writes = [];
	for (const draft of drafts) {
		const before = continued.get(draft);
		const id = before?.found.id ?? freshId(draft, taken);
		taken.add(id);
		const planned = {
			id,
			title: titleOf(draft, wording),
			hosts: hostsOf(draft),
			draft
		};
		if (before?.trailers.content === contentDigest(draft)) {
			proposals.push({
				...planned,
				action: "kept"
			});
			continue;
		}
		proposals.push({
			...planned,
			action: before === void 0 ? "created" : "updated"
		});
		writes.push({
			id,
			replaces: before?.found.tip ?? null,
			message: messageOf(draft, wording),
			changes: draft.drifts.flatMap(({ host, differences }) => differences.map(({ path, to }) => ({
				host,
				path,
				blob: to
			})))
		});
	}
	const kept = new Set([...continued.values()].map(({ found: { id } }) => id));
	const gone = own.filter(({ found: { id } }) => !kept.has(id));
	return {
		proposals: [
			...proposals,
			...gone.map(({ found: { id, message }, trailers }) => ended(id, message, trailers.hosts, "removed")),
			...foreign.map(({ id, message }) => ended(id, message, [], "left-alone"))
		],
		writes,
		removes: gone.map(({ found: proposal }) => proposal)
	};
}
function ended(id, message, hosts, action) {
	return {
		id,
		action,
		title: message.split("\n")[0] ?? "",
		hosts,
		draft: null
	};
}
/** Pairs drafts with proposals of the same kind: equal content first, then the most hosts in common. */
function continueProposals(drafts, own) {
	const pairs = drafts.flatMap((draft) => own.map((before) => ({
		draft,
		before,
		likeness: likeness(draft, before.trailers)
	})));
	const continued = /* @__PURE__ */ new Map();
	const used = /* @__PURE__ */ new Set();
	for (const { draft, before } of pairs.filter((pair) => pair.likeness > 0).sort((a, b) => b.likeness - a.likeness)) {
		if (continued.has(draft) || used.has(before)) continue;
		continued.set(draft, before);
		used.add(before);
	}
	return continued;
}
function likeness(draft, before) {
	if (draft.kind !== before.kind) return 0;
	if (before.content === contentDigest(draft)) return Number.POSITIVE_INFINITY;
	const hosts = new Set(hostsOf(draft));
	return before.hosts.filter((host) => hosts.has(host)).length;
}
function freshId(draft, taken) {
	for (let salt = 0;; salt++) {
		const id = digestOf([contentDigest(draft), String(salt)]).slice(0, 8);
		if (!taken.has(id)) return id;
	}
}
// src/flows/review.ts
/** Compares what was seen last with what is accepted, for every host of the fleet, and proposes the drift. */
async function review(fleet, profile, vault, signal) {
	const records = await vault.records(fleet.hosts.filter(({ backup }) => backup).map(({ name }) => name), signal);
	const drifts = [];
	for (const [host, record] of records) {
		const drift = await driftOf(host, record, profile, fleet.review.ignore, vault, signal);
		if (drift !== null) drifts.push(drift);
	}
	const plan = planProposals(groupDrifts(drifts, fleet.review.group), await vault.proposals(signal), {
		describe,
		summarise
	});
	if (plan.writes.length + plan.removes.length > 0) await vault.propose(plan.writes, plan.removes, signal);
	return plan.proposals.map(({ id, action, title, hosts, draft }) => ({
		id,
		action,
		title,
		hosts,
		kind: draft?.kind ?? null,
		changes: draft?.changes ?? []
	}));
}
async function driftOf(host, { accepted, live }, profile, ignore, vault, signal) {
	if (live === null || live === accepted) return null;
	const differences = await vault.differences(accepted, live, signal);
	if (accepted === null) return {
		host,
		accepted,
		differences,
		changes: []
	};
	const changes = mirrorChanges(await vault.mirror(accepted, () => true, signal), await vault.mirror(live, () => true, signal), profile);
	const heeded = changes.filter((change) => !isIgnored(change, ignore));
	return changes.length > 0 && heeded.length === 0 ? null : {
		host,
		accepted,
		differences,
		changes: heeded
	};
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
export { takenNames as a, nextSnapshot as i, review as n, liveMirror as o, backUpHost as r, pull as s, mirrorChanges as t };
