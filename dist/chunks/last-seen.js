import { a as namedRoots, c as referencePaths, i as logRoots, n as fixedRoots } from "./roots.js";
// src/pull/last-seen.ts
const nothingKnown = {
	categories: /* @__PURE__ */ new Map(),
	references: [],
	listing: null
};
/** All that a run lists first: what fleet.yml says, and what the configs are expected to name. */
function expectedRoots(categories, expected) {
	const fixed = fixedRoots(categories);
	return [...fixed, ...namedRoots(referencePaths(expected, categories), fixed)];
}
/**
* Whether each file is what the last snapshot holds, as far as times, sizes, modes, owners and numbers tell.
* @returns  null: something changed, or the host cannot tell; else what was listed of logs, if it was
*/
async function asLastSeen(tools, known, signal) {
	if (known.listing === null) return null;
	const roots = expectedRoots(tools.categories, known.references);
	const fingerprints = new Map([...known.categories].map(([name, { fingerprint }]) => [name, fingerprint]));
	const salt = saltOf(tools, roots, known.references, fingerprints);
	const logs = logRoots(tools.logs, known.references);
	const answer = await tools.session.digest(roots, salt, logs, signal);
	return answer?.digest === known.listing ? answer : null;
}
/**
* The digest by which the next run may take the short way.
* @param first         the first listing of this run, and the roots it was made of
* @param references    what the configs name now
* @param fingerprints  of the categories that the snapshot will hold
*/
function lastSeen(tools, first, references, fingerprints) {
	const next = expectedRoots(tools.categories, references);
	if (JSON.stringify(next) !== JSON.stringify(first.roots)) return null;
	return first.listing.digest(saltOf(tools, next, references, fingerprints));
}
function saltOf(tools, roots, references, fingerprints) {
	const taken = [...tools.taken].map((name) => [name, fingerprints.get(name) ?? null]);
	return tools.listingSalt([
		roots,
		references,
		taken
	]);
}
export { nothingKnown as i, expectedRoots as n, lastSeen as r, asLastSeen as t };
