import { t as certain } from "./certain.js";
import { r as partAt } from "./parts.js";
import { t as Problem } from "./problem.js";
import { n as openPage, r as pageProblem } from "./log-page.js";
import { createHash } from "node:crypto";
// src/flows/log-chains.ts
/** The pages of logs in a vault, and what a signed snapshot proves by naming one: it, those before it, their segments. */
var LogChains = class {
	#seen = /* @__PURE__ */ new Map();
	/** digests by key, of pages that were followed */
	#followed = /* @__PURE__ */ new Map();
	/** @param bytes  null when the repository has lost or damaged it */
	add(key, bytes) {
		if (bytes === null) return;
		const sha256 = createHash("sha256").update(bytes).digest("hex");
		this.#seen.set(key, {
			sha256,
			content: contentOf(bytes, {
				key,
				sha256
			})
		});
	}
	/**
	* @param newest  as a trusted snapshot names it
	* @param pruned  what trusted records say went: the chain goes on behind it
	* @returns       the pages that were not met before, the newest first, without the segments of files that went;
	*                and why the chain could not be followed to its end
	*/
	follow(host, category, newest, pruned) {
		const pages = [];
		for (let ref = newest; ref !== null;) {
			if (this.#followed.get(ref.key) === ref.sha256) break;
			this.#followed.set(ref.key, ref.sha256);
			const seen = this.#seen.get(ref.key);
			const behind = seen === void 0 ? pruned.behind(host, category, ref) : void 0;
			if (behind !== void 0) {
				ref = behind;
				continue;
			}
			const content = pageProblem(seen?.sha256 ?? null, ref) ?? foreign(ref, host, category) ?? certain(seen).content;
			if (content instanceof Problem) return {
				pages,
				broken: {
					key: ref.key,
					problem: content
				}
			};
			const segments = content.segments.filter(({ file }) => !pruned.hasFile(host, category, file));
			pages.push({
				...content,
				ref,
				segments
			});
			ref = content.previous;
		}
		return {
			pages,
			broken: null
		};
	}
	/** Pages that nothing names that can be trusted. */
	strays() {
		return [...this.#seen.keys()].filter((key) => !this.#followed.has(key));
	}
};
/** Held against what names it only later: what is no page is a problem once somebody names it. */
function contentOf(bytes, ref) {
	const [host, category] = [partAt(ref.key, "/", 1), partAt(ref.key, "/", 2)];
	try {
		const { sequence, takenAt, previous, segments } = openPage(bytes, ref, host, category);
		return {
			sequence,
			takenAt,
			previous,
			segments: segments.map(placeOf)
		};
	} catch (problem) {
		if (problem instanceof Problem) return problem;
		return new Problem("seal/altered", `${ref.key} is no page of a log`, { hint: "take it from another clone of the vault, and find out who could write" });
	}
}
const placeOf = ({ file, first, end, store, key, size, sha256 }) => ({
	file,
	first,
	end,
	store,
	key,
	size,
	sha256
});
function foreign({ key }, host, category) {
	if (key.startsWith(`logs/${host}/${category}/`)) return null;
	return new Problem("seal/wrong-host", `${key} is named by ${category} of ${host}`, { hint: "compare the bundles branch with a clone you trust before going on" });
}
export { LogChains as t };
