import { t as certain } from "./certain.js";
// src/core/parts.ts
/** Parts of a text, by names or marks. */
/** What stands before the first `mark`; the whole text where there is none. */
function textBefore(text, mark) {
	const at = text.indexOf(mark);
	return at === -1 ? text : text.slice(0, at);
}
/** What stands behind the first `mark`; nothing where there is none. */
function textAfter(text, mark) {
	const at = text.indexOf(mark);
	return at === -1 ? "" : text.slice(at + mark.length);
}
/** The part between two marks, counted from 0; nothing where there are not so many. */
function partAt(text, mark, place) {
	return text.split(mark)[place] ?? "";
}
/**
* What the groups of an expression matched, in their order.
* @param names  one for each group; each group takes part in every match
* @returns      null where the expression does not match
*/
function matched(pattern, text, ...names) {
	const match = pattern.exec(text);
	return match === null ? null : named(names, match, 1);
}
/**
* Fields of a line that always has as many, such as git's in a format that it was given; what follows the last named
* one is left out.
* @throws Error  where there are fewer
*/
function fieldsOf(line, separator, ...names) {
	return named(names, line.split(separator), 0);
}
/** @param first  place of the first name's text; the listing of a fleet comes through here line by line */
function named(names, texts, first) {
	const parts = {};
	let place = first;
	for (const name of names) parts[name] = certain(texts[place++]);
	return parts;
}
export { textBefore as a, textAfter as i, matched as n, partAt as r, fieldsOf as t };
