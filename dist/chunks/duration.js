// src/core/duration.ts
const unitMs = {
	s: 1e3,
	m: 6e4,
	h: 36e5,
	d: 864e5,
	w: 6048e5
};
/** A whole number of one unit, such as `90s`, `30m`, `24h`, `7d`, `1w`. */
const durationPattern = /^[1-9][0-9]{0,5}[smhdw]$/;
/** What a text has to look like to be read by `parseDuration`, for messages. */
const durationForm = "a number with its unit, such as 90s, 30m, 24h, 7d or 1w";
/** @returns milliseconds, or null when the text is not a duration */
function parseDuration(text) {
	if (!durationPattern.test(text)) return null;
	return Number(text.slice(0, -1)) * unitMs[text.slice(-1)];
}
/** The shortest text that `parseDuration` reads as `ms`; whole seconds. */
function showDuration(ms) {
	for (const unit of [
		"w",
		"d",
		"h",
		"m"
	]) if (ms > 0 && ms % unitMs[unit] === 0) return `${ms / unitMs[unit]}${unit}`;
	return `${Math.round(ms / 1e3)}s`;
}
export { showDuration as i, durationPattern as n, parseDuration as r, durationForm as t };
