import { t as Problem } from "./problem.js";
import { i as nothingKnown } from "./last-seen.js";
import { t as openSnapshot } from "./snapshot.js";
import { createHash } from "node:crypto";
// src/flows/hint.ts
function hintOf({ references, listing }) {
	return `${JSON.stringify({
		references,
		listing
	}, null, 1)}\n`;
}
/** What is not as `hintOf` writes it says nothing. */
function parseHint(json) {
	const { references, listing } = parse(json);
	return {
		references: Array.isArray(references) ? references.filter(isReference) : [],
		listing: typeof listing === "string" ? listing : null
	};
}
function parse(json) {
	try {
		const found = JSON.parse(json ?? "{}");
		return typeof found === "object" && found !== null ? found : {};
	} catch {
		return {};
	}
}
function isReference(found) {
	const fields = found;
	return typeof fields?.path === "string" && fields.path.startsWith("/") && typeof fields.category === "string";
}
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
			if (!(error instanceof Problem) || signal.aborted) throw error;
			observe({
				kind: "warning",
				host,
				message: `${ref.key} expires at ${ref.artifact?.expiresAt} and was not renewed: ${error.message}`
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
// src/flows/trust.ts
/** The newest snapshot of a host, if there is one and it can be trusted. */
function trustedSnapshot(host, record, fleet) {
	const latest = record?.latest;
	if (latest === void 0 || latest === null) return null;
	return openSnapshot(latest.bytes, latest.signature, fleet.signers, {
		host,
		sequence: latest.sequence
	});
}
/** Equal to no digest: what has it is stored again. */
const noFingerprint = "";
/**
* What a run may take as known of a host. A bundle that is sealed to others than the fleet's recipients of today
* counts as one to be replaced; one that is gone is not known, and its content has to be read and kept anew.
*/
function knownOf(snapshot, record, { recipients }, now) {
	if (snapshot === null) return nothingKnown;
	const wanted = new Set(recipients);
	const categories = /* @__PURE__ */ new Map();
	for (const [name, { bundle }] of Object.entries(snapshot.snapshot.categories)) {
		if (bundle === null || isGone(bundle, now)) continue;
		const current = wanted.symmetricDifference(new Set(bundle.recipients)).size === 0;
		categories.set(name, current ? bundle : {
			...bundle,
			fingerprint: noFingerprint
		});
	}
	return {
		categories,
		...parseHint(record?.hint ?? null)
	};
}
/** The run's own key must be one that later runs will accept. */
function checkSigner(fleet, publicLine) {
	if (isSigner(fleet, publicLine)) return;
	throw new Problem("seal/no-signer", "the signing key is not one of the signers of fleet.yml", {
		data: [`it is    ${publicLine}`, ...fleet.signers.map((signer) => `listed   ${signer}`)],
		hint: "add it under `signers:` of fleet.yml, or give the key that is listed"
	});
}
/** Comments after a key do not count. */
function isSigner({ signers }, publicLine) {
	return signers.some((signer) => signer.split(/\s+/).slice(0, 2).join(" ") === publicLine);
}
export { renew as a, trustedSnapshot as i, isSigner as n, withRenewed as o, knownOf as r, hintOf as s, checkSigner as t };
