import { t as Problem } from "./problem.js";
import { createHash } from "node:crypto";
// src/seal/pruned-logs.ts
/** What trusted prune records say went of logs: what is missing beyond that was taken by somebody else. */
var PrunedLogs = class {
	/** by `<host>/<category>` */
	#files = /* @__PURE__ */ new Map();
	#pages = /* @__PURE__ */ new Map();
	constructor(records) {
		for (const { hosts } of records) for (const [host, { logs = {} }] of Object.entries(hosts)) for (const [category, { files, pages }] of Object.entries(logs)) {
			const place = `${host}/${category}`;
			const own = this.#files.get(place) ?? /* @__PURE__ */ new Set();
			for (const file of files) own.add(file);
			this.#files.set(place, own);
			this.#pages.set(place, [...this.#pages.get(place) ?? [], ...pages]);
		}
	}
	/** Whether the file went, with all its segments. */
	hasFile(host, category, id) {
		return this.#files.get(`${host}/${category}`)?.has(id) === true;
	}
	/** Where the segments of files that went were kept. */
	*folders() {
		for (const [place, ids] of this.#files) for (const id of ids) yield `bundles/${place}/${id}`;
	}
	/**
	* Where a chain goes on behind a page that the vault has no more.
	* @returns null: nowhere, nothing before it stayed; undefined: no record says that this page went
	*/
	behind(host, category, ref) {
		const [, number] = /\/(\d{8})\.json$/.exec(ref.key) ?? [];
		const sequence = Number(number);
		const range = this.#pages.get(`${host}/${category}`)?.find(({ from, to }) => from <= sequence && sequence <= to);
		if (range === void 0 || !ref.key.startsWith(`logs/${host}/${category}/`)) return void 0;
		return sequence === range.to && ref.sha256 !== range.last ? void 0 : range.previous;
	}
};
new PrunedLogs([]);
// src/seal/log-page.ts
/** What a page is as bytes: JSON with one blank of indentation and a final line end. */
function writePage(page) {
	const bytes = Buffer.from(`${JSON.stringify(page, null, 1)}\n`);
	const name = String(page.sequence).padStart(8, "0");
	return {
		bytes,
		ref: {
			key: `logs/${page.host}/${page.category}/${name}.json`,
			sha256: createHash("sha256").update(bytes).digest("hex")
		}
	};
}
/**
* Trusts a page because what names it, a signed snapshot or a page trusted before, gives its digest.
* @param bytes  as found under `ref.key`; null when there is nothing
* @throws Problem "store/missing", "seal/altered", "seal/wrong-host"
*/
function openPage(bytes, ref, host, category) {
	const problem = pageProblem(bytes === null ? null : createHash("sha256").update(bytes).digest("hex"), ref);
	if (problem !== null || bytes === null) throw problem;
	const page = JSON.parse(Buffer.from(bytes).toString("utf8"));
	if (page.format !== 1) throw new Problem("vault/newer-format", `${ref.key} has format ${String(page.format)}; this program knows format 1`, { hint: "update pmta-vault" });
	if (page.host !== host || page.category !== category) throw new Problem("seal/wrong-host", `${ref.key} is a page of ${page.category} of ${page.host}`, { hint });
	return page;
}
/**
* Why what was found under a page's key is not the page that is named; null when it is.
* @param sha256  hex, of what was found; null when there is nothing
*/
function pageProblem(sha256, ref) {
	if (sha256 === ref.sha256) return null;
	return sha256 === null ? new Problem("store/missing", `the vault has no ${ref.key}`, { hint }) : new Problem("seal/altered", `${ref.key} is not what the snapshot names`, { hint });
}
const hint = "compare the bundles branch with a clone you trust before going on";
// src/flows/renewal.ts
/** Bundles in artifacts expire: the newest of each category is put again before it does. */
/** Whether the bundle is no more, by its expiry. */
function isGone({ artifact }, now) {
	return artifact?.expiresAt != null && Date.parse(artifact.expiresAt) <= now.getTime();
}
/** Whether two thirds of its life are over: then there is time left for several runs to renew it. */
function isEnding({ artifact }, now) {
	if (artifact?.expiresAt == null) return false;
	const [start, end] = [Date.parse(artifact.uploadedAt), Date.parse(artifact.expiresAt)];
	return now.getTime() >= start + (end - start) * 2 / 3;
}
/**
* What cannot be renewed is told and stays as it is: the next run tries again.
* @param replaced  categories of which this run has a new bundle
*/
async function renew({ host, categories }, replaced, { store, now, observe }, signal) {
	const renewed = /* @__PURE__ */ new Map();
	const refs = Object.entries(categories).flatMap(([name, { bundle }]) => bundle === null || replaced.has(name) ? [] : [bundle]);
	for (const ref of refs) {
		if (ref.store !== store.name || !isEnding(ref, now()) || isGone(ref, now())) continue;
		try {
			const { artifact } = await store.put(ref.key, await proven(ref, store, signal), signal);
			if (artifact !== void 0) renewed.set(ref.key, artifact);
		} catch (error) {
			if (!(error instanceof Problem) || signal.aborted) throw error;
			observe({
				kind: "warning",
				host,
				message: `${ref.key} expires at ${ref.artifact?.expiresAt} and was not renewed: ${error.message}`
			});
		}
	}
	return renewed;
}
async function proven(ref, store, signal) {
	const bytes = await store.get(ref.key, signal, ref.sha256);
	if (createHash("sha256").update(bytes).digest("hex") === ref.sha256) return bytes;
	throw new Problem("store/not-read-back", `${ref.key} is not what was signed`, { hint: "run `pmta-vault verify`" });
}
/** The same records, with the new places in them. */
function withRenewed(categories, renewed) {
	if (renewed.size === 0) return categories;
	return Object.fromEntries(Object.entries(categories).map(([name, record]) => {
		const artifact = record.bundle === null ? void 0 : renewed.get(record.bundle.key);
		return [name, record.bundle === null || artifact === void 0 ? record : {
			...record,
			bundle: {
				...record.bundle,
				artifact
			}
		}];
	}));
}
export { openPage as a, PrunedLogs as c, withRenewed as i, isGone as n, pageProblem as o, renew as r, writePage as s, isEnding as t };
