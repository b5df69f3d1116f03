import { t as Problem } from "./problem.js";
import { c as verify$1, i as captureNamespace, o as sign } from "./snapshot.js";
import { createHash } from "node:crypto";
// src/seal/capture-record.ts
/** What a capture job found, signed: the only thing that the job which writes the vault believes of it. */
function signCapture(record, key) {
	const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
	return {
		bytes,
		signature: sign(key, bytes, captureNamespace)
	};
}
/**
* Trusts a record, or says why not.
* @param name  of the file, for messages
* @returns     what is told of its hosts
* @throws      Problem "shard/not-ours", "shard/altered", "shard/other-version", "shard/other-run", "shard/other-fleet"
*/
function openCapture(name, { record: bytes, signature }, expected) {
	const verdict = verify$1([expected.signer], bytes, signature, captureNamespace);
	if (verdict === "altered") throw new Problem("shard/altered", `the record in ${name} is not what was signed`, { hint: "find out who could write to it; run the shard again, then collect" });
	if (verdict !== "good") throw new Problem("shard/not-ours", `${name} ${verdict === "unsigned" ? "is not signed" : "is signed by another key than this run's"}`, { hint: "give the capture jobs and collect the same signing-key; if they have it, find out who made the file" });
	const { tool, run, fleet, hosts } = JSON.parse(Buffer.from(bytes).toString("utf8"));
	if (tool !== expected.tool) throw new Problem("shard/other-version", `${name} was written by version ${tool}; this is ${expected.tool}`, { hint: "run one version of pmta-vault in all jobs" });
	if (run !== expected.run) throw new Problem("shard/other-run", `${name} is of ${inWords(run)}, not of ${inWords(expected.run)}`, { hint: "collect what the capture jobs of the same run wrote" });
	if (fleet !== fleetDigest(expected.fleet)) throw new Problem("shard/other-fleet", `${name} was made for another fleet.yml than this run has`, { hint: "when fleet.yml was changed meanwhile, run all of it again" });
	return hosts;
}
const inWords = (run) => run ?? "a run outside of CI";
/** What of a fleet a capture depends on: hosts and how they are reached, categories, who can open, who may sign. */
function fleetDigest({ hosts, categories, recipients, signers }) {
	return createHash("sha256").update(JSON.stringify([
		hosts,
		[...categories],
		recipients,
		signers
	])).digest("hex");
}
// src/flows/captured-host.ts
/** What a capture job tells of one host, as plain data, and back. Public: what could not stand in a snapshot is not in it. */
function failureData(host, problem) {
	return {
		kind: "failed",
		host,
		problem: problem.toJSON()
	};
}
function backupData(host, read) {
	const { takenAt, hint, ms, base } = read;
	return {
		kind: "done",
		host,
		takenAt,
		base,
		hint,
		ms,
		capture: dataOf(read.capture),
		categories: read.categories.map(dataOf),
		logs: read.logs.map(dataOf),
		live: {
			removed: read.live.removed,
			written: Object.fromEntries(read.live.written)
		},
		renewed: Object.fromEntries(read.renewed)
	};
}
/** Blobs of what it gives are names of objects. @throws the Problem of a host that failed */
function readHostOf(told) {
	if (told.kind === "failed") throw problemOf(told.problem);
	const { kind: _, host: __, ...data } = told;
	return {
		...data,
		capture: undoneOf(data.capture),
		categories: data.categories.map(undoneOf),
		logs: data.logs.map(undoneOf),
		live: {
			removed: data.live.removed,
			written: new Map(Object.entries(data.live.written))
		},
		renewed: new Map(Object.entries(data.renewed))
	};
}
function problemOf({ code, message, data, hint }) {
	return new Problem(code, message, {
		data,
		hint
	});
}
const dataOf = (value) => ({
	...value,
	problem: value.problem?.toJSON() ?? null
});
const undoneOf = (value) => ({
	...value,
	problem: value.problem === null ? null : problemOf(value.problem)
});
export { openCapture as a, fleetDigest as i, failureData as n, signCapture as o, readHostOf as r, backupData as t };
