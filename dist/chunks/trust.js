import { t as Problem } from "./problem.js";
import { i as nothingKnown } from "./last-seen.js";
import { t as openSnapshot } from "./snapshot.js";
import { n as isGone } from "./renewal.js";
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
export { hintOf as a, trustedSnapshot as i, isSigner as n, knownOf as r, checkSigner as t };
