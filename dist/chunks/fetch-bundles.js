import { n as caughtProblem, t as Problem } from "./problem.js";
import { t as certain } from "./certain.js";
import { n as matched } from "./parts.js";
import { t as compareTexts } from "./order.js";
import { i as resolveLink, n as pathFilter } from "./path-pattern.js";
import { n as openBundle } from "./open.js";
import { t as openRecords } from "./prune-record.js";
import { createHash } from "node:crypto";
// src/flows/history.ts
/** Sorts the files below `snapshots/` by host and number, and those below `prunes/` by number. */
var SignedFiles = class {
	/** by folder: `snapshots/<host>` and `prunes` */
	#folders = /* @__PURE__ */ new Map();
	/** files that are none of ours */
	strays = [];
	add(path, bytes) {
		const found = matched(/^(snapshots\/[^/]+|prunes)\/(\d{8})\.json((?:\.sig)?)$/, path, "folder", "number", "ending");
		if (found === null) {
			this.strays.push(path);
			return;
		}
		const { folder, number, ending } = found;
		const own = this.#folders.get(folder) ?? /* @__PURE__ */ new Map();
		this.#folders.set(folder, own);
		const parts = own.get(Number(number)) ?? {
			json: null,
			signature: ""
		};
		own.set(Number(number), parts);
		if (ending === "") parts.json = bytes ?? /* @__PURE__ */ new Uint8Array();
		else parts.signature = Buffer.from(bytes ?? []).toString("utf8");
	}
	/** Those of which something is held. */
	hosts() {
		return [...this.#folders.keys()].filter((folder) => folder !== "prunes").map((folder) => folder.slice(10));
	}
	/** In the order of their numbers. A signature alone is no snapshot: it shows as a gap. */
	of(host) {
		return this.#in(`snapshots/${host}`).map(({ number, ...rest }) => ({
			sequence: number,
			...rest
		}));
	}
	/** The same, and lets go of it: the snapshots of all hosts would fill the memory over the years. */
	take(host) {
		const taken = this.of(host);
		this.#folders.delete(`snapshots/${host}`);
		return taken;
	}
	/** What was pruned; with a problem, nothing is known of it, and what was pruned shows as missing. */
	prunes(signers) {
		try {
			return {
				records: openRecords(this.#in("prunes"), signers),
				problem: null
			};
		} catch (error) {
			return {
				records: [],
				problem: caughtProblem(error)
			};
		}
	}
	#in(folder) {
		return [...this.#folders.get(folder) ?? []].flatMap(([number, { json, signature }]) => json === null ? [] : [{
			number,
			bytes: json,
			signature
		}]).sort((a, b) => a.number - b.number);
	}
};
// src/flows/bundle-check.ts
/**
* Why stored bytes are not the bundle, or the segment of a log, that a signed snapshot names; null when they are.
* @param byHash  which key other bundles have, to recognise one under a name that is not its own
*/
function bundleProblem(ref, found, byHash) {
	if (found === null) return new Problem("store/missing", `${ref.key} is gone, or cannot be read`, { hint: "look for it in another clone of the vault; `git fsck` tells of a damaged disk" });
	if (found.sha256 === ref.sha256) return null;
	const data = [`signed  ${ref.sha256}, ${ref.size} bytes`, `found   ${found.sha256}, ${found.size} bytes`];
	const other = byHash.get(found.sha256);
	if (other !== void 0) return new Problem("seal/swapped", `${ref.key} is in truth ${other}`, {
		data,
		hint
	});
	return found.size < ref.size ? new Problem("seal/truncated", `${ref.key} is cut off`, {
		data,
		hint
	}) : new Problem("seal/bundle-altered", `${ref.key} is not what was signed`, {
		data,
		hint
	});
}
const hint = "take it from another clone of the vault, and find out who could write";
// src/flows/fetch-bundles.ts
/**
* @param only  categories; empty for all
* @throws Problem "store/missing", "seal/truncated", "seal/bundle-altered", "seal/swapped", "restore/nothing"
*/
async function fetchBundles(snapshot, only, places, signal) {
	const wanted = Object.entries(snapshot.categories).flatMap(([category, { bundle }]) => bundle !== null && (only.length === 0 || only.includes(category)) ? [{
		category,
		ref: bundle
	}] : []);
	const absent = only.filter((name) => !wanted.some(({ category }) => category === name));
	if (wanted.length === 0 || absent.length > 0) {
		const has = Object.entries(snapshot.categories).flatMap(([name, { bundle, log }]) => bundle !== null || log ? [name] : []);
		throw new Problem("restore/nothing", `snapshot ${snapshot.sequence} of ${snapshot.host} has no copy of ${absent.join(", ") || "anything"}`, { hint: `it has ${has.join(", ") || "nothing"}` });
	}
	const byHash = new Map(Object.values(snapshot.categories).flatMap(({ bundle }) => bundle ? [[bundle.sha256, bundle.key]] : []));
	const bytesOf = await fetchAll(wanted.map(({ ref }) => ref), places, signal);
	return wanted.map(({ category, ref }) => {
		const bytes = bytesOf.get(ref.key) ?? null;
		const sha256 = bytes === null ? "" : createHash("sha256").update(bytes).digest("hex");
		const problem = bundleProblem(ref, bytes === null ? null : {
			size: bytes.length,
			sha256
		}, byHash);
		if (problem !== null || bytes === null) throw problem;
		return {
			category,
			ref,
			bytes
		};
	});
}
async function fetchAll(refs, { vault, stores }, signal) {
	const found = /* @__PURE__ */ new Map();
	const keys = refs.filter(({ store }) => store === "git").map(({ key }) => key);
	if (keys.length > 0) {
		for await (const { path, bytes } of vault.contents(keys, signal)) if (bytes !== null) found.set(path, bytes);
	}
	for (const ref of refs.filter(({ store }) => store !== "git")) found.set(ref.key, await storeFor(ref, stores).get(ref.key, signal, ref.sha256));
	return found;
}
/** @throws Problem "store/missing" */
function storeFor({ store: name, key }, stores) {
	const store = stores.get(name);
	if (store !== void 0) return store;
	throw new Problem("store/missing", `${key} rests in the store ${name}, which is not given`, { hint: storeHint(name) });
}
/** How to name a store that was not given. */
const storeHint = (store) => store === "directory" ? "say where it is: --store directory --store-path DIRECTORY" : `say so with --store ${store}`;
/**
* Opens all bundles and puts together what they hold, sorted by path.
* @param paths  only these files, or what these patterns match; empty for all
* @throws Problem "seal/…" for the first bundle that is not sound
*/
async function openAll(snapshot, bundles, identities, paths) {
	const { host } = snapshot;
	const opened = await Promise.all(bundles.map(({ category, ref, bytes }) => openBundle(bytes, identities, {
		host,
		category,
		key: ref.key
	})));
	const items = /* @__PURE__ */ new Map();
	for (const { category, files, others } of opened) {
		for (const { entry, content } of files) add(items, {
			category,
			entry,
			content
		});
		for (const entry of others) add(items, {
			category,
			entry,
			content: null
		});
	}
	const real = settled(items);
	refuseOverlaps(real);
	return (paths.length === 0 ? [...real.values()] : matching(real, paths)).sort((a, b) => compareTexts(a.entry.path, b.entry.path));
}
/** A directory may be part of several categories; a file belongs to one. */
function add(items, item) {
	const before = items.get(item.entry.path);
	if (before !== void 0 && !isSame(before, item)) throw unsafe(item, `is in ${before.category} as well`);
	if (before === void 0) items.set(item.entry.path, item);
}
function isSame(one, other) {
	if (one.entry.kind === "directory") return other.entry.kind === "directory";
	const { kind, sha256, target } = one.entry;
	return kind === other.entry.kind && sha256 === other.entry.sha256 && target === other.entry.target;
}
/**
* Gives what lies below a link its real path, so that nothing has to be written through one. Links are resolved by
* their text alone and within the root of the host: none leads out of it.
*/
function settled(items) {
	const found = /* @__PURE__ */ new Map();
	for (const item of items.values()) {
		let { path } = item.entry;
		for (let links = 0;; links++) {
			const link = [...parents(path)].map((above) => items.get(above)).findLast((above) => above?.entry.kind === "link");
			if (link === void 0) break;
			if (links === 40) throw unsafe(item, "lies below links that lead in a circle");
			const target = resolveLink(link.entry.path, certain(link.entry.target));
			path = `${target === "/" ? "" : target}${path.slice(link.entry.path.length)}`;
		}
		add(found, path === item.entry.path ? item : {
			...item,
			entry: {
				...item.entry,
				path
			}
		});
	}
	return found;
}
function refuseOverlaps(items) {
	for (const item of items.values()) for (const above of parents(item.entry.path)) {
		const found = items.get(above);
		if (found !== void 0 && found.entry.kind !== "directory") throw unsafe(item, `lies below a ${found.entry.kind} of ${found.category}`);
	}
}
function unsafe({ category, entry }, why) {
	return new Problem("seal/unsafe-path", `${entry.path} of ${category} ${why}`, { hint: "restore one category at a time with --categories, into different places" });
}
/** What matches, and the directories above it, which carry rights. */
function matching(items, paths) {
	const isWanted = pathFilter(paths);
	const wanted = [...items.values()].filter(({ entry }) => isWanted(entry.path));
	const above = new Set(wanted.flatMap(({ entry }) => [...parents(entry.path)]));
	return [...items.values()].filter((item) => above.has(item.entry.path) || wanted.includes(item));
}
function* parents(path) {
	for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) yield path.slice(0, end);
}
export { bundleProblem as a, storeHint as i, openAll as n, SignedFiles as o, storeFor as r, fetchBundles as t };
