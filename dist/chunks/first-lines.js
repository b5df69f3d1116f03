// src/core/first-lines.ts
/**
* The first of many lines, and how many more there are.
* @param lead  what every line begins with, such as `- `
*/
function firstLines(lines, most, lead = "") {
	const more = lines.length > most ? [`and ${lines.length - most} more`] : [];
	return [...lines.slice(0, most), ...more].map((line) => `${lead}${line}`);
}
export { firstLines as t };
