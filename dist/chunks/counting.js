import { t as trafficReader } from "./traffic-reader.js";
import { Worker } from "node:worker_threads";
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
function trafficReaders(profile, now) {
	let thread = null;
	return {
		read(host, bytes) {
			if (bytes < worthThread) return trafficReader(profile, host, now());
			thread ??= startThread();
			return threadedReader(thread, {
				profile: profile.name,
				host,
				now: now().getTime()
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
		failure = error instanceof Error ? error : new Error(String(error));
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
export { trafficReaders };
