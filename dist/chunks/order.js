// src/core/order.ts
/** The order of code units, the same everywhere; for `sort`. */
function compareTexts(a, b) {
	if (a === b) return 0;
	return a < b ? -1 : 1;
}
export { compareTexts as t };
