import { t as Problem } from "./problem.js";
import { a as newestOf } from "./prune-record.js";
import { r as snapshotHash } from "./snapshot.js";
// src/seal/heads.ts
/** The newest snapshot that can be trusted; null when there is none. */
function headOf(chain) {
	const newest = newestOf(chain);
	if (newest === null) return null;
	const { sequence, takenAt } = newest.snapshot;
	return {
		sequence,
		takenAt,
		sha256: snapshotHash(newest.bytes)
	};
}
/**
* Why what is stored of a host cannot have come after what was seen before; null when it can. A correctly signed
* older state is told by nothing else.
* @param stored   all snapshots of the host
* @param records  trusted: what was pruned
*/
function headProblem(host, seen, stored, records) {
	const newest = Math.max(0, ...stored.map(({ sequence }) => sequence));
	const before = `snapshot ${seen.sequence} of ${seen.takenAt}`;
	if (newest < seen.sequence) {
		const now = newest === 0 ? "has no snapshot" : `ends at snapshot ${newest}`;
		return new Problem("seal/rolled-back", `${host} ${now}; ${before} was there when it was last looked at`, { hint: "someone set the vault back: look for the newer state in another clone, and find out who could write" });
	}
	const same = stored.find(({ sequence }) => sequence === seen.sequence);
	const pruned = records.flatMap(({ hosts }) => hosts[host]?.snapshots ?? []);
	const sha256 = same === void 0 ? pruned.find(({ to }) => to === seen.sequence)?.last : snapshotHash(same.bytes);
	if (sha256 === void 0 || sha256 === seen.sha256) return null;
	return new Problem("seal/fork", `${host} has another ${before} than was there when it was last looked at`, {
		data: [`seen   ${seen.sha256}`, `stored ${sha256}`],
		hint: "two histories were mixed: compare the bundles branch with a clone you trust"
	});
}
export { headProblem as n, headOf as t };
