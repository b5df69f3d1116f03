import { t as compareTexts } from "./order.js";
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
		const sequence = Number(/\/(\d{8})\.json$/.exec(ref.key)?.[1]);
		const range = this.#pages.get(`${host}/${category}`)?.find(({ from, to }) => from <= sequence && sequence <= to);
		if (range === void 0 || !ref.key.startsWith(`logs/${host}/${category}/`)) return void 0;
		return sequence === range.to && ref.sha256 !== range.last ? void 0 : range.previous;
	}
};
const nothingPruned = new PrunedLogs([]);
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
/**
* All log files of a category at one snapshot, by walking the chain of its pages.
* @param newest  what the snapshot names
* @param read    the bytes of a page; null when it is not there
* @param pruned  what retention took: such files are left out, and the chain goes on behind such pages
* @returns       files sorted by path; `missing`: where the chain ends, a page that is not there, and no prune record
*                says why; `gone`: paths of files that retention took, those on the host at the newest page first
* @throws        Problem as `openPage`, for the newest page and for what is altered
*/
async function collectLogs(newest, host, category, read, pruned = nothingPruned) {
	const segments = /* @__PURE__ */ new Map();
	const files = /* @__PURE__ */ new Map();
	const gone = /* @__PURE__ */ new Map();
	let ref = newest;
	let missing = null;
	let isFirst = true;
	while (ref !== null) {
		const bytes = await read(ref.key);
		const behind = bytes === null ? pruned.behind(host, category, ref) : void 0;
		if (behind !== void 0) {
			ref = behind;
			continue;
		}
		if (bytes === null && ref !== newest) {
			missing = ref;
			break;
		}
		const page = openPage(bytes, ref, host, category);
		for (const segment of page.segments) {
			const own = segments.get(segment.file);
			if (own === void 0) segments.set(segment.file, [segment]);
			else own.push(segment);
		}
		for (const file of page.files) {
			if (files.has(file.id) || gone.has(file.id)) continue;
			const present = isFirst;
			const path = present ? file.path : `${file.path.slice(0, file.path.lastIndexOf("/"))}/${file.id}`;
			if (pruned.hasFile(host, category, file.id)) {
				gone.set(file.id, {
					id: file.id,
					path,
					present
				});
				continue;
			}
			const { id, mode, owner, group, uid, gid, mtime, end: size } = file;
			files.set(id, {
				id,
				path,
				present,
				mode,
				owner,
				group,
				uid,
				gid,
				mtime,
				size,
				segments: []
			});
		}
		isFirst = false;
		ref = page.previous;
	}
	return {
		files: [...files.values()].map((file) => ({
			...file,
			segments: (segments.get(file.id) ?? []).toSorted((a, b) => a.first - b.first)
		})).sort((a, b) => compareTexts(a.path, b.path)),
		missing,
		gone: [...gone.values()]
	};
}
export { PrunedLogs as a, writePage as i, openPage as n, pageProblem as r, collectLogs as t };
