import { i as showDuration } from "./duration.js";
import { i as timeInWords } from "./printable2.js";
// src/show/drill-words.ts
/** Most steps take less than a second. */
const stepTime = (ms) => ms < 1e3 ? `${ms} ms` : timeInWords(ms);
/** The same words in every form of a drill's report. */
const proofTitles = {
	restore: "Restore",
	files: "Files",
	config: "Config",
	dkim: "DKIM keys",
	license: "Licence"
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
const order = {
	failed: 0,
	weak: 1,
	note: 2
};
/** The gravest first, otherwise as found. */
const byGravity = (findings) => findings.toSorted((a, b) => order[a.level] - order[b.level]);
export { timeAgainstObjective as a, stepTime as i, proofTitles as n, verdictInWords as o, snapshotInWords as r, byGravity as t };
