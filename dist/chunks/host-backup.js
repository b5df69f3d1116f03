import { t as Problem } from "./problem.js";
import { i as throughLinks, n as pathPattern } from "./path-pattern.js";
import { a as planCategories, r as isBelow } from "./roots.js";
import { n as isAsLastSeen, r as lastSeen } from "./last-seen.js";
import { t as survey } from "./survey.js";
import { r as sealBundle, t as bundleEnding } from "./bundle.js";
import { a as hintOf } from "./trust.js";
import { s as mirrorPath } from "./review.js";
import { t as factsYaml } from "./facts-yaml.js";
import { t as _usingCtx } from "./usingCtx.js";
import { createHash, randomInt } from "node:crypto";
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
/**
* Named files that were not found: PowerMTA misses them too, unless they lie where the account may not look, which a
* host does not tell from absence. What matches a wildcard may be nothing.
*/
function missingFiles(host, tools, { references, entries }) {
	const paths = [...entries.keys()];
	const isThere = (named) => {
		const { path } = throughLinks(named, (above) => entries.get(above)?.target ?? null);
		return entries.has(path) || paths.some((listed) => isBelow(listed, path));
	};
	const missing = references.filter(({ path, category }) => tools.taken.has(category) && !isThere(path) && pathPattern(path).literal);
	if (missing.length === 0) return null;
	return new Problem("pull/missing-reference", `${host.name}: its configs name files that are not there or that ${host.user} may not see`, {
		data: shorten(missing.map(({ path, directive, file, line }) => `${path}, named by ${directive} in ${file}:${line}`)),
		hint: `all else was kept; put them in place, let ${host.user} enter their directories, or take the directives out`
	});
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
		problem: null,
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
	const problem = missingFiles(host, tools, found);
	const findings = [...found.members.values()].flat().flatMap(specialFile);
	const problems = [problem, ...categories.map((category) => category.problem)];
	const clean = findings.length === 0 && problems.every((found) => found === null);
	const fingerprints = new Map(categories.flatMap(({ name, fingerprint }) => fingerprint === null ? [] : [[name, fingerprint]]));
	return {
		way: tools.session.way,
		read: reading !== found,
		categories,
		references: found.references,
		listing: clean && found.only ? lastSeen(tools, found.only, found.references, fingerprints) : null,
		problem,
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
// src/flows/live-mirror.ts
/**
* What of the mirror has to be written again after a capture; nothing when all is unchanged. A category that
* failed, or was not taken, keeps the mirror that it had; so does a fact that spans categories.
* @param planned  all categories of the host, taken or not
*/
function liveMirror(capture, profile, planned, fingerprint, now) {
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
			const facts = profile.facts(name, files, configs, fingerprint, now);
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
		const live = liveMirror(capture, tools.profile, categories, tools.fingerprints.ofValue, tools.now());
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
			traffic: [],
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
	const chance = String(randomInt(1e6)).padStart(6, "0");
	const time = takenAt.replace(/[-:.]/g, "").replace("Z", `${chance}Z`);
	const key = `bundles/${host.name}/${category.name}/${time}.${bundleEnding(tools.compression)}`;
	const stored = await putProven(tools.store, key, bytes, signal);
	times.store += performance.now() - storing;
	return stored;
}
/** Nothing counts as a backup before it was read back. */
async function putProven(store, key, bytes, signal) {
	const stored = await store.put(key, bytes, signal);
	const back = await store.get(key, signal, stored.sha256);
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
export { pull as a, liveMirror as i, nextSnapshot as n, takenNames as r, backUpHost as t };
