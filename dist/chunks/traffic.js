/** @param day  such as `2026-03-02` */
function isKeptDay(day, now) {
	return day >= (/* @__PURE__ */ new Date(now.getTime() - 36288e5)).toISOString().slice(0, 10);
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
export { skipReasons as n, isKeptDay as t };
