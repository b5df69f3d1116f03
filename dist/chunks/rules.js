import { i as showDuration, r as parseDuration } from "./duration.js";
import { n as nearest, t as didYouMean } from "./nearest.js";
import { t as certain } from "./certain.js";
import { r as partAt } from "./parts.js";
import { isIP } from "node:net";
import { Buffer } from "node:buffer";
// src/fleet/ssh-key.ts
/** Fields of a public key after its type. @see RFC 4253, 6.6; RFC 5656, 3.1; RFC 8709, 4 */
const fieldsOf = {
	"ssh-ed25519": 1,
	"ssh-rsa": 2,
	"ecdsa-sha2-nistp256": 2,
	"ecdsa-sha2-nistp384": 2,
	"ecdsa-sha2-nistp521": 2
};
const hostKeyAlgorithms = Object.keys(fieldsOf);
const signerAlgorithms = ["ssh-ed25519", "ssh-rsa"];
const smallestRsaBits = 2048;
const copyAgain$1 = "copy the whole line again";
/** What is wrong with a line of `hostKeys`, as the end of a sentence with its remedy; null: nothing. */
function hostKeyFault(text) {
	if (text.startsWith("MD5:") || /^([0-9a-f]{2}:){15}[0-9a-f]{2}$/i.test(text)) return "is an MD5 fingerprint, which can be forged; use the SHA256: one";
	if (text.startsWith("SHA256:")) return /^SHA256:[A-Za-z0-9+/]{43}$/.test(text) ? null : "is not a fingerprint; after SHA256: come 43 characters, without =";
	const [first, second] = [partAt(text, " ", 0), partAt(text, " ", 1)];
	if (!isAlgorithm(first) && isAlgorithm(second)) return `begins with a host; leave ${JSON.stringify(first)} out`;
	return publicKeyFault(text, hostKeyAlgorithms);
}
/** What is wrong with a line of `signers`, as the end of a sentence with its remedy; null: nothing. */
function signerFault(text) {
	if (text.startsWith("SHA256:")) return "is a fingerprint; signatures are checked with the whole public key";
	return publicKeyFault(text, signerAlgorithms);
}
/** @param text  one in which `hostKeyFault` finds nothing */
function pinOf(text) {
	if (text.startsWith("SHA256:")) return {
		kind: "fingerprint",
		sha256: text
	};
	return {
		kind: "key",
		algorithm: partAt(text, " ", 0),
		base64: partAt(text, " ", 1)
	};
}
/** The key of a public key line without its comment: what makes two lines the same key. */
const withoutComment = (text) => text.split(" ", 2).join(" ");
function publicKeyFault(text, algorithms) {
	if (/PRIVATE KEY/.test(text)) return "is a private key; write the line of its .pub file";
	const [algorithm, base64] = [partAt(text, " ", 0), partAt(text, " ", 1)];
	if (!isAlgorithm(algorithm) || !algorithms.includes(algorithm)) {
		const known = algorithms.join(", ");
		return `begins with ${JSON.stringify(algorithm.slice(0, 40))}, which is not one of ${known}${didYouMean(algorithm, algorithms)}`;
	}
	if (base64 === "") return `has nothing after ${algorithm}; ${copyAgain$1}`;
	const fields = fieldsIn(base64);
	if (fields === null) return `is cut off or not base64; ${copyAgain$1}`;
	const [type, ...values] = fields;
	const inner = certain(type).toString("latin1");
	if (inner !== algorithm) return `says ${algorithm}, but holds a key of type ${JSON.stringify(inner.slice(0, 40))}; ${copyAgain$1}`;
	if (values.length !== fieldsOf[algorithm] || values.some((value) => value.length === 0)) return `holds no whole key; ${copyAgain$1}`;
	if (algorithm === "ssh-ed25519" && values[0]?.length !== 32) return `holds no whole key; ${copyAgain$1}`;
	const bits = algorithm === "ssh-rsa" ? bitsOf(certain(values[1])) : smallestRsaBits;
	return bits < smallestRsaBits ? `is an RSA key of ${bits} bits, which is too weak; use ssh-ed25519` : null;
}
/** The length-prefixed fields of a key blob; null when it is not base64 or does not end where it says. */
function fieldsIn(base64) {
	const bytes = Buffer.from(base64, "base64");
	if (bytes.toString("base64") !== base64) return null;
	const fields = [];
	for (let at = 0; at < bytes.length;) {
		const end = at + 4 <= bytes.length ? at + 4 + bytes.readUInt32BE(at) : Number.POSITIVE_INFINITY;
		if (end > bytes.length) return null;
		fields.push(bytes.subarray(at + 4, end));
		at = end;
	}
	return fields;
}
/** Bits of an SSH mpint, which has a zero byte in front where the first bit would be a sign. */
function bitsOf(modulus) {
	const hex = modulus.toString("hex").replace(/^0+/, "");
	return hex === "" ? 0 : BigInt(`0x${hex}`).toString(2).length;
}
const isAlgorithm = (text) => Object.hasOwn(fieldsOf, text);
// src/fleet/finding.ts
/** A private key of any kind, from its first mark to the end of what can belong to it. */
const privateKeyPattern = /AGE-(?:SECRET-KEY|PLUGIN)-[A-Z0-9-]{10,}|-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*/gi;
/** Such as `hosts.mta1.hostKeys[0]`. */
function showPath(path) {
	return path.reduce((text, step) => {
		if (typeof step === "number") return `${text}[${step}]`;
		const name = /^[\w-]+$/.test(step) ? step : JSON.stringify(step.slice(0, 60));
		return text === "" ? name : `${text}.${name}`;
	}, "");
}
/** A value as the file has it, on one line, at most 60 characters; lists and maps by name only. */
function showValue(value) {
	if (value === null) return "nothing";
	if (Array.isArray(value)) return "a list";
	if (typeof value === "object") return "a map";
	if (typeof value !== "string") return String(value);
	return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value);
}
/** `path: value message`, without whatever looks like a private key. */
function showFinding({ path, value, message }) {
	const subject = value === void 0 ? message : `${showValue(value)} ${message}`;
	return (path.length === 0 ? subject : `${showPath(path)}: ${subject}`).replaceAll(privateKeyPattern, "(a private key)");
}
/** Whether a value of the file is a map with text keys; not a list, not empty. */
function isMap(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
// src/fleet/known.ts
/** What the shelf of profiles holds; `test/fleet/schema.test.ts` compares, as a step cannot import a shelf. */
const profileNames = ["powermta"];
const knownCategories = [
	"config",
	"dkim",
	"tls",
	"license",
	"data",
	"accounting",
	"log"
];
/** Those among them whose files are kept as byte ranges, each file for itself; compared there too. */
const logCategories = ["accounting", "log"];
// src/fleet/names.ts
/** A host's name is a git ref segment, a folder and a file name; the pattern and the two below say what is left out. */
const hostNamePattern = /^(?!.*\.\.)(?!.*\.([lL][oO][cC][kK])?$)[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const hostNameForm = "is not a usable host name; use up to 63 letters, digits, dots, dashes and underscores, a letter or digit first, without two dots in a row and without a dot or .lock at the end";
const userPattern = /^[A-Za-z_][A-Za-z0-9._-]{0,31}$/;
const wordPattern = /^[a-z][a-z0-9-]{0,39}$/;
/** Names that objects of JavaScript have by birth: libraries skip them silently, and so a host would be lost. */
const reservedNames = [
	"__proto__",
	"constructor",
	"prototype"
];
const label = /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;
/** What is wrong with an address, as the end of a sentence with its remedy; null: nothing. */
function addressFault(text) {
	if (isIP(text) !== 0) return null;
	if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return "has a scheme; write only the host name or address";
	if (text.includes("@")) return "has a user; write it as `user:`";
	if (/^\[.*\]/.test(text)) return "has brackets; write the address without them, and a port as `port:`";
	if (/^[^:]+:[0-9]+$/.test(text)) return "has a port; write it as `port:`";
	if (/[^\u0020-\u007e]/.test(text)) return "has letters beyond ASCII; write the xn-- form of the name";
	const labels = text.replace(/\.$/, "").split(".");
	if (text.length > 253 || !labels.every((part) => label.test(part))) return "is neither a host name nor an IP address";
	return /^[0-9]+$/.test(String(labels.at(-1))) ? "is not an IPv4 address; it has four numbers from 0 to 255" : null;
}
/** One form for one address, so that equal ones compare equal. @param text  one without fault */
function canonicalAddress(text) {
	const lower = text.toLowerCase().replace(/\.$/, "");
	return isIP(lower) === 6 && !lower.includes("%") ? new URL(`ssh://[${lower}]`).hostname : lower;
}
/** What is wrong with a path or pattern, as the end of a sentence with its remedy; null: nothing. */
function pathFault(text) {
	if (!text.startsWith("/")) return "is not absolute; begin it with /";
	if (/[\0-\x1f\x7f]/.test(text)) return "has a control character";
	if (text === "/") return "is the whole file system; name what is to be backed up";
	const parts = text.slice(1).split("/");
	if (parts.includes("..")) return "has a .. in it; write where it leads";
	if (parts.at(-1) === "") return "ends with /; leave that out, or add ** for all below";
	return parts.includes("") || parts.includes(".") ? "is not in its shortest form; leave out // and /./" : null;
}
// src/fleet/recipient.ts
/** Bytes of a public key: X25519, and ML-KEM-768 with X25519. @see age, C2SP age.md */
const keyBytes = {
	age: 32,
	age1pq: 1216
};
const copyAgain = "copy it again from the line `# public key:` of the key file";
/**
* What is wrong with a line of `recipients`, as the end of a sentence with its remedy; null: nothing.
* Recipients of other kinds are refused: a bundle has to open with stock age and no plug-in.
*/
function recipientFault(text) {
	if (/^AGE-SECRET-KEY-/i.test(text)) return "is a private key; write its public half, which begins with age1";
	if (/^(ssh|ecdsa|sk)-/.test(text)) return "is an SSH key, whose owner age would reveal; make an age key with `age-keygen`";
	if (/^age1tag(pq)?1/.test(text)) return "is bound to a hardware token that a restore may not have; make a key with `age-keygen`";
	if (!/^age1[a-z0-9]+$/.test(text)) return "is not an age recipient; it begins with age1 and is printed by `age-keygen`";
	const separator = text.lastIndexOf("1");
	const prefix = text.slice(0, separator);
	if (prefix !== "age" && prefix !== "age1pq") return `needs the plug-in age-plugin-${prefix.slice(4)}; make a key with \`age-keygen\``;
	const words = [...text.slice(separator + 1)].map((letter) => alphabet.indexOf(letter));
	if (words.includes(-1) || !isChecked(prefix, words)) return `has a wrong checksum, so it is not what age-keygen printed; ${copyAgain}`;
	const bytes = Math.floor((words.length - 6) * 5 / 8);
	return bytes === keyBytes[prefix] ? null : `has ${bytes} bytes instead of ${keyBytes[prefix]}; ${copyAgain}`;
}
/** @param text  one in which `recipientFault` finds nothing */
const kindOf = (text) => text.startsWith("age1pq1") ? "post-quantum" : "x25519";
const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const generator = [
	996825010,
	642813549,
	513874426,
	1027748829,
	705979059
];
/** @see BIP 173, "Checksum"; age lifts its limit of 90 characters */
function isChecked(prefix, words) {
	const codes = [...Buffer.from(prefix)];
	let sum = 1;
	for (const word of [
		...codes.map((code) => code >> 5),
		0,
		...codes.map((code) => code & 31),
		...words
	]) {
		const top = sum >>> 25;
		sum = (sum & 33554431) << 5 ^ word;
		for (const [bit, term] of generator.entries()) if (top >>> bit & 1) sum ^= term;
	}
	return sum === 1;
}
// src/fleet/rules.ts
/**
* What a fleet file must not say in two places, and what it had better not say. Looks at data that may be
* wrong elsewhere, so that one pass tells everything.
*/
/** Recovery time objectives by scenario, ms, where the fleet file says nothing. */
const standardRto = /* @__PURE__ */ new Map([
	["config-corruption", 18e5],
	["hardware-failure", 144e5],
	["dkim-key-loss", 72e5],
	["license-expiry", 72e5],
	["datacenter-failure", 864e5]
]);
function ruleFindings(data) {
	if (!isMap(data)) return [];
	const hosts = isMap(data["hosts"]) ? data["hosts"] : {};
	const defaults = isMap(data["defaults"]) ? data["defaults"] : {};
	return [
		...recipientFindings(data["recipients"], ["recipients"]),
		...Object.entries(isMap(data["categories"]) ? data["categories"] : {}).flatMap(([name, category]) => isMap(category) ? [...recipientFindings(category["recipients"], [
			"categories",
			name,
			"recipients"
		])] : []),
		...signerFindings(data["signers"]),
		...nameFindings(Object.keys(hosts)),
		...backupFindings(hosts),
		...spareFindings(hosts),
		...jumpFindings(hosts, defaults),
		...addressFindings(hosts, defaults),
		...categoryFindings(data["categories"]),
		...retentionFindings(data["categories"]),
		...scenarioFindings(isMap(data["policy"]) ? data["policy"]["rto"] : void 0)
	];
}
function* recipientFindings(list, path) {
	const recipients = textsIn(list);
	yield* repeated(recipients, path, (text) => text);
	const first = recipients[0];
	for (const [index, text] of recipients) {
		if (first === void 0 || !text.startsWith("age1") || kindOf(text) === kindOf(first[1])) continue;
		const message = `is ${kindOf(text)}, while the first is ${kindOf(first[1])}; age cannot seal to both, so use one kind`;
		yield {
			path: [...path, index],
			at: "value",
			value: text,
			message
		};
	}
}
function* signerFindings(list) {
	yield* repeated(textsIn(list), ["signers"], withoutComment);
}
function* repeated(texts, path, same) {
	const seen = /* @__PURE__ */ new Set();
	for (const [index, text] of texts) {
		if (seen.has(same(text))) yield {
			path: [...path, index],
			at: "value",
			value: text,
			message: "is listed twice; remove one"
		};
		seen.add(same(text));
	}
}
function* nameFindings(names) {
	const seen = /* @__PURE__ */ new Map();
	for (const name of names) {
		const other = seen.get(name.toLowerCase());
		if (other !== void 0) {
			const message = `differs from ${other} in capitals only, which some file systems do not see; rename one`;
			yield {
				path: ["hosts", name],
				at: "key",
				message
			};
		}
		seen.set(name.toLowerCase(), name);
	}
}
/** A run over nothing would look like a good one. */
function* backupFindings(hosts) {
	const names = Object.keys(hosts);
	const isLeftOut = ({ backup, spare }) => backup === false || backup === void 0 && spare === true;
	if (names.length === 0 || !names.every((name) => isLeftOut(entryOf(hosts, name)))) return;
	yield {
		path: ["hosts"],
		at: "key",
		message: `has no host that is backed up, as each says backup: false${names.some((name) => entryOf(hosts, name)["spare"] === true) ? " or spare: true" : ""}; add one, or take that out`
	};
}
/** What is backed up is not to be overwritten by a rehearsal. */
function* spareFindings(hosts) {
	for (const name of Object.keys(hosts)) {
		const { backup, spare } = entryOf(hosts, name);
		if (backup !== true || spare !== true) continue;
		yield {
			path: [
				"hosts",
				name,
				"spare"
			],
			at: "key",
			message: "stands beside backup: true; a spare is overwritten by drills, so take one of the two out"
		};
	}
}
function* jumpFindings(hosts, defaults) {
	const names = Object.keys(hosts);
	const jumps = jumpsOf(hosts, defaults);
	for (const [path, jump] of [[["defaults", "jump"], defaults["jump"]], ...names.map((name) => [[
		"hosts",
		name,
		"jump"
	], entryOf(hosts, name)["jump"]])]) {
		if (typeof jump !== "string" || Object.hasOwn(hosts, jump)) continue;
		yield {
			path,
			at: "value",
			value: jump,
			message: `is not a host of this file${didYouMean(jump, names) || "; add an entry for it under hosts"}`
		};
	}
	for (const name of names) {
		const way = chainOf(name, jumps);
		if (way.at(-1) !== name || way.length < 2) continue;
		yield {
			path: [
				"hosts",
				name,
				"jump"
			],
			at: "value",
			message: `goes round in a loop (${way.join(" → ")}); let one of them go directly`
		};
	}
}
/**
* The jump of each host, that of the defaults included. The default jump is not for the hosts that it leads
* through itself.
*/
function jumpsOf(hosts, defaults) {
	const own = /* @__PURE__ */ new Map();
	for (const name of Object.keys(hosts)) {
		const jump = entryOf(hosts, name)["jump"];
		if (typeof jump === "string" && Object.hasOwn(hosts, jump)) own.set(name, jump);
	}
	const standard = defaults["jump"];
	if (typeof standard !== "string" || !Object.hasOwn(hosts, standard)) return own;
	const onTheWay = chainOf(standard, own);
	const inherited = Object.keys(hosts).filter((name) => entryOf(hosts, name)["jump"] === void 0 && !onTheWay.includes(name));
	return new Map([...own, ...inherited.map((name) => [name, standard])]);
}
/** A host and what it jumps through, itself first; ends at the first host that comes again. */
function chainOf(name, jumps) {
	const way = [name];
	for (let next = jumps.get(name); next !== void 0; next = jumps.get(next)) {
		const again = way.includes(next);
		way.push(next);
		if (again) break;
	}
	return way;
}
/** The same address twice is one server twice, unless it is reached through another jump host. */
function* addressFindings(hosts, defaults) {
	const jumps = jumpsOf(hosts, defaults);
	const seen = /* @__PURE__ */ new Map();
	for (const name of Object.keys(hosts)) {
		const { address, port = defaults["port"] ?? 22 } = entryOf(hosts, name);
		if (typeof address !== "string") continue;
		const where = `${canonicalAddress(address)} ${port} ${jumps.get(name) ?? ""}`;
		const other = seen.get(where);
		if (other !== void 0) yield {
			path: [
				"hosts",
				name,
				"address"
			],
			at: "value",
			value: address,
			message: `is ${other}'s address and port too; remove one of the two`
		};
		seen.set(where, name);
	}
}
function* categoryFindings(categories) {
	for (const [name, category] of Object.entries(isMap(categories) ? categories : {})) {
		if (knownCategories.includes(name) || !isMap(category) || category["paths"] !== void 0) continue;
		const near = didYouMean(name, knownCategories) || `; a new category needs paths (known are ${knownCategories.join(", ")})`;
		yield {
			path: ["categories", name],
			at: "key",
			message: `is not a category of the profile${near}`
		};
	}
}
/** Logs are files with an age; everything else is kept as snapshots, which are counted. */
function* retentionFindings(categories) {
	for (const [name, category] of Object.entries(isMap(categories) ? categories : {})) {
		const own = isMap(category) && isMap(category["retention"]) ? category["retention"] : {};
		for (const [rule, value] of Object.entries(own)) {
			const path = [
				"categories",
				name,
				"retention",
				rule
			];
			const isLog = logCategories.includes(name);
			if (rule === "keep" && !isLog) yield {
				path,
				at: "key",
				message: `is for ${logCategories.join(" and ")} alone: copies of ${name} are counted; write last, daily, weekly, monthly or yearly`
			};
			else if (rule !== "keep" && isLog) yield {
				path,
				at: "key",
				message: `counts snapshots, and files of ${name} go by age; write keep: 400d`
			};
			else if (rule === "keep" && typeof value === "string" && (parseDuration(value) ?? dayMs) < dayMs) yield {
				path,
				at: "value",
				value,
				message: "is less than a day"
			};
		}
	}
}
const dayMs = 864e5;
function* scenarioFindings(rto) {
	for (const name of Object.keys(isMap(rto) ? rto : {})) {
		const near = nearest(name, standardRto.keys());
		if (near === null || near === name) continue;
		yield {
			path: [
				"policy",
				"rto",
				name
			],
			at: "key",
			message: `is not a known scenario; did you mean "${near}"?`
		};
	}
}
/** Whether any host is reached through this one. */
function isJump(name, { hosts }) {
	return hosts.some(({ jumps }) => jumps.some((jump) => jump.name === name));
}
/** The week before a change, and the day on which it is looked at. */
const shortestCountsMs = 7776e5;
function sharedKey(names) {
	const last = names.length > mostNamed ? `${names.length - mostNamed} more` : names.at(-1);
	return `${names.slice(0, Math.min(names.length - 1, mostNamed)).join(", ")} and ${last} have the same host key: who has one can pose as another; give each its own`;
}
const mostNamed = 3;
/** What is allowed but unwise, each a sentence. */
function warningsOf(fleet) {
	const warnings = [];
	if (fleet.recipients.length === 1) warnings.push("recipients has one key only: if its private half is lost, so is every backup; add a second one that is kept offline");
	const holders = /* @__PURE__ */ new Map();
	for (const { name, hostKeys } of fleet.hosts) for (const key of new Set(hostKeys.map((pin) => JSON.stringify(pin)))) holders.set(key, [...holders.get(key) ?? [], name]);
	warnings.push(...new Set([...holders.values()].filter(({ length }) => length > 1).map(sharedKey)));
	for (const { name, backup, spare } of fleet.hosts) if (!backup && !spare && !isJump(name, fleet)) warnings.push(`${name} has backup: false, and no host goes through it: it stands there for nothing`);
	for (const [name, { everyMs, rpoMs, recipients }] of fleet.categories) {
		warnings.push(...tooSeldom(name, {
			everyMs,
			rpoMs
		}));
		if (recipients.length === 1) warnings.push(`category ${name} has one recipient only: if its private half is lost, so is every copy of it`);
	}
	if (fleet.countsMs < shortestCountsMs) warnings.push(`retention keeps counts for ${showDuration(fleet.countsMs)}: impact compares with the week before, so make it 9d or more`);
	if (Object.values(fleet.retention).every((kept) => kept === 0)) warnings.push("retention keeps nothing but the last verified copy; raise one of its numbers");
	return warnings;
}
function tooSeldom(name, { everyMs, rpoMs }) {
	if (everyMs === null || rpoMs === null || everyMs <= rpoMs) return [];
	return [`category ${name} is due every ${showDuration(everyMs)} but must not be older than ${showDuration(rpoMs)}: it will miss its RPO`];
}
const entryOf = (hosts, name) => {
	const entry = Object.hasOwn(hosts, name) ? hosts[name] : void 0;
	return isMap(entry) ? entry : {};
};
const textsIn = (list) => (Array.isArray(list) ? [...list.entries()] : []).filter((entry) => typeof entry[1] === "string");
export { withoutComment as C, signerFault as S, isMap as _, standardRto as a, hostKeyFault as b, addressFault as c, pathFault as d, reservedNames as f, profileNames as g, knownCategories as h, ruleFindings as i, hostNameForm as l, wordPattern as m, isJump as n, warningsOf as o, userPattern as p, jumpsOf as r, recipientFault as s, chainOf as t, hostNamePattern as u, privateKeyPattern as v, pinOf as x, showFinding as y };
