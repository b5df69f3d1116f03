import { t as Problem } from "./problem.js";
import { t as certain } from "./certain.js";
import { t as compareTexts } from "./order.js";
import { a as throughLinks, i as resolveLink, r as pathPattern } from "./path-pattern.js";
import { a as namedRoots, c as referencePaths, i as logRoots, r as isBelow, t as claims } from "./roots.js";
import { n as expectedRoots } from "./last-seen.js";
import { cpus } from "node:os";
// src/flows/idle-meter.ts
/**
* How much of this machine has nothing to do.
* @returns  gives at each call the share of all cores' time since the call before, 0 to 1; 1 where the system tells nothing
*/
function idleMeter() {
	let before = coreTimes();
	return () => {
		const now = coreTimes();
		const { all, idle } = {
			all: now.all - before.all,
			idle: now.idle - before.idle
		};
		before = now;
		return all > 0 ? idle / all : 1;
	};
}
function coreTimes() {
	let [all, idle] = [0, 0];
	for (const { times } of cpus()) {
		for (const ms of Object.values(times)) all += ms;
		idle += times.idle;
	}
	return {
		all,
		idle
	};
}
// src/flows/each-host.ts
/** How often is looked whether there is room for more, ms. */
const lookMs = 50;
/** Share of its time that the event loop works; below it, this program waits. */
const busy = .5;
/** Share of all cores' time; above it, what is waited for is not another program on this machine. */
const mostlyIdle = .5;
/**
* Works on many hosts at a time; what happens to one is its own outcome and never stops another.
* @param timeoutMs  longest time for one host
* @param idle       as `idleMeter` gives it
* @returns          outcomes in the order of `hosts`
* @throws           the reason of `signal` when it aborts
*/
async function eachHost(hosts, { least, most }, timeoutMs, work, signal, idle = idleMeter()) {
	const outcomes = [];
	const workers = [];
	let next = 0;
	const worker = async () => {
		for (let index = next++; index < hosts.length; index = next++) {
			const host = hosts[index];
			if (host !== void 0) outcomes[index] = await outcomeOf(host, timeoutMs, work, signal);
		}
	};
	const widen = (to) => {
		while (workers.length < Math.min(to, most) && next < hosts.length) {
			const started = worker();
			started.catch(() => {});
			workers.push(started);
		}
	};
	widen(least);
	let before = performance.eventLoopUtilization();
	const looking = setInterval(() => {
		const now = performance.eventLoopUtilization();
		const { utilization } = performance.eventLoopUtilization(now, before);
		if (idle() > mostlyIdle && utilization < busy) widen(2 * workers.length);
		before = now;
	}, lookMs);
	try {
		for (let awaited = 0; awaited < workers.length; awaited++) await workers[awaited];
	} finally {
		clearInterval(looking);
	}
	return outcomes;
}
async function outcomeOf(host, timeoutMs, work, signal) {
	signal.throwIfAborted();
	const own = new AbortController();
	const timer = setTimeout(() => own.abort(outOfTime(host, timeoutMs)), timeoutMs);
	const stop = () => own.abort(signal.reason);
	signal.addEventListener("abort", stop, { once: true });
	try {
		return {
			kind: "done",
			host,
			value: await work(host, own.signal)
		};
	} catch (error) {
		if (signal.aborted) throw signal.reason;
		return error instanceof Problem ? {
			kind: "failed",
			host,
			problem: error
		} : {
			kind: "bug",
			host,
			error
		};
	} finally {
		clearTimeout(timer);
		signal.removeEventListener("abort", stop);
		own.abort(finished);
	}
}
/** Heard by nobody who would show it; made once, as its stack takes longer than all else here. */
const finished = new Problem("run/interrupted", "the host is finished", { hint: "nothing is left to do" });
function outOfTime(host, timeoutMs) {
	return new Problem("pull/out-of-time", `${host.name} was not done after ${timeoutMs / 1e3} s`, { hint: "raise host-timeout if the host only has much to send" });
}
// src/pull/classify.ts
/**
* Sorts entries into categories. What a config names belongs where the directive says, before any pattern.
* A link brings its target along when a config names the link, or when the target was listed anyway.
*/
function classify(entries, categories, references) {
	const named = namedCategories(entries, categories, references);
	const categoryOf = /* @__PURE__ */ new Map();
	for (const entry of entries.values()) {
		const name = entry.kind === "directory" ? categories.find((category) => keeps(category, entry))?.name : named.get(entry.path) ?? categories.find((category) => claims(category, entry.path))?.name;
		if (name !== void 0) categoryOf.set(entry.path, name);
	}
	const unlisted = followLinks(entries, categoryOf, named);
	const members = /* @__PURE__ */ new Map();
	for (const [path, name] of categoryOf) {
		const entry = entries.get(path);
		if (entry === void 0) continue;
		const own = members.get(name);
		if (own === void 0) members.set(name, [entry]);
		else own.push(entry);
	}
	for (const [name, own] of members) members.set(name, withDirectories(own, entries));
	return {
		members,
		unlisted
	};
}
/**
* A directory counts by itself where a category is all that lies below a path, so that an empty one comes back. One
* that may not be looked into counts wherever it may hide a file of the category, which then is not whole.
*/
function keeps(category, { path, readable }) {
	return category.patterns.some(({ base, literal, deep }) => (literal || deep && !readable) && (path === base || isBelow(path, base)));
}
function namedCategories(entries, categories, references) {
	const rank = new Map(categories.map(({ name }, index) => [name, index]));
	const named = /* @__PURE__ */ new Map();
	for (const { path, category } of references) {
		if (!rank.has(category)) continue;
		const pattern = pathPattern(path);
		const matched = pattern.literal ? [path] : [...entries.keys()].filter((listed) => pattern.matches(listed));
		for (const match of matched) {
			const before = named.get(match);
			if (before === void 0 || certain(rank.get(category)) < certain(rank.get(before))) named.set(match, category);
		}
	}
	return named;
}
function followLinks(entries, categoryOf, named) {
	const unlisted = [];
	const queue = [];
	for (const path of categoryOf.keys()) if (entries.get(path)?.kind === "link") queue.push(path);
	const followed = /* @__PURE__ */ new Set();
	for (let path = queue.pop(); path !== void 0; path = queue.pop()) {
		const entry = entries.get(path);
		const category = categoryOf.get(path);
		if (entry?.kind !== "link" || entry.target === null || category === void 0 || followed.has(path)) continue;
		followed.add(path);
		const target = resolveLink(path, entry.target);
		if (!entries.has(target)) {
			if (named.has(path)) unlisted.push(target);
		} else if (entries.get(target)?.kind !== "directory" && !categoryOf.has(target)) {
			categoryOf.set(target, category);
			queue.push(target);
		}
	}
	return unlisted;
}
/** The directories above, as far as they were listed: their modes and owners are part of a restore. */
function withDirectories(members, entries) {
	const all = new Set(members);
	let directory = "/";
	for (const { path } of members) {
		if (path.startsWith(directory) && path.lastIndexOf("/") === directory.length - 1) continue;
		directory = path.slice(0, path.lastIndexOf("/") + 1);
		for (let end = directory.length - 1; end > 0; end = path.lastIndexOf("/", end - 1)) {
			const above = entries.get(path.slice(0, end));
			if (above === void 0) break;
			if (above.kind === "directory") all.add(above);
		}
	}
	return [...all].sort((a, b) => compareTexts(a.path, b.path));
}
// src/pull/contents.ts
function contentsOf(host, { session, limits, admit }) {
	const files = /* @__PURE__ */ new Map();
	const unread = /* @__PURE__ */ new Map();
	let held = 0;
	return {
		files,
		unread,
		async read(entries, signal) {
			const wanted = [];
			let bytes = 0;
			for (const entry of entries) {
				if (!(entry.kind === "file" && entry.readable && entry.size <= limits.maxFileBytes) || files.has(entry.path) || unread.has(entry.path)) continue;
				wanted.push(entry);
				bytes += entry.size;
			}
			if (wanted.length === 0) return [];
			if (held + bytes > limits.maxHostBytes) throw hostTooLarge(host, held + bytes, limits.maxHostBytes);
			await admit(bytes);
			const reading = await session.read(wanted, signal);
			held += bytes;
			for (const file of reading.files) files.set(file.entry.path, file);
			for (const [path, reason] of reading.unread) unread.set(path, reason);
			return reading.files;
		}
	};
}
function hostTooLarge(host, bytes, most) {
	return new Problem("pull/too-large", `${host.name} has ${bytes} bytes to read; the limit is ${most}`, { hint: "raise max-host-size, or narrow the paths in fleet.yml" });
}
// src/pull/survey.ts
/** How deep configs may include each other; PowerMTA's own limit is not documented. */
const maxRounds = 32;
/** What the configs of one host may name: many times what a large server has. */
const maxNamed = 1e5;
/**
* Finds all files that belong to a host: lists the fixed roots, reads each config, follows what it names, and
* again, until nothing new is named.
* @throws Problem "pull/too-large"
* @param expected  what the last run found to be named: listed at once, which saves a round trip
* @param settled   whether a listing is known to hold the same configs as last time, so that `expected` is
*                  still what they name and none has to be read
* @param whole     categories of which all will be read, whatever a listing says: they are read with the configs, in
*                  one go, and the host need not tell digests, for which it would read them as well; null for none
*/
async function survey(host, tools, expected, settled, whole, signal) {
	const { session, profile, categories } = tools;
	const digests = whole === null;
	const entries = /* @__PURE__ */ new Map();
	const contents = contentsOf(host, tools);
	const texts = new Set(categories.filter((category) => category.shownMasked).map(({ name }) => name));
	const list = async (more) => {
		const listing = await session.list(more, { digests }, signal);
		for (const entry of listing.entries) entries.set(entry.path, entry);
		return listing;
	};
	const roots = [...expectedRoots(categories, expected)];
	let only = {
		roots: [...roots],
		listing: await list(roots)
	};
	let known = classify(entries, categories, expected);
	if (expected.length > 0 && known.unlisted.length === 0 && settled(membersOf(known, texts))) return {
		...known,
		entries,
		references: expected,
		contents,
		only
	};
	const named = [];
	/** configs that were looked through for what they name */
	const seen = /* @__PURE__ */ new Set();
	let references = [];
	/** what `known` was made with */
	let used = expected;
	let isSettled = false;
	for (let round = 1; round <= maxRounds && !isSettled; round++) {
		if (round > 1 || expected.length > 0) known = classify(entries, categories, references);
		used = references;
		const beside = whole?.size === categories.length ? mayBeNamed(entries, known) : [];
		await contents.read([...membersOf(known, texts.union(whole ?? /* @__PURE__ */ new Set())), ...beside], signal);
		const before = seen.size;
		for (const { path } of membersOf(known, texts)) {
			const content = contents.files.get(path)?.content;
			if (content === void 0 || seen.has(path)) continue;
			seen.add(path);
			if (!profile.mayName(content.reveal("look whether it names anything"))) continue;
			const found = profile.references(path, content.revealText("find what the config names"));
			for (const reference of found) named.push(reference);
			if (named.length > maxNamed) throw tooManyNamed(host);
		}
		references = [...named, ...named.flatMap((reference) => behindLinks(reference, entries))];
		const listed = new Set(roots.map((root) => root.kind === "tree" ? root.path : root.pattern));
		const more = namedRoots([...referencePaths(references, categories), ...known.unlisted], roots).filter((root) => root.kind === "glob" && !listed.has(root.pattern));
		if (more.length > 0) {
			await list(more);
			only = null;
			for (const root of more) roots.push(root);
		}
		isSettled = seen.size === before && more.length === 0;
	}
	return {
		...isSettled && isSame(used, references) ? known : classify(entries, categories, references),
		entries,
		references: distinct(references),
		contents,
		only
	};
}
function isSame(some, others) {
	const same = ({ path, category }, other) => path === other?.path && category === other.category;
	return some.length === others.length && some.every((reference, index) => same(reference, others[index]));
}
function tooManyNamed({ name }) {
	return new Problem("pull/too-large", `${name}: its configs name more than ${maxNamed} files`, { hint: "nothing of this host was kept; look at what its configs include" });
}
function membersOf(known, names) {
	return [...names].flatMap((name) => known.members.get(name) ?? []);
}
/** What is small and lies beside the rest is most likely named by a config: to ask for it by itself takes longer. */
const smallBytes = 65536;
const mostBeside = 50;
function mayBeNamed(entries, known) {
	const claimed = new Set([...known.members.values()].flat());
	const beside = [...entries.values()].filter((entry) => entry.kind === "file" && !claimed.has(entry));
	return beside.length > mostBeside ? [] : beside.filter(({ size }) => size <= smallBytes);
}
/** A file that is named through a linked directory lies elsewhere: that place is named too, and the links on the way. */
function behindLinks(reference, entries) {
	const way = throughLinks(reference.path, (above) => entries.get(above)?.target ?? null);
	return way === null || way.links.length === 0 ? [] : [way.path, ...way.links].map((place) => ({
		...reference,
		path: place
	}));
}
/** Of several that name one file, one; of includes, one for each file that has it: that gives them their scopes. */
function distinct(references) {
	return [...new Map(references.map((reference) => {
		const { category, path, include, file } = reference;
		return [`${category}\0${path}\0${include ? file : ""}`, reference];
	})).values()];
}
// src/pull/list-logs.ts
/** What lies where the files of log categories are: what their patterns match, and what configs name. */
async function listLogs(session, logs, references, signal) {
	return await session.listLogs(logRoots(logs, references), signal);
}
/**
* The files of one log category.
* @param listed  what lies where its files are, and perhaps those of other categories
* @param before  categories that come first: what they claim is theirs
*/
function logsOf(listed, log, before, references) {
	const isMember = memberOf(log, references);
	const others = before.map((other) => memberOf(other, references));
	return listed.filter(({ path }) => isMember(path) && !others.some((other) => other(path)));
}
function memberOf(log, references) {
	const named = references.filter(({ category }) => category === log.name).map(({ path }) => pathPattern(path));
	return (path) => claims(log, path) || named.some((pattern) => pattern.matches(path));
}
export { eachHost as i, logsOf as n, survey as r, listLogs as t };
