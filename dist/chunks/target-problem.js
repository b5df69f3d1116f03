import { t as Problem } from "./problem.js";
// src/restore/target-problem.ts
/** Why this machine does not take what is restored; by then whatever was written is removed again. */
function targetProblem(target, cause) {
	if (cause instanceof Problem) return cause;
	const { code } = cause;
	if (code === void 0) return cause;
	if (code === "ENOSPC" || code === "EDQUOT") return new Problem("restore/full", `the disk of ${target} is full; nothing is left there`, {
		cause,
		hint: "make room, or name a place on another disk"
	});
	return new Problem("restore/refused", `${target} cannot be written (${code}); nothing is left there`, {
		cause,
		hint: "is it read-only, or another account's? name a place that this account may write"
	});
}
export { targetProblem as t };
