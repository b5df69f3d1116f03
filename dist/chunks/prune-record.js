import { t as Problem } from "./problem.js";
import { c as verify, o as sign, r as snapshotHash, t as openSnapshot } from "./snapshot.js";
// src/seal/chain.ts
/** The newest snapshot that can be trusted; null when there is none. */
function newestOf({ snapshots }) {
	return [...snapshots.values()].at(-1) ?? null;
}
/** A clock may be a little ahead; more is a lie. */
const toleratedMs = 3e5;
/**
* Checks all snapshots of one host: each by itself, then as a chain, then against the clock.
* @param found  as stored, in any order
*/
function checkChain(host, found, trust, now) {
	const { snapshots, faults } = checkLinks(host, found, trust);
	const early = [...snapshots.values()].flatMap((opened) => {
		const problem = timeProblem(opened, now);
		return problem === null ? [] : [{
			sequence: opened.snapshot.sequence,
			problem
		}];
	});
	return {
		snapshots,
		faults: [...faults, ...early].toSorted((a, b) => a.sequence - b.sequence)
	};
}
/**
* Trusts all snapshots of a host, whatever their times say, in the order of their numbers.
* @throws Problem of the first that is wrong
*/
function openChain(host, found, trust) {
	const { snapshots, faults } = checkLinks(host, found, trust);
	if (faults[0] !== void 0) throw faults[0].problem;
	return [...snapshots.values()];
}
function checkLinks(host, found, { signers, records }) {
	const pruned = new Map(records.flatMap((record) => (record.hosts[host]?.snapshots ?? []).map(({ to, last }) => [to, last])));
	const snapshots = /* @__PURE__ */ new Map();
	const faults = [];
	let before = {
		sequence: 0,
		hash: null
	};
	for (const stored of found.toSorted((a, b) => a.sequence - b.sequence)) {
		const { sequence } = stored;
		const opened = open(host, stored, signers);
		if (opened instanceof Problem) faults.push({
			sequence,
			problem: opened
		});
		else snapshots.set(sequence, opened);
		const expected = before.sequence === sequence - 1 ? before.hash : pruned.get(sequence - 1);
		if (expected === void 0) faults.push({
			sequence,
			problem: gap(host, before.sequence, sequence)
		});
		else if (!(opened instanceof Problem) && opened.snapshot.previous !== expected) faults.push({
			sequence,
			problem: fork(host, sequence)
		});
		before = {
			sequence,
			hash: snapshotHash(stored.bytes)
		};
	}
	return {
		snapshots,
		faults
	};
}
function open(host, stored, signers) {
	try {
		return openSnapshot(stored.bytes, stored.signature, signers, {
			host,
			sequence: stored.sequence
		});
	} catch (problem) {
		if (problem instanceof Problem) return problem;
		throw problem;
	}
}
function gap(host, before, sequence) {
	const one = sequence - before === 2;
	const message = `${one ? `snapshot ${before + 1}` : `snapshots ${before + 1} to ${sequence - 1}`} of ${host} ${one ? "is" : "are"} missing, and no prune record says why`;
	return new Problem("seal/gap", message, { hint: "someone removed history; look for it in another clone of the vault" });
}
function fork(host, sequence) {
	const message = sequence === 1 ? `snapshot 1 of ${host} says that another came before it` : `snapshot ${sequence} of ${host} follows another snapshot ${sequence - 1} than the vault holds`;
	return new Problem("seal/fork", message, { hint: "two histories were mixed: compare the bundles branch with a clone you trust" });
}
function timeProblem({ snapshot }, now) {
	const { host, sequence, takenAt } = snapshot;
	if (Date.parse(takenAt) <= now.getTime() + toleratedMs) return null;
	return new Problem("seal/from-future", `snapshot ${sequence} of ${host} says it was taken at ${takenAt}`, { hint: "is the clock of this machine right, and was that of the backup's?" });
}
// src/seal/prune-record.ts
/** As a snapshot is signed: JSON with two blanks of indentation and a final line end. */
function signRecord(record, key) {
	const bytes = Buffer.from(`${JSON.stringify(record, null, 2)}\n`);
	return {
		number: record.number,
		bytes,
		signature: sign(key, bytes)
	};
}
/**
* Trusts all prune records of a vault, or says why not: each signed, in order, and none missing.
* @param stored  all that the vault has, by number
* @throws Problem "seal/not-signed", "seal/wrong-signer", "seal/altered", "seal/out-of-order"
*/
function openRecords(stored, signers) {
	let previous = null;
	return stored.map(({ number, bytes, signature }, index) => {
		const name = `prune record ${number}`;
		const verdict = verify(signers, bytes, signature);
		if (verdict === "unsigned") throw untrusted("seal/not-signed", `${name} has no signature that can be read`);
		if (verdict === "stranger") throw untrusted("seal/wrong-signer", `${name} is signed by a key that fleet.yml does not list`);
		if (verdict === "altered") throw untrusted("seal/altered", `${name} is not what was signed`);
		const record = JSON.parse(Buffer.from(bytes).toString("utf8"));
		if (record.kind !== "prune" || record.number !== number || number !== index + 1 || record.previous !== previous) throw untrusted("seal/out-of-order", `${name} does not follow the one before`);
		previous = snapshotHash(bytes);
		return record;
	});
}
/** Keys of the bundles that these records say went. */
function prunedBundles(records) {
	const hosts = records.flatMap((record) => Object.values(record.hosts));
	return new Set(hosts.flatMap(({ bundles }) => bundles.map(({ key }) => key)));
}
function untrusted(code, message) {
	return new Problem(code, message, { hint: "compare the bundles branch with a clone you trust: without its record nobody knows what may be missing" });
}
export { newestOf as a, checkChain as i, prunedBundles as n, openChain as o, signRecord as r, openRecords as t };
