import { i as keyTime } from "./log.js";
import { a as reportNamespace, o as sign } from "./snapshot.js";
import { t as checkSigner } from "./trust.js";
// src/flows/evidence.ts
/** @returns the path of the JSON on the branch `bundles` */
async function fileEvidence(report, { vault, fleet, signingKey, markdown }, signal) {
	checkSigner(fleet, signingKey.publicLine);
	const name = `drills/${report.host}/${keyTime(report.startedAt)}`;
	const texts = {
		json: `${JSON.stringify(report, null, 2)}\n`,
		md: markdown(report)
	};
	const files = /* @__PURE__ */ new Map();
	for (const [ending, text] of Object.entries(texts)) {
		const bytes = Buffer.from(text);
		files.set(`${name}.${ending}`, bytes);
		files.set(`${name}.${ending}.sig`, Buffer.from(sign(signingKey, bytes, reportNamespace)));
	}
	await vault.keep(files, `drill: ${report.host} ${report.verdict}`, signal);
	return `${name}.json`;
}
export { fileEvidence };
