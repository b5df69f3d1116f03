import { t as certain } from "./certain.js";
import { a as gravest, t as Problem } from "./problem.js";
import { n as prunedBundles, o as openChain, r as signRecord, t as openRecords } from "./prune-record.js";
import { a as PrunedLogs, n as openPage } from "./log-page.js";
import { t as compareTexts } from "./order.js";
import { t as rpoOf } from "./objectives.js";
import { r as snapshotHash } from "./snapshot.js";
import { n as matched, r as partAt } from "./parts.js";
import { t as LogChains } from "./log-chains.js";
import { n as isGone } from "./renewal.js";
import { t as checkSigner } from "./trust.js";
import { createHash } from "node:crypto";
// src/retain/elapsed.ts
/**
* How much time has passed, as far as backups vouch for it: not a pause that may be a clock that jumped. What is
* deleted by its age is deleted late after a long pause, and never early.
*/
/**
* @param eras         of one host
* @param longPauseMs  what may have passed since the last backup
*/
function elapsedBy(eras, longPauseMs, now) {
	const spans = eras.map((era, index) => {
		const end = certain(era.at(-1)).at;
		const isNewest = index === eras.length - 1;
		return {
			start: certain(era[0]).at,
			end: isNewest ? Math.min(now, end + longPauseMs) : end
		};
	});
	return (since) => spans.reduce((sum, { start, end }) => sum + Math.max(0, end - Math.max(start, since)), 0);
}
/** The most that any of them vouches for: no backup counts time that did not pass. */
const mostElapsed = (all) => (since) => all.reduce((most, elapsed) => Math.max(most, elapsed(since)), 0);
/** The one that goes back the furthest. */
const longest = (all) => all.toSorted((a, b) => b(0) - a(0)).slice(0, 1);
// src/retain/clock.ts
/**
* What the times of a host's snapshots are worth. The chain says what came after what; a clock that was wrong
* for a while says otherwise, and must not make good copies look old.
*/
const dayMs = 864e5;
/** Clocks of two machines may differ by this much. */
const toleranceMs$1 = 36e5;
/** A pause up to this long is ordinary, unless the schedule allows for longer ones. */
const ordinaryPauseMs = 8 * dayMs;
/**
* The sequences whose time cannot be right: later than now, or out of line with the most of the chain.
* @param points  in the order of the chain
*/
function doubtful(points, now) {
	const past = points.filter(({ at }) => at <= now + toleranceMs$1);
	const inLine = new Set(longestRise(past));
	return new Set(points.filter((point) => !inLine.has(point)).map(({ sequence }) => sequence));
}
/** The longest part of the points in which time never goes back. */
function longestRise(points) {
	const tails = [];
	const before = /* @__PURE__ */ new Map();
	for (const point of points) {
		let low = 0;
		for (let high = tails.length; low < high;) {
			const middle = low + high >> 1;
			if (certain(tails[middle]).at <= point.at) low = middle + 1;
			else high = middle;
		}
		before.set(point, tails[low - 1]);
		tails[low] = point;
	}
	const rise = [];
	for (let point = tails.at(-1); point !== void 0; point = before.get(point)) rise.push(point);
	return rise.reverse();
}
/**
* A clock that jumps ahead looks like a long pause; what follows may push older copies out only once it has itself
* lasted as long as that pause. A pause counts only between neighbours of the chain: where snapshots went before,
* time without any is no pause. So the first and last of each era must stay.
* @param points       all that there are, in the order of the chain
* @param odd          the doubtful ones among them
* @param longPauseMs  what is longer is no ordinary pause. Not learned from the points: who moves the clock
*                     would be the teacher
*/
function eras(points, odd, longPauseMs) {
	const found = [];
	let gaps = 0;
	let last;
	for (const point of points) {
		if (odd.has(point.sequence)) {
			gaps++;
			continue;
		}
		const isNeighbour = last !== void 0 && point.sequence === last.sequence + gaps + 1;
		const isPause = last !== void 0 && isNeighbour && point.at - last.at > longPauseMs;
		const era = found.at(-1);
		if (era === void 0 || isPause) found.push([point]);
		else era.push(point);
		mergeLasting(found);
		last = point;
		gaps = 0;
	}
	return found;
}
/** The newest era joins the one before once it has lasted as long as the pause between them, and so on. */
function mergeLasting(found) {
	for (let newest = found.at(-1), older = found.at(-2); newest !== void 0 && older !== void 0;) {
		if (spanOf(newest) < certain(newest[0]).at - certain(older.at(-1)).at) return;
		older.push(...newest);
		found.pop();
		newest = older;
		older = found.at(-2);
	}
}
const spanOf = (era) => certain(era.at(-1)).at - certain(era[0]).at;
// src/retain/hold.ts
/** Clocks of two machines may differ by this much. */
const toleranceMs = 36e5;
/**
* Why nothing of a host may go now: its last backup failed, is too old, or its time cannot be right. Each a
* sentence; none when the host is well.
* @param newest  its newest snapshot, proven
* @param rpoMs   by category, how old the last good copy may be
*/
function holdReasons(newest, rpoMs, now) {
	if (Date.parse(newest.takenAt) > now + toleranceMs) return [`its newest snapshot is of ${newest.takenAt}, which is yet to come: a clock is wrong`];
	return Object.entries(newest.categories).flatMap(([category, { status, bundle, problem }]) => {
		if (status === "failed") return [`the last backup of ${category} failed${problem === null ? "" : ` (${problem})`}`];
		return status !== "missing" && bundle !== null && now - Date.parse(bundle.capturedAt) > rpoMs(category) ? [`the last good copy of ${category} is of ${bundle.capturedAt}, older than its RPO`] : [];
	});
}
// src/retain/slots.ts
/**
* The slots of each point that has any: the newest of each period, in UTC, for as many periods as the rule
* counts. Periods without a snapshot do not count, so that a pause pushes nothing out.
*/
function slots(found, rules) {
	const given = /* @__PURE__ */ new Map();
	const give = ({ sequence }, slot) => given.set(sequence, [...given.get(sequence) ?? [], slot]);
	for (const era of found) {
		const newestFirst = era.toReversed();
		const last = new Set(newestFirst.slice(0, rules.last));
		for (const [, point] of newestOf(newestFirst, hourOf, rules.last)) last.add(point);
		for (const point of last) give(point, {
			rule: "last",
			of: ""
		});
		for (const rule of [
			"daily",
			"weekly",
			"monthly",
			"yearly"
		]) for (const [period, point] of newestOf(newestFirst, periodOf[rule], rules[rule])) give(point, {
			rule,
			of: period
		});
	}
	return given;
}
function newestOf(newestFirst, period, most) {
	const newest = /* @__PURE__ */ new Map();
	for (const point of newestFirst) {
		const name = period(new Date(point.at));
		if (newest.has(name)) continue;
		if (newest.size >= most) break;
		newest.set(name, point);
	}
	return newest;
}
const hourOf = (date) => date.toISOString().slice(0, 13);
const periodOf = {
	daily: (date) => date.toISOString().slice(0, 10),
	weekly: weekOf,
	monthly: (date) => date.toISOString().slice(0, 7),
	yearly: (date) => date.toISOString().slice(0, 4)
};
/** Such as `2026-W48`. @see ISO 8601: a week belongs to the year of its Thursday */
function weekOf(date) {
	const day = 864e5;
	const thursday = new Date(date.getTime() + (3 - (date.getUTCDay() + 6) % 7) * day);
	const year = thursday.getUTCFullYear();
	const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * day)) + 1;
	return `${year}-W${String(week).padStart(2, "0")}`;
}
// src/retain/plan.ts
/**
* Which snapshots and bundles of a host may go. Pure: sees proven snapshots, deletes nothing. Whatever the rules
* say, the newest good copy of each category stays, and so does the last copy of each state of what cannot be
* made again.
*/
/** @param all  snapshots of one host that the vault has, proven, in the order of the chain */
function planHost(host, all, policy) {
	const snapshots = all.map((snapshot) => withStored(snapshot, policy.isStored));
	const points = snapshots.map(({ sequence, takenAt }) => ({
		sequence,
		at: Date.parse(takenAt)
	}));
	const odd = doubtful(points, policy.now);
	const found = eras(points, odd, policy.longPauseMs);
	const reasons = /* @__PURE__ */ new Map();
	const give = (sequence, reason) => reasons.set(sequence, [...reasons.get(sequence) ?? [], reason]);
	const categories = [...new Set(snapshots.flatMap((snapshot) => Object.keys(snapshot.categories)))].sort();
	const chosen = /* @__PURE__ */ new Map();
	for (const category of categories) {
		const slotsOf = categorySlots(category, snapshots, found, policy);
		chosen.set(category, slotsOf);
		for (const [sequence, given] of slotsOf) for (const slot of given) give(sequence, {
			...slot,
			categories: [category]
		});
	}
	const whole = wholeSnapshots(snapshots, policy);
	for (const [sequence, rule] of whole) give(sequence, {
		rule,
		of: "",
		categories: []
	});
	if (found.length > 1) for (const edge of found.flatMap((era) => [era[0], era.at(-1)])) give(certain(edge).sequence, {
		rule: "clock",
		of: "",
		categories: []
	});
	for (const sequence of beside(points, odd, new Set(reasons.keys()))) {
		whole.push([sequence, "clock"]);
		give(sequence, {
			rule: "clock",
			of: "",
			categories: []
		});
	}
	const kept = snapshots.filter(({ sequence }) => reasons.has(sequence));
	const wholeSequences = new Set(whole.map(([sequence]) => sequence));
	const named = new Set(kept.flatMap((snapshot) => Object.entries(snapshot.categories).flatMap(([category, { bundle }]) => {
		const isWanted = !policy.own.has(category) || wholeSequences.has(snapshot.sequence) || chosen.get(category)?.has(snapshot.sequence) === true;
		return bundle !== null && isWanted ? [bundle.key] : [];
	})));
	return {
		host,
		held: [],
		kept: kept.map(({ sequence, takenAt }) => describe(sequence, takenAt, certain(reasons.get(sequence)), categories)),
		removed: snapshots.filter(({ sequence }) => !reasons.has(sequence)).map(({ sequence, takenAt }) => ({
			sequence,
			takenAt
		})),
		removedBundles: bundlesOf$1(snapshots).filter(({ key }) => !named.has(key)).map(removedBundle),
		logs: [],
		warnings: [...policy.pinned].filter((sequence) => !snapshots.some((snapshot) => snapshot.sequence === sequence)).map((sequence) => `snapshot ${sequence} of ${host} is pinned, and the vault does not have it`)
	};
}
/** The snapshot without the bundles that went before. */
function withStored(snapshot, isStored) {
	const records = Object.entries(snapshot.categories).map(([name, record]) => {
		const bundle = record.bundle !== null && isStored(record.bundle.key) ? record.bundle : null;
		return [name, {
			...record,
			bundle
		}];
	});
	return {
		...snapshot,
		categories: Object.fromEntries(records)
	};
}
/** Whether this snapshot read the category and found it, so that its bundle is what the host had at that time. */
const isGood = (record) => record !== void 0 && record.bundle !== null && (record.status === "stored" || record.status === "unchanged");
function categorySlots(category, snapshots, found, policy) {
	const good = snapshots.filter((snapshot) => isGood(snapshot.categories[category]));
	const read = snapshots.filter(({ categories: { [category]: record } }) => isGood(record) || record?.status === "missing");
	const inSlots = new Set(read.map(({ sequence }) => sequence));
	const own = found.map((era) => era.filter(({ sequence }) => inSlots.has(sequence)));
	const given = new Map(slots(own, policy.own.get(category) ?? policy.rules));
	const add = (snapshot, rule) => {
		if (snapshot === void 0) return;
		given.set(snapshot.sequence, [...given.get(snapshot.sequence) ?? [], {
			rule,
			of: ""
		}]);
	};
	const named = snapshots.findLast((snapshot) => (snapshot.categories[category]?.bundle ?? null) !== null);
	add(good.at(-1) ?? named, "last-copy");
	const inLine = own.flat().at(-1)?.sequence;
	if (good.at(-1)?.sequence !== inLine) add(snapshots.find(({ sequence }) => sequence === inLine), "last-copy");
	if (policy.irreplaceable.has(category)) {
		const states = new Map(snapshots.flatMap((snapshot) => {
			const bundle = snapshot.categories[category]?.bundle ?? null;
			return bundle === null ? [] : [[bundle.fingerprint, snapshot]];
		}));
		for (const snapshot of states.values()) add(snapshot, "only-copy");
	}
	return given;
}
/** Snapshots that stay with all that they name. */
function wholeSnapshots(snapshots, { pinned }) {
	return snapshots.flatMap(({ sequence }, index) => [...pinned.has(sequence) ? [[sequence, "pinned"]] : [], ...index === snapshots.length - 1 ? [[sequence, "newest"]] : []]);
}
/** Snapshots of doubtful time stay as long as what comes directly before or after them, and at the end of the chain. */
function beside(points, odd, kept) {
	const stays = (from, step) => {
		let sequence = from + step;
		while (odd.has(sequence)) sequence += step;
		return kept.has(sequence) || sequence > certain(points.at(-1)).sequence;
	};
	return [...odd].filter((sequence) => stays(sequence, 1) || stays(sequence, -1));
}
/** One reason per rule and period, with the categories that it is for. */
function describe(sequence, takenAt, reasons, all) {
	return {
		sequence,
		takenAt,
		reasons: [...Map.groupBy(reasons, ({ rule, of }) => `${rule} ${of}`).values()].map((group) => {
			const categories = group.flatMap((reason) => reason.categories);
			const { rule, of } = certain(group[0]);
			return {
				rule,
				of,
				categories: categories.length === all.length ? [] : categories
			};
		})
	};
}
function bundlesOf$1(snapshots) {
	const found = /* @__PURE__ */ new Map();
	for (const { categories } of snapshots) for (const { bundle } of Object.values(categories)) if (bundle !== null) found.set(bundle.key, bundle);
	return [...found.values()].sort((a, b) => compareTexts(a.key, b.key));
}
const removedBundle = ({ store, key, size, sha256 }) => ({
	store,
	key,
	size,
	sha256
});
// src/retain/logs.ts
/**
* Which log files may go. Pure: sees proven pages, deletes nothing. A file goes whole, once its newest byte was
* read longer ago than the period and it has left the host; the hosts' own times count for nothing.
*/
function planLogFiles(history, policy) {
	const { category, pages } = history;
	const { keepMs, elapsed, now } = policy;
	const times = soundTimes(pages, policy);
	const isOver = (at) => elapsed(at) >= keepMs;
	const files = /* @__PURE__ */ new Map();
	for (const page of pages) {
		const at = certain(times.get(page.sequence));
		for (const segment of page.segments) {
			const file = files.get(segment.file);
			if (file === void 0) files.set(segment.file, {
				at,
				segments: [segment]
			});
			else {
				file.at = Math.max(file.at, at);
				file.segments.push(segment);
			}
		}
	}
	const kept = [];
	const removed = [];
	const isPresent = (id) => history.present.has(id) && !isOver(history.seenAt);
	for (const [file, { at, segments }] of files) {
		const bytes = segments.reduce((sum, { first, end }) => sum + end - first, 0);
		const aged = {
			file,
			storedAt: new Date(at).toISOString(),
			bytes
		};
		if (!isOver(at)) kept.push({
			...aged,
			rule: now - at < keepMs ? "young" : "clock"
		});
		else if (isPresent(file)) kept.push({
			...aged,
			rule: "present"
		});
		else removed.push({
			...aged,
			segments
		});
	}
	const stays = new Set(kept.map(({ file }) => file));
	const isNeeded = (page) => page.ref.key === history.newest || !isOver(certain(times.get(page.sequence))) || page.segments.some(({ file }) => stays.has(file));
	return {
		category,
		keepMs,
		kept,
		removed,
		removedPages: rangesOf$1(pages, isNeeded),
		pages: pages.filter((page) => !isNeeded(page)).map(({ ref }) => ref.key)
	};
}
/** When each page was written. One whose time is out of line came before the next that is not; else it is of now. */
function soundTimes(pages, { points, now }) {
	const all = new Map(points.map((point) => [point.sequence, point]));
	for (const { sequence, takenAt } of pages) all.set(sequence, {
		sequence,
		at: Date.parse(takenAt)
	});
	const line = [...all.values()].sort((a, b) => a.sequence - b.sequence);
	const odd = doubtful(line, now);
	const times = /* @__PURE__ */ new Map();
	let next = now;
	for (const { sequence, at } of line.toReversed()) {
		if (!odd.has(sequence)) next = at;
		times.set(sequence, next);
	}
	return times;
}
function rangesOf$1(pages, stays) {
	const ranges = [];
	let open = false;
	for (const page of pages) {
		const range = ranges.at(-1);
		if (stays(page)) open = false;
		else if (open && range !== void 0) ranges[ranges.length - 1] = {
			...range,
			to: page.sequence,
			last: page.ref.sha256
		};
		else {
			open = true;
			const { sequence, ref, previous } = page;
			ranges.push({
				from: sequence,
				to: sequence,
				last: ref.sha256,
				previous
			});
		}
	}
	return ranges;
}
// src/flows/prune-logs.ts
/** What prune knows and does of logs: their chains as signed snapshots prove them, and which of their files may go. */
/** How long files of each log category stay, ms; those that are not here stay for ever. */
function logPeriods({ categories }) {
	return new Map([...categories].flatMap(([name, { keepMs }]) => keepMs === null ? [] : [[name, keepMs]]));
}
/** @param categories  that have a period */
function namedLogs(chain, categories) {
	const named = (category) => chain.flatMap(({ snapshot }) => snapshot.categories[category]?.log ?? []).reverse();
	const isOther = (ref, index, all) => ref.sha256 !== all[index - 1]?.sha256;
	return new Map(Array.from(categories, (category) => [category, named(category).filter(isOther)]));
}
/**
* The logs of one host after the other: what pages say of a host is let go before those of the next are read.
* @throws Problem of the first page that is missing or not what is named
*/
async function* readLogs(named, periods, pruned, vault, signal) {
	if (periods.size === 0) return;
	const left = new Map(named);
	const histories = async (host, logs) => {
		const own = [...certain(left.get(host))].map(([category, refs]) => historyOf({
			host,
			category
		}, refs, logs, pruned, vault, signal));
		left.delete(host);
		return {
			host,
			histories: (await Promise.all(own)).flatMap((history) => history ?? [])
		};
	};
	let [current, logs] = ["", new LogChains()];
	for await (const { path, bytes } of vault.contents(["logs/"], signal)) {
		const [host, category] = [partAt(path, "/", 1), partAt(path, "/", 2)];
		if (host !== current && left.has(current)) yield await histories(current, logs);
		if (host !== current) [current, logs] = [host, new LogChains()];
		if (periods.has(category)) logs.add(path, bytes);
	}
	if (left.has(current)) yield await histories(current, logs);
	for (const host of [...left.keys()]) yield await histories(host, new LogChains());
}
async function historyOf({ host, category }, refs, logs, pruned, vault, signal) {
	const [newest] = refs;
	if (newest === void 0) return null;
	const pages = refs.flatMap((ref) => {
		const followed = logs.follow(host, category, ref, pruned);
		if (followed.broken !== null) throw followed.broken.problem;
		return followed.pages;
	});
	const { files, takenAt } = openPage(await vault.page(newest.key, signal), newest, host, category);
	return {
		category,
		pages: pages.sort((a, b) => a.sequence - b.sequence),
		newest: newest.key,
		present: new Set(files.map(({ id }) => id)),
		seenAt: Math.max(Date.parse(takenAt), Date.parse(newest.capturedAt ?? takenAt))
	};
}
function planLogs(histories, periods, policy) {
	return histories.map((history) => planLogFiles(history, {
		...policy,
		keepMs: certain(periods.get(history.category))
	}));
}
const segmentsOf = (histories) => [...histories].flatMap(({ pages }) => pages.flatMap(({ segments }) => segments));
const removedSegments = ({ logs }) => logs.flatMap(({ removed }) => removed.flatMap(({ segments }) => segments));
/** Of each category of which something goes, the newest segment that stays. */
function lastSegments(plans, histories) {
	return plans.flatMap(({ category, removed, kept }) => {
		if (removed.length === 0) return [];
		const stays = new Set(kept.map(({ file }) => file));
		const { pages } = certain(histories.find((history) => history.category === category));
		return pages.flatMap((page) => page.segments.filter(({ file }) => stays.has(file))).at(-1) ?? [];
	});
}
/** For the record; undefined when nothing of logs goes. */
function removedLogs({ logs }) {
	const going = logs.filter(({ removed, pages }) => removed.length + pages.length > 0);
	if (going.length === 0) return void 0;
	return Object.fromEntries(going.map(({ category, removed, removedPages }) => {
		const segments = removed.flatMap((file) => file.segments);
		const bytes = segments.reduce((sum, { size }) => sum + size, 0);
		return [category, {
			files: removed.map(({ file }) => file),
			segments: segments.length,
			bytes,
			pages: removedPages
		}];
	}));
}
/** Where the files lie that pages of a host name, or find on it. */
function knownFolders({ host, histories }) {
	return histories.flatMap((history) => [...[...history.present].map((id) => `bundles/${host}/${history.category}/${id}`), ...new Set(segmentsOf([history]).map(({ key }) => key.slice(0, key.lastIndexOf("/"))))]);
}
/**
* Files of a store that no page names, left by runs that were cut off: those of files that went before, and those of
* files that no page knows and that are over their period.
* @param keys   all that the store has
* @param known  as `knownFolders` gives them, of all hosts
*/
function strayLogs(keys, pruned, known, isOver) {
	const gone = new Set(pruned.folders());
	return [...keys].filter((key) => {
		const folder = key.slice(0, key.lastIndexOf("/"));
		if (gone.has(folder)) return true;
		const file = matched(logFolder, folder, "host", "category", "time");
		return file !== null && !known.has(folder) && isOver(file.host, file.category, timeOfKey(file.time));
	});
}
const logFolder = /^bundles\/([^/]+)\/([^/]+)\/[^/]+@(\d{8}T\d{9}Z)(?:\.\d+)?$/;
/** ms since 1970, from `20261123T051032337Z`. @see keyTime */
function timeOfKey(time) {
	return Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/, "$1-$2-$3T$4:$5:$6.$7Z"));
}
// src/flows/prune-rewrite.ts
const isGoing = (plan) => plan.removed.length + plan.removedBundles.length > 0 || removedLogs(plan) !== void 0;
const removedObjects = (plan) => [...plan.removedBundles, ...removedSegments(plan)];
/** What goes from the branch, and the signed record of all that goes, wherever it rests. */
function rewriteOf({ plans, ranges, lastRecord, number }, tools) {
	const going = plans.filter(isGoing);
	const inVault = (objects) => objects.filter(({ store }) => store === "git");
	const record = {
		format: 1,
		kind: "prune",
		number,
		previous: lastRecord === null ? null : snapshotHash(lastRecord),
		prunedAt: tools.now().toISOString(),
		...tools.about,
		hosts: Object.fromEntries(going.map((plan) => {
			const logs = removedLogs(plan);
			const snapshots = certain(ranges.get(plan.host));
			return [plan.host, {
				snapshots,
				bundles: plan.removedBundles,
				...logs === void 0 ? {} : { logs }
			}];
		}))
	};
	return {
		snapshots: going.flatMap(({ host, removed }) => removed.map(({ sequence }) => ({
			host,
			sequence
		}))),
		bundles: going.flatMap((plan) => inVault(plan.removedBundles).map(({ key }) => key)),
		logs: going.flatMap((plan) => [...inVault(removedSegments(plan)).map(({ key }) => key), ...plan.logs.flatMap(({ pages }) => pages)]),
		record: signRecord(record, tools.signingKey)
	};
}
/** @param sequences  rising */
function rangesOf(sequences, chain) {
	const hashes = new Map(chain.map(({ snapshot, bytes }) => [snapshot.sequence, snapshotHash(bytes)]));
	const ranges = [];
	for (const sequence of sequences) {
		const range = ranges.at(-1);
		if (range !== void 0 && range.to === sequence - 1) range.to = sequence;
		else ranges.push({
			from: sequence,
			to: sequence
		});
	}
	return ranges.map(({ from, to }) => ({
		from,
		to,
		last: certain(hashes.get(to))
	}));
}
// src/flows/prune-host.ts
/** @param chain  all that the vault has of the host, in order */
function planSnapshots(host, chain, basis) {
	const { fleet, now } = basis;
	const plan = planOf(host, chain, basis);
	const points = chain.map(({ snapshot: { sequence, takenAt } }) => ({
		sequence,
		at: Date.parse(takenAt)
	}));
	const pause = longPause(fleet);
	const removed = plan.removed.map(({ sequence }) => sequence);
	return {
		plan,
		points,
		elapsed: elapsedBy(eras(points, doubtful(points, now), pause), pause, now),
		ranges: rangesOf(removed, chain),
		lastCopies: lastCopies(chain, plan)
	};
}
function planOf(host, chain, { fleet, profile, isStored, now }) {
	const snapshots = chain.map(({ snapshot }) => snapshot);
	const newest = snapshots.at(-1);
	const rpoMs = (category) => rpoOf(category, fleet, profile);
	const held = !isInFleet(host, fleet) ? ["fleet.yml does not have it backed up: its snapshots and bundles stay"] : newest === void 0 ? [] : holdReasons(newest, rpoMs, now);
	const plan = planHost(host, snapshots, {
		rules: fleet.retention,
		own: new Map([...fleet.categories].flatMap(([name, { retention }]) => retention === null ? [] : [[name, retention]])),
		irreplaceable: new Set(profile.categories.filter(({ irreplaceable }) => irreplaceable).map(({ name }) => name)),
		pinned: fleet.pinned.get(host) ?? /* @__PURE__ */ new Set(),
		isStored,
		longPauseMs: longPause(fleet),
		now
	});
	return held.length === 0 ? plan : {
		...plan,
		held,
		kept: [],
		removed: [],
		removedBundles: []
	};
}
const isInFleet = (host, fleet) => fleet.hosts.some(({ name, backup }) => name === host && backup);
/** The longest pause between two backups that the schedule allows for, ms. */
function longPause({ categories }) {
	const periods = [...categories.values()].map(({ everyMs, rpoMs }) => Math.max(everyMs ?? 0, rpoMs ?? 0));
	return Math.max(ordinaryPauseMs, ...periods.map((period) => 4 * period));
}
function lastCopies(chain, { kept, removedBundles }) {
	const stays = new Set(kept.map(({ sequence }) => sequence));
	const goes = new Set(removedBundles.map(({ key }) => key));
	const newest = /* @__PURE__ */ new Map();
	for (const { snapshot } of chain) {
		if (!stays.has(snapshot.sequence)) continue;
		for (const [category, { bundle }] of Object.entries(snapshot.categories)) if (bundle !== null && !goes.has(bundle.key)) newest.set(category, bundle);
	}
	return [...newest.values()];
}
// src/flows/prune.ts
/**
* The story of a prune: prove all that is signed, plan, prove what shall be the last copy, write the record, delete.
* Whatever cannot be proven stops it before anything is deleted.
*/
async function prune(dryRun, tools, signal) {
	const { fleet, vault, stores } = tools;
	checkSigner(fleet, tools.signingKey.publicLine);
	let pruning = null;
	let record = null;
	const prepare = async (history) => {
		pruning = await planAll(history, tools, signal);
		record = null;
		if (!pruning.plans.some(isGoing)) return null;
		await proveKept(pruning, tools, signal);
		record = pruning.records.length + 1;
		return rewriteOf({
			...pruning,
			number: record
		}, tools);
	};
	if (dryRun) pruning = await planAll(await vault.history(signal), tools, signal);
	else await vault.rewrite(prepare, signal);
	const { plans, leftovers } = certain(pruning);
	for (const [name, store] of dryRun ? [] : stores) {
		const gone = plans.flatMap(removedObjects).filter((object) => object.store === name);
		await store.remove([...certain(leftovers.get(name)), ...gone.map(({ key }) => key)], signal);
	}
	const isHeld = plans.some(({ host, held }) => held.length > 0 && isInFleet(host, fleet));
	return {
		command: "prune",
		dryRun,
		vault: vault.location,
		hosts: plans,
		record,
		bytes: plans.flatMap(removedObjects).reduce((sum, { size }) => sum + size, 0),
		warnings: [...fleet.warnings, ...plans.flatMap(({ warnings }) => warnings)],
		exit: gravest(isHeld ? ["partial"] : [])
	};
}
async function planAll(history, tools, signal) {
	const { fleet, profile, vault, stores } = tools;
	const now = tools.now().getTime();
	const records = openRecords(history.prunes, fleet.signers);
	const recorded = prunedBundles(records);
	const listed = /* @__PURE__ */ new Map();
	for (const store of [vault.bundles, ...stores.values()]) listed.set(store.name, new Set(await store.list("bundles/", signal)));
	const isStored = ({ store, key }) => !recorded.has(key) && listed.get(store)?.has(key) === true;
	const periods = logPeriods(fleet);
	const prunedLogs = new PrunedLogs(records);
	const isMissing = (ref) => !recorded.has(ref.key) && !isStored(ref) && !isGone(ref, new Date(now));
	const missing = /* @__PURE__ */ new Map();
	const hosts = /* @__PURE__ */ new Map();
	const named = /* @__PURE__ */ new Map();
	for await (const { host, stored: snapshots } of history.snapshots()) {
		const chain = openChain(host, snapshots, {
			signers: fleet.signers,
			records
		});
		const bundles = chain.flatMap(bundlesOf);
		for (const bundle of bundles) if (isMissing(bundle)) missing.set(bundle.key, bundle);
		const stored = new Set(bundles.filter(isStored).map(({ key }) => key));
		hosts.set(host, planSnapshots(host, chain, {
			fleet,
			profile,
			isStored: (key) => stored.has(key),
			now
		}));
		named.set(host, namedLogs(chain, periods.keys()));
	}
	const witness = longest([...hosts.values()].map(({ elapsed }) => elapsed));
	const elapsedFor = (host) => mostElapsed([hosts.get(host)?.elapsed ?? (() => 0), ...witness]);
	const plans = new Map([...hosts].map(([host, { plan }]) => [host, plan]));
	const last = new Map([...hosts].map(([host, own]) => [host, own.lastCopies]));
	const known = /* @__PURE__ */ new Set();
	for await (const logs of readLogs(named, periods, prunedLogs, vault, signal)) {
		const { host, histories } = logs;
		for (const segment of segmentsOf(histories)) if (isMissing(segment)) missing.set(segment.key, segment);
		for (const folder of knownFolders(logs)) known.add(folder);
		const { plan, points, lastCopies } = certain(hosts.get(host));
		if (plan.held.length > 0 && isInFleet(host, fleet)) continue;
		const own = planLogs(histories, periods, {
			elapsed: elapsedFor(host),
			points,
			now
		});
		plans.set(host, {
			...plan,
			logs: own
		});
		last.set(host, [...lastCopies, ...lastSegments(own, histories)]);
	}
	if (missing.size > 0) throw bundlesMissing([...missing.values()], stores);
	const isOver = (host, category, at) => elapsedFor(host)(at) >= (periods.get(category) ?? 1e400);
	return {
		records,
		lastRecord: history.prunes.at(-1)?.bytes ?? null,
		plans: [...plans.values()],
		ranges: new Map([...hosts].map(([host, { ranges }]) => [host, ranges])),
		lastCopies: last,
		leftovers: new Map([...stores.keys()].map((name) => {
			const keys = certain(listed.get(name));
			return [name, [...[...recorded].filter((key) => keys.has(key)), ...strayLogs(keys, prunedLogs, known, isOver)]];
		}))
	};
}
/** The newest copies of each category that stay are read and hashed: where one is not sound, nothing goes. */
async function proveKept(pruning, tools, signal) {
	const last = pruning.plans.filter(isGoing).flatMap(({ host }) => certain(pruning.lastCopies.get(host)));
	await tools.vault.prefetch(last.filter(({ store }) => store === "git").map(({ key }) => key), signal);
	for (const { store, key, size, sha256 } of last) {
		const bytes = await (tools.stores.get(store) ?? tools.vault.bundles).get(key, signal, sha256);
		const found = createHash("sha256").update(bytes).digest("hex");
		if (found === sha256 && bytes.length === size) continue;
		throw new Problem("seal/altered", `${key} is not what its snapshot says, and would be the last copy`, {
			data: [`signed  ${sha256}, ${size} bytes`, `found   ${found}, ${bytes.length} bytes`],
			hint: "nothing was deleted; find the bundle in another clone, and run `pmta-vault backup` for a new one"
		});
	}
}
const bundlesOf = ({ snapshot }) => Object.values(snapshot.categories).flatMap(({ bundle }) => bundle ?? []);
function bundlesMissing(missing, stores) {
	const elsewhere = missing.find(({ store }) => store !== "git" && !stores.has(store))?.store;
	const flags = elsewhere === "directory" ? "--store directory, or --log-store directory, and --store-path" : `--store ${elsewhere}`;
	return new Problem("store/missing", `${missing.length} bundles that snapshots name are not in their store`, {
		data: missing.slice(0, 5).map(({ store: name, key }) => `${name}  ${key}`),
		hint: elsewhere === void 0 ? "nothing was deleted; look for them in another clone or copy of the store" : `give ${flags}, as for backup; nothing was deleted`
	});
}
export { prune };
