import { a as backupReport, n as readHosts, o as notFiled, r as beginRun } from "./read-hosts.js";
import { t as fileHosts } from "./file-hosts.js";
import { t as txtLookup } from "./txt-lookup2.js";
import { t as asError } from "./thrown.js";
import { t as firstCountedDay } from "./traffic.js";
import { t as trafficReader } from "./traffic-reader.js";
import { r as forgeOf } from "./forge.js";
import { t as holdAgainstLastSeen } from "./heads3.js";
import { i as keptCategories, t as assemble } from "./parts2.js";
import { a as logStoreOf, c as storeOf, t as checkArtifactService } from "./vault-parts.js";
import { t as _usingCtx } from "./usingCtx.js";
import { Worker } from "node:worker_threads";
// src/flows/backup.ts
async function backup(request, tools, signal) {
	const { run, records } = await beginRun("backup", request.hosts, tools, signal);
	const outcomes = await readHosts(request, tools, records, signal);
	if (tools.dryRun) return backupReport(outcomes, run, notFiled(performance.now()));
	const filing = {
		propose: request.propose,
		follows: () => "new"
	};
	return await fileHosts(outcomes, run, filing, tools, signal);
}
// src/wiring/counting.ts
/**
* Counting on a thread of its own: beside reading, decrypting and sealing a large file, it would double the time that
* the pull takes. The thread is started when the first large file comes, and serves all hosts.
*/
/** Starting the thread takes as long as counting so much. */
const worthThread = 16777216;
/** Sent at a time: a message costs as much as counting some KiB. */
const messageBytes = 1048576;
/** Copies of what was pushed that wait to be counted. */
const mostWaiting = 8388608;
/** @param keepMs  how long counts are kept */
function trafficReaders(profile, now, keepMs) {
	const since = firstCountedDay(keepMs, now());
	let thread = null;
	return {
		read(host, bytes) {
			if (bytes < worthThread) return trafficReader(profile, host, now(), since);
			thread ??= startThread();
			return threadedReader(thread, {
				profile: profile.name,
				host,
				now: now().getTime(),
				since
			});
		},
		[Symbol.asyncDispose]: async () => await thread?.end()
	};
}
function startThread() {
	const worker = new Worker(new URL("./counting-thread.js", import.meta.url));
	worker.unref();
	let readers = 0;
	let failure = null;
	const waiting = [];
	worker.on("message", ({ value }) => waiting.shift()?.resolve(value));
	worker.on("error", (error) => {
		failure = asError(error);
		for (const { reject } of waiting.splice(0)) reject(failure);
	});
	const thread = {
		next: () => readers++,
		send: (order, transfer = []) => worker.postMessage(order, transfer),
		ask: async (order) => {
			if (failure !== null) throw failure;
			return await new Promise((resolve, reject) => {
				waiting.push({
					resolve,
					reject
				});
				worker.ref();
				thread.send(order, order.kind === "push" ? [order.content] : []);
			}).finally(() => {
				if (waiting.length === 0) worker.unref();
			});
		},
		end: async () => void await worker.terminate()
	};
	return thread;
}
function threadedReader(thread, of) {
	const reader = thread.next();
	const waiting = [];
	let bytes = 0;
	/** Until no more than so much waits to be counted. */
	const below = async (most) => {
		while (bytes > most) {
			const oldest = waiting.shift();
			await oldest?.counted;
			bytes -= oldest?.bytes ?? bytes;
		}
	};
	/** a copy of what was pushed last, and not sent yet */
	const gathered = new Uint8Array(messageBytes);
	let filled = 0;
	const flush = async () => {
		if (filled === 0) return;
		const content = gathered.buffer.slice(0, filled);
		filled = 0;
		await below(mostWaiting - content.byteLength);
		bytes += content.byteLength;
		const counted = thread.ask({
			kind: "push",
			reader,
			content
		});
		counted.catch(() => {});
		waiting.push({
			bytes: content.byteLength,
			counted
		});
	};
	thread.send({
		kind: "open",
		reader,
		...of
	});
	return {
		begin(file, from, outline) {
			filled = 0;
			thread.send({
				kind: "begin",
				reader,
				file,
				from,
				outline
			});
		},
		async push(content) {
			for (let at = 0; at < content.length;) {
				const part = content.subarray(at, at + messageBytes - filled);
				gathered.set(part, filled);
				filled += part.length;
				at += part.length;
				if (filled === messageBytes) await flush();
			}
		},
		keep: async (isComplete) => {
			await flush();
			await below(0);
			return await thread.ask({
				kind: "keep",
				reader,
				isComplete
			});
		},
		result: async () => await thread.ask({
			kind: "result",
			reader
		})
	};
}
// src/wiring/backing-up.ts
async function backupWith(settings, world, signal) {
	try {
		var _usingCtx$1 = _usingCtx();
		const started = performance.now();
		checkArtifactService(settings, world, true);
		const parts = await assemble(settings, world, {
			create: true,
			jumpHosts: false
		}, signal);
		const vault = _usingCtx$1.a(parts.vault);
		const transport = _usingCtx$1.a(parts.transport);
		const readers = _usingCtx$1.a(trafficReaders(parts.profile, world.now, parts.fleet.countsMs));
		const remember = await holdAgainstLastSeen(settings, {
			...parts,
			vault
		}, signal);
		const request = {
			hosts: parts.hosts,
			width: parts.width,
			propose: settings.propose
		};
		const store = settings.dryRun ? vault.bundles : await storeOf(settings, vault, world, true);
		const own = {
			...readingOf(settings, world),
			store,
			logStore: logStoreOf(settings, vault, store),
			dryRun: settings.dryRun,
			readTraffic: readers.read,
			only: keptCategories(settings, parts.fleet, parts.profile),
			forge: settings.propose && !settings.dryRun ? await forgeOf(settings, parts.fleet, vault, world) : null,
			mostOpen: settings.maxProposals,
			lookup: txtLookup(settings.resolver, signal),
			openMs: performance.now() - started
		};
		const report = await backup(request, {
			...parts,
			transport,
			vault,
			...own
		}, signal);
		await remember();
		return report;
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
/** As `backup`, but into a file for `collect`: nothing in the vault changes. */
async function captureWith(settings, path, world, signal) {
	try {
		var _usingCtx3 = _usingCtx();
		const started = performance.now();
		checkArtifactService(settings, world, true);
		const [{ capture }, { writeCaptureFile }] = await Promise.all([import("./capture.js"), import("./capture-file.js")]);
		const parts = await assemble(settings, world, {
			create: false,
			jumpHosts: false
		}, signal);
		const vault = _usingCtx3.a(parts.vault);
		const transport = _usingCtx3.a(parts.transport);
		const readers = _usingCtx3.a(trafficReaders(parts.profile, world.now, parts.fleet.countsMs));
		await holdAgainstLastSeen(settings, {
			...parts,
			vault
		}, signal);
		const file = _usingCtx3.a(await writeCaptureFile(path, vault.bundles));
		const carried = { bundles: file.store };
		const store = await storeOf(settings, carried, world, true);
		const own = {
			...readingOf(settings, world),
			store,
			logStore: logStoreOf(settings, carried, store),
			readTraffic: readers.read,
			only: keptCategories(settings, parts.fleet, parts.profile),
			openMs: performance.now() - started
		};
		return await capture({
			hosts: parts.hosts,
			width: parts.width
		}, path, {
			...parts,
			transport,
			vault,
			file,
			...own
		}, signal);
	} catch (_) {
		_usingCtx3.e = _;
	} finally {
		await _usingCtx3.d();
	}
}
const readingOf = (settings, world) => ({
	compression: settings.compression,
	maxLogRate: settings.maxLogRateBytes,
	observe: world.observe,
	about: {
		tool: world.tool,
		run: world.run
	}
});
export { backupWith, captureWith };
