// src/propose/mark.ts
const maxHostCharacters = 8e3;
const pattern = /^<!-- pmta-vault (\{.*\}) -->$/m;
/** An HTML comment of one line. @param ended  whether the program itself ended the page */
function writeMark(mark, ended = false) {
	const hosts = mark.hosts.join(" ").length > maxHostCharacters ? [] : mark.hosts;
	return `<!-- pmta-vault ${JSON.stringify({
		...mark,
		hosts,
		...ended ? { ended } : {}
	}).replaceAll("-->", "--\\u003e")} -->`;
}
/** Null when there is no mark, or one that nobody can read. */
function readMark(text) {
	const { id, kind, hosts, content, subject, since } = read(text);
	if (typeof id !== "string" || typeof content !== "string" || typeof subject !== "string") return null;
	if (kind !== "baseline" && kind !== "drift" || typeof since !== "string") return null;
	if (!Array.isArray(hosts) || !hosts.every((host) => typeof host === "string")) return null;
	return {
		id,
		kind,
		hosts,
		content,
		subject,
		since
	};
}
/** A page that the program ended is no judgement of a person. */
const isEnded = (text) => read(text)["ended"] === true;
/** The same text, marked as ended by the program. */
function endedText(text) {
	const mark = readMark(text);
	return mark === null ? String(text ?? "") : String(text).replaceAll("\r", "").replace(pattern, () => writeMark(mark, true));
}
function read(text) {
	const json = pattern.exec(String(text).replaceAll("\r", ""))?.[1];
	if (json === void 0) return {};
	try {
		return JSON.parse(json);
	} catch {
		return {};
	}
}
export { writeMark as i, isEnded as n, readMark as r, endedText as t };
