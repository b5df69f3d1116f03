import { t as Problem } from "./problem.js";
import { t as openRecords } from "./prune-record.js";
// src/flows/history.ts
/** Sorts the files below `snapshots/` by host and number, and those below `prunes/` by number. */
var SignedFiles = class {
	/** by folder: `snapshots/<host>` and `prunes` */
	#folders = /* @__PURE__ */ new Map();
	/** files that are none of ours */
	strays = [];
	add(path, bytes) {
		const [, folder = "", number, signature] = /^(snapshots\/[^/]+|prunes)\/(\d{8})\.json(\.sig)?$/.exec(path) ?? [];
		if (number === void 0) {
			this.strays.push(path);
			return;
		}
		const own = this.#folders.get(folder) ?? /* @__PURE__ */ new Map();
		this.#folders.set(folder, own);
		const parts = own.get(Number(number)) ?? {
			json: null,
			signature: ""
		};
		own.set(Number(number), parts);
		if (signature === void 0) parts.json = bytes ?? /* @__PURE__ */ new Uint8Array();
		else parts.signature = Buffer.from(bytes ?? []).toString("utf8");
	}
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
	/** What was pruned; with a problem, nothing is known of it, and what was pruned shows as missing. */
	prunes(signers) {
		try {
			return {
				records: openRecords(this.#in("prunes"), signers),
				problem: null
			};
		} catch (problem) {
			if (problem instanceof Problem) return {
				records: [],
				problem
			};
			throw problem;
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
* Why stored bytes are not the bundle that a signed snapshot names; null when they are.
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
export { SignedFiles as n, bundleProblem as t };
