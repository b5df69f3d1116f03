// src/core/change.ts
/** How much harm a change can do when nobody looks at it, worst first. */
const riskLevels = [
	"critical",
	"high",
	"medium",
	"low"
];
/** 0 is the gravest. */
function riskRank({ level }) {
	return riskLevels.indexOf(level);
}
/** Negative when `a` is graver than `b`. */
function compareRisks(a, b) {
	return riskRank(a) - riskRank(b);
}
/** The gravest first; of equals, what was found first. */
function byGravity(changes) {
	return changes.toSorted((a, b) => compareRisks(a.risk, b.risk));
}
export { compareRisks as n, riskRank as r, byGravity as t };
