// src/core/first-lines.ts
/** The first of many lines, and how many more there are: for the data of a Problem. */
function firstLines(lines, most) {
	return lines.length > most ? [...lines.slice(0, most), `and ${lines.length - most} more`] : lines;
}
export { firstLines as t };
