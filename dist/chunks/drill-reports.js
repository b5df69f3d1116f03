import { i as keyTime } from "./log.js";
import { r as partAt } from "./parts.js";
import { t as Problem } from "./problem.js";
import { a as reportNamespace, c as verify } from "./snapshot.js";
// src/flows/drill-reports.ts
/** The reports of drills in a vault: evidence, so each must be as it was signed, and be of the host that it lies under. */
/** Takes files in the order of their paths, in which a signature comes right behind what it signs. */
var DrillReports = class {
	findings = [];
	/** reports that were looked at */
	count = 0;
	#signers;
	#held = null;
	constructor(signers) {
		this.#signers = signers;
	}
	/** @param bytes  null when the repository has lost or damaged it */
	add(path, bytes) {
		const content = bytes ?? /* @__PURE__ */ new Uint8Array();
		if (!path.endsWith(".sig")) {
			this.finish();
			this.#held = {
				path,
				bytes: content
			};
			return;
		}
		const signed = path.slice(0, -4);
		if (this.#held?.path !== signed) {
			this.finish();
			this.#find(signed, new Problem("store/missing", `the vault has no ${signed}`, { hint }));
			return;
		}
		this.#check(this.#held, Buffer.from(content).toString("latin1"));
		this.#held = null;
	}
	/** To be called behind the last file. */
	finish() {
		if (this.#held !== null) this.#check(this.#held, "");
		this.#held = null;
	}
	#check({ path, bytes }, signature) {
		this.count += path.endsWith(".json") ? 1 : 0;
		const problem = reportProblem(this.#signers, path, bytes, signature);
		if (problem !== null) this.#find(path, problem);
	}
	#find(path, problem) {
		this.findings.push({
			host: partAt(path, "/", 1),
			sequence: null,
			key: path,
			problem
		});
	}
};
/**
* Why a report, or its text, is not what was filed under this path; null when it is.
* @param signature  `""` where there is none
*/
function reportProblem(signers, path, bytes, signature) {
	switch (verify(signers, bytes, signature, reportNamespace)) {
		case "unsigned": return new Problem("seal/not-signed", `${path} has no signature that can be read`, { hint });
		case "stranger": return new Problem("seal/wrong-signer", `${path} is signed by a key that fleet.yml does not list`, { hint });
		case "altered": return new Problem("seal/altered", `${path} is not what was signed`, { hint });
		case "good":
			if (!path.endsWith(".json") || nameOf(bytes) === path) return null;
			return new Problem("seal/swapped", `${path} is the report of another drill`, {
				data: [nameOf(bytes)],
				hint
			});
	}
}
/** Under which name a report was filed. */
function nameOf(bytes) {
	const report = JSON.parse(Buffer.from(bytes).toString("utf8"));
	return `drills/${report.host}/${keyTime(report.startedAt)}.json`;
}
const hint = "compare the bundles branch with a clone you trust before you show it to anybody";
export { reportProblem as n, DrillReports as t };
