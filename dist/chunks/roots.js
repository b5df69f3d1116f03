import { r as pathPattern } from "./path-pattern.js";
// src/pull/roots.ts
/** All categories that are kept as bundles, the secret ones first: where two claim a file, it stays secret. */
function planCategories(profile, policies) {
	const known = new Map(profile.categories.map((category) => [category.name, category]));
	const added = [...policies.keys()].filter((name) => !known.has(name));
	return [...profile.categories.filter((category) => category.log === null).map((category) => plan(category, policies.get(category.name))), ...added.map((name) => plan({
		name,
		patterns: [],
		shownMasked: false
	}, policies.get(name)))].sort((a, b) => Number(a.shownMasked) - Number(b.shownMasked));
}
function planLogs(profile, policies) {
	return profile.categories.flatMap((category) => {
		const policy = policies.get(category.name);
		if (category.log === null) return [];
		const { everyMs, countsTraffic } = category.log;
		return [{
			...plan(category, policy),
			everyMs: policy?.everyMs ?? everyMs,
			countsTraffic
		}];
	});
}
/** Where the files of log categories are: what their patterns match, and what configs name besides. */
function logRoots(logs, references) {
	const patterns = logs.flatMap((log) => log.patterns);
	const bases = patterns.filter(({ deep }) => deep).map(({ base }) => base);
	const names = new Set(logs.map(({ name }) => name));
	const named = references.filter(({ category }) => names.has(category)).map(({ path }) => path);
	const trees = [...new Set(bases)].map((path) => ({
		kind: "tree",
		path
	}));
	const globs = [.../* @__PURE__ */ new Set([...patterns.filter(({ deep }) => !deep).map(({ pattern }) => pattern), ...named])];
	return [...trees, ...globs.map((pattern) => ({
		kind: "glob",
		pattern,
		named: false
	}))];
}
function plan(category, policy) {
	const patterns = policy !== void 0 && policy.paths.length > 0 ? policy.paths : category.patterns;
	return {
		name: category.name,
		shownMasked: category.shownMasked,
		patterns: patterns.map(pathPattern)
	};
}
/** A literal path stands for itself and for all below it. */
function claims(category, path) {
	return category.patterns.some((pattern) => pattern.matches(path) || pattern.literal && isBelow(path, pattern.pattern));
}
/** Where to list: known from the fleet file alone, so the same in each run; nothing twice. */
function fixedRoots(categories) {
	const patterns = categories.flatMap((category) => category.patterns);
	const bases = patterns.filter((pattern) => pattern.literal || pattern.deep).map((pattern) => pattern.base);
	const trees = [...new Set(bases)].filter((base) => !bases.some((other) => other !== base && isBelow(base, other))).sort();
	const globs = patterns.filter((pattern) => !pattern.literal && !pattern.deep);
	return [...trees.map((path) => ({
		kind: "tree",
		path
	})), ...globs.filter((glob) => !trees.some((tree) => glob.base === tree || isBelow(glob.base, tree))).map((glob) => ({
		kind: "glob",
		pattern: glob.pattern,
		named: false
	}))];
}
/** Roots for what configs name outside of `roots`. */
function namedRoots(paths, roots) {
	const trees = roots.flatMap((root) => root.kind === "tree" ? [root.path] : []);
	return [...new Set(paths)].filter((path) => {
		const { base, literal } = pathPattern(path);
		return !trees.some((tree) => literal ? isBelow(path, tree) : base === tree || isBelow(base, tree));
	}).map((pattern) => ({
		kind: "glob",
		pattern,
		named: true
	}));
}
function isBelow(path, directory) {
	if (directory === "/") return path.startsWith("/");
	return path[directory.length] === "/" && path.startsWith(directory);
}
/** The paths of those that belong to a planned category: logs are named too, and are listed apart. */
function referencePaths(references, categories) {
	const planned = new Set(categories.map(({ name }) => name));
	return references.filter(({ category }) => planned.has(category)).map(({ path }) => path);
}
export { namedRoots as a, referencePaths as c, logRoots as i, fixedRoots as n, planCategories as o, isBelow as r, planLogs as s, claims as t };
