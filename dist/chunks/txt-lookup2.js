import { n as matched } from "./parts.js";
import { t as Problem } from "./problem.js";
import { n as systemCode } from "./thrown.js";
import { isIP } from "node:net";
import { Resolver } from "node:dns/promises";
// src/prove/txt-lookup.ts
/** Questions under way at a time: a resolver of one's own minds no more, a public one may. */
const width = 16;
const absent = /* @__PURE__ */ new Set(["ENODATA", "ENOTFOUND"]);
/**
* Asks for TXT records; falls back to TCP for long answers.
* @param servers  addresses, each with `:port` or without; empty for those of this machine
* @throws Problem "settings/invalid"
*/
function txtLookup(servers, signal) {
	const resolver = new Resolver({
		timeout: 3e3,
		tries: 2
	});
	const wrong = servers.find((server) => !isServer(server));
	if (wrong !== void 0) throw new Problem("settings/invalid", `resolver is ${JSON.stringify(wrong.slice(0, 60))}`, { hint: "give the address of a DNS server, such as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:53" });
	if (servers.length > 0) resolver.setServers(servers);
	signal.addEventListener("abort", () => resolver.cancel(), { once: true });
	const known = /* @__PURE__ */ new Map();
	let running = 0;
	const waiting = [];
	const ask = async (name) => {
		if (running >= width) await new Promise((resolve) => waiting.push(resolve));
		running++;
		try {
			return await answerOf(resolver, name);
		} finally {
			running--;
			waiting.shift()?.();
		}
	};
	return async (name) => {
		signal.throwIfAborted();
		const answer = known.get(name) ?? ask(name);
		known.set(name, answer);
		const found = await answer;
		signal.throwIfAborted();
		return found;
	};
}
async function answerOf(resolver, name) {
	try {
		return {
			kind: "records",
			records: await resolver.resolveTxt(name)
		};
	} catch (error) {
		const code = systemCode(error);
		return absent.has(code) ? { kind: "missing" } : {
			kind: "failure",
			reason: code
		};
	}
}
function isServer(text) {
	const inBrackets = matched(/^\[([^\]]+)\](?::\d{1,5})?$/, text, "address");
	if (inBrackets !== null) return isIP(inBrackets.address) === 6;
	return isIP(text) !== 0 || isIP(text.replace(/:\d{1,5}$/, "")) === 4;
}
export { txtLookup as t };
