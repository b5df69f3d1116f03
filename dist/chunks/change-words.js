import { n as riskLevels } from "./change.js";
// src/core/change-words.ts
function changeWords({ risk, scope, name, before, after, notes }) {
	return {
		risk,
		place: scope.join(" › "),
		name,
		before: before.join(", "),
		after: after.join(", "),
		notes
	};
}
/** 0 is the gravest. */
function riskRank({ risk }) {
	return riskLevels.indexOf(risk.level);
}
export { riskRank as n, changeWords as t };
