import { i as fleetDigest, n as failureData, o as signCapture, t as backupData } from "./captured-host.js";
import { a as backupReport, i as openRun, n as readHosts, o as notFiled } from "./read-hosts.js";
// src/flows/capture.ts
/** @param path  of the file, for the report */
async function capture(request, path, tools, signal) {
	const { fleet, file, vault, about } = tools;
	const { names, started, startedAt } = openRun(request.hosts, tools);
	const reading = {
		...tools,
		dryRun: false,
		vault: {
			stage: file.stage,
			stageMirror: file.stageMirror,
			records: vault.records,
			mirror: vault.mirror
		}
	};
	const outcomes = await readHosts(request, reading, await vault.records(names, signal), signal);
	const read = performance.now();
	const hosts = outcomes.flatMap(told);
	const record = {
		format: 1,
		kind: "capture",
		...about,
		fleet: fleetDigest(fleet),
		hosts
	};
	const { bytes, signature } = signCapture(record, tools.signingKey);
	signal.throwIfAborted();
	await file.finish(bytes, signature);
	const run = {
		command: "backup",
		dryRun: false,
		capture: path,
		captures: [],
		vault: vault.location,
		startedAt,
		missedRuns: 0,
		warnings: [],
		openMs: tools.openMs,
		started
	};
	return backupReport(outcomes, run, {
		...notFiled(read),
		written: performance.now()
	});
}
/** Nothing of a host that met a bug: the report says so, and to `collect` it is a host without a capture. */
function told(outcome) {
	const { name } = outcome.host;
	if (outcome.kind === "done") return [backupData(name, outcome.value)];
	return outcome.kind === "failed" ? [failureData(name, outcome.problem)] : [];
}
export { capture };
