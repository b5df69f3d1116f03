import { t as certain } from "./certain.js";
import { i as showDuration } from "./duration.js";
import { i as timeInWords, r as plural } from "./printable2.js";
// src/show/drill-words.ts
/** Most steps take less than a second. */
const stepTime = (ms) => ms < 1e3 ? `${ms} ms` : timeInWords(ms);
/** The same words in every form of a drill's report. */
const proofTitles = {
	restore: "Restore",
	files: "Files",
	config: "Config",
	dkim: "DKIM keys",
	license: "Licence",
	host: "Service"
};
const verdicts = {
	passed: "would be back, and everything was proven",
	weak: "would be back, with weak points",
	failed: "did not pass"
};
const verdictInWords = ({ host, verdict }) => `${host} ${verdicts[verdict]}`;
function timeAgainstObjective({ ms, objective }) {
	const { scenario, rtoMs, isMet } = objective;
	return `${stepTime(ms)} of the ${showDuration(rtoMs)} that the policy allows for ${scenario}: ${isMet ? "in time" : "missed"}`;
}
function snapshotInWords({ sequence, takenAt }) {
	return sequence === null ? "no snapshot that can be trusted" : `snapshot ${sequence}, taken ${takenAt}`;
}
/** Such as `into a scratch directory`. */
function placeInWords({ target, spare }) {
	if (spare === null) return "into a scratch directory";
	return `onto the spare host ${target}${spare.hostname === null || spare.hostname === target ? "" : `, which calls itself ${spare.hostname}`}`;
}
/** How the spare host was left; null where there is none. */
function leftInWords({ target, spare }) {
	if (spare === null) return null;
	const { left, written, unchanged, putBackMs, folder } = spare;
	const had = `${plural(written, "path")} written, ${unchanged} there already`;
	switch (left) {
		case "untouched": return `nothing was written to ${target}`;
		case "before": return `${target} is as it was before the drill: ${had}, and put back in ${stepTime(certain(putBackMs))}`;
		case "restored": return `${target} was left as restored: ${had}; to undo it there: sh ${folder}/undo`;
		case "unknown": return `${target} may be half restored; to undo it there: sh ${folder}/undo`;
	}
}
const order = {
	failed: 0,
	weak: 1,
	note: 2
};
/** The gravest first, otherwise as found. */
const byGravity = (findings) => findings.toSorted((a, b) => order[a.level] - order[b.level]);
export { snapshotInWords as a, verdictInWords as c, proofTitles as i, leftInWords as n, stepTime as o, placeInWords as r, timeAgainstObjective as s, byGravity as t };
