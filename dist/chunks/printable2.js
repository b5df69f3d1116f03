// src/show/printable.ts
/** A text of more than `most` characters is cut, and says how long it was. No character is cut in two. */
function cut(text, most) {
	if (text.length <= most) return text;
	return `${text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "")}… (${text.length} characters)`;
}
/** `1.5 MB`, `812 B`: powers of 1000, as disks and links are sold. */
function bytesInWords(bytes) {
	const units = [
		"B",
		"kB",
		"MB",
		"GB",
		"TB"
	];
	const power = Math.min(units.length - 1, bytes < 1e3 ? 0 : Math.floor(Math.log10(bytes) / 3));
	return `${power === 0 ? bytes : (bytes / 1e3 ** power).toFixed(1)} ${units[power]}`;
}
/** `0.4 s`, `1 min 5 s`. */
function timeInWords(ms) {
	if (ms < 59950) return `${(ms / 1e3).toFixed(1)} s`;
	return `${Math.floor(ms / 6e4)} min ${Math.round(ms % 6e4 / 1e3)} s`;
}
const plural = (count, noun, many = `${noun}s`) => `${count} ${count === 1 ? noun : many}`;
export { timeInWords as i, cut as n, plural as r, bytesInWords as t };
