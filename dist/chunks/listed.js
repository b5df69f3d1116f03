// src/core/listed.ts
/** `a, b and 3 more`: the first `most` of them. */
function listed(items, most) {
	const more = items.length - most;
	return more > 0 ? `${items.slice(0, most).join(", ")} and ${more} more` : items.join(", ");
}
export { listed as t };
