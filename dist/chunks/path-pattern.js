// src/core/path-pattern.ts
const wildcard = /[*?[]/;
function pathPattern(pattern) {
	if (!wildcard.test(pattern)) return {
		pattern,
		literal: true,
		deep: false,
		base: pattern,
		matches: (path) => path === pattern
	};
	const segments = pattern.split("/");
	const fixed = segments.findIndex((segment) => wildcard.test(segment));
	let made = null;
	const regex = () => {
		made ??= regexOrNothing(segments.slice(1).map(segmentRegex).join(""));
		return made;
	};
	return {
		pattern,
		literal: false,
		deep: segments.includes("**"),
		base: segments.slice(0, fixed).join("/") || "/",
		matches: (path) => regex().test(path)
	};
}
/** A range the wrong way round, such as `[z-a]`, matches nothing, as in a shell; configs of hosts may hold any text. */
function regexOrNothing(source) {
	try {
		return new RegExp(`^${source}$`, "su");
	} catch {
		return /(?!)/;
	}
}
function segmentRegex(segment) {
	if (segment === "**") return "(?:/[^/]+)*";
	let regex = "/";
	for (let i = 0; i < segment.length; i++) {
		const char = segment.charAt(i);
		if (char === "*") regex += segment.charAt(i + 1) === "*" ? "" : "[^/]*";
		else if (char === "?") regex += "[^/]";
		else if (char === "[") {
			const end = segment.indexOf("]", i + 2);
			if (end === -1) regex += "\\[";
			else {
				const body = segment.slice(i + 1, end).replace(/[\\[&~|^]/g, "\\$&");
				regex += /^[!]|^\\\^/.test(body) ? `[^/${body.replace(/^!|^\\\^/, "")}]` : `[${body}]`;
				i = end;
			}
		} else regex += char.replace(/[\\^$.|+(){}\]]/g, "\\$&");
	}
	return regex;
}
/** A segment that is empty, `.` or `..`, or NUL. */
const abnormal = /\/\.{0,2}(?:\/|$)|\0/;
/** Whether `path` is an absolute path in the form that has only one spelling. */
function isNormalPath(path) {
	return path === "/" || path.startsWith("/") && !abnormal.test(path);
}
/** Where a link at `path` leads by its text alone: absolute, `.` and `..` resolved. */
function resolveLink(path, target) {
	if (isNormalPath(target)) return target;
	const start = target.startsWith("/") ? [] : path.split("/").slice(1, -1);
	const resolved = [];
	for (const segment of [...start, ...target.split("/")]) if (segment === "..") resolved.pop();
	else if (segment !== "" && segment !== ".") resolved.push(segment);
	return `/${resolved.join("/")}`;
}
/**
* The same place without links on the way: each directory above `path` that is a link, replaced by where it leads.
* With a slash at its end, a path that is itself a link is followed too.
* @param targetOf  what a link says, null for what is none
* @returns         also the links, in the order of the way; null when they lead in a circle
*/
function throughLinks(path, targetOf) {
	const links = [];
	let current = path;
	for (let end = current.indexOf("/", 1); end > 0; end = current.indexOf("/", end + 1)) {
		const above = current.slice(0, end);
		const target = targetOf(above);
		if (target === null) continue;
		if (links.length === 40) return null;
		links.push(above);
		const led = resolveLink(above, target);
		current = `${led === "/" ? "" : led}${current.slice(end)}`;
		end = 0;
	}
	return {
		path: current,
		links
	};
}
/** Whether a path is one of these, matches one of these patterns, or lies below one that has no wildcards. */
function pathFilter(paths) {
	const patterns = paths.map((path) => pathPattern(path));
	return (path) => patterns.some(({ pattern, literal, matches }) => matches(path) || literal && path.startsWith(`${pattern}/`));
}
export { throughLinks as a, resolveLink as i, pathFilter as n, pathPattern as r, isNormalPath as t };
