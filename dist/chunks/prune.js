import { i as gravest, t as Problem } from "./problem.js";
import { i as openChain, n as signRecord, t as openRecords } from "./prune-record.js";
import { r as snapshotHash } from "./snapshot.js";
import { t as rpoOf } from "./objectives.js";
import { t as checkSigner } from "./trust.js";
import { createHash } from "node:crypto";
// src/retain/clock.ts
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
			if ((tails[middle]?.at ?? 0) <= point.at) low = middle + 1;
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
		if (spanOf(newest) < (newest[0]?.at ?? 0) - (older.at(-1)?.at ?? 0)) return;
		older.push(...newest);
		found.pop();
		newest = older;
		older = found.at(-2);
	}
}
const spanOf = (era) => (era.at(-1)?.at ?? 0) - (era[0]?.at ?? 0);
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
	if (found.length > 1) {
		for (const edge of found.flatMap((era) => [era[0], era.at(-1)])) if (edge !== void 0) give(edge.sequence, {
			rule: "clock",
			of: "",
			categories: []
		});
	}
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
		kept: kept.map(({ sequence, takenAt }) => describe(sequence, takenAt, reasons.get(sequence) ?? [], categories)),
		removed: snapshots.filter(({ sequence }) => !reasons.has(sequence)).map(({ sequence, takenAt }) => ({
			sequence,
			takenAt
		})),
		removedBundles: bundlesOf$1(snapshots).filter(({ key }) => !named.has(key)).map(removedBundle),
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
		return kept.has(sequence) || sequence > (points.at(-1)?.sequence ?? 0);
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
			const { rule = "newest", of = "" } = group[0] ?? {};
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
	return [...found.values()].sort((a, b) => a.key < b.key ? -1 : 1);
}
const removedBundle = ({ store, key, size, sha256 }) => ({
	store,
	key,
	size,
	sha256
});
// src/flows/prune.ts
/**
* The story of a prune: prove all that is signed, plan, prove what shall be the last copy, write the record, delete.
* Whatever cannot be proven stops it before anything is deleted.
*/
async function prune(dryRun, tools, signal) {
	const { fleet, vault, store } = tools;
	checkSigner(fleet, tools.signingKey.publicLine);
	let pruning = null;
	let record = null;
	const prepare = async (history) => {
		pruning = await planAll(history, tools, signal);
		record = null;
		if (pruning.plans.every(({ removed, removedBundles }) => removed.length + removedBundles.length === 0)) return null;
		await proveKept(pruning, tools, signal);
		record = pruning.records.length + 1;
		return rewriteOf(pruning, record, tools);
	};
	if (dryRun) pruning = await planAll(await vault.history(signal), tools, signal);
	else await vault.rewrite(prepare, signal);
	const { plans, leftovers } = pruning ?? { ...nothing };
	if (!dryRun && store !== null) {
		const gone = plans.flatMap((plan) => plan.removedBundles.filter((bundle) => bundle.store !== "git"));
		await store.remove([...leftovers, ...gone.map(({ key }) => key)], signal);
	}
	const isHeld = plans.some(({ host, held }) => held.length > 0 && isInFleet(host, fleet));
	return {
		command: "prune",
		dryRun,
		vault: vault.location,
		hosts: plans,
		record,
		bytes: plans.flatMap((plan) => plan.removedBundles).reduce((sum, { size }) => sum + size, 0),
		warnings: [...fleet.warnings, ...plans.flatMap(({ warnings }) => warnings)],
		exit: gravest(isHeld ? ["partial"] : [])
	};
}
const nothing = {
	chains: /* @__PURE__ */ new Map(),
	records: [],
	lastRecord: null,
	plans: [],
	leftovers: []
};
const isInFleet = (host, fleet) => fleet.hosts.some(({ name, backup }) => name === host && backup);
async function planAll(history, tools, signal) {
	const { fleet, vault, store } = tools;
	const records = openRecords(history.prunes, fleet.signers);
	const chains = new Map([...history.snapshots].map(([host, stored]) => [host, openChain(host, stored, {
		signers: fleet.signers,
		records
	})]));
	const recorded = new Set(records.flatMap(({ hosts }) => Object.values(hosts).flatMap(({ bundles }) => bundles.map(({ key }) => key))));
	const inVault = new Set(await vault.bundles.list("bundles/", signal));
	const besides = new Set(store === null ? [] : await store.list("bundles/", signal));
	const isStored = ({ store: name, key }) => !recorded.has(key) && (name === "git" ? inVault : besides).has(key);
	const named = [...chains.values()].flatMap((chain) => chain.flatMap(bundlesOf));
	const missing = new Map(named.filter((ref) => !recorded.has(ref.key) && !isStored(ref)).map((ref) => [ref.key, ref]));
	if (missing.size > 0) throw bundlesMissing([...missing.values()], store);
	const stored = new Set(named.filter(isStored).map(({ key }) => key));
	const plans = [...chains].map(([host, chain]) => planOne(host, chain, (key) => stored.has(key), tools));
	return {
		chains,
		records,
		lastRecord: history.prunes.at(-1)?.bytes ?? null,
		plans,
		leftovers: [...recorded].filter((key) => besides.has(key))
	};
}
function planOne(host, chain, isStored, tools) {
	const { fleet, profile } = tools;
	const now = tools.now().getTime();
	const snapshots = chain.map(({ snapshot }) => snapshot);
	const newest = snapshots.at(-1);
	const rpoMs = (category) => rpoOf(category, fleet, profile);
	const held = !isInFleet(host, fleet) ? ["fleet.yml does not have it backed up: what the vault has of it stays"] : newest === void 0 ? [] : holdReasons(newest, rpoMs, now);
	const plan = planHost(host, snapshots, {
		rules: fleet.retention,
		own: new Map([...fleet.categories].flatMap(([name, { retention }]) => retention === null ? [] : [[name, retention]])),
		irreplaceable: new Set(profile.categories.filter(({ irreplaceable }) => irreplaceable).map(({ name }) => name)),
		pinned: fleet.pinned.get(host) ?? /* @__PURE__ */ new Set(),
		isStored,
		longPauseMs: Math.max(ordinaryPauseMs, ...[...fleet.categories.values()].map(({ everyMs, rpoMs: own }) => 4 * Math.max(everyMs ?? 0, own ?? 0))),
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
/** The newest copies of each category that stay are read and hashed: where one is not sound, nothing goes. */
async function proveKept({ chains, plans }, tools, signal) {
	const last = plans.filter(({ removed, removedBundles }) => removed.length + removedBundles.length > 0).flatMap(({ host, kept, removedBundles }) => lastCopies(chains.get(host) ?? [], kept, removedBundles));
	await tools.vault.prefetch(last.filter(({ store }) => store === "git").map(({ key }) => key), signal);
	for (const { store, key, size, sha256 } of last) {
		const bytes = await (store === "git" ? tools.vault.bundles : tools.store ?? tools.vault.bundles).get(key, signal);
		const found = createHash("sha256").update(bytes).digest("hex");
		if (found === sha256 && bytes.length === size) continue;
		throw new Problem("seal/altered", `${key} is not what its snapshot says, and would be the last copy`, {
			data: [`signed  ${sha256}, ${size} bytes`, `found   ${found}, ${bytes.length} bytes`],
			hint: "nothing was deleted; find the bundle in another clone, and run `pmta-vault backup` for a new one"
		});
	}
}
function lastCopies(chain, kept, removed) {
	const stays = new Set(kept.map(({ sequence }) => sequence));
	const goes = new Set(removed.map(({ key }) => key));
	const newest = /* @__PURE__ */ new Map();
	for (const { snapshot } of chain) {
		if (!stays.has(snapshot.sequence)) continue;
		for (const [category, { bundle }] of Object.entries(snapshot.categories)) if (bundle !== null && !goes.has(bundle.key)) newest.set(category, bundle);
	}
	return [...newest.values()];
}
function rewriteOf(pruning, number, tools) {
	const { plans, chains, lastRecord } = pruning;
	const going = plans.filter(({ removed, removedBundles }) => removed.length + removedBundles.length > 0);
	const record = {
		format: 1,
		kind: "prune",
		number,
		previous: lastRecord === null ? null : snapshotHash(lastRecord),
		prunedAt: tools.now().toISOString(),
		...tools.about,
		hosts: Object.fromEntries(going.map(({ host, removed, removedBundles }) => [host, {
			snapshots: rangesOf(removed.map(({ sequence }) => sequence), chains.get(host) ?? []),
			bundles: removedBundles
		}]))
	};
	return {
		snapshots: going.flatMap(({ host, removed }) => removed.map(({ sequence }) => ({
			host,
			sequence
		}))),
		bundles: going.flatMap((plan) => plan.removedBundles.filter(({ store }) => store === "git").map(({ key }) => key)),
		record: signRecord(record, tools.signingKey)
	};
}
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
		last: hashes.get(to) ?? ""
	}));
}
function bundlesOf({ snapshot }) {
	return Object.values(snapshot.categories).flatMap(({ bundle }) => bundle === null ? [] : [bundle]);
}
function bundlesMissing(missing, store) {
	const elsewhere = missing.some((ref) => ref.store !== "git") && store === null;
	return new Problem("store/missing", `${missing.length} bundles that snapshots name are not in their store`, {
		data: missing.slice(0, 5).map(({ store: name, key }) => `${name}  ${key}`),
		hint: elsewhere ? "give --store directory and --store-path, as for backup; nothing was deleted" : "nothing was deleted; look for them in another clone or copy of the store"
	});
}
export { prune };
