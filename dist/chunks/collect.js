import { n as caughtProblem, t as Problem } from "./problem.js";
import { a as openCapture, r as readHostOf } from "./captured-host.js";
import { r as beginRun, t as baseOf } from "./read-hosts.js";
import { i as eachHost } from "./list-logs.js";
import { t as fileHosts } from "./file-hosts.js";
import { i as putProven } from "./host-backup.js";
import { a as trustedSnapshot } from "./trust.js";
import { createHash } from "node:crypto";
// src/flows/capture-follows.ts
/**
* Whether what was captured of a host follows the snapshot that the vault has now. Collected again, it is there already.
* On top of any other than the one it was compared with it may not come: what it calls unchanged could be something
* else there, and what is older would come after what is newer.
* @param run  of the capture, which is this one
*/
function captureFollows(run) {
	return ({ name }, { takenAt, base }, before) => {
		if (before?.snapshot.takenAt === takenAt && before.snapshot.run === run) return "recorded";
		const now = baseOf(before);
		if (now?.sha256 === base?.sha256) return "new";
		const data = [`captured  ${takenAt}, when the vault had ${snapshotInWords(base?.sequence)}`, `the vault has ${snapshotInWords(now?.sequence)}${before === null ? "" : `, taken ${before.snapshot.takenAt}`}`];
		return now === null || base !== null && now.sequence <= base.sequence ? new Problem("shard/other-vault", `the vault has not the snapshot of ${name} that its capture follows`, {
			data,
			hint: "is it the vault that the capture jobs read? if it is, someone set it back: compare it with a clone you trust"
		}) : new Problem("shard/moved", `another run wrote a snapshot of ${name} after it was captured`, {
			data,
			hint: "run the backup again, and let one run at a time write: a `concurrency` group"
		});
	};
}
const snapshotInWords = (sequence) => sequence === void 0 ? "no snapshot" : `snapshot ${sequence}`;
// src/flows/collect.ts
/**
* The story of the one writer of a sharded workflow: trust each capture file, choose one capture for each host, bring
* its ciphertext into the store and read it back, then file all hosts as one run does. A shard that died, or whose
* file is not to be believed, costs its own hosts and no others.
*/
/** Hosts whose ciphertext is brought in at a time: each has one object in memory. */
const width = {
	least: 4,
	most: 4
};
const hostTimeoutMs = 36e5;
async function collect(request, tools, signal) {
	const { run, records } = await beginRun("collect", request.hosts, tools, signal);
	const opened = [];
	try {
		for (const path of request.files) opened.push(await openOne(path, tools));
		const { chosen, warnings } = choose(opened, request.hosts);
		for (const message of warnings) tools.observe({
			kind: "warning",
			host: null,
			message
		});
		const bring = async (host, stop) => {
			const capture = chosen.get(host.name);
			if (capture === void 0) throw noCapture(host, opened);
			return await bringIn(host, readHostOf(capture.told), capture.file, records.get(host.name), tools, stop);
		};
		const outcomes = await eachHost(request.hosts, width, hostTimeoutMs, bring, signal);
		const soFar = {
			...run,
			warnings: [...run.warnings, ...warnings],
			captures: opened.map(({ path, hosts, problem }) => ({
				file: path,
				hosts: hosts.length,
				problem
			}))
		};
		const filing = {
			propose: request.propose,
			follows: captureFollows(tools.about.run)
		};
		return await fileHosts(outcomes, soFar, filing, tools, signal);
	} finally {
		for (const { file } of opened) await file?.[Symbol.asyncDispose]();
	}
}
async function openOne(path, { open, fleet, about, signingKey }) {
	let file = null;
	try {
		file = await open(path);
		const expected = {
			signer: signingKey.publicLine,
			fleet,
			...about
		};
		return {
			path,
			file,
			hosts: openCapture(path, file, expected),
			problem: null
		};
	} catch (error) {
		await file?.[Symbol.asyncDispose]();
		return {
			path,
			file: null,
			hosts: [],
			problem: caughtProblem(error)
		};
	}
}
/** A host that was captured more than once, as by a shard that ran again, counts as it was read last. */
function choose(opened, hosts) {
	const planned = new Set(hosts.map(({ name }) => name));
	const chosen = /* @__PURE__ */ new Map();
	const warnings = [];
	for (const { path, file, hosts: captured } of opened) for (const told of captured) {
		const before = chosen.get(told.host)?.told;
		if (!planned.has(told.host)) {
			warnings.push(`${path} has ${told.host}, which is not asked for: it is left out`);
			continue;
		}
		if (before !== void 0) warnings.push(`${told.host} is in several captures: the one that was read last counts`);
		if (file !== null && isLater(told, before)) chosen.set(told.host, {
			told,
			file
		});
	}
	return {
		chosen,
		warnings
	};
}
function isLater(one, other) {
	if (other === void 0 || other.kind === "failed") return true;
	return one.kind === "done" && Date.parse(one.takenAt) > Date.parse(other.takenAt);
}
function noCapture({ name }, opened) {
	const message = `no capture has ${name}: its shard died, or its file was not believed`;
	return new Problem("shard/no-capture", message, {
		data: opened.flatMap(({ problem }) => problem === null ? [] : [problem.message]),
		hint: "look at the job of its shard; run it again, and then collect"
	});
}
/** Puts what one host's snapshot will name where it will be looked for, and proves that it is there. */
async function bringIn(host, read, file, record, tools, signal) {
	const before = trustedSnapshot(host.name, record, tools.fleet);
	const answer = captureFollows(tools.about.run)(host, read, before);
	if (answer instanceof Problem) throw answer;
	if (answer === "recorded") {
		const message = `${host.name}: this capture is in the vault already, as snapshot ${before?.snapshot.sequence}`;
		tools.observe({
			kind: "warning",
			host: host.name,
			message
		});
		return read;
	}
	const bundles = read.categories.flatMap(({ bundle }) => bundle ?? []);
	const segments = read.logs.flatMap(({ page }) => page?.segments ?? []);
	for (const object of [...bundles, ...segments]) await bringObject(host, object, file, tools, signal);
	const isNew = before === null;
	const hint = read.hint === null ? null : await tools.vault.stage(await file.object(read.hint.blob), isNew, signal);
	const change = {
		removed: read.live.removed,
		written: contentsOf(read.live, file)
	};
	return {
		...read,
		hint,
		live: await tools.vault.stageMirror(change, isNew, signal)
	};
}
async function* contentsOf({ written }, file) {
	for (const [path, item] of written) yield [path, await file.object("blob" in item ? item.blob : item.tree)];
}
async function bringObject(host, { store: name, key, sha256, size }, file, { vault, stores }, signal) {
	if (name === vault.bundles.name) {
		await putProven(vault.bundles, key, await file.object(sha256), signal);
		return;
	}
	const store = stores.get(name);
	if (store === void 0) {
		const message = `the capture of ${host.name} has bundles in the store ${name}, which this run was not given`;
		throw new Problem("settings/invalid", message, { hint: "give the capture jobs and collect the same store and log-store" });
	}
	const bytes = await store.get(key, signal, sha256);
	if (bytes.length === size && createHash("sha256").update(bytes).digest("hex") === sha256) return;
	throw new Problem("store/not-read-back", `${key} is not what was captured`, { hint: "find out who could write to the store; run the shard again, then collect" });
}
export { collect };
