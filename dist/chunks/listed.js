// src/core/listed.ts
/**
* `a, b and 3 more`: the first `most` of them.
* @param write  how those that are named are written
*/
function listed(items, most, write = (item) => item) {
	const more = items.length > most ? ` and ${items.length - most} more` : "";
	return items.slice(0, most).map(write).join(", ") + more;
}
export { listed as t };
