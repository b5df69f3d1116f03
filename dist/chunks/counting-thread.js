import { t as release } from "./release.js";
import { t as trafficReader } from "./traffic-reader.js";
import { t as profiles } from "./profiles.js";
import { parentPort } from "node:worker_threads";
// src/wiring/counting-thread.ts
/** The other side of `counting.ts`: a program of its own in the bundle, run as a thread. */
const readers = /* @__PURE__ */ new Map();
let done = Promise.resolve();
parentPort?.on("message", (order) => {
	done = done.then(async () => await carryOut(order));
});
async function carryOut(order) {
	if (order.kind === "open") {
		const profile = profiles.get(order.profile);
		if (profile === void 0) throw new Error(`the shelf of profiles has no ${order.profile}`);
		readers.set(order.reader, trafficReader(profile, order.host, new Date(order.now), order.since));
		return;
	}
	const reader = readers.get(order.reader);
	if (reader === void 0) throw new Error("this reader was never opened, or has given its result");
	if (order.kind === "begin") reader.begin(order.file, order.from, order.outline);
	else answer(await answerTo(order, reader));
	if (order.kind === "result") readers.delete(order.reader);
}
async function answerTo(order, reader) {
	if (order.kind === "keep") return await reader.keep(order.isComplete);
	if (order.kind === "result") return await reader.result();
	const content = new Uint8Array(order.content);
	await reader.push(content);
	release(content);
	return null;
}
function answer(value) {
	parentPort?.postMessage({ value });
}
export {};
