// src/flows/objectives.ts
/** For a category that neither the fleet file nor the profile gives an objective. */
const standardRpoMs = 864e5;
/** How old the last good copy of a category may be, ms: as the fleet file says, else the profile. */
function rpoOf(category, fleet, profile) {
	return fleet.categories.get(category)?.rpoMs ?? profile.categories.find(({ name }) => name === category)?.rpoMs ?? standardRpoMs;
}
export { rpoOf as t };
