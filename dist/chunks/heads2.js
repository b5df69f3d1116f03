import { t as Problem } from "./problem.js";
import { i as checkChain, t as openRecords } from "./prune-record.js";
import { n as headProblem, t as headOf } from "./heads.js";
// src/flows/heads.ts
/**
* @param seen  of before; empty for the first time
* @returns     what is there now
* @throws      Problem "seal/rolled-back", "seal/fork"; of prune records "seal/…"
*/
async function currentHeads(seen, { vault, fleet, now }, signal) {
	const history = await vault.history(signal);
	const { signers } = fleet;
	const records = openRecords(history.prunes, signers);
	const problems = [];
	const heads = new Map(seen);
	const look = (host, stored) => {
		const before = seen.get(host);
		const problem = before === void 0 ? null : headProblem(host, before, stored, records);
		if (problem !== null) problems.push(problem);
		const head = headOf(checkChain(host, stored, {
			signers,
			records
		}, now()));
		if (head !== null && head.sequence >= (before?.sequence ?? 0)) heads.set(host, head);
	};
	const lost = new Set(seen.keys());
	for await (const { host, stored } of history.snapshots()) {
		lost.delete(host);
		look(host, stored);
	}
	for (const host of lost) look(host, []);
	const [first, ...others] = problems;
	if (first === void 0) return heads;
	throw new Problem(first.code, first.message, {
		data: [...first.data, ...others.map(({ message }) => message)],
		hint: first.hint
	});
}
export { currentHeads };
