// src/core/traffic.ts
/**
* The first UTC day whose counts stay, such as `2026-03-02`. Counts are no backup, and have a period of their own.
* @param keepMs  as the fleet file says
*/
function firstCountedDay(keepMs, now) {
	return new Date(Math.max(0, now.getTime() - keepMs)).toISOString().slice(0, 10);
}
const skipReasons = {
	"no-header": "lines before any header",
	fields: "lines whose number of fields is not the header's",
	quotes: "lines with broken quotes",
	"too-long": "lines longer than 64 KiB",
	cut: "a last line without its end",
	"no-time-column": "lines under a header that has no timeLogged",
	time: "lines whose timeLogged is not a time with its offset",
	future: "lines dated in the future",
	type: "lines of a type that is not known",
	"not-utf8": "lines with a name that is not UTF-8"
};
export { skipReasons as n, firstCountedDay as t };
