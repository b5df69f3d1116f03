// src/core/change.ts
/** How much harm a change can do when nobody looks at it, worst first. */
const riskLevels = [
	"critical",
	"high",
	"medium",
	"low"
];
/** Negative when `a` is graver than `b`. */
function compareRisks(a, b) {
	return riskLevels.indexOf(a.level) - riskLevels.indexOf(b.level);
}
export { riskLevels as n, compareRisks as t };
