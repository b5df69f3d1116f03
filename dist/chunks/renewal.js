import { n as caughtProblem, t as Problem } from "./problem.js";
import { createHash } from "node:crypto";
// src/flows/renewal.ts
/** Bundles in artifacts expire: the newest of each category is put again before it does. */
/** Whether the bundle is no more, by its expiry. */
function isGone({ artifact }, now) {
	return artifact?.expiresAt != null && Date.parse(artifact.expiresAt) <= now.getTime();
}
/** Whether two thirds of its life are over: then there is time left for several runs to renew it. */
function isEnding({ artifact }, now) {
	if (artifact?.expiresAt == null) return false;
	const [start, end] = [Date.parse(artifact.uploadedAt), Date.parse(artifact.expiresAt)];
	return now.getTime() >= start + (end - start) * 2 / 3;
}
/**
* What cannot be renewed is told and stays as it is: the next run tries again.
* @param replaced  categories of which this run has a new bundle
*/
async function renew({ host, categories }, replaced, { store, now, observe }, signal) {
	const renewed = /* @__PURE__ */ new Map();
	const refs = Object.entries(categories).flatMap(([name, { bundle }]) => bundle === null || replaced.has(name) ? [] : [bundle]);
	for (const ref of refs) {
		if (ref.store !== store.name || !isEnding(ref, now()) || isGone(ref, now())) continue;
		try {
			const { artifact } = await store.put(ref.key, await proven(ref, store, signal), signal);
			if (artifact !== void 0) renewed.set(ref.key, artifact);
		} catch (error) {
			const problem = caughtProblem(error, signal);
			observe({
				kind: "warning",
				host,
				message: `${ref.key} expires at ${ref.artifact?.expiresAt} and was not renewed: ${problem.message}`
			});
		}
	}
	return renewed;
}
async function proven(ref, store, signal) {
	const bytes = await store.get(ref.key, signal, ref.sha256);
	if (createHash("sha256").update(bytes).digest("hex") === ref.sha256) return bytes;
	throw new Problem("store/not-read-back", `${ref.key} is not what was signed`, { hint: "run `pmta-vault verify`" });
}
/** The same records, with the new places in them. */
function withRenewed(categories, renewed) {
	if (renewed.size === 0) return categories;
	return Object.fromEntries(Object.entries(categories).map(([name, record]) => {
		const artifact = record.bundle === null ? void 0 : renewed.get(record.bundle.key);
		return [name, record.bundle === null || artifact === void 0 ? record : {
			...record,
			bundle: {
				...record.bundle,
				artifact
			}
		}];
	}));
}
export { withRenewed as i, isGone as n, renew as r, isEnding as t };
