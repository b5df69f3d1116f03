// src/core/fleet.ts
/** Who can open a category: its own recipients, or those of the fleet. */
function recipientsOf(fleet, category) {
	const own = fleet.categories.get(category)?.recipients ?? [];
	return own.length > 0 ? own : fleet.recipients;
}
/** All but those that are only gone through. */
function backedUpHosts({ hosts }) {
	return hosts.filter(({ backup }) => backup);
}
export { recipientsOf as n, backedUpHosts as t };
