import { a as textBefore, i as textAfter, n as matched, t as fieldsOf } from "./parts.js";
import { t as certain } from "./certain.js";
import { t as listed } from "./listed.js";
import { t as compareTexts } from "./order.js";
import { i as resolveLink, r as pathPattern } from "./path-pattern.js";
import { X509Certificate, createPrivateKey, createPublicKey, hash as hash$1 } from "node:crypto";
import { isIP } from "node:net";
// src/profiles/powermta/accounting-columns.ts
const readColumns = new Set([...[
	"type",
	"timeLogged",
	"rcpt",
	"dsnStatus",
	"dsnDiag",
	"dsnMta"
], ...[
	"bounceCat",
	"dlvSourceIp",
	"vmta",
	"queue"
]].map((name) => name.toLowerCase()));
/** @param names  as written; letter case varies between versions */
function columnsOf(names) {
	const lower = names.map((name) => name.trim().toLowerCase());
	const place = (name) => lower.indexOf(name.toLowerCase());
	return {
		count: names.length,
		type: place("type"),
		timeLogged: place("timeLogged"),
		rcpt: place("rcpt"),
		dsnStatus: place("dsnStatus"),
		dsnDiag: place("dsnDiag"),
		dsnMta: place("dsnMta"),
		bounceCat: place("bounceCat"),
		dlvSourceIp: place("dlvSourceIp"),
		vmta: place("vmta"),
		queue: place("queue")
	};
}
/**
* The header with only those names that are read, to be kept where anybody may see it: what else stands in such a
* line is the host's to choose.
*/
function shownHeader(names) {
	return names.map((name) => name.trim().toLowerCase()).map((name) => readColumns.has(name) ? name : "").join(",");
}
/** Up to two letters as one number. */
function packed(type) {
	return type.charCodeAt(0) | (type.length > 1 ? type.charCodeAt(1) << 8 : 0);
}
/** The type of a record as one number; 0 when it is none. */
function packedType(bytes, from, to) {
	if (to - from === 1) return bytes[from];
	return to - from === 2 ? bytes[from] | bytes[from + 1] << 8 : 0;
}
const delivered = packed("d");
const bounced = packed("b");
const deferred = packed("t");
const queueDeferred = packed("tq");
/** Records that say nothing of an attempt to deliver: receipts, remote bounces and statuses, feedback loops. */
const otherTypes = new Map([
	"r",
	"rb",
	"rs",
	"f"
].map((type) => [packed(type), type]));
// src/profiles/powermta/accounting-tables.ts
/** Hash tables over bytes and small integers: in JavaScript's own, a text or key would be made for each record. */
const firstSlots = 1024;
/** Odd, with its bits well mixed. Source: FNV-1a's prime is too small for words of four bytes; this is Knuth's. */
const multiplier = 2654435761;
/** Spreads the bits of an integer. Source: MurmurHash3's finalizer (Austin Appleby, public domain). */
function spread(value) {
	let hash = Math.imul(value ^ value >>> 16, 2246822507);
	hash = Math.imul(hash ^ hash >>> 13, 3266489909);
	return hash ^ hash >>> 16;
}
/** Byte strings, each with a number: 0, 1, 2 … in order of first sight. */
var NameTable = class {
	#most;
	#slots = new Int32Array(firstSlots).fill(-1);
	#hashes = new Int32Array(firstSlots / 2);
	#ends = /* @__PURE__ */ new Int32Array(513);
	#pool = new Uint8Array(firstSlots * 8);
	#poolWords = new DataView(this.#pool.buffer);
	#given = this.#pool;
	/** the bytes of `#given`, four at a time */
	#words = this.#poolWords;
	size = 0;
	/** @param most  names that are told apart; those beyond get no number */
	constructor(most) {
		this.#most = most;
	}
	/** @returns  the number of `bytes[from..to]`; -1 when it is new and the table is full */
	find(bytes, from, to) {
		return this.#find(bytes, from, to, true);
	}
	/** As `find`, but adds nothing. */
	lookup(bytes, from, to) {
		return this.#find(bytes, from, to, false);
	}
	#find(bytes, from, to, adds) {
		if (bytes !== this.#given) {
			this.#given = bytes;
			this.#words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		}
		const hash = this.#hashOf(from, to);
		const slots = this.#slots;
		const mask = slots.length - 1;
		for (let slot = hash & mask;; slot = slot + 1 & mask) {
			const id = slots[slot];
			if (id < 0) return !adds ? -1 : this.#add(bytes, from, to, hash, slot);
			if (this.#hashes[id] === hash && this.#isAt(id, from, to)) return id;
		}
	}
	bytesOf(id) {
		return this.#pool.subarray(this.#ends[id], this.#ends[id + 1]);
	}
	/** What is not UTF-8 in it is shown as U+FFFD. */
	textOf(id) {
		return new TextDecoder().decode(this.bytesOf(id));
	}
	#hashOf(from, to) {
		const words = this.#words;
		let hash = to - from;
		let at = from;
		for (; at + 4 <= to; at += 4) hash = Math.imul(hash ^ words.getInt32(at), multiplier) ^ hash >>> 17;
		for (; at < to; at++) hash = Math.imul(hash ^ words.getUint8(at), multiplier);
		return hash ^ hash >>> 15;
	}
	#isAt(id, from, to) {
		const words = this.#words;
		const pool = this.#poolWords;
		let own = this.#ends[id];
		if (this.#ends[id + 1] - own !== to - from) return false;
		let at = from;
		for (; at + 4 <= to; at += 4, own += 4) if (words.getInt32(at) !== pool.getInt32(own)) return false;
		for (; at < to; at++, own++) if (words.getUint8(at) !== pool.getUint8(own)) return false;
		return true;
	}
	#add(bytes, from, to, hash, slot) {
		if (this.size >= this.#most) return -1;
		const id = this.size++;
		const begin = this.#ends[id];
		const end = begin + to - from;
		if (end > this.#pool.length) {
			this.#pool = grown(this.#pool, Math.max(end, 2 * this.#pool.length));
			this.#poolWords = new DataView(this.#pool.buffer);
		}
		this.#pool.set(bytes.subarray(from, to), begin);
		this.#ends[id + 1] = end;
		this.#hashes[id] = hash;
		this.#slots[slot] = id;
		if (this.size === this.#hashes.length) this.#grow();
		return id;
	}
	#grow() {
		const slots = this.#slots.length * 2;
		this.#hashes = grown(this.#hashes, slots / 2);
		this.#ends = grown(this.#ends, slots / 2 + 1);
		this.#slots = new Int32Array(slots).fill(-1);
		for (let id = 0; id < this.size; id++) {
			let slot = this.#hashes[id] & slots - 1;
			while (this.#slots[slot] >= 0) slot = slot + 1 & slots - 1;
			this.#slots[slot] = id;
		}
	}
};
const keys = 4;
const width$1 = 8;
/** Rows of four counts by four whole numbers. */
var Tally = class {
	#slots = new Int32Array(firstSlots).fill(-1);
	/** four keys and four counts for each row */
	#rows = new Int32Array(firstSlots / 2 * width$1);
	size = 0;
	/** Adds `amount` to one of the four counts of a row. */
	add(a, b, c, d, column, amount) {
		const rows = this.#rows;
		const slots = this.#slots;
		const mask = slots.length - 1;
		let slot = hashOf(a, b, c, d) & mask;
		for (;; slot = slot + 1 & mask) {
			const row = slots[slot];
			if (row < 0) break;
			if (rows[row] === a && rows[row + 1] === b && rows[row + 2] === c && rows[row + 3] === d) {
				rows[row + keys + column] = rows[row + keys + column] + amount;
				return;
			}
		}
		const row = this.size++ * width$1;
		slots[slot] = row;
		rows.set([
			a,
			b,
			c,
			d
		], row);
		rows[row + keys + column] = amount;
		if (this.size * 2 === slots.length) this.#grow();
	}
	*rows() {
		for (let row = 0; row < this.size; row++) yield Array.from(this.#rows.subarray(row * width$1, (row + 1) * width$1));
	}
	#grow() {
		const slots = this.#slots.length * 2;
		this.#rows = grown(this.#rows, slots / 2 * width$1);
		this.#slots = new Int32Array(slots).fill(-1);
		let row = 0;
		for (const [a, b, c, d] of this.rows()) {
			let slot = hashOf(a, b, c, d) & slots - 1;
			while (this.#slots[slot] >= 0) slot = slot + 1 & slots - 1;
			this.#slots[slot] = row;
			row += width$1;
		}
	}
};
function hashOf(a, b, c, d) {
	return spread(Math.imul(a, 2654435761) ^ Math.imul(b, 2246822507) ^ Math.imul(c, 3266489909) ^ Math.imul(d, 668265263));
}
/** Which byte strings were seen, by a digest of 64 bits each: the strings themselves are not kept. */
var SeenSet = class SeenSet {
	#slots = new Int32Array(2 * firstSlots);
	#size = 0;
	/** @returns  whether `bytes[from..to]` is new under `group` */
	add(group, bytes, from, to) {
		let low = Math.imul(group, 2654435761);
		let high = group ^ to - from;
		for (let at = from; at < to; at++) {
			low = Math.imul(low ^ bytes[at], 16777619);
			high = Math.imul(high, 31) + bytes[at];
			high |= 0;
		}
		const added = this.#put(spread(low) | 1, spread(high));
		if (added && ++this.#size * 4 === this.#slots.length) this.#grow();
		return added;
	}
	copy() {
		const copy = new SeenSet();
		copy.#slots = this.#slots.slice();
		copy.#size = this.#size;
		return copy;
	}
	#put(low, high) {
		const slots = this.#slots;
		const mask = slots.length - 2;
		for (let slot = high << 1 & mask;; slot = slot + 2 & mask) {
			if (slots[slot] === low && slots[slot + 1] === high) return false;
			if (slots[slot] !== 0) continue;
			slots[slot] = low;
			slots[slot + 1] = high;
			return true;
		}
	}
	#grow() {
		const old = this.#slots;
		this.#slots = new Int32Array(old.length * 2);
		for (let slot = 0; slot < old.length; slot += 2) if (old[slot] !== 0) this.#put(old[slot], old[slot + 1]);
	}
};
function grown(table, length) {
	const larger = table instanceof Int32Array ? new Int32Array(length) : new Uint8Array(length);
	larger.set(table);
	return larger;
}
// src/profiles/powermta/accounting-days.ts
const bucketsOfDay = 288;
/**
* Names of one day that get rows of their own, the commonest; twice what the day's file keeps. A busy host sends to
* tens of thousands of domains a day, and most of them have no rate that anybody could judge.
*/
const most$1 = {
	isps: 300,
	errors: 200
};
/** The same tallies with the rare names as `*`: sums of numbers, before any of them becomes an object. */
function withoutRare(tallies) {
	const ispOf = ranked(tallies.cells.rows(), most$1.isps, ([, isp]) => isp);
	const errorOf = ranked(tallies.failures.rows(), most$1.errors, ([, , , failure]) => failure >> 1);
	const parts = {
		cells: new Tally(),
		bounces: new Tally(),
		failures: new Tally(),
		recipients: new Tally()
	};
	const columns = [
		0,
		1,
		2,
		3
	];
	for (const name of [
		"cells",
		"bounces",
		"failures",
		"recipients"
	]) for (const [bucket, isp, c, d, ...counts] of tallies[name].rows()) {
		const failure = name === "failures" ? errorOf(bucket, d >> 1) * 2 + (d & 1) : d;
		for (const column of columns) {
			const count = counts[column];
			if (count > 0) parts[name].add(bucket, ispOf(bucket, isp), c, failure, column, count);
		}
	}
	return parts;
}
/** @returns  by bucket and number, the number itself for the commonest of its day, 0 for the rest */
function ranked(rows, limit, numberOf) {
	const days = /* @__PURE__ */ new Map();
	for (const row of rows) {
		const [bucket, , , , ...counts] = row;
		const day = Math.floor(bucket / bucketsOfDay);
		const weights = days.get(day) ?? /* @__PURE__ */ new Map();
		days.set(day, weights);
		const count = counts.reduce((sum, one) => sum + one);
		weights.set(numberOf(row), (weights.get(numberOf(row)) ?? 0) + count);
	}
	const kept = /* @__PURE__ */ new Map();
	for (const [day, weights] of days) {
		if (weights.size <= limit) continue;
		const order = [...weights].sort(([a, m], [b, n]) => n - m || a - b);
		kept.set(day, new Set(order.slice(0, limit).map(([number]) => number)));
	}
	return (bucket, number) => {
		const names = kept.get(Math.floor(bucket / bucketsOfDay));
		return names === void 0 || names.has(number) ? number : 0;
	};
}
/** The tallies as days, with every number put in words; rows in the order in which they came. */
function trafficDays(host, tallies) {
	const { isps, ips, vmtas, categories } = tallies;
	const { cells, bounces, failures, recipients } = withoutRare(tallies);
	const days = /* @__PURE__ */ new Map();
	const partsOf = (bucket) => {
		const day = Math.floor(bucket / bucketsOfDay);
		const parts = days.get(day) ?? {
			cells: [],
			bounces: [],
			errors: [],
			recipients: []
		};
		days.set(day, parts);
		return parts;
	};
	const ipOf = (number) => number === 0 ? null : certain(ips[number]);
	const texts = Array.from({ length: tallies.errors.size }, (_, id) => tallies.errors.textOf(id));
	const place = (bucket, isp) => ({
		at: bucket * 300,
		isp: certain(isps[isp])
	});
	for (const [bucket, isp, ip, vmta, ...counts] of cells.rows()) {
		const [delivered, bounced, deferred, queueDeferred] = counts;
		partsOf(bucket).cells.push({
			...place(bucket, isp),
			ip: ipOf(ip),
			vmta: certain(vmtas[vmta]),
			delivered,
			bounced,
			deferred,
			queueDeferred
		});
	}
	for (const [bucket, isp, category, , count] of bounces.rows()) partsOf(bucket).bounces.push({
		...place(bucket, isp),
		category: certain(categories[category]),
		count
	});
	for (const [bucket, isp, ip, failure, count] of failures.rows()) {
		const outcome = failure % 2 === 1 ? "bounced" : "deferred";
		const error = texts[Math.floor(failure / 2) - 1] ?? "*";
		partsOf(bucket).errors.push({
			...place(bucket, isp),
			ip: ipOf(ip),
			outcome,
			error,
			count
		});
	}
	for (const [bucket, isp, , , count] of recipients.rows()) partsOf(bucket).recipients.push({
		...place(bucket, isp),
		count
	});
	const first = Math.min(...days.keys());
	return [...days].toSorted(([a], [b]) => a - b).map(([day, parts]) => ({
		host,
		day: (/* @__PURE__ */ new Date(day * 864e5)).toISOString().slice(0, 10),
		...parts,
		others: namesOf(tallies.others, day, first),
		skipped: namesOf(tallies.skipped, day, first)
	}));
}
/** What came before any date belongs to the first day. */
function namesOf(days, day, first) {
	const counts = new Map(days.get(day));
	const undated = day === first ? days.get(NaN) ?? [] : [];
	for (const [name, count] of undated) counts.set(name, (counts.get(name) ?? 0) + count);
	return Object.fromEntries(counts);
}
const lineFeed$1 = 10;
const upper = 1;
const lower = 2;
const digit = 4;
const dot = 8;
const dash = 16;
const colon$1 = 32;
const atSign$1 = 64;
const foreign = 128;
const other$1 = 256;
const letters = 131;
/** What each byte is within a token; 0 for bytes between tokens. Non-ASCII bytes count as letters. */
const classes = /* @__PURE__ */ new Int16Array(256);
for (let byte = 33; byte < 127; byte++) classes[byte] = other$1;
for (let byte = 48; byte <= 57; byte++) classes[byte] = digit;
for (let byte = 65; byte <= 90; byte++) classes[byte] = upper;
for (let byte = 97; byte <= 122; byte++) classes[byte] = lower;
for (let byte = 128; byte <= 255; byte++) classes[byte] = foreign;
for (const char of "\"'`()[]{}<>,;|") classes[char.charCodeAt(0)] = 0;
classes[".".charCodeAt(0)] = dot;
classes["-".charCodeAt(0)] = dash;
classes[":".charCodeAt(0)] = colon$1;
classes["@".charCodeAt(0)] = atSign$1;
const placeholders = {
	address: Buffer.from("<address>"),
	host: Buffer.from("<host>"),
	id: Buffer.from("<id>"),
	ip: Buffer.from("<ip>"),
	number: Buffer.from("<n>"),
	url: Buffer.from("<url>")
};
/** Words of replies that stay even where a mailbox has the same name. */
const commonWords = new Set("account address box connection delivery domain email error from host id in is mail mailbox message no not of on or policy postmaster recipient recipients sender server service smtp spam the to too user users".split(" "));
/** Room for every character of an error in UTF-8, and for the token that crosses its end. */
const outputBytes = 264;
function errorReader() {
	const out = new Uint8Array(outputBytes);
	let filled = 0;
	let characters = 0;
	function put(bytes, from, to) {
		for (let at = from; at < to; at++) {
			const byte = bytes[at];
			const shown = byte <= 32 || byte === 127 ? 32 : byte;
			if (filled > 0 && shown === out[filled - 1] && (shown === 32 || shown === 34)) continue;
			const startsCharacter = (byte & 192) !== 128;
			if (startsCharacter && characters === 60) return;
			if (startsCharacter) characters++;
			if (filled < out.length) out[filled++] = shown;
		}
	}
	return {
		bytes: out,
		codes: 0,
		read(bytes, from, to, recipient, recipientEnd) {
			filled = characters = this.codes = 0;
			let isBeforeWords = true;
			const localEnd = localPartEnd(bytes, recipient, recipientEnd);
			for (let at = from; at < to && characters < 60;) {
				let end = at;
				while (end < to && classes[bytes[end]] === 0) if (bytes[end++] === lineFeed$1) isBeforeWords = true;
				put(bytes, at, end);
				at = end;
				let kinds = 0;
				while (end < to && classes[bytes[end]] !== 0) kinds |= classes[bytes[end++]];
				if (at === end) break;
				let last = end;
				if ((kinds & 312) !== 0) {
					const first = at;
					while (at < end && isMark$1(bytes[at])) at++;
					while (last > at && isMark$1(bytes[last - 1])) last--;
					put(bytes, first, at);
					kinds = kindsOf(bytes, at, last);
				}
				if (at < last) {
					const placeholder = placeholderOf(bytes, at, last, kinds, isBeforeWords, recipient, localEnd);
					if (placeholder === null) put(bytes, at, last);
					else put(placeholder, 0, placeholder.length);
					if ((kinds & letters) !== 0 && at !== from) isBeforeWords = false;
					else if (isBeforeWords) this.codes = filled;
				}
				put(bytes, last, end);
				at = end;
			}
			return filled;
		}
	};
}
const isMark$1 = (byte) => (classes[byte] & 312) !== 0;
function kindsOf(bytes, from, to) {
	let kinds = 0;
	for (let at = from; at < to; at++) kinds |= classes[bytes[at]];
	return kinds;
}
/** What stands for a token; null for the token itself. */
function placeholderOf(bytes, from, to, kinds, isBeforeWords, recipient, localEnd) {
	const length = to - from;
	if ((kinds & -148) === 0) {
		if (length > 48) return placeholders.id;
		return namesRecipient(bytes, from, to, recipient, localEnd) ? placeholders.address : null;
	}
	if ((kinds & atSign$1) !== 0) return placeholders.address;
	if ((kinds & -8) === 0 && (kinds & lower) !== 0) return placeholders.id;
	if ((kinds & -29) === 0 && isStatus(bytes, bytes[from + 3] === 45 ? from + 4 : from, to)) return null;
	if (kinds === digit) return isBeforeWords && length === 3 ? null : placeholders.number;
	if (length > 256) return placeholders.id;
	const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, length).toString("latin1");
	if (ipForm.test(text)) return placeholders.ip;
	if (codeForm.test(text) && !namesRecipient(bytes, from, to, recipient, localEnd)) return null;
	if (text.includes("://")) return placeholders.url;
	if (hostForm.test(text)) return placeholders.host;
	return (kinds & -13) === 0 ? placeholders.number : placeholders.id;
}
/** `4.7.28` between `from` and `to`. Source: RFC 3463. */
function isStatus(bytes, from, to) {
	const first = bytes[from];
	if (first !== 50 && first !== 52 && first !== 53) return false;
	let dots = 0;
	let digits = 0;
	for (let at = from + 1; at < to; at++) if (classes[bytes[at]] === digit) digits++;
	else if (dots++ > 1 || at > from + 1 && (digits === 0 || digits > 3)) return false;
	else digits = 0;
	return dots === 2 && bytes[from + 1] === 46 && digits > 0 && digits <= 3;
}
/** IPv4, with a port or a prefix length too; IPv6. */
const ipForm = /^(\d{1,3}(\.\d{1,3}){3}([:/]\d{1,5})?|(?=.*:.*:)[0-9a-f:.]+(%\w+)?(\/\d{1,3})?)$/i;
/** Codes that receivers give errors: `TSS04`, `S3140`, `OU-002`, `RLY:B1`. */
const codeForm = /^[A-Z]{1,5}([:-][A-Z]{0,3})?\d{0,4}$/;
const hostForm = /^[\w-]+(\.[\w-]+)*\.[a-z][a-z-]*$/i;
/** Whether a word of a token is a word of the recipient's name, such as `smith` of `john.smith@…`. */
function namesRecipient(bytes, from, to, recipient, end) {
	for (let at = from; at < to; at++) {
		const first = at;
		while (at < to && isLetter(bytes[at])) at++;
		if (at > first && isWordOf(bytes, first, at, recipient, end)) return true;
	}
	return false;
}
function isWordOf(bytes, from, to, recipient, end) {
	const length = to - from;
	const first = folded(bytes[from]);
	for (let at = recipient; at + length <= end; at++) {
		if (folded(bytes[at]) !== first) continue;
		if (at > recipient && isLetter(bytes[at - 1])) continue;
		if (at + length < end && isLetter(bytes[at + length])) continue;
		let same = 1;
		while (same < length && folded(bytes[at + same]) === folded(bytes[from + same])) same++;
		if (same === length) return !commonWords.has(Buffer.from(bytes.subarray(from, to)).toString("utf8").toLowerCase());
	}
	return false;
}
/** Where the local part of an address ends: at its last `@`. */
function localPartEnd(bytes, from, to) {
	let at = to;
	while (at > from && classes[bytes[at - 1]] !== atSign$1) at--;
	return at === from ? to : at - 1;
}
const folded = (byte) => classes[byte] === upper ? byte | 32 : byte;
const isLetter = (byte) => (classes[byte] & letters) !== 0;
/** What names say once it is known what they mean: each text has one number, however it was written; 0 is `*`. */
var Names = class {
	texts = ["*"];
	#numbers = /* @__PURE__ */ new Map([["*", 0]]);
	#most;
	constructor(most) {
		this.#most = most;
	}
	numberOf(text) {
		const known = this.#numbers.get(text);
		if (known !== void 0) return known;
		if (this.texts.length > this.#most) return 0;
		this.#numbers.set(text, this.texts.length);
		return this.texts.push(text) - 1;
	}
};
const utf8 = new TextDecoder("utf-8", { fatal: true });
/** A column whose values repeat: what a value means is worked out once, then found by its bytes. */
var NamedColumn = class {
	#table;
	#meanings = [];
	#meaningOf;
	/** @param most  values that are told apart; those beyond mean 0 */
	constructor(most, meaningOf) {
		this.#table = new NameTable(most);
		this.#meaningOf = meaningOf;
	}
	/**
	* @param place  of the column; -1 when the file has none
	* @returns      what the value means; 0 when it is not there, -1 when it is not UTF-8
	*/
	numberAt(place, bytes, starts, ends) {
		if (place === -1) return 0;
		const from = starts[place];
		const to = ends[place];
		return from === to ? 0 : this.numberOf(bytes, from, to);
	}
	numberOf(bytes, from, to) {
		const value = this.#table.find(bytes, from, to);
		if (value < 0) return 0;
		return this.#meanings[value] ?? this.#learn(value);
	}
	#learn(value) {
		let meaning = -1;
		try {
			meaning = this.#meaningOf(utf8.decode(this.#table.bytesOf(value)));
		} catch {}
		this.#meanings[value] = meaning;
		return meaning;
	}
};
/** The text of a name that an operator gave; `*` for what could be an address or steer a terminal. */
function shownName(text) {
	return text.length <= 64 && !/[@\p{Cc}\p{Cf}]/u.test(text) ? text : "*";
}
// src/profiles/powermta/accounting-counts.ts
/** Names that are told apart; the rest share `*`, so that memory stays bounded whatever a file holds. */
const most = {
	isps: 2e3,
	ips: 4096,
	vmtas: 4096,
	categories: 256,
	errors: 500,
	codes: 200,
	spellings: 65536
};
/** Buckets whose recipients are remembered, so that each counts once: two hours of them. */
const rememberedBuckets = 24;
const atSign = 64;
/** Stands for the words of an error that has no name of its own. */
const beyond = Buffer.from(" *");
const daySeconds = 86400;
/** What was counted of one host's files. */
var AccountingCounts = class {
	#rules;
	#isps;
	#ips = new Names(most.ips);
	#vmtas = new Names(most.vmtas);
	#categories = new Names(most.categories);
	#errors = new NameTable(most.errors + most.codes);
	#queue = new NamedColumn(most.spellings, (text) => this.#isps.numberOf(this.#rules.ofQueue(text)));
	#queueVmta = new NamedColumn(most.spellings, (text) => this.#vmtas.numberOf(vmtaOfQueue(text)));
	#vmta = new NamedColumn(most.vmtas, (text) => this.#vmtas.numberOf(shownName(text)));
	#category = new NamedColumn(most.categories, (text) => this.#categories.numberOf(shownName(text)));
	#ip = new NamedColumn(most.ips, (text) => isSource(text) ? this.#ips.numberOf(text) : 0);
	#mta = new NamedColumn(most.spellings, (text) => this.#isps.numberOf(this.#rules.ofHost(text)));
	#domain = new NamedColumn(most.spellings, (text) => {
		const { domain, mta } = fieldsOf(text, "\0", "domain", "mta");
		return this.#isps.numberOf(this.#rules.ofRecipient(domain, mta));
	});
	#key = /* @__PURE__ */ new Uint8Array(512);
	/** bucket, ISP, IP, VMTA → delivered, bounced, deferred, deferred as a queue */
	#cells = new Tally();
	/** bucket, ISP, category */
	#bounces = new Tally();
	/** bucket, ISP, IP, and twice the error's number, plus one when the attempt was the last */
	#failures = new Tally();
	/** bucket, ISP */
	#recipients = new Tally();
	#seen = /* @__PURE__ */ new Map();
	#error = errorReader();
	/** by day, what cannot be dated belongs to the day before it in the file */
	#others = /* @__PURE__ */ new Map();
	#skipped = /* @__PURE__ */ new Map();
	#day = NaN;
	/** @param before  whose recipients count no more; it may go on counting */
	constructor(rules, before) {
		this.#rules = rules;
		this.#isps = before === null ? new Names(most.isps) : before.#isps;
		if (before !== null) for (const [bucket, seen] of before.#seen) this.#seen.set(bucket, seen.copy());
	}
	skip(reason) {
		countIn(this.#skipped, this.#day, reason);
	}
	other(type) {
		countIn(this.#others, this.#day, type);
	}
	/** @returns  why the record is not counted; null when it is */
	add(type, seconds, columns, bytes, starts, ends) {
		const isp = columns.queue !== -1 && starts[columns.queue] !== ends[columns.queue] ? this.#queue.numberAt(columns.queue, bytes, starts, ends) : this.#ispWithoutQueue(columns, bytes, starts, ends);
		const ip = this.#ip.numberAt(columns.dlvSourceIp, bytes, starts, ends);
		const vmta = columns.vmta === -1 ? this.#queueVmta.numberAt(columns.queue, bytes, starts, ends) : this.#vmta.numberAt(columns.vmta, bytes, starts, ends);
		if (isp < 0 || ip < 0 || vmta < 0) return "not-utf8";
		const bucket = Math.floor(seconds / 300);
		this.#day = Math.floor(seconds / daySeconds);
		if (type === delivered) {
			this.#cells.add(bucket, isp, ip, vmta, 0, 1);
			return null;
		}
		const isFinal = type === bounced;
		if (isFinal) {
			const category = this.#category.numberAt(columns.bounceCat, bytes, starts, ends);
			if (category < 0) return "not-utf8";
			this.#cells.add(bucket, isp, ip, vmta, 1, 1);
			this.#bounces.add(bucket, isp, category, 0, 0, 1);
		} else if (type === deferred) {
			this.#cells.add(bucket, isp, ip, vmta, 2, 1);
			if (columns.rcpt !== -1) this.#countRecipient(bucket, isp, columns.rcpt, bytes, starts, ends);
		} else this.#cells.add(bucket, isp, ip, vmta, 3, 1);
		const error = this.#errorOf(columns, bytes, starts, ends);
		this.#failures.add(bucket, isp, ip, error * 2 + (isFinal ? 1 : 0), 0, 1);
		return null;
	}
	#countRecipient(bucket, isp, place, bytes, starts, ends) {
		let seen = this.#seen.get(bucket);
		if (seen === void 0) {
			const [oldest] = this.#seen.keys();
			if (this.#seen.size === rememberedBuckets && oldest !== void 0) this.#seen.delete(oldest);
			seen = new SeenSet();
			this.#seen.set(bucket, seen);
		}
		if (seen.add(isp, bytes, starts[place], ends[place])) this.#recipients.add(bucket, isp, 0, 0, 0, 1);
	}
	/** The number of the error; 0 stands for those beyond what is told apart. */
	#errorOf(columns, bytes, starts, ends) {
		const place = columns.dsnDiag !== -1 && starts[columns.dsnDiag] !== ends[columns.dsnDiag] ? columns.dsnDiag : columns.dsnStatus;
		if (place === -1) return 0;
		const recipient = columns.rcpt === -1 ? 0 : starts[columns.rcpt];
		const recipientEnd = columns.rcpt === -1 ? 0 : ends[columns.rcpt];
		const from = starts[place];
		const length = this.#error.read(bytes, from, ends[place], recipient, recipientEnd);
		const { bytes: error, codes } = this.#error;
		const known = this.#errors.size >= most.errors ? this.#errors.lookup(error, 0, length) : this.#errors.find(error, 0, length);
		if (known !== -1) return known + 1;
		error.set(beyond, codes);
		return this.#errors.find(error, 0, codes + beyond.length) + 1;
	}
	#ispWithoutQueue(columns, bytes, starts, ends) {
		const mta = columns.dsnMta === -1 ? 0 : starts[columns.dsnMta];
		const mtaEnd = columns.dsnMta === -1 ? 0 : ends[columns.dsnMta];
		if (columns.rcpt === -1 || starts[columns.rcpt] === ends[columns.rcpt]) return mta === mtaEnd ? 0 : this.#mta.numberOf(bytes, mta, mtaEnd);
		const end = ends[columns.rcpt];
		let domain = end;
		while (domain > starts[columns.rcpt] && bytes[domain - 1] !== atSign) domain--;
		const key = this.#key;
		const domainLength = Math.min(end - domain, 255);
		const mtaLength = Math.min(mtaEnd - mta, 255);
		for (let at = 0; at < domainLength; at++) key[at] = bytes[domain + at];
		key[domainLength] = 0;
		for (let at = 0; at < mtaLength; at++) key[domainLength + 1 + at] = bytes[mta + at];
		return this.#domain.numberOf(key, 0, domainLength + 1 + mtaLength);
	}
	days(host) {
		return trafficDays(host, {
			isps: this.#isps.texts,
			ips: this.#ips.texts,
			vmtas: this.#vmtas.texts,
			categories: this.#categories.texts,
			errors: this.#errors,
			cells: this.#cells,
			bounces: this.#bounces,
			failures: this.#failures,
			recipients: this.#recipients,
			others: this.#others,
			skipped: this.#skipped
		});
	}
};
/** `yahoo.rollup/mta-a2` → `mta-a2` */
function vmtaOfQueue(queue) {
	const slash = queue.lastIndexOf("/");
	return slash === -1 ? "*" : shownName(queue.slice(slash + 1));
}
/** No source address was chosen, or it is none: such attempts belong to no IP. */
function isSource(text) {
	return text !== "0.0.0.0" && text !== "::" && isIP(text) !== 0;
}
function countIn(days, day, name) {
	const counts = days.get(day) ?? /* @__PURE__ */ new Map();
	counts.set(name, (counts.get(name) ?? 0) + 1);
	days.set(day, counts);
}
/** Read at a time; small enough to stay in a processor's cache. */
const sliceBytes = 262144;
const lineFeed = 10;
const carriageReturn = 13;
const quote$1 = 34;
const comma = 44;
/** @param offset  where in its file the first byte lies: the beginning of a record */
function recordReader(sink, offset = 0) {
	const bytes = /* @__PURE__ */ new Uint8Array(327682);
	const starts = /* @__PURE__ */ new Int32Array(512);
	const ends = /* @__PURE__ */ new Int32Array(512);
	let filled = 0;
	/** offset in the file of bytes[0] */
	let base = offset;
	/** inside a line that was given up, up to its end */
	let skipping = false;
	/**
	* Hands out the records that lie whole in `bytes[from..filled]`.
	* @returns  where the first incomplete one begins
	*/
	function scan(from) {
		const end = filled;
		let begin = from;
		let at = from;
		let field = 0;
		bytes[end] = lineFeed;
		bytes[end + 1] = quote$1;
		for (;;) {
			let byte = bytes[at];
			if (byte === quote$1) {
				const close = closingQuote(at + 1, end);
				if (close === end) return begin;
				starts[field & 511] = at + 1;
				ends[field & 511] = close;
				at = close + 1;
				byte = bytes[at];
				if (byte === carriageReturn) byte = bytes[++at];
				if (byte !== comma && byte !== lineFeed && at < end) {
					sink.broken("quotes", base + begin);
					begin = at = afterLine(begin, end);
					field = 0;
					if (at > end) return end;
					continue;
				}
			} else {
				starts[field & 511] = at;
				while (byte > comma || byte !== comma && byte !== lineFeed) byte = bytes[++at];
				ends[field & 511] = at;
				if (byte === lineFeed && bytes[at - 1] === carriageReturn) ends[field & 511] = at - 1;
			}
			if (at >= end) return begin;
			at++;
			field++;
			if (byte === comma) continue;
			if (!(field === 1 && starts[0] === ends[0]) && !sink.record(bytes, starts, ends, field, base + begin)) at = afterLine(begin, end);
			begin = at;
			field = 0;
		}
	}
	/** @returns  the position of the quote that ends the field; `end` when it is not there yet */
	function closingQuote(from, end) {
		for (let at = from;; at++) {
			while (bytes[at] !== quote$1) at++;
			if (at >= end - 1) return end;
			if (bytes[at + 1] !== quote$1) return at;
			at++;
		}
	}
	/** @returns  the beginning of the next line; above `end` when that is not there yet, and then it is looked for */
	function afterLine(from, end) {
		let at = from;
		while (bytes[at] !== lineFeed) at++;
		skipping = at === end;
		return at + 1;
	}
	function read() {
		let from = 0;
		if (skipping) from = Math.min(afterLine(sentinel(0), filled), filled);
		if (!skipping && from < filled) from = scan(from);
		while (!skipping && filled - from >= 65536) {
			const next = afterLine(sentinel(from), filled);
			sink.broken(next <= filled ? "quotes" : "too-long", base + from);
			from = skipping ? filled : scan(next);
		}
		bytes.copyWithin(0, from, filled);
		base += from;
		filled -= from;
	}
	function sentinel(from) {
		bytes[filled] = lineFeed;
		return from;
	}
	return {
		push(chunk) {
			for (let at = 0; at < chunk.length; at += sliceBytes) {
				const slice = chunk.subarray(at, at + sliceBytes);
				bytes.set(slice, filled);
				filled += slice.length;
				read();
			}
		},
		end() {
			while (filled > 0 && !skipping) {
				const next = afterLine(sentinel(0), filled);
				const isCut = next > filled;
				sink.broken(isCut ? "cut" : "quotes", base);
				if (isCut) break;
				bytes.copyWithin(0, next, filled);
				base += next;
				filled -= next;
				read();
			}
			base += filled;
			filled = 0;
			skipping = false;
		},
		position: () => base
	};
}
// src/profiles/powermta/accounting-isp.ts
/**
* Which ISP a record is about: the domain of its queue, with `*.rollup` as it stands; without a queue what the config
* would have made of the recipient's domain, else the host that took or refused the mail.
*/
/** @param statements  the outline of the host's config; none when it is not known */
function ispRules(statements) {
	const macros = macroDomains(statements);
	const rollups = statements.filter(({ name, scope }) => name === "mx" && scope.at(-1)?.startsWith("mx-rollup-list")).flatMap(({ value }) => {
		const rule = matched(/^(\S+)\s+(\S+)/, value, "pattern", "queue");
		return rule === null ? [] : [{
			matches: hostPattern(rule.pattern),
			queue: rule.queue.toLowerCase()
		}];
	});
	const rollupOf = (mta) => {
		const host = hostOf(mta);
		return host === "" ? null : rollups.find(({ matches }) => matches.test(host))?.queue ?? null;
	};
	return {
		ofQueue(queue) {
			const slash = queue.lastIndexOf("/");
			return ispName(slash === -1 ? queue : queue.slice(0, slash));
		},
		ofRecipient(domain, mta) {
			const name = domain.toLowerCase();
			const macro = macros.find(({ matches }) => matches.test(name))?.name;
			return rollupOf(mta) ?? macro ?? ispName(name);
		},
		ofHost(mta) {
			const suffix = hostOf(mta).split(".").slice(-2).join(".");
			return rollupOf(mta) ?? ispName(suffix);
		}
	};
}
/** `mx.example.com (192.0.2.1)` → `mx.example.com` */
function hostOf(mta) {
	return mta.replace(/[\s(].*/s, "").toLowerCase().replace(/\.$/, "");
}
/** A name that can be shown: what no domain or queue may contain could be an address. */
function ispName(text) {
	const name = text.toLowerCase();
	return /^[\p{L}\p{M}\p{N}._{}-]{1,253}$/u.test(name) ? name : "*";
}
/** Macros may use macros; the ones that would go round are left as they stand. */
function macroDomains(statements) {
	const lists = /* @__PURE__ */ new Map();
	for (const { name, value } of statements) {
		const found = name === "domain-macro" ? matched(/^(\w+)\s+(.*)$/s, value, "macro", "list") : null;
		if (found !== null) lists.set(found.macro, found.list.split(/[\s,]+/).filter(Boolean));
	}
	const expand = (pattern, within) => {
		const found = matched(/\$(\w+)/, pattern, "macro");
		if (found === null) return [pattern];
		const { macro } = found;
		return ((within.includes(macro) ? void 0 : lists.get(macro)) ?? []).flatMap((part) => expand(pattern.replace(`$${macro}`, () => part), [...within, macro]));
	};
	return [...lists].map(([name, list]) => {
		const patterns = list.flatMap((pattern) => expand(pattern, [name])).map((pattern) => hostPattern(pattern).source);
		return {
			name,
			matches: new RegExp(patterns.join("|") || "$^", "i")
		};
	});
}
/** `d`, `*.d` (below d), `[*.]d` (d and below). Source: User's Guide 5.0, "Specifying Domain Names". */
function hostPattern(pattern) {
	const parts = pattern.split(/(\[\*\.\]|\*)/).map((part) => {
		if (part === "[*.]") return "(?:.*\\.)?";
		return part === "*" ? ".*" : part.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");
	});
	return new RegExp(`^(?:${parts.join("")})$`, "i");
}
// src/profiles/powermta/accounting-time.ts
/** Times of accounting files: `2019-02-08 21:54:05+0000`, or seconds since 1970 (4.0, or `iso-times no`). */
/** Where the seconds stand in `2019-02-08 21:54:05+0000`. */
const secondsAt = 17;
const offsetAt = 19;
const longest$1 = 32;
/** @returns  reads a field as seconds since 1970; NaN when it is no time, or one without its offset from UTC */
function timeReader() {
	const known = new Uint8Array(longest$1);
	const knownWords = new DataView(known.buffer);
	let given = known;
	/** the bytes of `given`, four at a time */
	let words = knownWords;
	let knownLength = 0;
	let minute = NaN;
	return (bytes, from, to) => {
		const length = to - from;
		if (bytes !== given) {
			given = bytes;
			words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		}
		if (length === knownLength && isKnownMinute(words, from, length, knownWords)) return minute + twoDigits(bytes, from + secondsAt);
		if (length > longest$1) return NaN;
		const text = String.fromCharCode(...bytes.subarray(from, to));
		if (/^\d{9,11}$/.test(text)) return Number(text);
		const seconds = isoSeconds(text);
		if (!Number.isNaN(seconds)) {
			known.set(bytes.subarray(from, to));
			knownLength = length;
			minute = seconds - twoDigits(bytes, from + secondsAt);
		}
		return seconds;
	};
}
/** Both are of `length`; minutes differ most often, so that they are looked at first. */
function isKnownMinute(words, from, length, known) {
	for (let at = 12; at >= 0; at -= 4) if (words.getInt32(from + at) !== known.getInt32(at)) return false;
	if (words.getUint8(from + secondsAt - 1) !== known.getUint8(16)) return false;
	for (let at = offsetAt; at < length; at++) if (words.getUint8(from + at) !== known.getUint8(at)) return false;
	return true;
}
function twoDigits(bytes, at) {
	const tens = bytes[at] - 48;
	const ones = bytes[at + 1] - 48;
	return tens >= 0 && tens <= 6 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}
const isoForm = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d):([0-5]\d|60)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)$/;
function isoSeconds(text) {
	const found = matched(isoForm, text, "day", "minute", "seconds", "zone");
	if (found === null) return NaN;
	const { day, minute, seconds, zone } = found;
	const offset = zone === "Z" ? "Z" : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
	const midnight = Date.parse(`${day}T00:00:00Z`);
	if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) return NaN;
	return Date.parse(`${day}T${minute}:00${offset}`) / 1e3 + Number(seconds);
}
// src/profiles/powermta/accounting.ts
/** A host's clock may be this much ahead of ours, seconds. */
const clockSkew = 600;
/**
* @param statements  the outline of the host's config, for files without the column `queue`; may be empty
* @param now         ms since 1970: later records are not believed
*/
function countTraffic(host, statements, now) {
	return counter(host, statements, now, null);
}
function counter(host, statements, now, before) {
	const counts = new AccountingCounts(ispRules(statements), before);
	const skipped = /* @__PURE__ */ new Map();
	return {
		tap(file, resume) {
			const skip = (reason, offset) => {
				const known = skipped.get(`${reason} ${file}`);
				if (known === void 0) skipped.set(`${reason} ${file}`, {
					file,
					reason,
					count: 1,
					example: offset
				});
				else known.count++;
				counts.skip(reason);
			};
			return tapFile(counts, skip, now / 1e3 + clockSkew, resume ?? {
				offset: 0,
				header: null
			});
		},
		days: () => counts.days(host),
		skipped: () => [...skipped.values()].map((lines) => ({ ...lines })),
		next: (outline) => counter(host, outline, now, counts)
	};
}
/** Records that name their queue say whom they were for; all others leave it to the config. */
function needsConfig(start) {
	const tap = countTraffic("", [], 0).tap("");
	tap.push(start);
	const { header } = tap.end(false);
	return header === null || columnsOf(header.split(",")).queue === -1;
}
function tapFile(counts, skip, latest, resume) {
	const secondsOf = timeReader();
	let header = resume.header;
	let columns = header === null ? null : columnsOf(header.split(","));
	const sink = {
		record(bytes, starts, ends, count, offset) {
			const from = starts[0];
			if (isHeader(bytes, from, ends[0])) {
				const names = Array.from({ length: Math.min(count, 512) }, (_, field) => Buffer.from(bytes.subarray(starts[field], ends[field])).toString("utf8"));
				columns = columnsOf(names.with(0, "type"));
				header = shownHeader(names.with(0, "type"));
				return true;
			}
			const reason = columns === null ? "no-header" : count !== columns.count ? "fields" : null;
			if (reason !== null || columns === null) {
				skip(reason ?? "no-header", offset);
				return false;
			}
			const wrong = countRecord(columns, bytes, starts, ends);
			if (wrong !== null) skip(wrong, offset);
			return true;
		},
		broken: skip
	};
	function countRecord(columns, bytes, starts, ends) {
		const type = packedType(bytes, starts[0], ends[0]);
		if (type !== delivered && type !== bounced && type !== deferred && type !== queueDeferred) {
			const name = otherTypes.get(type);
			if (name === void 0) return "type";
			counts.other(name);
			return null;
		}
		if (columns.timeLogged === -1) return "no-time-column";
		const seconds = secondsOf(bytes, starts[columns.timeLogged], ends[columns.timeLogged]);
		if (!(seconds > 0)) return "time";
		if (seconds > latest) return "future";
		return counts.add(type, seconds, columns, bytes, starts, ends);
	}
	const reader = recordReader(sink, resume.offset);
	return {
		push: (chunk) => reader.push(chunk),
		end(isComplete = true) {
			if (isComplete) reader.end();
			return {
				offset: reader.position(),
				header
			};
		}
	};
}
/** Only the first column of a header is certain: `type`, after a mark of the encoding perhaps. */
function isHeader(bytes, from, to) {
	const length = to - from;
	if (length < 4 || length > 7) return false;
	const text = Buffer.from(bytes.subarray(from, to)).toString("utf8");
	return /^\uFEFF?type$/i.test(text);
}
// src/profiles/powermta/accounting-records.ts
/** Source: User's Guide 5.0, `records`: short and long names, `d,b` unless said otherwise. */
const deferralNames = /* @__PURE__ */ new Set([
	"t",
	"tq",
	"transient",
	"transient-queue"
]);
/** Pipes and webhooks leave no file behind that could be read. */
const leavesFile = (target) => !/^"?\||\.json"?$/.test(target);
function recordsDeferrals(outline) {
	const files = outline.filter(({ name, value }) => name === "<acct-file>" && leavesFile(value));
	if (files.length === 0) return null;
	return outline.some(({ scope, name, value }) => name === "records" && files.some((file) => scope.at(-1) === `acct-file ${file.value}`) && value.split(/[\s,]+/).some((type) => deferralNames.has(type.toLowerCase())));
}
// src/profiles/powermta/categories.ts
const dayMs = 864e5;
const hidden = {
	rpoMs: dayMs,
	shownMasked: false,
	irreplaceable: false,
	log: null
};
const categories = [
	{
		name: "config",
		patterns: [
			"/etc/pmta/config",
			"/etc/pmta/config-defaults",
			"/etc/pmta/**/*.conf"
		],
		rpoMs: dayMs,
		priority: "critical",
		shownMasked: true,
		irreplaceable: false,
		log: null
	},
	{
		name: "dkim",
		patterns: ["/etc/pmta/dkim/**"],
		priority: "critical",
		...hidden,
		irreplaceable: true
	},
	{
		name: "tls",
		patterns: ["/var/lib/pmta/webmon.pem"],
		priority: "high",
		...hidden
	},
	{
		name: "license",
		patterns: ["/etc/pmta/license"],
		priority: "high",
		...hidden
	},
	{
		name: "data",
		patterns: [],
		priority: "high",
		...hidden
	},
	{
		name: "accounting",
		patterns: ["/var/log/pmta/acct*", "/var/log/pmta/accounting*"],
		priority: "medium",
		...hidden,
		log: {
			everyMs: dayMs,
			countsTraffic: true
		}
	},
	{
		name: "log",
		patterns: ["/var/log/pmta/pmta.log*"],
		priority: "low",
		...hidden,
		log: {
			everyMs: dayMs,
			countsTraffic: false
		}
	}
];
// src/profiles/powermta/macros.ts
/** What `$NAME` stands for: the list of its `domain-macro`, whose members may be macros in their turn. */
const maxMembers = 2e3;
const maxMacros = 50;
/** The members of a comma-separated list in its one spelling. A macro that leads to itself ends there. */
function expand(list, settings) {
	const members = /* @__PURE__ */ new Set();
	const macros = /* @__PURE__ */ new Set();
	const waiting = [list];
	let cut = false;
	for (let text = waiting.pop(); text !== void 0 && !cut; text = waiting.pop()) for (const item of text.split(",")) {
		const name = matched(/^\s*\$\{?(\w+)\}?\s*$/, item, "name")?.name.toLowerCase();
		const value = name === void 0 ? void 0 : definitions(settings).get(name);
		if (name === void 0 || value === void 0) members.add(item.trim());
		else if (!macros.has(name)) {
			macros.add(name);
			waiting.push(value);
		}
		cut = members.size > maxMembers || macros.size > maxMacros;
		if (cut) break;
	}
	members.delete("");
	return {
		members: [...members].toSorted(),
		macros,
		cut
	};
}
/** Names of the macros in any text, as written, each once. */
function macrosIn(text) {
	return text.includes("$") ? [...new Set([...text.matchAll(/\$\{?(\w+)/g)].map((found) => certain(found[1])))] : [];
}
/** By name in lower case. A macro that is defined twice has the members of both. */
const definitions = once((settings) => {
	const found = /* @__PURE__ */ new Map();
	for (const { compare } of settings.named("domain-macro")) {
		const name = textBefore(compare, " ");
		const before = found.get(name.toLowerCase());
		const list = compare.slice(name.length + 1);
		found.set(name.toLowerCase(), before === void 0 ? list : `${before},${list}`);
	}
	return found;
});
/** Computes something about the settings of a side once, however often it is asked for. */
function once(make) {
	const known = /* @__PURE__ */ new WeakMap();
	return (settings) => {
		const found = known.get(settings) ?? { value: make(settings) };
		known.set(settings, found);
		return found.value;
	};
}
// src/profiles/powermta/explain.ts
/** What a reviewer cannot see in a difference alone: what macros stand for, and whom a macro reaches. */
const maxShown$1 = 12;
/** What is not shown is not looked for without end. */
const maxUsers = 1e3;
const maxText = 4096;
function explain(difference, { accepted, live }) {
	if (difference.name === "domain-macro") return macroNotes(difference, live);
	const texts = [...difference.scope, ...[...difference.was, ...difference.is].map(({ value }) => value)];
	return [...new Set(texts.flatMap((text) => macrosIn(text.slice(0, maxText))))].slice(0, maxShown$1).flatMap((name) => {
		const { members, macros } = expand(`$${name}`, difference.is.length > 0 ? live : accepted);
		return macros.size === 0 ? [] : [`$${name} = ${some(members)}`];
	});
}
function macroNotes({ was, is }, live) {
	const membersOf = (statements) => new Set(statements.flatMap(({ compare }) => compare.replace(/^\S+ ?/, "").split(",")));
	const [before, after] = [membersOf(was), membersOf(is)];
	const come = [...after.difference(before)].filter((member) => member !== "");
	const gone = [...before.difference(after)].filter((member) => member !== "");
	const name = textBefore(certain([...is, ...was][0]).compare, " ").toLowerCase();
	const users = usersOf(live).get(name) ?? [];
	return [
		...was.length > 0 && come.length > 0 ? [`came: ${some(come)}`] : [],
		...is.length > 0 && gone.length > 0 ? [`went: ${some(gone)}`] : [],
		...users.length > 0 ? [`used by ${some(users)}`] : []
	];
}
/** Where each macro is used, through other macros as well. */
const usersOf = once((live) => {
	const users = /* @__PURE__ */ new Map();
	for (const directive of [
		"<domain>",
		"relay-domain",
		"domain-key",
		"domain"
	]) for (const { scope, value } of live.named(directive)) {
		const names = macrosIn(value.slice(0, maxText)).map((name) => `$${name}`);
		if (names.length === 0) continue;
		const place = [...scope, `${directive.replace(/[<>]/g, "")} ${value}`].join(" › ");
		for (const macro of expand(names.join(","), live).macros) {
			const found = users.get(macro) ?? [];
			if (found.length <= maxUsers) found.push(place);
			users.set(macro, found);
		}
	}
	return users;
});
const some = (items) => listed(items, maxShown$1);
// src/profiles/powermta/fact-statements.ts
/** Facts by category, as `facts.ts` made them. They come back from the vault, where people may have edited them. */
function factStatements(facts) {
	const statements = [];
	for (const [category, value] of Object.entries(facts)) {
		const put = (name, value, compare = value, repeat = "one") => statements.push({
			scope: ["facts", category],
			name,
			value,
			compare,
			repeat,
			file: null,
			line: null
		});
		const readers = {
			dkim: dkimKeys,
			tls: certificates,
			license: licenses,
			permissions: rights$1
		};
		const read = Object.hasOwn(readers, category) ? readers[category] : plainFacts;
		for (const [path, fact] of fields(value)) read(path, fact, put);
	}
	return statements;
}
/** By the name that receivers look the key up under; the file that holds it may move. */
function dkimKeys(path, fact, put) {
	const { use, type, bits, publicKey, unreadable, content } = recordOf(fact);
	const names = Array.isArray(use) && use.length > 0 ? use.map(text) : [`in ${path}, named by no domain-key`];
	const value = publicKey === void 0 ? `unreadable (${text(unreadable)}), content ${text(content)}` : `${text(type)} ${text(bits)} bits p=${text(publicKey)}`;
	for (const name of names) put(`DKIM key ${name}`, value, `key ${value}`, "set");
}
const keyForm = /^(rsa|ed25519) \d+ bits p=([A-Za-z0-9+/=]+)$/;
/** The other way round: the key that such a statement shows, where it is new. */
function publishedKey({ scope, name, after }) {
	const record = matched(/^DKIM key ([\w.-]+\._domainkey\.[\w.-]+)$/, name, "name");
	const [key] = after.slice(-1).map((text) => matched(keyForm, text, "type", "publicKey"));
	if (scope[1] !== "dkim" || record === null || !key) return null;
	return {
		name: record.name,
		type: key.type === "rsa" ? "rsa" : "ed25519",
		publicKey: key.publicKey
	};
}
function certificates(path, fact, put) {
	const { certificates: list, content, ...rest } = recordOf(fact);
	for (const item of Array.isArray(list) ? list : []) {
		const { subject, notAfter, issuer, sha256, unreadable } = recordOf(item);
		const value = unreadable === void 0 ? `${text(subject)} until ${text(notAfter).slice(0, 10)}, issued by ${text(issuer)}` : text(unreadable);
		put(`certificate in ${path}`, value, `certificate ${value} ${text(sha256)}`, "set");
	}
	if (content !== void 0) put(`content of ${path}`, text(content));
	for (const [key, value] of Object.entries(rest)) put(`${key} in ${path}`, text(value));
}
function licenses(path, fact, put) {
	const { licenses: list, ...rest } = recordOf(fact);
	for (const item of Array.isArray(list) ? list : []) {
		const { product, version, ...fields } = recordOf(item);
		const name = [
			"licence",
			product,
			version
		].filter((part) => part !== void 0).map(text);
		for (const [field, value] of Object.entries(fields)) put(`${name.join(" ")}: ${field}`, text(value), `${field} ${text(value)}`, "set");
	}
	for (const [key, value] of Object.entries(rest)) put(`licence file ${path}: ${key}`, text(value));
}
function rights$1(path, fact, put) {
	put(`permissions of ${path}`, text(fact));
}
function plainFacts(path, fact, put) {
	put(`content of ${path}`, text(fact));
}
function fields(value) {
	return typeof value === "object" && value !== null ? Object.entries(value) : [];
}
function recordOf(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value) ? value : { unreadable: text(value) };
}
function text(value) {
	if (value instanceof Date) return value.toISOString();
	return typeof value === "object" || value === void 0 ? JSON.stringify(value) ?? "" : String(value);
}
// src/profiles/powermta/first-words.ts
/** A quick look whether a text can have a statement of some names, so that most texts need not be parsed for them. */
const [newline, blank$1, less$1, slash$1] = [
	10,
	32,
	60,
	47
];
const lowerCase = 32;
/**
* @param names  lower case, made of `a`–`z` and `-`
* @param tags   the same, of blocks
* @returns      whether a text, as bytes or decoded, has a line that may begin with one of them; false is certain
*/
function firstWords(names, tags) {
	const [ofNames, ofTags] = [byFirstLetter(names), byFirstLetter(tags)];
	return (text) => {
		for (let at = 0; at < text.length;) {
			let char = text[at];
			while (char <= blank$1 && char !== newline) char = text[++at] ?? newline;
			const isTag = char === less$1;
			if (isTag) do
				char = text[++at] ?? newline;
			while (char <= blank$1 && char !== newline || char === slash$1);
			if (char > 127) return true;
			for (const word of (isTag ? ofTags : ofNames)[char | lowerCase] ?? none) if (begins(text, at, word)) return true;
			while (at < text.length && text[at] !== newline) at++;
			at++;
		}
		return false;
	};
}
const none = [];
function byFirstLetter(words) {
	const found = [];
	for (const word of words) {
		const first = word.charCodeAt(0);
		found[first] = [...found[first] ?? [], Buffer.from(word)];
	}
	return found;
}
function begins(text, from, word) {
	for (let index = 0; index < word.length; index++) {
		const char = text[from + index] ?? 0;
		if (char > 127) return true;
		if ((char | lowerCase) !== (word[index] | lowerCase)) return false;
	}
	return true;
}
// src/profiles/powermta/directives.ts
/** Rows are name, scope, type, default, flags; a flag is the first letter of a field above. */
const directives = [
	[
		"alias",
		"",
		"text",
		null,
		"m"
	],
	[
		"custom-dsn-from-header",
		"",
		"text",
		null,
		""
	],
	[
		"domain-key",
		"",
		"domain-key",
		null,
		"mf"
	],
	[
		"domain-macro",
		"",
		"macro",
		null,
		"m"
	],
	[
		"domain-suffix",
		"",
		"host-text",
		null,
		""
	],
	[
		"dsn-failed-body-template-from",
		"",
		"file",
		null,
		"f"
	],
	[
		"dsn-failed-from-template",
		"",
		"text",
		null,
		""
	],
	[
		"dsn-failed-subject-template",
		"",
		"text",
		null,
		""
	],
	[
		"dummy-smtp-await-slot",
		"",
		"bool",
		"false",
		""
	],
	[
		"dummy-smtp-blacklist",
		"",
		"file",
		null,
		"fu"
	],
	[
		"dummy-smtp-blacklist-bounce-method",
		"",
		"enum",
		null,
		"u"
	],
	[
		"dummy-smtp-blacklist-bounce-percent",
		"",
		"int",
		null,
		"u"
	],
	[
		"dummy-smtp-has-chunking",
		"",
		"bool",
		"false",
		""
	],
	[
		"dummy-smtp-has-mailmerge",
		"",
		"bool",
		null,
		"u"
	],
	[
		"dummy-smtp-has-pipelining",
		"",
		"bool",
		"false",
		""
	],
	[
		"dummy-smtp-has-verp",
		"",
		"bool",
		"false",
		""
	],
	[
		"dummy-smtp-ip",
		"",
		"cidr-text",
		null,
		"m"
	],
	[
		"dummy-smtp-latency",
		"",
		"int",
		"0",
		""
	],
	[
		"dummy-smtp-log-blacklist",
		"",
		"bool",
		null,
		"u"
	],
	[
		"dummy-smtp-port",
		"",
		"int",
		"0",
		""
	],
	[
		"dummy-smtp-update-stats",
		"",
		"bool",
		"true",
		""
	],
	[
		"edns-udp-length",
		"",
		"int",
		null,
		""
	],
	[
		"enable-signals",
		"",
		"text",
		null,
		""
	],
	[
		"host-id",
		"",
		"int",
		"0",
		""
	],
	[
		"host-name",
		"",
		"host-text",
		null,
		"m"
	],
	[
		"http-access",
		"",
		"cidr-text",
		"none",
		"m"
	],
	[
		"http-api-key",
		"",
		"secret",
		null,
		"ms"
	],
	[
		"http-csrf-protection",
		"",
		"bool",
		"true",
		""
	],
	[
		"http-default-max-items",
		"",
		"int",
		"10",
		""
	],
	[
		"http-default-sort-order",
		"",
		"enum",
		"rcpt",
		""
	],
	[
		"http-log-data",
		"",
		"bool",
		"false",
		""
	],
	[
		"http-log-requests",
		"",
		"bool",
		"false",
		""
	],
	[
		"http-log-tls",
		"",
		"bool",
		"false",
		""
	],
	[
		"http-mgmt-port",
		"",
		"int",
		"8080",
		"r"
	],
	[
		"http-mgmt-source",
		"",
		"text",
		null,
		"d"
	],
	[
		"http-redirect-to-https",
		"",
		"bool",
		"true",
		""
	],
	[
		"http-strict-transport-security-max-age",
		"",
		"int",
		"0",
		""
	],
	[
		"http-tls-allow-sslv3",
		"",
		"text",
		null,
		"d"
	],
	[
		"http-tls-allow-tlsv1",
		"",
		"bool",
		"false",
		""
	],
	[
		"http-tls-allow-tlsv1.1",
		"",
		"bool",
		"false",
		""
	],
	[
		"http-tls-allow-tlsv1.2",
		"",
		"bool",
		"true",
		""
	],
	[
		"http-tls-allow-tlsv1.3",
		"",
		"bool",
		"true",
		""
	],
	[
		"http-tls-ca-file",
		"",
		"file",
		null,
		"f"
	],
	[
		"http-tls-ciphers",
		"",
		"text",
		"HIGH:!ADH:@STRENGTH",
		""
	],
	[
		"http-tls-dh-key-length",
		"",
		"enum",
		"1024",
		""
	],
	[
		"http-tls-tlsv1.3-ciphersuites",
		"",
		"text",
		"TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256",
		""
	],
	[
		"include",
		"",
		"include",
		null,
		"mf"
	],
	[
		"include-headers-from",
		"",
		"file",
		null,
		"mf"
	],
	[
		"invalid-virtual-mta-fallback",
		"",
		"text",
		null,
		""
	],
	[
		"ip-connection-limit",
		"",
		"cidr-int",
		null,
		"m"
	],
	[
		"log-auto-rotation",
		"",
		"bool",
		"true",
		""
	],
	[
		"log-file",
		"",
		"file",
		null,
		"f"
	],
	[
		"log-file-world-readable",
		"",
		"bool",
		"false",
		""
	],
	[
		"log-rotate",
		"",
		"int",
		"8",
		""
	],
	[
		"mailmerge-expands-undefined-variables",
		"",
		"bool",
		"true",
		""
	],
	[
		"max-memory-usage-percent",
		"",
		"int",
		"90",
		""
	],
	[
		"mx-connection-limit",
		"",
		"host-text",
		null,
		"m"
	],
	[
		"name-server",
		"",
		"cidr-text",
		null,
		"m"
	],
	[
		"no-http-mgmt-source",
		"",
		"text",
		null,
		"d"
	],
	[
		"pickup",
		"",
		"directory",
		null,
		"f"
	],
	[
		"pickup-remove-dot",
		"",
		"bool",
		"false",
		""
	],
	[
		"pickup-retry-interval",
		"",
		"text",
		null,
		"d"
	],
	[
		"pmc-acct-min-free-space",
		"",
		"size",
		"unlimited",
		""
	],
	[
		"postmaster",
		"",
		"text",
		null,
		"m"
	],
	[
		"relay-address",
		"",
		"text",
		null,
		"m"
	],
	[
		"relay-debug",
		"",
		"bool",
		"false",
		""
	],
	[
		"relay-domain",
		"",
		"host-text",
		null,
		"m"
	],
	[
		"run-as-root",
		"",
		"bool",
		"true",
		"r"
	],
	[
		"smtp-await-slot",
		"",
		"bool",
		"false",
		""
	],
	[
		"smtp-ip",
		"",
		"text",
		null,
		"d"
	],
	[
		"smtp-listener",
		"",
		"text",
		null,
		"m"
	],
	[
		"smtp-port",
		"",
		"text",
		null,
		"d"
	],
	[
		"smtp-proxy-source-host",
		"",
		"cidr-text",
		null,
		"m"
	],
	[
		"smtp-server-tls-allow-sslv3",
		"",
		"text",
		null,
		"d"
	],
	[
		"smtp-server-tls-allow-tlsv1",
		"",
		"bool",
		"false",
		""
	],
	[
		"smtp-server-tls-allow-tlsv1.1",
		"",
		"bool",
		"false",
		""
	],
	[
		"smtp-server-tls-allow-tlsv1.2",
		"",
		"bool",
		"true",
		""
	],
	[
		"smtp-server-tls-allow-tlsv1.3",
		"",
		"bool",
		"true",
		""
	],
	[
		"smtp-server-tls-ca-file",
		"",
		"file",
		null,
		"f"
	],
	[
		"smtp-server-tls-certificate",
		"",
		"file-secret",
		null,
		"sf"
	],
	[
		"smtp-server-tls-ciphers",
		"",
		"text",
		"HIGH:!ADH:@STRENGTH",
		""
	],
	[
		"smtp-server-tls-dh-key-length",
		"",
		"enum",
		"1024",
		""
	],
	[
		"smtp-server-tls-v1.3-ciphersuites",
		"",
		"text",
		"TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256",
		""
	],
	[
		"smtp-source-host",
		"",
		"cidr-text",
		null,
		"m"
	],
	[
		"spool",
		"",
		"directory",
		null,
		"mfd"
	],
	[
		"spool-delete-corrupted",
		"",
		"bool",
		"false",
		""
	],
	[
		"spool-max-recipients",
		"",
		"enum",
		"auto",
		""
	],
	[
		"spool-min-free-space",
		"",
		"int",
		"0",
		"d"
	],
	[
		"sync-msg-create",
		"",
		"bool",
		null,
		"u"
	],
	[
		"sync-msg-update",
		"",
		"bool",
		null,
		"u"
	],
	[
		"thread-max-priority",
		"",
		"int",
		"0",
		""
	],
	[
		"thread-min-priority",
		"",
		"int",
		"15",
		""
	],
	[
		"thread-reuse",
		"",
		"bool",
		"true",
		""
	],
	[
		"total-max-file",
		"",
		"int",
		null,
		"u"
	],
	[
		"total-max-smtp-in",
		"",
		"int",
		"100",
		""
	],
	[
		"total-max-smtp-out",
		"",
		"int",
		null,
		""
	],
	[
		"track-time-first-attempt",
		"",
		"bool",
		"false",
		""
	],
	[
		"use-proxy",
		"",
		"list",
		null,
		""
	],
	[
		"volume-audit-api-key",
		"",
		"secret",
		null,
		"s"
	],
	[
		"count-moved-records",
		"acct-file",
		"bool",
		"false",
		""
	],
	[
		"delete-after",
		"acct-file",
		"duration",
		"8d",
		""
	],
	[
		"http-webhook-ca-file",
		"acct-file",
		"file",
		null,
		"f"
	],
	[
		"http-webhook-certificate",
		"acct-file",
		"file-secret",
		null,
		"f"
	],
	[
		"http-webhook-connect-timeout",
		"acct-file",
		"duration",
		"5s",
		""
	],
	[
		"http-webhook-extra-headers",
		"acct-file",
		"file",
		null,
		"f"
	],
	[
		"http-webhook-io-timeout",
		"acct-file",
		"duration",
		"5s",
		""
	],
	[
		"http-webhook-log-verbose",
		"acct-file",
		"bool",
		"false",
		""
	],
	[
		"http-webhook-max-interval",
		"acct-file",
		"duration",
		"5m",
		""
	],
	[
		"http-webhook-transfer-encoding",
		"acct-file",
		"enum",
		null,
		""
	],
	[
		"http-webhook-url",
		"acct-file",
		"text",
		null,
		""
	],
	[
		"iso-times",
		"acct-file",
		"bool",
		"yes",
		""
	],
	[
		"map-header-to-field",
		"acct-file",
		"text",
		"none",
		"m"
	],
	[
		"max-size",
		"acct-file",
		"size",
		null,
		""
	],
	[
		"move-interval",
		"acct-file",
		"duration",
		"1d",
		""
	],
	[
		"move-to",
		"acct-file",
		"directory",
		null,
		"f"
	],
	[
		"privacy-policy",
		"acct-file",
		"method-secret",
		"retain",
		"s"
	],
	[
		"queue-filter",
		"acct-file",
		"list",
		null,
		""
	],
	[
		"record-fields",
		"acct-file",
		"record-fields",
		"*",
		"m"
	],
	[
		"records",
		"acct-file",
		"record-types",
		"d,b",
		""
	],
	[
		"retry-interval",
		"acct-file",
		"duration",
		"5m",
		""
	],
	[
		"sync",
		"acct-file",
		"bool",
		"false",
		""
	],
	[
		"user-string",
		"acct-file",
		"text",
		null,
		""
	],
	[
		"world-readable",
		"acct-file",
		"bool",
		"no",
		""
	],
	[
		"write-timeout",
		"acct-file",
		"duration",
		"1m",
		""
	],
	[
		"address",
		"address-list",
		"text",
		null,
		"m"
	],
	[
		"address-file",
		"address-list",
		"file",
		null,
		"mf"
	],
	[
		"domain",
		"address-list",
		"host-text",
		null,
		"m"
	],
	[
		"alias",
		"aliases",
		"text",
		null,
		"m"
	],
	[
		"deliver-email",
		"bounce-processor",
		"text",
		null,
		"d"
	],
	[
		"deliver-matched-email",
		"bounce-processor",
		"bool",
		"false",
		""
	],
	[
		"deliver-unmatched-email",
		"bounce-processor",
		"bool",
		null,
		""
	],
	[
		"forward-errors-to",
		"bounce-processor",
		"text",
		null,
		"m"
	],
	[
		"forward-unmatched-to",
		"bounce-processor",
		"text",
		null,
		"m"
	],
	[
		"precached-domains-file",
		"dns",
		"file",
		null,
		"f"
	],
	[
		"precached-max-domains",
		"dns",
		"int",
		"500",
		""
	],
	[
		"precached-refresh-interval",
		"dns",
		"duration",
		"5m",
		""
	],
	[
		"add-x-msys-api-header",
		"domain",
		"bool",
		null,
		""
	],
	[
		"allow-cancel-during-transfer",
		"domain",
		"bool",
		"true",
		""
	],
	[
		"allow-priority-interruption",
		"domain",
		"bool",
		"yes",
		""
	],
	[
		"allow-priority-interruption-during-transfer",
		"domain",
		"bool",
		"no",
		""
	],
	[
		"assume-delivery-upon-data-termination-timeout",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"auth-password",
		"domain",
		"secret",
		null,
		"s"
	],
	[
		"auth-username",
		"domain",
		"text",
		null,
		""
	],
	[
		"backoff-max-connect-rate",
		"domain",
		"rate",
		null,
		""
	],
	[
		"backoff-max-data-volume-rate",
		"domain",
		"data-rate",
		null,
		""
	],
	[
		"backoff-max-msg-per-hour",
		"domain",
		"text",
		null,
		"d"
	],
	[
		"backoff-max-msg-rate",
		"domain",
		"rate",
		null,
		""
	],
	[
		"backoff-max-smtp-out",
		"domain",
		"int",
		"20",
		""
	],
	[
		"backoff-notify",
		"domain",
		"name-list",
		null,
		""
	],
	[
		"backoff-reroute-to-virtual-mta",
		"domain",
		"text",
		null,
		""
	],
	[
		"backoff-retry-after",
		"domain",
		"duration-list",
		"1h",
		""
	],
	[
		"backoff-to-normal-after",
		"domain",
		"duration",
		"never",
		""
	],
	[
		"backoff-to-normal-after-delivery",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"backoff-upon-all-sources-disabled",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"bcc-upon-delivery",
		"domain",
		"text",
		null,
		""
	],
	[
		"bounce-address",
		"domain",
		"text",
		null,
		"u"
	],
	[
		"bounce-after",
		"domain",
		"duration",
		"4d12h",
		""
	],
	[
		"bounce-upon-5xx-greeting",
		"domain",
		"bool",
		"true",
		""
	],
	[
		"bounce-upon-no-mx",
		"domain",
		"duration",
		"false",
		""
	],
	[
		"bounce-upon-pix-transfer-failure",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"bounce-upon-transfer-failure",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"check-spf-outbound",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"command",
		"domain",
		"command",
		null,
		"f"
	],
	[
		"connect-timeout",
		"domain",
		"duration",
		"2m",
		""
	],
	[
		"connection-idle-timeout",
		"domain",
		"duration",
		"0",
		""
	],
	[
		"data-send-timeout",
		"domain",
		"duration",
		"3m",
		""
	],
	[
		"default-smtp-port",
		"domain",
		"int",
		"25",
		""
	],
	[
		"deliver-local-dsn",
		"domain",
		"bool",
		"true",
		"d"
	],
	[
		"delivery-priority",
		"domain",
		"text",
		null,
		"d"
	],
	[
		"disable-acct-records",
		"domain",
		"record-types",
		null,
		""
	],
	[
		"disable-mx-rollup",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"disabled-source-ip-notify",
		"domain",
		"name-list",
		null,
		""
	],
	[
		"discard-as-bounce",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"dk-sign",
		"domain",
		"bool",
		null,
		"u"
	],
	[
		"dkim-add-body-limit",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"dkim-add-timestamp",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"dkim-algorithm",
		"domain",
		"enum",
		"rsa-sha256",
		""
	],
	[
		"dkim-body-canon",
		"domain",
		"enum",
		"relaxed",
		""
	],
	[
		"dkim-disallow-adding-headers",
		"domain",
		"name-list",
		null,
		""
	],
	[
		"dkim-expire-after",
		"domain",
		"duration",
		"never",
		""
	],
	[
		"dkim-headers",
		"domain",
		"name-list",
		null,
		""
	],
	[
		"dkim-headers-canon",
		"domain",
		"enum",
		"relaxed",
		""
	],
	[
		"dkim-identity",
		"domain",
		"text",
		"sender-or-from",
		""
	],
	[
		"dkim-identity-fallback",
		"domain",
		"text",
		null,
		""
	],
	[
		"dkim-query-method",
		"domain",
		"text",
		null,
		""
	],
	[
		"dkim-sign",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"dsn-format",
		"domain",
		"enum",
		"standard",
		""
	],
	[
		"file-destination",
		"domain",
		"directory",
		null,
		"f"
	],
	[
		"file-format",
		"domain",
		"enum",
		"newfile-plain",
		""
	],
	[
		"http-delivery-extra-headers",
		"domain",
		"file",
		null,
		"f"
	],
	[
		"http-delivery-url",
		"domain",
		"text",
		null,
		""
	],
	[
		"ignore-8bitmime",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"ignore-chunking",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"ignore-dsn",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"ignore-pipelining",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"include",
		"domain",
		"include",
		null,
		"mf"
	],
	[
		"log-disabled-ips",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"log-resolution",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"log-tls",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"log-transfer-failures",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"macro-variables-preserve-case",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"max-cold-virtual-mta-msg",
		"domain",
		"rate-list",
		"0/d",
		""
	],
	[
		"max-connect-rate",
		"domain",
		"rate",
		"unlimited",
		""
	],
	[
		"max-data-volume-rate",
		"domain",
		"data-rate",
		"unlimited",
		""
	],
	[
		"max-errors-per-connection",
		"domain",
		"int-or-unlimited",
		"unlimited",
		""
	],
	[
		"max-events-recorded",
		"domain",
		"int",
		"10",
		""
	],
	[
		"max-msg-per-connection",
		"domain",
		"int",
		"0",
		""
	],
	[
		"max-msg-per-hour",
		"domain",
		"text",
		null,
		"d"
	],
	[
		"max-msg-rate",
		"domain",
		"rate",
		"unlimited",
		""
	],
	[
		"max-rcpt-per-message",
		"domain",
		"int-or-unlimited",
		"0",
		""
	],
	[
		"max-rcpt-per-transaction",
		"domain",
		"int",
		"1000",
		""
	],
	[
		"max-smtp-out",
		"domain",
		"int",
		"20",
		""
	],
	[
		"max-smtp-out-per-source-ip",
		"domain",
		"text",
		null,
		"d"
	],
	[
		"mx-connection-attempts",
		"domain",
		"int",
		null,
		"u"
	],
	[
		"notify-of-delay-every",
		"domain",
		"duration",
		"4h",
		""
	],
	[
		"pix-bug-workaround",
		"domain",
		"bool",
		"true",
		""
	],
	[
		"queue-priority",
		"domain",
		"int",
		"50",
		""
	],
	[
		"queue-to",
		"domain",
		"text",
		null,
		""
	],
	[
		"reenable-source-ip-after",
		"domain",
		"duration",
		"never",
		""
	],
	[
		"remove-header",
		"domain",
		"name-list",
		null,
		""
	],
	[
		"replace-smtp-421-service-response",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"require-starttls",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"reroute-to-virtual-mta",
		"domain",
		"text",
		null,
		""
	],
	[
		"retry-after",
		"domain",
		"duration-list",
		"10m",
		""
	],
	[
		"retry-after-dns-error",
		"domain",
		"duration",
		"1m",
		""
	],
	[
		"retry-recipients-after",
		"domain",
		"duration",
		"10m",
		""
	],
	[
		"retry-upon-new-mail",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"reuse-ssl-session",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"route",
		"domain",
		"text",
		null,
		"d"
	],
	[
		"second-dkim-add-body-limit",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"second-dkim-add-timestamp",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"second-dkim-algorithm",
		"domain",
		"enum",
		"rsa-sha256",
		""
	],
	[
		"second-dkim-body-canon",
		"domain",
		"enum",
		"relaxed",
		""
	],
	[
		"second-dkim-disallow-adding-headers",
		"domain",
		"name-list",
		null,
		""
	],
	[
		"second-dkim-expire-after",
		"domain",
		"duration",
		"never",
		""
	],
	[
		"second-dkim-headers",
		"domain",
		"name-list",
		null,
		""
	],
	[
		"second-dkim-headers-canon",
		"domain",
		"enum",
		"relaxed",
		""
	],
	[
		"second-dkim-identity",
		"domain",
		"text",
		"sender-or-from",
		""
	],
	[
		"second-dkim-identity-fallback",
		"domain",
		"text",
		null,
		""
	],
	[
		"second-dkim-query-method",
		"domain",
		"text",
		null,
		""
	],
	[
		"second-dkim-sign",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"smtp-421-means-mx-unavailable",
		"domain",
		"bool",
		"no",
		""
	],
	[
		"smtp-553-means-invalid-mailbox",
		"domain",
		"bool",
		"yes",
		""
	],
	[
		"smtp-client-certificate",
		"domain",
		"file-secret",
		null,
		"sf"
	],
	[
		"smtp-data-termination-timeout",
		"domain",
		"duration",
		"10m",
		""
	],
	[
		"smtp-greeting-timeout",
		"domain",
		"duration",
		"5m",
		""
	],
	[
		"smtp-hosts",
		"domain",
		"text",
		null,
		""
	],
	[
		"smtp-multiple-line-response-timeout",
		"domain",
		"duration",
		null,
		"u"
	],
	[
		"smtp-out-rampup-interval",
		"domain",
		"duration",
		"0",
		""
	],
	[
		"smtp-pattern-list",
		"domain",
		"text",
		null,
		""
	],
	[
		"smtp-tls-allow-sslv3",
		"domain",
		"text",
		null,
		"d"
	],
	[
		"smtp-tls-allow-tlsv1",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"smtp-tls-allow-tlsv1.1",
		"domain",
		"bool",
		"true",
		""
	],
	[
		"smtp-tls-allow-tlsv1.2",
		"domain",
		"bool",
		"true",
		""
	],
	[
		"smtp-tls-allow-tlsv1.3",
		"domain",
		"bool",
		"true",
		""
	],
	[
		"smtp-tls-ca-file",
		"domain",
		"file",
		null,
		"f"
	],
	[
		"smtp-tls-ciphers",
		"domain",
		"text",
		"HIGH:!ADH:@STRENGTH",
		""
	],
	[
		"smtp-tls-tlsv1.3-ciphersuites",
		"domain",
		"text",
		"TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256",
		""
	],
	[
		"source-ip-max-connect-rate",
		"domain",
		"cidr-rate",
		"unlimited",
		"m"
	],
	[
		"source-ip-max-data-volume-rate",
		"domain",
		"cidr-data-rate",
		"unlimited",
		"m"
	],
	[
		"source-ip-max-msg-rate",
		"domain",
		"cidr-rate",
		"unlimited",
		"m"
	],
	[
		"source-ip-max-smtp-out",
		"domain",
		"cidr-int",
		"unlimited",
		"m"
	],
	[
		"sparkpost-ip-pool",
		"domain",
		"text",
		null,
		""
	],
	[
		"sparkpost-sandbox",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"track-recipient-events",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"type",
		"domain",
		"enum",
		"smtp",
		""
	],
	[
		"use-dane",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"use-mta-sts",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"use-starttls",
		"domain",
		"bool",
		"true",
		""
	],
	[
		"use-unencrypted-plain-auth",
		"domain",
		"bool",
		"false",
		""
	],
	[
		"domain-key",
		"domain-key-list",
		"domain-key",
		null,
		"mf"
	],
	[
		"body-pattern-file",
		"email-patterns",
		"file",
		null,
		"mf"
	],
	[
		"log-match-info",
		"email-patterns",
		"bool",
		null,
		""
	],
	[
		"deliver-email",
		"feedback-loop-processor",
		"text",
		null,
		"d"
	],
	[
		"deliver-matched-email",
		"feedback-loop-processor",
		"bool",
		"false",
		""
	],
	[
		"deliver-unmatched-email",
		"feedback-loop-processor",
		"bool",
		null,
		""
	],
	[
		"forward-errors-to",
		"feedback-loop-processor",
		"text",
		null,
		"m"
	],
	[
		"forward-unmatched-to",
		"feedback-loop-processor",
		"text",
		null,
		"m"
	],
	[
		"mx",
		"mx-rollup-list",
		"text",
		null,
		"m"
	],
	[
		"header",
		"pattern-list",
		"text",
		null,
		"m"
	],
	[
		"mail-from",
		"pattern-list",
		"text",
		null,
		"m"
	],
	[
		"rcpt-to",
		"pattern-list",
		"text",
		null,
		"m"
	],
	[
		"client",
		"proxy",
		"text",
		null,
		""
	],
	[
		"protocol-version",
		"proxy",
		"enum",
		"1",
		""
	],
	[
		"server",
		"proxy",
		"text",
		null,
		""
	],
	[
		"from-domain",
		"rewrite-list",
		"text",
		null,
		"m"
	],
	[
		"mail-from",
		"rewrite-list",
		"text",
		null,
		"m"
	],
	[
		"api-key",
		"signals",
		"secret",
		null,
		"s"
	],
	[
		"custom-message-id-header",
		"signals",
		"text",
		"none",
		""
	],
	[
		"engagement-tracking",
		"signals",
		"bool",
		"false",
		""
	],
	[
		"log-verbose",
		"signals",
		"bool",
		"false",
		""
	],
	[
		"min-free-space",
		"signals",
		"size",
		"20M",
		""
	],
	[
		"privacy-policy",
		"signals",
		"enum",
		"retain",
		""
	],
	[
		"process-x-sp-subaccount-id",
		"signals",
		"bool",
		"false",
		""
	],
	[
		"retain-x-sp-subaccount-id",
		"signals",
		"bool",
		"false",
		""
	],
	[
		"upload-url",
		"signals",
		"text",
		null,
		""
	],
	[
		"sender-or-from",
		"signals-filter",
		"text",
		null,
		"m"
	],
	[
		"await-slot",
		"smtp-listener",
		"bool",
		"false",
		""
	],
	[
		"immediate-tls",
		"smtp-listener",
		"bool",
		"false",
		""
	],
	[
		"source",
		"smtp-listener",
		"text",
		null,
		""
	],
	[
		"tls-allow-sslv3",
		"smtp-listener",
		"text",
		null,
		"d"
	],
	[
		"tls-allow-tlsv1",
		"smtp-listener",
		"bool",
		"false",
		""
	],
	[
		"tls-allow-tlsv1.1",
		"smtp-listener",
		"bool",
		"false",
		""
	],
	[
		"tls-allow-tlsv1.2",
		"smtp-listener",
		"bool",
		"true",
		""
	],
	[
		"tls-allow-tlsv1.3",
		"smtp-listener",
		"bool",
		"true",
		""
	],
	[
		"tls-ca-file",
		"smtp-listener",
		"file",
		null,
		"f"
	],
	[
		"tls-certificate",
		"smtp-listener",
		"file-secret",
		null,
		"sf"
	],
	[
		"tls-ciphers",
		"smtp-listener",
		"text",
		"HIGH:!ADH:@STRENGTH",
		""
	],
	[
		"tls-dh-key-length",
		"smtp-listener",
		"enum",
		"1024",
		""
	],
	[
		"tls-tlsv1.3-ciphersuites",
		"smtp-listener",
		"text",
		"TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256",
		""
	],
	[
		"include",
		"smtp-pattern-list",
		"include",
		null,
		"mf"
	],
	[
		"reply",
		"smtp-pattern-list",
		"text",
		null,
		"m"
	],
	[
		"authentication-method",
		"smtp-user",
		"enum",
		"password",
		""
	],
	[
		"password",
		"smtp-user",
		"secret",
		null,
		"s"
	],
	[
		"source",
		"smtp-user",
		"text",
		null,
		""
	],
	[
		"tls-certificate",
		"smtp-user",
		"file-secret",
		null,
		"f"
	],
	[
		"accept-invalid-recipients",
		"source",
		"bool",
		"false",
		""
	],
	[
		"add-date-header",
		"source",
		"enum",
		"no",
		""
	],
	[
		"add-message-id-header",
		"source",
		"bool",
		"false",
		""
	],
	[
		"add-received-header",
		"source",
		"bool",
		"true",
		""
	],
	[
		"add-x-virtual-mta-header",
		"source",
		"bool",
		"false",
		""
	],
	[
		"allow-auth",
		"source",
		"bool",
		"true",
		""
	],
	[
		"allow-chunking",
		"source",
		"bool",
		"true",
		""
	],
	[
		"allow-empty-x-virtual-mta",
		"source",
		"bool",
		"false",
		""
	],
	[
		"allow-mailmerge",
		"source",
		"bool",
		"false",
		""
	],
	[
		"allow-smtputf8",
		"source",
		"bool",
		"true",
		""
	],
	[
		"allow-starttls",
		"source",
		"bool",
		"false",
		""
	],
	[
		"allow-unencrypted-plain-auth",
		"source",
		"bool",
		"false",
		""
	],
	[
		"always-allow-api-submission",
		"source",
		"bool",
		"false",
		""
	],
	[
		"always-allow-relaying",
		"source",
		"bool",
		"false",
		""
	],
	[
		"auto-qualify-domain",
		"source",
		"bool",
		"true",
		""
	],
	[
		"bcc",
		"source",
		"text",
		null,
		""
	],
	[
		"broken-auth-clients",
		"source",
		"text",
		null,
		"d"
	],
	[
		"check-dkim-inbound",
		"source",
		"bool",
		"false",
		""
	],
	[
		"check-iprev-inbound",
		"source",
		"bool",
		"false",
		""
	],
	[
		"check-mfrom-inbound",
		"source",
		"bool",
		null,
		"u"
	],
	[
		"check-spf-inbound",
		"source",
		"bool",
		"false",
		""
	],
	[
		"check-spf-inbound-best-guess",
		"source",
		"text",
		null,
		"d"
	],
	[
		"check-spf-inbound-max-void-lookups",
		"source",
		"int",
		"2",
		""
	],
	[
		"date-header-time",
		"source",
		"enum",
		"reception",
		""
	],
	[
		"default-virtual-mta",
		"source",
		"text",
		null,
		""
	],
	[
		"disconnect-on-transient-error",
		"source",
		"bool",
		"false",
		""
	],
	[
		"dsn-return-default",
		"source",
		"enum",
		"system",
		""
	],
	[
		"hide-message-source",
		"source",
		"bool",
		"false",
		""
	],
	[
		"include",
		"source",
		"include",
		null,
		"mf"
	],
	[
		"jobid-header",
		"source",
		"text",
		null,
		""
	],
	[
		"jobid-prefix",
		"source",
		"text",
		null,
		""
	],
	[
		"log-commands",
		"source",
		"bool",
		"false",
		""
	],
	[
		"log-connections",
		"source",
		"bool",
		"false",
		""
	],
	[
		"log-data",
		"source",
		"bool",
		"false",
		""
	],
	[
		"log-tls",
		"source",
		"bool",
		"false",
		""
	],
	[
		"max-message-hops",
		"source",
		"int",
		"100",
		""
	],
	[
		"max-message-size",
		"source",
		"size-or-unlimited",
		"unlimited",
		""
	],
	[
		"max-rcpt-per-message",
		"source",
		"int-or-unlimited",
		"0",
		""
	],
	[
		"pattern-list",
		"source",
		"text",
		null,
		""
	],
	[
		"process-x-dkim-key",
		"source",
		"bool",
		"false",
		""
	],
	[
		"process-x-dkim-options",
		"source",
		"bool",
		"false",
		""
	],
	[
		"process-x-envid",
		"source",
		"bool",
		"false",
		""
	],
	[
		"process-x-job",
		"source",
		"bool",
		"false",
		""
	],
	[
		"process-x-schedule",
		"source",
		"bool",
		"false",
		""
	],
	[
		"process-x-virtual-mta",
		"source",
		"bool",
		"false",
		""
	],
	[
		"reject-invalid-virtual-mta",
		"source",
		"bool",
		"true",
		""
	],
	[
		"reject-iprev-check-fail",
		"source",
		"bool",
		"false",
		""
	],
	[
		"reject-iprev-check-permerror",
		"source",
		"bool",
		"false",
		""
	],
	[
		"reject-iprev-check-temperror",
		"source",
		"bool",
		"false",
		""
	],
	[
		"reject-spf-check-fail",
		"source",
		"bool",
		"true",
		""
	],
	[
		"reject-spf-check-permerror",
		"source",
		"bool",
		"true",
		""
	],
	[
		"reject-spf-check-temperror",
		"source",
		"bool",
		"true",
		""
	],
	[
		"remove-header",
		"source",
		"name-list",
		null,
		""
	],
	[
		"remove-received-headers",
		"source",
		"bool",
		null,
		"u"
	],
	[
		"require-auth",
		"source",
		"bool",
		"false",
		""
	],
	[
		"require-starttls-before-auth",
		"source",
		"bool",
		"false",
		""
	],
	[
		"retain-x-dkim-key",
		"source",
		"bool",
		"false",
		""
	],
	[
		"retain-x-dkim-options",
		"source",
		"bool",
		"false",
		""
	],
	[
		"retain-x-job",
		"source",
		"bool",
		"false",
		""
	],
	[
		"retain-x-schedule",
		"source",
		"bool",
		"false",
		""
	],
	[
		"retain-x-virtual-mta",
		"source",
		"bool",
		"false",
		""
	],
	[
		"rewrite-list",
		"source",
		"text",
		null,
		""
	],
	[
		"smtp-command-timeout",
		"source",
		"duration",
		"10m",
		""
	],
	[
		"smtp-data-timeout",
		"source",
		"duration",
		"10m",
		""
	],
	[
		"smtp-max-auth-failure-rate",
		"source",
		"rate",
		"unlimited",
		""
	],
	[
		"smtp-service",
		"source",
		"bool",
		"true",
		""
	],
	[
		"source-group",
		"source",
		"text",
		null,
		""
	],
	[
		"suppress-local-dsn",
		"source",
		"bool",
		"false",
		""
	],
	[
		"suppression-lists",
		"source",
		"list",
		null,
		""
	],
	[
		"too-many-rcpts-fails-message",
		"source",
		"bool",
		"false",
		""
	],
	[
		"trace-dkim-check",
		"source",
		"bool",
		"false",
		""
	],
	[
		"trace-iprev-check",
		"source",
		"bool",
		"false",
		""
	],
	[
		"trace-spf-check",
		"source",
		"bool",
		"false",
		""
	],
	[
		"verp-default",
		"source",
		"bool",
		"no",
		""
	],
	[
		"max-smtp-in",
		"source-group",
		"int-or-unlimited",
		"unlimited",
		""
	],
	[
		"reserved-smtp-in",
		"source-group",
		"int-or-unlimited",
		"unlimited",
		""
	],
	[
		"delete-file-holders",
		"spool",
		"bool",
		"false",
		""
	],
	[
		"deliver-only",
		"spool",
		"bool",
		"false",
		""
	],
	[
		"min-free-space",
		"spool",
		"size",
		"0",
		""
	],
	[
		"priority",
		"spool",
		"int",
		"1",
		""
	],
	[
		"api-key",
		"transmissions-api",
		"secret",
		null,
		"ms"
	],
	[
		"log-data",
		"transmissions-api",
		"bool",
		"false",
		""
	],
	[
		"log-requests",
		"transmissions-api",
		"bool",
		"false",
		""
	],
	[
		"log-tls",
		"transmissions-api",
		"bool",
		"false",
		""
	],
	[
		"tls-allow-sslv3",
		"transmissions-api-listener",
		"text",
		null,
		"d"
	],
	[
		"tls-allow-tlsv1",
		"transmissions-api-listener",
		"bool",
		"false",
		""
	],
	[
		"tls-allow-tlsv1.1",
		"transmissions-api-listener",
		"bool",
		"false",
		""
	],
	[
		"tls-allow-tlsv1.2",
		"transmissions-api-listener",
		"bool",
		"true",
		""
	],
	[
		"tls-allow-tlsv1.3",
		"transmissions-api-listener",
		"bool",
		"true",
		""
	],
	[
		"tls-ca-file",
		"transmissions-api-listener",
		"file",
		null,
		"f"
	],
	[
		"tls-certificate",
		"transmissions-api-listener",
		"file-secret",
		null,
		"sf"
	],
	[
		"tls-ciphers",
		"transmissions-api-listener",
		"text",
		"HIGH:!ADH:@STRENGTH",
		""
	],
	[
		"tls-dh-key-length",
		"transmissions-api-listener",
		"enum",
		"1024",
		""
	],
	[
		"tls-tlsv1.3-ciphersuites",
		"transmissions-api-listener",
		"text",
		"TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256",
		""
	],
	[
		"access-token",
		"vault",
		"secret",
		null,
		"s"
	],
	[
		"cache-ttl",
		"vault",
		"duration",
		"24h",
		""
	],
	[
		"server-url",
		"vault",
		"text",
		null,
		""
	],
	[
		"cold-virtual-mta",
		"virtual-mta",
		"text",
		null,
		"m"
	],
	[
		"domain-key",
		"virtual-mta",
		"domain-key",
		null,
		"mf"
	],
	[
		"enable-signals",
		"virtual-mta",
		"text",
		null,
		""
	],
	[
		"host-name",
		"virtual-mta",
		"host-text",
		null,
		"m"
	],
	[
		"include",
		"virtual-mta",
		"include",
		null,
		"mf"
	],
	[
		"include-headers-from",
		"virtual-mta",
		"file",
		null,
		"mf"
	],
	[
		"max-smtp-data-volume-rate",
		"virtual-mta",
		"data-rate",
		"unlimited",
		""
	],
	[
		"max-smtp-msg-rate",
		"virtual-mta",
		"rate",
		"unlimited",
		""
	],
	[
		"max-smtp-out",
		"virtual-mta",
		"int",
		null,
		""
	],
	[
		"proxy-protocol",
		"virtual-mta",
		"enum",
		"1",
		""
	],
	[
		"rewrite-list",
		"virtual-mta",
		"text",
		null,
		""
	],
	[
		"smtp-proxy-source-host",
		"virtual-mta",
		"cidr-text",
		null,
		"m"
	],
	[
		"smtp-source-host",
		"virtual-mta",
		"cidr-text",
		null,
		"m"
	],
	[
		"use-proxy",
		"virtual-mta",
		"list",
		null,
		""
	],
	[
		"cold-virtual-mta",
		"virtual-mta-pool",
		"text",
		null,
		""
	],
	[
		"domain",
		"virtual-mta-pool",
		"host-text",
		null,
		"m"
	],
	[
		"domain-key",
		"virtual-mta-pool",
		"domain-key",
		null,
		"mf"
	],
	[
		"domain-selection",
		"virtual-mta-pool",
		"text",
		null,
		"u"
	],
	[
		"enable-signals",
		"virtual-mta-pool",
		"text",
		null,
		""
	],
	[
		"include-headers-from",
		"virtual-mta-pool",
		"file",
		null,
		"mf"
	],
	[
		"max-smtp-data-volume-rate",
		"virtual-mta-pool",
		"data-rate",
		"unlimited",
		""
	],
	[
		"max-smtp-msg-rate",
		"virtual-mta-pool",
		"rate",
		null,
		""
	],
	[
		"max-smtp-out",
		"virtual-mta-pool",
		"int",
		null,
		""
	],
	[
		"rewrite-list",
		"virtual-mta-pool",
		"text",
		null,
		""
	],
	[
		"virtual-mta",
		"virtual-mta-pool",
		"text",
		null,
		"m"
	]
].map((row) => {
	const [name, scope, type, fallback, flags] = row;
	return {
		name,
		scope,
		type,
		default: fallback,
		multi: flags.includes("m"),
		secret: flags.includes("s"),
		fileRef: flags.includes("f"),
		deprecated: flags.includes("d"),
		restart: flags.includes("r"),
		undocumented: flags.includes("u")
	};
});
const byName = Map.groupBy(directives, (directive) => directive.name);
/** The first of each name and scope. */
const byScope = /* @__PURE__ */ new Map();
for (const [name, sameName] of byName) byScope.set(name, new Map(sameName.toReversed().map((directive) => [directive.scope, directive])));
/** The same name, as one text for all that ask. */
function sharedName(name) {
	return byName.get(name)?.[0]?.name ?? name;
}
/** Whether any scope knows this name (lower case). */
function isKnown(name) {
	return byName.has(name);
}
/**
* The definition of a directive in a scope, or the one of another scope when this scope does not list it.
* @param name   lower case
* @param scope  tag of the innermost block; empty for the global level
*/
function definition(name, scope) {
	return byScope.get(name)?.get(scope) ?? byName.get(name)?.[0] ?? null;
}
/** Names whose value is a secret in some scope. */
const secretNames = new Set(directives.filter(({ type }) => type === "secret").map(({ name }) => name));
/** Every tag of the language; some have no directives of their own. */
const knownTags = /* @__PURE__ */ new Set([
	...directives.map(({ scope }) => scope).filter((scope) => scope !== ""),
	"gm-imprinter",
	"sparkpost-analytics"
]);
// src/profiles/powermta/lines.ts
function splitLines(text) {
	const lines = [];
	for (let at = 0; at < text.length;) {
		const line = lineAt(text, at, lines.length + 1);
		lines.push(line);
		at += line.text.length + line.eol.length;
	}
	return lines;
}
/** The line from `start` on. A lone carriage return is part of its line: only `\n` and `\r\n` end one. */
function lineAt(text, start, number) {
	const newline = text.indexOf("\n", start);
	const end = newline === -1 ? text.length : newline;
	const cut = newline > start && text[end - 1] === "\r" ? end - 1 : end;
	const content = text.slice(start, cut);
	const hash = content.indexOf("#");
	return {
		number,
		start,
		text: content,
		eol: newline === -1 ? "" : cut === end ? "\n" : "\r\n",
		code: hash === -1 ? content.length : hash
	};
}
/** A line without its comment and the blanks before it. */
function codeOf(line) {
	return line.text.slice(0, line.code).trimEnd();
}
/** The offset of the first visible character; byte order marks and zero-width blanks are not visible. */
function firstInk(text) {
	const first = text.charCodeAt(0);
	if (first > 32 && first < 127) return 0;
	const at = text.search(/[^\s\ufeff\u200b-\u200d\u2060]/);
	return at === -1 ? text.length : at;
}
// src/profiles/powermta/grammar.ts
/**
* The config language of PowerMTA as a tree that keeps every byte. It must never fail, whatever the text:
* what it does not know becomes an opaque line and a warning. Time and stack depth are bounded by the
* length of the text, not by its nesting.
*/
const noLines = [];
const patternBlocks = /* @__PURE__ */ new Set([
	"bounce-category-patterns",
	"pattern-list",
	"smtp-pattern-list"
]);
const blockOpeners = /* @__PURE__ */ new Set([
	"mail-from",
	"rcpt-to",
	"header"
]);
/** The tree of a config text; `print(parse(text).nodes)` is the text again. */
function parse(text) {
	return parseLines(splitLines(text));
}
function parseLines(lines) {
	const nodes = [];
	const warnings = [];
	const open = [];
	const openTags = /* @__PURE__ */ new Map();
	const warn = (kind, line, name) => warnings.push({
		kind,
		line,
		name
	});
	const add = (node) => (open.at(-1)?.block.children ?? nodes).push(node);
	const enter = (block) => {
		add(block);
		open.push({ block });
		openTags.set(block.tag, (openTags.get(block.tag) ?? 0) + 1);
	};
	const leave = (close) => {
		const { block } = certain(open.pop());
		block.close = close;
		block.children = block.children.slice();
		openTags.set(block.tag, certain(openTags.get(block.tag)) - 1);
		if (close === null) warn("unbalanced-block", block.open.number, block.tag);
	};
	for (let i = 0; i < lines.length; i++) {
		const line = lines[i];
		const code = codeOf(line);
		const start = firstInk(code);
		if (start === code.length) {
			add({
				kind: line.code < line.text.length ? "comment" : "blank",
				line
			});
			continue;
		}
		const within = open.at(-1)?.block.tag ?? "";
		const tag = code[start] === "<" ? readTag(code, start) : null;
		if (tag?.closing) {
			if ((openTags.get(tag.name) ?? 0) > 0) {
				while (open.at(-1)?.block.tag !== tag.name) leave(null);
				leave(line);
			} else {
				add({
					kind: "stray",
					line
				});
				warn("unbalanced-block", line.number, tag.name);
			}
			continue;
		}
		if (tag !== null) {
			if (!tag.complete) warn("opaque-line", line.number, tag.name);
			enter(blockOf(tag, line, null));
			continue;
		}
		const directive = readDirective(line, start, within);
		if (directive === null) {
			add({
				kind: "opaque",
				line
			});
			warn("opaque-line", line.number, "");
			continue;
		}
		const inner = blockOpeners.has(directive.name) ? trailingTag(code) : null;
		if (inner !== null) {
			enter(blockOf(inner, line, directive));
			continue;
		}
		const more = [];
		for (let last = line; endsInComma(last) && continues(lines[i + 1]); more.push(last)) last = lines[++i];
		add(more.length > 0 ? {
			...directive,
			more
		} : directive);
		if (directive.name !== "" && !isKnown(directive.name)) warn("unknown-directive", line.number, directive.name);
	}
	while (open.length > 0) leave(null);
	return {
		nodes,
		warnings
	};
}
/** All nodes in the order of the text, each with the blocks around it, without recursion. */
function* walk(nodes) {
	const stack = [{
		nodes,
		at: 0,
		block: null
	}];
	for (let top = stack.at(-1); top !== void 0; top = stack.at(-1)) {
		const node = top.nodes[top.at++];
		if (node === void 0) {
			stack.pop();
			if (top.block !== null) yield {
				kind: "end",
				block: top.block
			};
		} else {
			yield node;
			if (node.kind === "block") stack.push({
				nodes: node.children,
				at: 0,
				block: node
			});
		}
	}
}
/** What `text`, a statement from `start` on, is called and where its value starts. */
function splitName(text, start) {
	const end = text.slice(start).search(/[\s=:"<>]/);
	const nameEnd = end === -1 ? text.length : Math.max(start + end, start + 1);
	const gap = text.slice(nameEnd).search(/[^\s=:]/);
	return {
		name: text.slice(start, nameEnd).toLowerCase(),
		valueStart: gap === -1 ? text.length : nameEnd + gap
	};
}
const tagName = /<[^\S\n]*(\/?)[^\S\n]*([A-Za-z][\w-]*)/y;
function readTag(code, start) {
	tagName.lastIndex = start;
	const match = tagName.exec(code);
	if (match === null) return null;
	const end = code.lastIndexOf(">");
	const complete = end >= tagName.lastIndex;
	const inside = code.slice(tagName.lastIndex, complete ? end : code.length);
	return {
		closing: match[1] === "/",
		name: certain(match[2]).toLowerCase(),
		argument: inside.trim(),
		argumentStart: tagName.lastIndex + firstInk(inside),
		rest: complete ? end + 1 : code.length,
		complete
	};
}
/** `<pattern-list>` at the end of an entry. */
function trailingTag(code) {
	const start = code.endsWith(">") ? code.lastIndexOf("<") : -1;
	const tag = start === -1 ? null : readTag(code, start);
	return tag?.name === "pattern-list" && !tag.closing ? tag : null;
}
function blockOf(tag, open, opener) {
	const { name, argument, argumentStart, rest } = tag;
	return {
		kind: "block",
		tag: name,
		argument,
		argumentStart,
		open,
		opener,
		rest,
		children: [],
		close: null
	};
}
function readDirective(line, start, within) {
	const code = codeOf(line);
	const directive = (name, valueStart) => {
		return {
			kind: "directive",
			name: sharedName(name),
			line,
			more: noLines,
			valueStart
		};
	};
	if (patternBlocks.has(within)) {
		if (code[start] === "/") return /\/[^\S\n]+[^/\s]+$/.test(code.slice(-200)) ? directive("", start) : null;
		if (code[start] === "*") return directive("", start);
		const named = splitName(code, start);
		return isKnown(named.name) ? directive(named.name, named.valueStart) : null;
	}
	if (code[start] === "<") return null;
	const { name, valueStart } = splitName(code, start);
	return directive(name, valueStart);
}
function endsInComma(line) {
	return codeOf(line).endsWith(",");
}
/** Whether a line after a trailing comma goes on with the list: it is no tag, comment or directive itself. */
function continues(line) {
	if (line === void 0) return false;
	const code = codeOf(line);
	const start = firstInk(code);
	if (start === code.length || code[start] === "<" || code[start] === "/") return false;
	return !isKnown(splitName(code, start).name);
}
// src/profiles/powermta/paths.ts
/** Paths as configs write them: quoted, relative to `/etc/pmta`, with wildcards, or not paths at all. */
/** An absolute, normal path; null for what is no path on the host (URL, `{vault}:`, program, nothing). */
function hostPath(written) {
	const text = written.trim();
	if (text === "" || /^[a-z][a-z0-9+.-]{1,15}:\/\//i.test(text) || text.startsWith("{")) return null;
	if (text.startsWith("|") || /[\u0000-\u001f]/.test(text)) return null;
	const path = resolveLink("/etc/pmta/config", text);
	return path === "/" ? null : path;
}
/** The paths that a path or pattern stands for, in order; a pattern that cannot be read stands for none. */
function matching(pattern, paths) {
	try {
		const { matches } = pathPattern(pattern);
		return paths.filter((path) => matches(path));
	} catch {
		return [];
	}
}
// src/profiles/powermta/words.ts
/** The words of `text` from `start` on, with offsets into it. An open quote ends with the text. */
function wordsOf(text, start = 0) {
	const words = [];
	let at = start;
	while (at < text.length) {
		if (isBlank$2(text, at)) {
			at++;
			continue;
		}
		const word = readWord(text, at);
		words.push(word);
		at = word.end;
	}
	return words;
}
function readWord(text, start) {
	const parts = [];
	let quoted = false;
	let at = start;
	let from = start;
	for (; at < text.length; at++) {
		const char = text[at];
		if (quoted && char === "\\" && (text[at + 1] === "\"" || text[at + 1] === "\\")) {
			parts.push(text.slice(from, at));
			from = ++at;
		} else if (char === "\"") {
			parts.push(text.slice(from, at));
			quoted = !quoted;
			from = at + 1;
		} else if (!quoted && isBlank$2(text, at)) break;
	}
	parts.push(text.slice(from, at));
	return {
		text: parts.join(""),
		start,
		end: at
	};
}
function isBlank$2(text, at) {
	const char = text.charCodeAt(at);
	return char === 32 || char === 9 || char > 8 && char < 14 || char === 160 || char === 65279;
}
/** The part of one of a directive's lines that holds value: offsets into that line's text. */
function valueSpan(directive, line) {
	const code = codeOf(line);
	const start = line === directive.line ? directive.valueStart : code.length - code.trimStart().length;
	return {
		start: Math.min(start, code.length),
		end: code.length
	};
}
/** The whole value as written, lines joined by one blank, comments left out. */
function wholeValue(directive) {
	if (directive.more.length === 0) return codeOf(directive.line).slice(directive.valueStart);
	return [directive.line, ...directive.more].map((line) => {
		const { start, end } = valueSpan(directive, line);
		return line.text.slice(start, end);
	}).join(" ");
}
/** The values of a directive, unquoted. */
function values(directive) {
	return wordsOf(wholeValue(directive)).map((word) => word.text);
}
// src/profiles/powermta/units.ts
/** One spelling for values that mean the same: `1h` and `3600s`, `yes` and `true`, `10/8` and `10.0.0.0/8`. */
const secondsPer = {
	w: 604800,
	d: 86400,
	h: 3600,
	m: 60,
	s: 1
};
/** Seconds of each. */
const rateUnits = new Map([
	["d day days", 86400],
	["h hr hrs hour hours", 3600],
	["m min mins minute minutes", 60],
	["s sec secs second seconds", 1]
].flatMap(([names, seconds]) => names.split(" ").map((name) => [name, seconds])));
const bytesPer = {
	"": 1,
	b: 1,
	k: 1024,
	m: 1024 ** 2,
	g: 1024 ** 3,
	t: 1024 ** 4
};
const recordTypes = {
	delivery: "d",
	bounce: "b",
	transient: "t",
	"transient-queue": "tq",
	receipt: "r",
	"remote-bounce": "rb",
	"remote-status": "rs",
	"feedback-loop": "f"
};
/** ASCII words without quotes, one blank between them. */
const simpleWords = /^[!#-~]+(?: [!#-~]+)*$/;
/** The value in its one spelling. What does not fit its kind is only freed of needless quotes and blanks. */
function canonical(kind, value) {
	const text = plain(value);
	const gap = text.indexOf(" ");
	const first = gap === -1 ? text : text.slice(0, gap);
	const tail = gap === -1 ? "" : text.slice(gap + 1);
	switch (kind) {
		case "bool": return boolean(text);
		case "int": return integer(text);
		case "int-or-unlimited": return unlimited(text) ?? integer(text);
		case "enum": return boolean(text.toLowerCase());
		case "duration": return duration(text);
		case "duration-list": return items(text).map(duration).join(",");
		case "rate": return rate(text);
		case "rate-list": return items(text).map(rate).join(",");
		case "data-rate": return dataRate(text);
		case "size": return size(text);
		case "size-or-unlimited": return unlimited(text) ?? size(text);
		case "cidr-int": return `${cidr(first)} ${unlimited(tail) ?? integer(tail)}`;
		case "cidr-rate": return `${cidr(first)} ${rate(tail)}`;
		case "cidr-data-rate": return `${cidr(first)} ${dataRate(tail)}`;
		case "cidr-text": return [cidr(first), tail.toLowerCase()].join(" ").trim();
		case "host-text": return text.toLowerCase();
		case "name-list": return items(text.toLowerCase()).join(",");
		case "list": return items(text).join(",");
		case "record-types": return sorted(items(text.toLowerCase()).map(recordType));
		case "record-fields": return `${recordType(first.toLowerCase())} ${items(tail).join(",")}`;
		case "macro": return `${first} ${sorted(items(tail.toLowerCase()))}`;
		case "domain-key": return domainKey(value);
		default: return text;
	}
}
/** Words with one blank between them, and nothing in them to be unquoted. */
const isUnquoted = /^[!#-[\]-~]+(?: [!#-[\]-~]+)*$/;
/** Selector, domain and file of a `domain-key` value; blanks around the commas do not count. */
function domainKeyParts(value) {
	const text = (isUnquoted.test(value) ? [value] : wordsOf(value).map(({ text }) => text)).join(" ");
	const [selector, rest] = [textBefore(text, ","), textAfter(text, ",")];
	return [
		selector.trim(),
		textBefore(rest, ",").trim().toLowerCase(),
		textAfter(rest, ",").trim()
	];
}
/** The file apart, so that another file for the same selector and domain pairs up as one change. */
function domainKey(value) {
	const [selector, domain, file] = domainKeyParts(value);
	return `${selector},${domain} ${file}`;
}
/** Words unquoted where quotes are not needed, with one blank between them. */
function plain(value) {
	if (simpleWords.test(value)) return value;
	return wordsOf(value).map(({ text }) => text === "" || /\s/.test(text) ? JSON.stringify(text) : text).join(" ");
}
function items(text) {
	return text.split(",").map((item) => item.trim()).filter((item) => item !== "");
}
function sorted(list) {
	return list.toSorted().join(",");
}
function boolean(text) {
	const lower = text.toLowerCase();
	return lower === "yes" ? "true" : lower === "no" ? "false" : /^(?:true|false)$/.test(lower) ? lower : text;
}
function integer(text) {
	return /^\d{1,15}$/.test(text) ? String(Number(text)) : text;
}
function unlimited(text) {
	return text === "0" || text.toLowerCase() === "unlimited" ? "unlimited" : null;
}
function duration(text) {
	const lower = text.toLowerCase();
	const length = seconds(lower);
	return length === null ? boolean(lower) : `${length}s`;
}
/** The seconds of a time such as `1d12h` or `300`; null for what is none. */
function seconds(text) {
	if (text === "" || text.length > 60) return null;
	let sum = 0;
	let count = 0;
	let digits = 0;
	for (let at = 0; at < text.length; at++) {
		const digit = text.charCodeAt(at) - 48;
		if (digit >= 0 && digit <= 9) {
			count = count * 10 + digit;
			if (++digits > 12) return null;
			continue;
		}
		const unit = secondsPer[text.charAt(at)];
		if (unit === void 0 || digits === 0) return null;
		sum += count * unit;
		count = 0;
		digits = 0;
	}
	if (digits === text.length) return count;
	return digits === 0 ? sum : null;
}
/** Two rates are equal when count and window are: 60 a minute allows a burst that 1 a second does not. */
function rate(text) {
	return perWindow(text, integer);
}
function dataRate(text) {
	return perWindow(text, size);
}
function perWindow(text, amount) {
	const compact = (text.includes(" ") ? text.replaceAll(" ", "") : text).toLowerCase();
	const free = unlimited(compact);
	if (free !== null) return free;
	const found = matched(/^(\d{1,15}[bkmgt]?)\/(\d{0,9})([a-z]+)$/, compact, "count", "times", "unit");
	const seconds = found === null ? void 0 : rateUnits.get(found.unit);
	if (found === null || seconds === void 0) return text;
	return `${amount(found.count)}/${Number(found.times || 1) * seconds}s`;
}
function size(text) {
	const found = matched(/^(\d{1,15})([bkmgt]?)$/i, text, "count", "unit");
	return found === null ? text : String(Number(found.count) * certain(bytesPer[found.unit.toLowerCase()]));
}
function recordType(name) {
	return recordTypes[name] ?? name;
}
/** Four octets without leading zeros. */
const fullAddress = /^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/;
/** An address or network in full: `10/8` is `10.0.0.0/8`, `192.0.2.1/32` is `192.0.2.1`. Else unchanged. */
function cidr(text) {
	const found = matched(/^([\da-fA-F:.]+)((?:\/\d{1,3})?)$/, text, "address", "mask");
	if (found === null) return text;
	const { address } = found;
	const bits = found.mask === "" ? void 0 : found.mask.slice(1);
	if (address.includes(":")) {
		const short = URL.canParse(`http://[${address}]`) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
		return bits === void 0 || bits === "128" ? short : `${short}/${bits}`;
	}
	if (!/^\d{1,3}(?:\.\d{1,3}){0,3}$/.test(address)) return text;
	if (bits === "32" && fullAddress.test(address)) return address;
	const octets = address.split(".");
	if (octets.length < 4 && bits === void 0) return text;
	const full = [
		...octets,
		"0",
		"0",
		"0"
	].slice(0, 4).map(Number).join(".");
	return bits === void 0 || bits === "32" ? full : `${full}/${bits}`;
}
// src/profiles/powermta/references.ts
/** Directives whose first word is a file that is read. */
const named = /* @__PURE__ */ new Map([
	["include", "config"],
	["smtp-server-tls-certificate", "tls"],
	["tls-certificate", "tls"],
	["smtp-client-certificate", "tls"],
	["http-webhook-certificate", "tls"],
	["smtp-server-tls-ca-file", "tls"],
	["tls-ca-file", "tls"],
	["smtp-tls-ca-file", "tls"],
	["http-tls-ca-file", "tls"],
	["http-webhook-ca-file", "tls"],
	["address-file", "data"],
	["precached-domains-file", "data"],
	["body-pattern-file", "data"],
	["include-headers-from", "data"],
	["dsn-failed-body-template-from", "data"],
	["http-delivery-extra-headers", "data"],
	["http-webhook-extra-headers", "data"],
	["dummy-smtp-blacklist", "data"]
]);
/** Whether a text, as bytes, can name anything: most do not. False is certain. */
const mayName = firstWords([
	...named.keys(),
	"domain-key",
	"log-file",
	"move-to"
], ["acct-file"]);
/** All references of one text, in order. Programs, directories, URLs and Vault paths are none. */
function references(file, text) {
	const found = [];
	const accountingFiles = [];
	const add = (category, path, directive, line) => {
		if (path !== null) found.push({
			category,
			path,
			include: directive === "include",
			directive,
			file,
			line
		});
	};
	for (const node of walk(parse(text).nodes)) if (node.kind === "block") {
		const path = node.tag === "acct-file" ? firstPath(wordsOf(node.argument).map(({ text }) => text)) : null;
		if (node.tag === "acct-file") accountingFiles.push(path ?? "");
		if (path !== null) add("accounting", datedFiles(path), "acct-file", node.open.number);
	} else if (node.kind === "end" && node.block.tag === "acct-file") accountingFiles.pop();
	else if (node.kind === "directive") {
		const line = node.line.number;
		const category = named.get(node.name);
		if (category !== void 0) add(category, firstPath(values(node)), node.name, line);
		else if (node.name === "domain-key") add("dkim", keyPath(node), node.name, line);
		else if (node.name === "log-file") {
			const path = firstPath(values(node));
			add("log", path === null ? null : `${path}*`, node.name, line);
		} else if (node.name === "move-to") {
			const directory = firstPath(values(node));
			const name = accountingFiles.at(-1)?.split("/").at(-1);
			if (directory !== null && name) add("accounting", datedFiles(`${directory}/${name}`), node.name, line);
		}
	}
	return found;
}
/** A directive may stand there without a value. */
const firstPath = ([path = ""]) => hostPath(path);
/** The grammar's lower case makes a `k` of the sign for kelvin, which a flag `i` does not. */
const mayHaveKey = /domain-[k\u212a]ey/i;
/** The files that hold a text's DKIM keys, with the selector and domain that each line gives them. */
function domainKeys(text) {
	const keys = [];
	if (!mayHaveKey.test(text)) return keys;
	for (const node of walk(parse(text).nodes)) {
		if (node.kind !== "directive" || node.name !== "domain-key") continue;
		const path = keyPath(node);
		const [selector, domain] = domainKeyParts(wholeValue(node));
		if (path !== null) keys.push({
			selector,
			domain,
			path
		});
	}
	return keys;
}
/** The key file of a `domain-key`; a macro in its path may stand for anything within a segment. */
function keyPath(directive) {
	const [, , file] = domainKeyParts(wholeValue(directive));
	return hostPath(file.replace(/\$(?:\{\w+\}|\w+)/g, "*"));
}
/** `/dir/acct.csv` is written as `/dir/acct-YYYY-MM-DD-NNNN.csv`. */
function datedFiles(path) {
	const slash = path.lastIndexOf("/");
	const dot = path.lastIndexOf(".");
	return dot > slash + 1 ? `${path.slice(0, dot)}-*${path.slice(dot)}` : `${path}-*`;
}
// src/profiles/powermta/dkim.ts
/** Public facts of DKIM keys: where each is used and its public half. The private half never leaves here. */
/**
* By path: `use` as `selector._domainkey.domain`, `type`, `bits`, `publicKey` as in the `p=` of the DNS record.
* A file that is no usable key has `unreadable` with the reason, and a fingerprint, so that a change shows.
* @see RFC 6376 section 3.6.1 (RSA: SubjectPublicKeyInfo), RFC 8463 section 4 (Ed25519: the 32 bytes)
*/
function dkimFacts(files, configs, fingerprint) {
	const uses = /* @__PURE__ */ new Map();
	for (const text of configs.values()) for (const { selector, domain, path } of domainKeys(text)) {
		const names = uses.get(path) ?? /* @__PURE__ */ new Set();
		uses.set(path, names.add(`${selector}._domainkey.${domain}`));
	}
	const facts = {};
	for (const { entry, content } of files.toSorted((a, b) => compareTexts(a.entry.path, b.entry.path))) {
		const bytes = content.reveal("the public half of a DKIM key is derived from it");
		const use = [...uses.get(entry.path) ?? []].toSorted();
		facts[entry.path] = {
			use,
			...keyFacts(bytes, fingerprint)
		};
	}
	return facts;
}
/** Public facts of keys by the digest of their file: hosts of a fleet share keys, and reading one is slow. */
const known = /* @__PURE__ */ new Map();
const mostKnown = 1e4;
/** What cannot be read is not kept: its facts depend on the fingerprint. */
function keyFacts(bytes, fingerprint) {
	const digest = hash$1("sha256", bytes, "base64");
	const before = known.get(digest);
	if (before !== void 0) return before;
	const facts = readFacts(bytes, fingerprint);
	if (!("unreadable" in facts)) {
		if (known.size >= mostKnown) known.clear();
		known.set(digest, facts);
	}
	return facts;
}
function readFacts(bytes, fingerprint) {
	const unreadable = (reason) => ({
		unreadable: reason,
		content: fingerprint(bytes)
	});
	const text = Buffer.from(bytes).toString("latin1");
	if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type:.*ENCRYPTED/m.test(text)) return unreadable("encrypted");
	const key = readKey(text);
	if (key === null) return unreadable("not a key in PEM");
	const { type, publicKey } = key;
	const { asymmetricKeyType } = publicKey;
	const der = publicKey.export({
		type: "spki",
		format: "der"
	});
	const half = type === "public" ? { half: "public only" } : {};
	if (asymmetricKeyType === "rsa") return {
		type: "rsa",
		bits: modulusBits(der),
		publicKey: der.toString("base64"),
		...half
	};
	if (asymmetricKeyType === "ed25519") return {
		type: "ed25519",
		bits: 256,
		publicKey: der.subarray(-32).toString("base64"),
		...half
	};
	return unreadable(`a ${asymmetricKeyType} key, which DKIM does not know`);
}
function readKey(text) {
	try {
		return {
			type: "private",
			publicKey: createPublicKey(createPrivateKey(text))
		};
	} catch {
		try {
			return {
				type: "public",
				publicKey: createPublicKey(text)
			};
		} catch {
			return null;
		}
	}
}
/**
* The length of an RSA modulus. `asymmetricKeyDetails` says the same and takes as long as reading the key.
* @param der  SubjectPublicKeyInfo: SEQUENCE { algorithm, BIT STRING { SEQUENCE { modulus, exponent } } }
*/
function modulusBits(der) {
	const modulus = derValue(der, derValue(der, derValue(der, derValue(der, derValue(der, 0).start).end).start + 1).start);
	const hex = der.toString("hex", modulus.start, modulus.end);
	return BigInt(`0x${hex}`).toString(2).length;
}
/** Where the value of the DER element at `at` starts and ends. */
function derValue(der, at) {
	const first = der.readUInt8(at + 1);
	const size = first < 128 ? 0 : first - 128;
	const start = at + 2 + size;
	return {
		start,
		end: start + (size === 0 ? first : der.readUIntBE(at + 2, size))
	};
}
// src/profiles/powermta/license.ts
/** Fields that may be shown, lower case → as shown. Everything else in the file is not. */
const shown = new Map([
	"product",
	"version",
	"platform",
	"units",
	"instances",
	"serial",
	"licensee",
	"mac",
	"issued",
	"expires"
].map((field) => [field, field]).concat([["supportexpires", "supportExpires"]]));
/** How long before its end a licence asks for attention. */
const nearDays = 30;
/** By path: the licences in the order of the file. `check`, the signature, is shown as its fingerprint. */
function licenseFacts(files, fingerprint, now) {
	const facts = {};
	for (const { entry, content } of files.toSorted((a, b) => compareTexts(a.entry.path, b.entry.path))) {
		const licenses = readLicenses(content.revealText("the dates and names of a licence are public"), fingerprint, now);
		facts[entry.path] = licenses.length > 0 ? { licenses } : {
			unreadable: "no `product:` line",
			content: fingerprint(content.reveal("a change must show"))
		};
	}
	return facts;
}
/** The licences of one file: public fields, and the signature as its fingerprint. */
function readLicenses(text, fingerprint, now) {
	const blocks = [];
	let lastField = "";
	for (const line of text.split("\n")) {
		const found = matched(/^\s*([A-Za-z]+):(.*)$/s, line.slice(0, 4096), "name", "value");
		const name = found?.name.toLowerCase();
		if (name === "product") blocks.push(/* @__PURE__ */ new Map());
		const block = blocks.at(-1);
		if (block === void 0) continue;
		if (found !== null && name !== void 0) {
			block.set(name, found.value.trim());
			lastField = name;
		} else if (lastField === "check") block.set("check", `${block.get("check")}${line.trim()}`);
	}
	return blocks.map((block) => {
		const license = {};
		for (const [field, label] of shown) {
			const value = block.get(field);
			if (value !== void 0 && value !== "") license[label] = value;
		}
		const check = block.get("check") ?? "";
		return {
			...license,
			...endOf(block.get("expires") ?? "", now),
			...check === "" ? {} : { check: fingerprint(check) }
		};
	});
}
/** Said once when the end comes near and once when it is over, so that a countdown is no daily change. */
function endOf(expires, now) {
	const days = ((/^\d{4}-\d{2}-\d{2}$/.test(expires) ? Date.parse(`${expires}T23:59:59Z`) : NaN) - now.getTime()) / 864e5;
	return days < 0 ? { ends: "is over" } : days < nearDays ? { ends: `within ${nearDays} days` } : {};
}
// src/profiles/powermta/tls.ts
/** Public facts of certificate files: whom they name and until when. */
/** A file with more certificates is a list of authorities: it is shown as count and fingerprint. */
const maxShown = 8;
const pemCertificate = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]*-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;
/** By path: `certificates` in the order of the file, and whether a private key is there too. */
function tlsFacts(files, fingerprint) {
	const facts = {};
	for (const { entry, content } of files.toSorted((a, b) => compareTexts(a.entry.path, b.entry.path))) {
		const bytes = content.reveal("names and dates of a certificate are public");
		facts[entry.path] = fileFacts(bytes, fingerprint);
	}
	return facts;
}
function fileFacts(bytes, fingerprint) {
	const text = Buffer.from(bytes).toString("latin1");
	const privateKey = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/.test(text);
	const found = text.match(pemCertificate) ?? [];
	if (found.length > maxShown) return {
		authorities: found.length,
		privateKey,
		content: fingerprint(bytes)
	};
	if (found.length === 0) {
		const der = certificate(Buffer.from(bytes));
		if (!("unreadable" in der)) return {
			certificates: [der],
			privateKey
		};
		return {
			certificates: [],
			privateKey,
			content: fingerprint(bytes)
		};
	}
	return {
		certificates: found.map((pem) => certificate(pem)),
		privateKey
	};
}
function certificate(source) {
	try {
		const { subject, issuer, validFrom, validTo, subjectAltName, fingerprint256 } = new X509Certificate(source);
		return {
			subject: oneLine(subject),
			issuer: oneLine(issuer),
			notBefore: new Date(validFrom).toISOString(),
			notAfter: new Date(validTo).toISOString(),
			names: (subjectAltName ?? "").split(", ").filter((name) => name !== ""),
			sha256: fingerprint256.replaceAll(":", "").toLowerCase()
		};
	} catch {
		return { unreadable: "not a certificate" };
	}
}
function oneLine(name) {
	return (name ?? "").split("\n").join(", ");
}
// src/profiles/powermta/facts.ts
/** Public facts of one category, or null for a category that has none. */
function facts(category, files, configs, fingerprint, now) {
	switch (category) {
		case "dkim": return dkimFacts(files, configs, fingerprint);
		case "tls": return tlsFacts(files, fingerprint);
		case "license": return licenseFacts(files, fingerprint, now);
		case "data": return dataFacts(files, fingerprint);
		default: return null;
	}
}
/** By path: a fingerprint of the content, so that a change shows and nothing else does. */
function dataFacts(files, fingerprint) {
	return Object.fromEntries(files.map(({ entry, content }) => [entry.path, fingerprint(content.reveal("only its fingerprint is kept"))]).toSorted(([a], [b]) => compareTexts(a, b)));
}
/** Rights by path, sorted: `0640 root:pmta`; a link is `link -> target`. */
function permissions(entries) {
	const sorted = entries.toSorted((a, b) => compareTexts(a.path, b.path));
	return new Map(sorted.map((entry) => [entry.path, rights(entry)]));
}
function rights({ kind, mode, owner, group, target }) {
	if (kind === "link") return `link -> ${target}`;
	return `${mode.toString(8).padStart(4, "0")} ${owner}:${group}`;
}
// src/profiles/powermta/marks.ts
/** The mark that stands for a secret: `masked:` and its fingerprint. Needs no quotes, is itself never masked. */
const mark = /^masked:[0-9a-f]{8,64}$/;
/** Whether a text, quotes and blanks around it aside, is a mark and nothing else. */
function isMark(text) {
	return text.includes("masked:") && mark.test(text.trim().replace(/^"(.*)"$/s, "$1"));
}
/** The mark of a secret. A value in quotes and the same without them get the same mark. */
function markOf(secret, fingerprint) {
	const trimmed = secret.trim();
	const [word, more] = wordsOf(trimmed);
	const digest = fingerprint(word !== void 0 && more === void 0 ? word.text : trimmed);
	return `masked:${/^[0-9a-f]{8,64}$/.test(digest) ? digest : Buffer.from(digest, "utf8").toString("hex").slice(0, 64).padEnd(8, "0")}`;
}
/** `text` with each span replaced by its mark; spans that overlap are one secret. */
function replaceSpans(text, spans, fingerprint) {
	let result = "";
	let at = 0;
	for (const { start, end } of mergeSpans(spans)) {
		const secret = text.slice(start, end);
		result += text.slice(at, start) + (isMark(secret) ? secret : gap(text, start) + markOf(secret, fingerprint));
		at = end;
	}
	return result + text.slice(at);
}
/** A quote may stand right behind a name; the mark that replaces it would become part of that name. */
function gap(text, start) {
	return /\w/.test(text.charAt(start - 1)) && !/\w/.test(text.charAt(start)) ? " " : "";
}
function mergeSpans(spans) {
	const merged = [];
	for (const span of spans.toSorted((a, b) => a.start - b.start)) {
		const last = merged.at(-1);
		if (span.end <= span.start) continue;
		if (last !== void 0 && span.start < last.end) merged[merged.length - 1] = {
			start: last.start,
			end: Math.max(last.end, span.end)
		};
		else merged.push(span);
	}
	return merged;
}
// src/profiles/powermta/pem.ts
const begin = "-----BEGIN ";
const finish = "-----END ";
const bodyLine = /^[A-Za-z0-9+/=\s\\]*$/;
const headerLine = /^[A-Za-z][A-Za-z-]{0,40}: /;
/** The spans of PEM bodies by line number. A block ends with its END line or where no body can stand. */
function pemSpans(lines) {
	const found = /* @__PURE__ */ new Map();
	if (!lines.some(({ text }) => text.includes(begin))) return found;
	let inside = false;
	for (const { number, text } of lines) {
		const prefix = text.search(/[^\s#"']|$/);
		const spans = [];
		let at = 0;
		if (inside) {
			const end = text.indexOf(finish);
			const body = text.slice(prefix, end === -1 ? text.length : end).trimEnd();
			if (end === -1 && !isMark(body) && !bodyLine.test(body) && !headerLine.test(body)) inside = false;
			else {
				if (body !== "" && !isMark(body)) spans.push({
					start: prefix,
					end: prefix + body.length
				});
				inside = end === -1;
				at = end === -1 ? text.length : end;
			}
		}
		for (let from = text.indexOf(begin, at); from !== -1;) {
			const label = text.indexOf("-----", from + 11);
			const start = label === -1 ? text.length : label + 5;
			const end = text.indexOf(finish, start);
			const body = text.slice(start, end === -1 ? text.length : end);
			const ink = start + body.length - body.trimStart().length;
			if (body.trim() !== "" && !isMark(body)) spans.push({
				start: ink,
				end: ink + body.trim().length
			});
			inside = end === -1 && label !== -1;
			from = end === -1 ? -1 : text.indexOf(begin, end);
		}
		if (spans.length > 0) found.set(number, spans);
	}
	return found;
}
// src/profiles/powermta/tokens.ts
/**
* Secrets known by their looks: vendor key formats, tokens, URL credentials. Works on any text, in one pass
* each: no expression here may backtrack over a long line.
*/
/** Shorter than any token or URL with a secret in it. */
const shortest$1 = 12;
const formats = /(?<![\w-])(?:eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?|(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Z0-9])|gh[pousr]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[a-z]-[\w-]{10,}|[spr]k_(?:live|test)_\w{10,}|SG\.[\w-]{10,}\.[\w-]+|AIza[\w-]{30,}|hv[sbr]\.[\w-]{16,}|s\.[A-Za-z0-9]{24}(?!\w)|key-[0-9a-f]{24,}|AGE-SECRET-KEY-[\w-]+|npm_\w{30,})/g;
const run$1 = /[A-Za-z0-9+/=_-]{16,}/g;
const knownRoot = /^\/(?:etc|var|opt|home|root|usr|run|srv|tmp|mnt|data)\//;
/** The spans of `text` that look like secrets, offsets counted from `offset`. */
function tokenSpans(text, offset, care) {
	const spans = [];
	if (text.length < shortest$1) return spans;
	const add = (start, end) => spans.push({
		start: offset + start,
		end: offset + end
	});
	if (hasFormat(text)) for (const match of text.matchAll(formats)) add(match.index, match.index + match[0].length);
	const links = [...urls(text)];
	if (text.search(run$1) === -1 && links.length === 0) return spans;
	let link = 0;
	for (const match of text.matchAll(run$1)) {
		const end = match.index + match[0].length;
		while ((links[link]?.end ?? 1e400) <= match.index) link++;
		if ((links[link]?.start ?? 1e400) < end) continue;
		if (isMark(text.slice(Math.max(0, match.index - 7), end))) continue;
		if (match[0].startsWith("/")) {
			for (const part of segments(match[0])) if (care === "strict" && !knownRoot.test(match[0]) && looksRandom(part.text, "strict")) add(match.index + part.at, match.index + part.at + part.text.length);
		} else if (looksRandom(match[0], care)) add(match.index, end);
	}
	for (const url of links) for (const { start, end } of urlSpans(text.slice(url.start, url.end))) add(url.start + start, url.start + end);
	return spans;
}
/** Whether a format of tokens occurs in a text. */
function hasFormat(text) {
	return text.search(formats) !== -1;
}
/** Whether one absolute path below a directory of the system: a name of a file, not a value. */
function isPath(text) {
	return knownRoot.test(text) && !/[\s"'=:@]/.test(text);
}
/**
* Whether a word is more likely drawn by a machine than written by a person: long hex, or digits mixed with
* both letter cases in one piece.
*/
function looksRandom(word, care) {
	const [minimum, hexMinimum, pieceMinimum, bits] = care === "strict" ? [
		16,
		16,
		8,
		3
	] : [
		32,
		32,
		16,
		4
	];
	if (word.length < minimum) return false;
	const compact = word.replaceAll("-", "");
	if (compact.length >= hexMinimum && /^[0-9a-fA-F]+$/.test(compact)) return /[a-fA-F]/.test(compact) ? /\d/.test(compact) : compact.length >= 32;
	return word.split(/[-_/+=]/).some((piece) => piece.length >= pieceMinimum && isMixed(piece)) && entropy(word) >= bits;
}
function isMixed(piece) {
	return /\d/.test(piece) && /[a-z]/.test(piece) && /[A-Z]/.test(piece);
}
/** Shannon entropy in bits a character. */
function entropy(word) {
	const counts = /* @__PURE__ */ new Map();
	for (const char of word) counts.set(char, (counts.get(char) ?? 0) + 1);
	let bits = 0;
	for (const count of counts.values()) bits -= count / word.length * Math.log2(count / word.length);
	return bits;
}
/** Where URLs stand in a text: from the scheme to a blank, quote or angle bracket. */
function* urls(text) {
	for (let at = text.indexOf("://"); at !== -1;) {
		const scheme = /[A-Za-z][A-Za-z0-9+.-]*$/.exec(text.slice(Math.max(0, at - 16), at))?.[0] ?? "";
		const end = at + text.slice(at).search(/[\s"'<>]|$/);
		if (scheme !== "") yield {
			start: at - scheme.length,
			end
		};
		at = text.indexOf("://", Math.max(end, at + 3));
	}
}
/** What is secret in a URL: user info, every query value and fragment, path segments that look like tokens. */
function urlSpans(url) {
	const spans = [];
	const authority = url.indexOf("://") + 3;
	const slash = url.slice(authority).search(/[/?#]/);
	const path = slash === -1 ? url.length : authority + slash;
	const at = url.slice(authority, path).lastIndexOf("@");
	if (at !== -1) spans.push({
		start: authority,
		end: authority + at
	});
	const question = url.slice(path).search(/[?;]/);
	const query = question === -1 ? url.length : path + question;
	for (const { text, at: from } of segments(url.slice(path, query))) if (/^[A-Za-z0-9]{20,}$/.test(text) || looksRandom(text, "strict") || /[%~:]\w{12,}/.test(text)) spans.push({
		start: path + from,
		end: path + from + text.length
	});
	for (const match of url.slice(query).matchAll(/[?&;]([^?&;]+)/g)) {
		const body = certain(match[1]);
		const equals = body.indexOf("=");
		const start = query + match.index + 1 + equals + 1;
		spans.push({
			start,
			end: query + match.index + 1 + body.length
		});
	}
	return spans;
}
function* segments(path) {
	let at = 0;
	for (const text of path.split("/")) {
		if (text !== "") yield {
			text,
			at
		};
		at += text.length + 1;
	}
}
// src/profiles/powermta/options.ts
/** Secrets known by the name before them: `--password=x`, `TOKEN=x`, `-p x`, `Authorization: Bearer x`. */
const telling = /pass|pwd|secret|token|key|auth(?!ors?$)|cred|api|private|signature|bearer/i;
const longOptionsInP = /^-(?:path|port|print|proto|protocol|prefix|priority|pid|pretty)$/;
/** Whether a name announces a secret. */
function isTelling(name) {
	return telling.test(name);
}
/** Whether a value is too plain to be a secret, whatever its name says. */
function isPlainValue(value) {
	return /^"?(?:yes|no|true|false|never|unlimited|none|auto|on|off)?"?$/i.test(value.trim());
}
/** The values in a command line that its own option names call secret; offsets counted from `offset`. */
function optionSpans(text, offset) {
	const spans = [];
	const add = (start, end) => {
		const value = text.slice(start, end);
		if (end > start && !isMark(value) && !isPath(value)) spans.push({
			start: offset + start,
			end: offset + end
		});
	};
	let expected = false;
	for (let at = nextInk(text, 0); at < text.length;) {
		const end = nextBlank(text, at);
		const start = at + leadingQuotes(text, at, end);
		const word = text.slice(start, end);
		const named = tellingName(word);
		let next = end;
		if (expected && !word.startsWith("--")) {
			next = valueEnd(text, at);
			add(start, trimQuotes(text, start, next));
			expected = false;
		} else if (named !== null) {
			const from = start + named.end;
			if (from < end) {
				next = valueEnd(text, from);
				const inner = from + leadingQuotes(text, from, next);
				add(inner, trimQuotes(text, inner, next));
			} else if (named.separator === ":") {
				next = headerEnd(text, from);
				const inner = nextInk(text, from);
				add(inner, trimQuotes(text, inner, next));
			} else expected = true;
		} else if (/^-[pP]./.test(word) && !longOptionsInP.test(word)) add(start + 2, trimQuotes(text, start, end));
		else {
			expected = /^-[pP]$/.test(word) || /^-{1,2}[A-Za-z]/.test(word) && isTelling(word) || /^(?:bearer|basic)$/i.test(word);
			if (/^-u$/.test(word)) {
				const user = nextInk(text, end);
				const userEnd = nextBlank(text, user);
				if (text.slice(user, userEnd).includes(":")) expected = true;
			}
		}
		at = nextInk(text, Math.max(next, at + 1));
	}
	return spans;
}
/** The first telling name before `=` or `:` in a word, and where its value starts. A mark is no name. */
function tellingName(word) {
	const link = word.indexOf("://");
	const head = link === -1 ? word : word.slice(0, link);
	for (const match of head.matchAll(/(?<![\w.-])-*([A-Za-z_][\w.-]*)([=:])/g)) {
		const end = match.index + match[0].length;
		const isOfMark = match[0].endsWith("masked:") && /^[0-9a-f]{8,64}(?![0-9A-Za-z])/.test(head.slice(end, end + 65));
		if (isTelling(certain(match[1])) && !isOfMark) return {
			separator: certain(match[2]),
			end
		};
	}
	return null;
}
function nextInk(text, from) {
	let at = from;
	while (at < text.length && isBlank$1(text, at)) at++;
	return at;
}
function nextBlank(text, from) {
	let at = from;
	while (at < text.length && !isBlank$1(text, at)) at++;
	return at;
}
function isBlank$1(text, at) {
	const code = text.charCodeAt(at);
	return code < 128 ? code === 32 || code > 8 && code < 14 : /\s/.test(text.charAt(at));
}
/** The length of what opens a word without being part of it: quotes, escapes, the bar of a pipe. */
function leadingQuotes(text, from, to) {
	let at = from;
	while (at < to && /["'\\|;&(`]/.test(text.charAt(at))) at++;
	return at - from;
}
/** The end of a value that may be quoted: behind the closing quote, or the next blank. */
function valueEnd(text, from) {
	const quote = /^\\*(["'])/.exec(text.slice(from, from + 4));
	const closing = quote === null ? -1 : text.indexOf(certain(quote[1]), from + quote[0].length);
	return quote !== null && closing === -1 ? text.length : nextBlank(text, Math.max(from, closing));
}
function headerEnd(text, from) {
	const closing = text.slice(from).search(/["']/);
	return closing === -1 ? text.length : from + closing;
}
function trimQuotes(text, from, to) {
	let at = to;
	while (at > from && /["'\\]/.test(text.charAt(at - 1))) at--;
	return at;
}
// src/profiles/powermta/secrets.ts
/** Which parts of a statement or a comment are secret. Deny by default: in doubt, more is hidden. */
const secretBlocks = /* @__PURE__ */ new Set([
	"smtp-user",
	"vault",
	"signals",
	"transmissions-api"
]);
const talkOfSecrets = /passw|\bpass(?:phrase|code)?\b\s*[:=]|passphrase|passcode|\bpwd?\b|secret|token|api[-_ ]?key|credential|(?:private|access|encryption|signing)[-_ ]?key|bearer|authorization|contrase|\bsenha\b|\bmot de passe\b|парол/i;
const talkOrScheme = new RegExp(`${talkOfSecrets.source}|basic`, "i");
const endsInTalk = /(?:passwor[dt]|passwd|passphrase|pwd?|secret|token|key|credentials?|is|are)\s*[:=]?$/i;
/** Names of settings that hold a secret behind their first word. */
const keeperNames = new Set(directives.filter(({ type }) => /^(?:file|method)-secret$/.test(type)).map(({ name }) => name));
const near = (names) => Array.from({ length: 40 }, (_, length) => [...names].filter((name) => Math.abs(name.length - length) < 2));
const secretNamesNear = near(secretNames);
const keeperNamesNear = near(keeperNames.union(secretNames));
/**
* @param code   the line's text without its comment
* @param start  where the value starts
* @param name   lower case; empty for an entry without keyword
* @param first  whether the value starts on this line and is not continued from the one before
* @param block  tag of the innermost block
* @param from   where the statement starts: behind a tag, when it shares its line
*/
function valueSecrets(code, start, name, first, block, from = 0) {
	const rest = whole(code, start);
	const known = name === "" ? null : definition(name, block);
	switch (name === "" ? "text" : known?.type) {
		case "secret": return rest;
		case "file-secret":
		case "method-secret": return first ? besideFirstWord(code, start) : rest;
		case "command": return commandSecrets(code, start);
		case "file":
		case "include":
		case "directory":
		case "domain-key": return fileSecrets(code, start);
		case void 0: return unknownSecrets(code, start, name, block, from);
		default: return tokenSpans(code.slice(start), start, "calm");
	}
}
/** All behind the first word, which is a file or a method, and what is secret in that word. */
function besideFirstWord(code, start) {
	const end = wordsOf(code, start)[0]?.end ?? code.length;
	return [...fileSecrets(code.slice(0, end), start), ...whole(code, end)];
}
/** What is secret in a value that names a file: tokens of URLs, but no part of a path. */
function fileSecrets(code, start) {
	return tokenSpans(code.slice(start), start, "calm").filter(({ start: at, end }) => {
		return !isPartOfPath(code, at, end);
	});
}
/** What is secret in a command line. */
function commandSecrets(code, start) {
	const text = code.slice(start);
	return [...tokenSpans(text, start, "strict"), ...optionSpans(text, start)];
}
/** What is secret in a comment, or in a line that is no statement; `start` is behind blanks and `#`. */
function proseSecrets(text, start) {
	const body = text.slice(start).trimEnd();
	if (isMark(body)) return [];
	const { name, valueStart } = splitName(text, start);
	if (isSecretName(name)) return whole(text, valueStart);
	if (isKeeperName(name)) return whole(text, wordsOf(text, valueStart)[0]?.end ?? text.length);
	if (talkOfSecrets.test(body)) return whole(text, start);
	return commandSecrets(text.slice(0, start + body.length), start);
}
/** Whether a comment that starts with this name is taken for a setting with a secret in it. */
function isKeeperName(name) {
	return isNear(keeperNamesNear, name) && (keeperNames.has(name) || isSecretName(name));
}
/** Whether a comment speaks of secrets, or of the scheme that stands before one. */
function saysSecret(body) {
	return talkOrScheme.test(body);
}
/** Whether a comment announces that its secret follows on the next line. */
function announcesSecret(body) {
	return talkOfSecrets.test(body) && endsInTalk.test(body.slice(-40).trimEnd());
}
/** Whether a directive of this name holds nothing but a secret; slips of the pen count as well. */
function isSecretName(name) {
	if (secretNames.has(name)) return true;
	return name.length > 4 && name.length < 33 && isNear(secretNamesNear, name) && !isKnown(name);
}
/** Whether a name is one of those, or differs by a slip of the pen. */
function isNear(names, name) {
	for (const other of names[name.length] ?? []) if (isSlip(name, other)) return true;
	return false;
}
/** From `start` to the end of the line's ink, unless that is a mark already. */
function whole(text, start) {
	const end = text.trimEnd().length;
	const from = start + firstInk(text.slice(start));
	return from >= end || isMark(text.slice(from, end)) ? [] : [{
		start: from,
		end
	}];
}
function unknownSecrets(code, start, name, block, from) {
	const value = code.slice(start);
	if ((isSecretName(name) || isTelling(name) || secretBlocks.has(block)) && !isPlainValue(value) && !isPath(value.trim())) return whole(code, start);
	const spans = [...commandSecrets(code, start)];
	const nameStart = from + firstInk(code.slice(from));
	if (looksRandom(name, "strict") || isSecretShaped(code.slice(nameStart, start))) spans.push(...whole(code.slice(0, start), nameStart));
	return spans;
}
function isSecretShaped(text) {
	return tokenSpans(text, 0, "strict").length > 0;
}
function isPartOfPath(code, start, end) {
	if (code.slice(start, end).includes("://")) return false;
	let from = start;
	while (from > 0 && start - from < 4096 && !/[\s,"]/.test(code.charAt(from - 1))) from--;
	const word = code.slice(from, end);
	return word.includes("/") && !word.includes("://");
}
/** Whether two words differ by one letter too many, too few or wrong, or by two swapped neighbours. */
function isSlip(a, b) {
	const shorter = Math.min(a.length, b.length);
	let from = 0;
	while (from < shorter && a.charCodeAt(from) === b.charCodeAt(from)) from++;
	let cut = 0;
	while (cut < shorter - from && a.charCodeAt(a.length - 1 - cut) === b.charCodeAt(b.length - 1 - cut)) cut++;
	const left = a.length - cut - from;
	const right = b.length - cut - from;
	if (left < 2 && right < 2) return true;
	return left === 2 && right > 1 && a[from] === b[from + 1] && a[from + 1] === b[from];
}
// src/profiles/powermta/talk.ts
/**
* Whether a text may speak of secrets, told by three letters in a row: of most remarks these say that it does not, and a
* search for all the words need not begin. Letters count whatever their case, other characters stand for any of them.
*/
/** Beginnings, or parts, of all words that `saysSecret` looks for. */
const parts = [
	"pas",
	"pw",
	"sec",
	"tok",
	"key",
	"cre",
	"bea",
	"aut",
	"con",
	"sen",
	"mot",
	"bas"
];
const bits = 5;
const mask$1 = 31;
/** The last three characters of a text, with one more. */
function withLetter(letters, char) {
	return (letters << bits | char & mask$1) & 32767;
}
/** By three characters: 1 when a word may begin with them. */
const talk = (() => {
	const table = /* @__PURE__ */ new Uint8Array(32768);
	for (const part of parts) {
		const letters = [...part].reduce((all, letter) => withLetter(all, letter.charCodeAt(0)), 0);
		if (part.length === 3) table[letters] = 1;
		else for (let before = 0; before <= mask$1; before++) table[before << 10 | letters] = 1;
	}
	return table;
})();
// src/profiles/powermta/word-set.ts
/** Letters, digits and the hyphen have a number above 0. */
const numbers = /* @__PURE__ */ new Uint8Array(128);
for (const [index, char] of [..."abcdefghijklmnopqrstuvwxyz0123456789-"].entries()) numbers[char.charCodeAt(0)] = index + 1;
const width = 38;
const isWord = 0;
/** @param words  made of `a`–`z`, `0`–`9` and `-`; others are left out */
function wordSet(words) {
	const usable = words.filter((word) => /^[a-z0-9-]+$/.test(word));
	const mostNodes = usable.reduce((sum, word) => sum + word.length, 1);
	const tree = new Uint16Array(mostNodes * width);
	let nodes = 1;
	for (const word of usable) {
		let node = 0;
		for (let at = 0; at < word.length; at++) {
			const slot = node * width + numbers[word.charCodeAt(at)];
			if (tree[slot] === 0) tree[slot] = nodes++;
			node = tree[slot];
		}
		tree[node * width + isWord] = 1;
	}
	return { endOf(text, start, end) {
		let node = 0;
		let at = start;
		for (; at < end; at++) {
			const char = text.charCodeAt(at);
			const number = char < 128 ? numbers[char] : 0;
			if (number === 0) {
				if (char === 32 || char === 9 || char === 62) break;
				return -1;
			}
			node = tree[node * width + number];
			if (node === 0) return -1;
		}
		return tree[node * width + isWord] === 1 ? at : -1;
	} };
}
// src/profiles/powermta/plain-lines.ts
/**
* Lines that hold no secret whatever stands around them: known settings with short values, known tags, plain
* remarks. A short cut of the mask for what most lines are. It must never call a line plain that the mask would
* change, so all that it does not know is not plain; the other way round costs time only.
*/
/** Types of which more than tokens is masked, see `valueSecrets`. */
const guarded = /* @__PURE__ */ new Set([
	"secret",
	"file-secret",
	"method-secret",
	"command"
]);
const guardedNames = new Set(directives.filter(({ type }) => guarded.has(type)).map(({ name }) => name));
/** Names whose values are searched for tokens and nothing else, in every block. */
const plainNames = wordSet(directives.map(({ name }) => name).filter((name) => !guardedNames.has(name)));
/** `acct-file` holds command lines. */
const plainTags = wordSet([...knownTags].filter((tag) => tag !== "acct-file" && !isSecretName(tag) && tokenSpans(`</${tag}`, 0, "calm").length === 0));
/** Shorter runs are no token but in a few formats, see `mayStartToken`; nor random in a comment. */
const longRun = 16;
/** Shorter runs are not random in a value, see `looksRandom`. */
const randomRun = 32;
/** What a character means to a scan. */
const odd = 0;
const run = 1;
const tokenPart = 2;
const other = 3;
const special = 4;
const kinds = (/* @__PURE__ */ new Uint8Array(128)).fill(other, 32, 127);
kinds[9] = other;
const put = (table, chars, kind) => {
	for (const char of chars) table[char.charCodeAt(0)] = kind;
};
put(kinds, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-", run);
put(kinds, "JGx", tokenPart);
const inValue = kinds.slice();
put(inValue, ":<>#", special);
const inRemark = kinds.slice();
put(inRemark, ":=-", special);
const code = (char) => char.charCodeAt(0);
const [tab, blank, hash, hyphen, slash, colon] = [
	9,
	32,
	code("#"),
	code("-"),
	code("/"),
	code(":")
];
const [less, equals, greater, quote] = [
	code("<"),
	code("="),
	code(">"),
	code("\"")
];
/** Whether every line of a text is plain, so that its mask is the text itself. */
function isPlainText(text) {
	if (text.includes("-----BEGIN ")) return false;
	for (let at = 0; at < text.length;) {
		const end = endOfLine(text, at);
		if (kindOf(text, at, end) === "odd") return false;
		at = nextLine(text, end);
	}
	return true;
}
/**
* The lines that the mask of a text depends on. Of plain lines in a row, tags apart, these are the first, which
* a remark before may be about, and the last, which may be continued.
*/
function linesToRead(text) {
	if (text.includes("-----BEGIN ")) {
		const odd = (line) => kindOf(line.text, 0, line.text.length) === "odd";
		return {
			lines: splitLines(text),
			isPlain: (line) => !odd(line)
		};
	}
	const lines = [];
	const odd = /* @__PURE__ */ new Set();
	let number = 1;
	let inRow = false;
	/** offset and number of the last line of a row that was left out; -1 when none was */
	let lastStart = -1;
	let lastNumber = 0;
	for (let at = 0; at < text.length; number++) {
		const end = endOfLine(text, at);
		const kind = kindOf(text, at, end);
		if (inRow && (kind === "plain" || kind === "blank")) {
			lastStart = at;
			lastNumber = number;
		} else {
			if (lastStart !== -1) lines.push(lineAt(text, lastStart, lastNumber));
			lastStart = -1;
			const line = lineAt(text, at, number);
			lines.push(line);
			if (kind === "odd") odd.add(line);
			inRow = kind === "plain";
		}
		at = nextLine(text, end);
	}
	return {
		lines,
		isPlain: (line) => !odd.has(line)
	};
}
function kindOf(text, from, end) {
	const start = skipBlanks(text, from, end);
	if (start === end) return "blank";
	const first = text.charCodeAt(start);
	if (first === hash) return isPlainRemark(text, start, end) ? "plain" : "odd";
	const isTag = first === less;
	const name = !isTag ? start : text.charCodeAt(start + 1) === slash ? start + 2 : start + 1;
	const nameEnd = (isTag ? plainTags : plainNames).endOf(text, name, end);
	if (nameEnd === -1) return "odd";
	const value = skipBlanks(text, nameEnd, end);
	if (text.charCodeAt(value) === equals || text.charCodeAt(value) === colon) return "odd";
	const remark = endOfPlainValue(text, value, end, isTag);
	if (remark === -1 || remark < end && !isPlainRemark(text, remark, end)) return "odd";
	return isTag ? "tag" : "plain";
}
/** Where a line ends that is one for the grammar, its line end left out. */
function endOfLine(text, from) {
	const newline = text.indexOf("\n", from);
	if (newline === -1) return text.length;
	return newline > from && text.charCodeAt(newline - 1) === 13 ? newline - 1 : newline;
}
function nextLine(text, end) {
	return text.charCodeAt(end) === 13 ? end + 2 : end + 1;
}
/**
* Where a plain value ends: the line's end or the comment behind it; -1 when the value is not plain. With the
* value of a tag ends the tag: its first `>` must be the last of the line.
*/
function endOfPlainValue(text, start, end, inTag) {
	let runStart = start;
	let longest = 0;
	let at = start;
	for (; at < end; at++) {
		const char = text.charCodeAt(at);
		const kind = char < 128 ? inValue[char] : odd;
		if (kind === run) continue;
		if (kind === tokenPart) {
			if (mayStartToken(text, at, char)) return -1;
			continue;
		}
		longest = Math.max(longest, at - runStart);
		runStart = at + 1;
		if (kind === odd || char === colon && startsLink(text, at)) return -1;
		if (kind === special && char !== colon) break;
	}
	longest = Math.max(longest, at - runStart);
	if (longest >= longRun && holdsToken(text.slice(start, at), longest)) return -1;
	if (inTag) {
		if (at === end || text.charCodeAt(at) !== greater) return -1;
		at = skipBlanks(text, at + 1, end);
	}
	return at === end || text.charCodeAt(at) === hash ? at : -1;
}
/** @param longest  how long the longest run in it is */
function holdsToken(value, longest) {
	return longest < randomRun ? hasFormat(value) : tokenSpans(value, 0, "calm").length > 0;
}
/** Whether a comment is plain and announces nothing. One with options or long words in it is read in full. */
function isPlainRemark(text, from, end) {
	let start = from;
	while (start < end && (text.charCodeAt(start) === hash || isBlank(text.charCodeAt(start)))) start++;
	let runStart = start;
	let inFull = false;
	let letters = 0;
	let mayTalk = false;
	for (let at = start; at < end; at++) {
		const char = text.charCodeAt(at);
		const kind = char < 128 ? inRemark[char] : odd;
		letters = withLetter(letters, char);
		if (talk[letters] === 1) mayTalk = true;
		if (kind === run) continue;
		if (kind === tokenPart) {
			if (mayStartToken(text, at, char)) return false;
			continue;
		}
		if (kind === odd) return false;
		if (char === hyphen && isRunPart(text.charCodeAt(at - 1))) continue;
		if (at - runStart >= longRun || kind === special) inFull = true;
		runStart = at + 1;
	}
	if (start === end) return true;
	if (inFull || end - runStart >= longRun) {
		const body = text.slice(start, end);
		return proseSecrets(body, 0).length === 0 && !announcesSecret(body);
	}
	return !isKeeperName(text.slice(start, endOfName(text, start, end)).toLowerCase()) && !(mayTalk && saysSecret(text.slice(start, end)));
}
/** Where the word ends that a comment starts with, were it the name of a setting. */
function endOfName(text, start, end) {
	let at = start + 1;
	for (; at < end; at++) {
		const char = text.charCodeAt(at);
		if (isBlank(char) || char === equals || char === colon || char === quote) break;
		if (char === less || char === greater) break;
	}
	return at;
}
/** Whether one of the formats that need no long run may start or go on here; see `formats` in `tokens.ts`. */
function mayStartToken(text, at, char) {
	const before = text.charCodeAt(at - 1);
	if (char === code("G")) return before === code("S") && text.charCodeAt(at + 1) === code(".");
	if (char === code("J")) return before === code("y") && text.charCodeAt(at - 2) === code("e");
	return before === code("o") && text.charCodeAt(at - 2) === code("x");
}
function startsLink(text, at) {
	return text.charCodeAt(at + 1) === slash && text.charCodeAt(at + 2) === slash;
}
function isRunPart(char) {
	const kind = kinds[char];
	return kind === run || kind === tokenPart;
}
function isBlank(char) {
	return char === blank || char === tab;
}
function skipBlanks(text, from, end) {
	let at = from;
	while (at < end && isBlank(text.charCodeAt(at))) at++;
	return at;
}
// src/profiles/powermta/settled.ts
const rounds = 5;
/**
* A text after as many passes as it takes until a pass changes nothing. Lines that never come to rest are made to
* confuse: they are hidden whole; if that does not help, all are.
* @param pass  keeps the number of lines
* @param hide  what stands for a line that is not blank
*/
function settled(text, pass, hide) {
	let passed = text;
	for (let round = 0; round < rounds; round++) {
		const next = pass(passed);
		if (next === passed) return passed;
		passed = next;
	}
	const after = splitLines(pass(passed));
	const hidden = (line) => line.text.trim() === "" ? line.text : hide(line.text);
	const partly = rewrite(passed, (line, index) => line.text === after[index]?.text ? line.text : hidden(line));
	return pass(partly) === partly ? partly : rewrite(text, hidden);
}
function rewrite(text, change) {
	return splitLines(text).map((line, index) => change(line, index) + line.eol).join("");
}
// src/profiles/powermta/mask.ts
/**
* The text with every secret replaced by a mark; line count, line ends and syntax stay. A second pass changes
* nothing. Text that is binary becomes one comment with its length and mark: it has no lines to keep.
*/
function mask(text, fingerprint) {
	return isPlainText(text) ? text : maskLines(text, fingerprint, linesToRead);
}
function maskLines(text, keyed, reading) {
	const fingerprint = remembered(keyed);
	const maskOnce = (text) => maskRound(text, fingerprint, reading);
	if (isBinary(text)) return `# binary content, ${text.length} characters, ${markOf(text, fingerprint)}\n`;
	return settled(text, maskOnce, (line) => `# ${markOf(line, fingerprint)}`);
}
/** The same fingerprint, computed once for secrets that occur often. It lives no longer than the call. */
function remembered(fingerprint) {
	const known = /* @__PURE__ */ new Map();
	return (value) => {
		const digest = known.get(value) ?? fingerprint(value);
		known.set(value, digest);
		return digest;
	};
}
/** NUL bytes, or more than a few characters that are not text. Single bytes of Latin-1 do not count. */
function isBinary(text) {
	if (text.includes("\0")) return true;
	const odd = text.match(/[\u0001-\u0008\u000e-\u001a\u001c-\u001f\ufffd]/g)?.length ?? 0;
	return odd > 16 && odd * 10 > text.length;
}
function maskRound(text, fingerprint, reading) {
	const { lines, isPlain } = reading(text);
	const pem = pemSpans(lines);
	const secrets = secretsOf(parseLines(lines).nodes, isPlain);
	let result = "";
	let at = 0;
	for (const line of lines) {
		const known = secrets.get(line.number) ?? [];
		const broken = isPlain(line) ? [] : brokenLine(line);
		const body = pem.get(line.number) ?? [];
		if (known.length + broken.length + body.length === 0) continue;
		const spans = [
			...body,
			...known,
			...broken
		];
		const hidden = spans.some((span) => span.start < line.code) ? commentSecrets(line, true) : [];
		result += text.slice(at, line.start) + replaceSpans(line.text, [...spans, ...hidden], fingerprint);
		at = line.start + line.text.length;
	}
	return result + text.slice(at);
}
/** The secret spans of each line that has any. */
function secretsOf(nodes, isPlain) {
	const found = /* @__PURE__ */ new Map();
	const put = (line, spans) => {
		if (spans.length === 0) return;
		const before = found.get(line.number);
		found.set(line.number, before === void 0 ? spans : [...before, ...spans]);
	};
	const tags = [];
	/** where the line before announced a secret that it did not hold itself */
	let announced = null;
	for (const node of walk(nodes)) {
		const before = announced;
		announced = null;
		switch (node.kind) {
			case "directive":
				for (const line of [node.line, ...node.more]) {
					if (isPlain(line)) continue;
					put(line, beforeComma(before === "value" && node.name !== "" && !isKnown(node.name) ? whole(codeOf(line), 0) : directiveSecrets(node, line, tags.at(-1) ?? ""), node, line));
					put(line, commentSecrets(line, isSecretName(node.name)));
				}
				if (isSecretName(node.name) && node.valueStart >= codeOf(node.line).length) announced = "value";
				break;
			case "block":
				if (!isPlain(node.open)) put(node.open, [...blockSecrets(node, tags.at(-1) ?? ""), ...commentSecrets(node.open, false)]);
				tags.push(node.tag);
				break;
			case "end":
				tags.pop();
				if (node.block.close !== null && !isPlain(node.block.close)) put(node.block.close, closingSecrets(node.block.close));
				break;
			case "comment":
				if (before !== "comment" && isPlain(node.line)) break;
				put(node.line, commentSecrets(node.line, before === "comment"));
				if (announcesSecret(node.line.text.slice(node.line.code))) announced = "comment";
				break;
			case "stray":
				if (!isPlain(node.line)) put(node.line, closingSecrets(node.line));
				break;
			case "opaque":
				put(node.line, proseSecrets(node.line.text, firstInk(node.line.text)));
				break;
			case "blank": announced = before;
		}
	}
	return found;
}
/** What other programs take for a line end hides statements from the grammar: they are read as prose. */
function brokenLine({ text }) {
	const at = text.search(/[\r\v\f\u0085\u2028\u2029]/);
	const start = at === -1 ? text.length : at + firstInk(text.slice(at));
	return start >= text.length ? [] : proseSecrets(text, start);
}
function directiveSecrets(directive, line, block) {
	const code = codeOf(line);
	if (isMark(code)) return [];
	const { start } = valueSpan(directive, line);
	return valueSecrets(code, start, directive.name, line === directive.line, block);
}
/** The comma that joins a line to the next stays, or the rest would become a line of its own. */
function beforeComma(spans, { more }, line) {
	if (more.length === 0 || line === more.at(-1)) return spans;
	const comma = codeOf(line).length - 1;
	return spans.map(({ start, end }) => ({
		start,
		end: Math.min(end, comma)
	}));
}
function blockSecrets(block, outer) {
	const code = codeOf(block.open);
	const argument = code.slice(0, block.argumentStart + block.argument.length);
	const spans = () => {
		if (block.opener !== null) return directiveSecrets(block.opener, block.open, outer);
		if (isSecretName(block.tag)) return whole(argument, block.argumentStart);
		if (!code.includes(">")) return proseSecrets(argument, block.argumentStart);
		if (block.tag === "acct-file" || !knownTags.has(block.tag)) return commandSecrets(argument, block.argumentStart);
		return tokenSpans(argument.slice(block.argumentStart), block.argumentStart, "calm");
	};
	return [...restSecrets(code, block.rest, block.tag), ...spans()];
}
function closingSecrets(line) {
	const code = codeOf(line);
	const end = code.lastIndexOf(">") + 1 || code.length;
	return [
		...tokenSpans(code.slice(0, end), 0, "calm"),
		...restSecrets(code, end, ""),
		...commentSecrets(line, false)
	];
}
/** What stands behind a tag on its line is read as a directive of its own. */
function restSecrets(code, rest, block) {
	const start = rest + firstInk(code.slice(rest));
	if (start >= code.length || isMark(code.slice(start))) return [];
	const { name, valueStart } = splitName(code, start);
	return valueSecrets(code, valueStart, name, true, block, start);
}
/** @param hide  whether the comment is hidden whole, whatever it says */
function commentSecrets(line, hide) {
	if (line.code === line.text.length) return [];
	const hash = line.text.slice(line.code);
	const start = line.code + hash.search(/[^#\s]|$/);
	return hide ? whole(line.text, start) : proseSecrets(line.text, start);
}
// src/profiles/powermta/missing.ts
/** What a server does without, or makes by itself. */
const optional = /* @__PURE__ */ new Set(["accounting", "log"]);
/**
* One statement for each name without a file. Which files a host has is told by their rights; without these
* nothing is known, and nothing is said.
*/
function missingFiles(files, facts) {
	const { permissions } = facts;
	if (typeof permissions !== "object" || permissions === null) return [];
	const paths = Object.keys(permissions);
	const exists = new Set(paths);
	const judged = /* @__PURE__ */ new Map();
	const isThere = (path) => {
		const known = judged.get(path) ?? (exists.has(path) || matching(path, paths).length > 0);
		judged.set(path, known);
		return known;
	};
	const missing = /* @__PURE__ */ new Set();
	for (const [file, text] of files) {
		if (!mayName(Buffer.from(text))) continue;
		for (const { category, path, directive } of references(file, text)) if (!optional.has(category) && !isThere(path)) missing.add(`${path} (${directive})`);
	}
	return [...missing].toSorted().map((value) => ({
		scope: ["facts", "permissions"],
		name: "missing-file",
		value,
		compare: value,
		repeat: "set",
		file: null,
		line: null
	}));
}
// src/profiles/powermta/leaf-memo.ts
/** Of masked texts. What is longer is rare, and would drive all others out. */
const longest = 32768;
const mostCharacters = 2097152;
function leafMemo() {
	const known = /* @__PURE__ */ new Map();
	let characters = 0;
	return {
		find: (text, place) => known.get(text)?.find((one) => isSame(one, place))?.statements ?? null,
		keep(text, { file, scope, tag }, statements) {
			if (text.length > longest) return;
			characters += text.length;
			if (characters > mostCharacters) {
				known.clear();
				characters = text.length;
			}
			known.set(text, [...known.get(text) ?? [], {
				file,
				scope,
				tag,
				statements
			}]);
		}
	};
}
const isSame = (one, other) => one.file === other.file && one.tag === other.tag && one.scope.length === other.scope.length && one.scope.every((label, n) => label === other.scope[n]);
// src/profiles/powermta/outline.ts
/** The settings of a host's configs as statements: what two mirrors are compared by. */
/** Blocks nested deeper than any real config share the scope of the last one counted. */
const maxDepth = 16;
/** A file counts at most this often, so that includes which name each other stay affordable. */
const maxUses = 64;
const maxStatements = 5e5;
/** First match wins, or the first is special: their order is part of their meaning. */
const ordered = /* @__PURE__ */ new Set([
	"http-access",
	"domain-key",
	"queue-filter",
	"map-header-to-field",
	"use-proxy",
	"host-name"
]);
const orderedIn = /* @__PURE__ */ new Map([
	["pattern-list", /* @__PURE__ */ new Set([
		"header",
		"mail-from",
		"rcpt-to",
		""
	])],
	["smtp-pattern-list", /* @__PURE__ */ new Set(["reply"])],
	["bounce-category-patterns", /* @__PURE__ */ new Set([""])]
]);
const leaves = leafMemo();
/**
* Statements of all files, as if they were one text: the main config first, each included file where it is
* included and in that scope, then files that nothing includes, by path. So a block that moves to another
* file is no change. A block is a statement itself, named `<tag>`, with its argument as value; text that is
* no statement has an empty name.
* @param files  masked texts by path
*/
function outline(files, mainConfig) {
	const paths = [...files.keys()].toSorted();
	/** of files that are used again */
	const trees = /* @__PURE__ */ new Map();
	const uses = /* @__PURE__ */ new Map();
	const statements = [];
	const share = sharedTexts();
	const textOf = (file) => certain(files.get(file));
	function enter(file, from) {
		uses.set(file, (uses.get(file) ?? 0) + 1);
		const { scope, tag } = from;
		return {
			nodes: null,
			from: null,
			reading: { isAlone: true },
			file,
			chain: [...from.chain, file],
			scope,
			tag,
			share
		};
	}
	function nodesOf(file) {
		const nodes = trees.get(file) ?? parse(textOf(file)).nodes;
		if ((uses.get(file) ?? 0) > 1) trees.set(file, nodes);
		return nodes.toReversed();
	}
	const isFull = () => statements.length >= maxStatements;
	for (const start of [mainConfig, ...paths]) {
		if (!files.has(start) || uses.has(start)) continue;
		const stack = [enter(start, {
			chain: [],
			scope: [],
			tag: ""
		})];
		for (let top = stack.at(-1); top !== void 0; top = stack.at(-1)) {
			if (top.nodes === null) {
				const known = leaves.find(textOf(top.file), top);
				top.from = known === null ? statements.length : null;
				top.nodes = known === null ? nodesOf(top.file) : [];
				for (const statement of known ?? []) if (!isFull()) statements.push(statement);
			}
			const node = top.nodes.pop();
			if (node === void 0 || isFull()) {
				stack.pop();
				if (top.from !== null && top.reading.isAlone && !isFull()) leaves.keep(textOf(top.file), top, statements.slice(top.from));
				continue;
			}
			addStatements(node, top, statements);
			if (node.kind === "block") stack.push(inside(node, top));
			if (node.kind === "directive" && node.name === "include") {
				top.reading.isAlone = false;
				const { chain, scope, tag } = top;
				const fresh = matching(hostPath(values(node)[0] ?? "") ?? "", paths).filter((path) => !chain.includes(path) && (uses.get(path) ?? 0) < maxUses);
				stack.push(...fresh.map((path) => enter(path, {
					chain,
					scope,
					tag
				})).reverse());
			}
		}
	}
	return withRepeats(statements);
}
/** Gives one text for equal short texts: most values occur often, and outlines of large configs take room. */
function sharedTexts() {
	const known = /* @__PURE__ */ new Map();
	return (text) => {
		if (text.length > 24) return text;
		const same = known.get(text);
		if (same !== void 0) return same;
		known.set(text, text);
		return text;
	};
}
function inside(block, frame) {
	const scope = frame.scope.length < maxDepth ? [...frame.scope, scopeLabel(block)] : frame.scope;
	return {
		...frame,
		nodes: block.children.toReversed(),
		from: null,
		scope,
		tag: block.tag
	};
}
/** `domain gmail.com`; for an anonymous block the entry that it belongs to. */
function scopeLabel(block) {
	if (block.opener !== null) return `${block.opener.name} ${openerValue(block.opener)}`;
	return `${block.tag} ${normalArgument(block)}`.trim();
}
function openerValue(opener) {
	const value = wholeValue(opener);
	return value.slice(0, value.lastIndexOf("<")).trim();
}
function normalArgument(block) {
	const argument = plain(block.argument);
	if (block.tag === "domain") return argument.includes("$") ? argument : argument.toLowerCase();
	return block.tag === "source" ? cidr(argument) : argument;
}
/** What a node itself says, without its children. */
function addStatements(node, frame, to) {
	if (node.kind === "directive") to.push(directiveStatement(node, frame));
	else if (node.kind === "opaque" || node.kind === "stray") to.push(textStatement(codeOf(node.line), node.line, frame));
	else if (node.kind === "block") {
		if (node.opener === null) {
			const argument = normalArgument(node);
			to.push(statement(frame.share(`<${node.tag}>`), argument, argument, "set", node.open, frame));
		} else to.push(directiveStatement(node.opener, frame));
		const rest = codeOf(node.open).slice(node.rest).trim();
		if (rest !== "") to.push(textStatement(rest, node.open, frame));
	}
}
function statement(name, value, compare, repeat, { number }, { scope, file }) {
	return {
		scope,
		name,
		value,
		compare,
		repeat,
		file,
		line: number
	};
}
function textStatement(code, line, frame) {
	const text = code.trim();
	return statement("", text, text, "set", line, frame);
}
function directiveStatement(directive, frame) {
	const { name } = directive;
	const known = definition(name, frame.tag);
	const value = wholeValue(directive);
	const repeat = ordered.has(name) || orderedIn.get(frame.tag)?.has(name) ? "list" : known?.multi || name === "" ? "set" : "one";
	const compare = canonical(known?.type ?? "text", value);
	return statement(name, frame.share(value), frame.share(compare), repeat, directive.line, frame);
}
/** Unknown directives that occur more than once in a scope are taken as a set, so that none is lost. */
function withRepeats(statements) {
	const unknown = statements.filter(({ repeat, name }) => repeat === "one" && !isKnown(name));
	if (unknown.length < 2) return statements;
	const keyOf = ({ scope, name }) => `${scope.join("")}\u0002${name}`;
	const repeated = new Set([...Map.groupBy(unknown, keyOf).values()].filter(({ length }) => length > 1).flat());
	return statements.map((statement) => repeated.has(statement) ? {
		...statement,
		repeat: "set"
	} : statement);
}
// src/profiles/powermta/proof.ts
const faults = {
	"unbalanced-block": "unbalanced-block",
	"opaque-line": "unreadable-line",
	"unknown-directive": "unknown-directive"
};
const proof = {
	keyCategory: "dkim",
	writtenCategories: ["accounting", "log"],
	faults: (text) => parse(text).warnings.map(({ kind, line, name }) => ({
		fault: faults[kind],
		line,
		name
	})),
	signingKeys: domainKeys
};
// src/profiles/powermta/restore.ts
/** What PowerMTA adds to a restore: how it is checked, and what its licence is bound to. */
/** More would take long and prove nothing new. */
const maxVirtualMtas = 20;
/** The package brings a script for init, which systemd runs where it is there. */
function service(verb) {
	return `{ if command -v systemctl >/dev/null; then systemctl ${verb} pmta; else service pmta ${verb}; fi; }`;
}
const restore = {
	program: "pmta",
	isRunning: "pmta show status",
	reload: "pmta reload",
	start: `${service("start")} && for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do pmta show status >/dev/null 2>&1 && exit 0; sleep 1; done; pmta show status`,
	stop: service("stop"),
	checks(configs) {
		const checks = [
			{
				name: "config",
				command: "pmta test config",
				needsService: false,
				regression: false
			},
			{
				name: "reload",
				command: "pmta reload",
				needsService: true,
				regression: false
			},
			{
				name: "status",
				command: "pmta show status",
				needsService: true,
				regression: false
			},
			{
				name: "license",
				command: "pmta show license",
				needsService: true,
				regression: true
			}
		];
		const settings = virtualMtas(configs).map((name) => ({
			name: `vmta ${name}`,
			command: `pmta show vmta-settings ${name}`,
			needsService: true,
			regression: false
		}));
		return [...checks, ...settings];
	},
	rights: (category) => ({
		owner: "root",
		group: "pmta",
		mode: category === "dkim" ? 416 : null
	}),
	licenseCategory: "license",
	bindings: (path, text) => readLicenses(text, () => "", /* @__PURE__ */ new Date(0)).map((license) => {
		const { mac, check: _, ...facts } = license;
		return {
			path,
			mac: mac?.toLowerCase() ?? null,
			facts
		};
	})
};
function virtualMtas(configs) {
	const names = /* @__PURE__ */ new Set();
	for (const text of configs.values()) for (const found of text.matchAll(/^[ \t]*<virtual-mta[ \t]+([\w.-]+)[ \t]*>/gim)) names.add(certain(found[1]));
	return [...names].slice(0, maxVirtualMtas);
}
// src/profiles/powermta/risks/conditions.ts
/** A row of the table; it applies when one of its conditions does. `reason` tells a reviewer what to check. */
function row(level, name, reason, ...when) {
	return {
		level,
		name,
		reason,
		applies: (difference, sides) => when.some((is) => is(difference, sides))
	};
}
/** @param names  directives, or `<tag>` for the block itself, with blanks between them */
function on(names, ...all) {
	const wanted = new Set(names.split(/\s+/));
	return (difference, sides) => wanted.has(difference.name) && all.every((is) => is(difference, sides));
}
/** Only directly inside such a block. */
function within(...tags) {
	return (difference) => tags.includes(tagOf(difference));
}
const not = (condition) => (difference, sides) => !condition(difference, sides);
/** The tag of the innermost block around a difference; empty at the global level. */
function tagOf({ scope }) {
	return textBefore(scope.at(-1) ?? "", " ");
}
/** The argument of the innermost block. */
function argumentOf({ scope }) {
	return (scope.at(-1) ?? "").replace(/^\S+ ?/, "");
}
/** What is live now and was not accepted. */
function fresh({ was, is }) {
	const had = new Set(was.map(({ compare }) => compare));
	return is.filter(({ compare }) => !had.has(compare));
}
/** What was accepted and is not live any more. */
function lost({ was, is }) {
	const has = new Set(is.map(({ compare }) => compare));
	return was.filter(({ compare }) => !has.has(compare));
}
const isEmpty = ({ compare }) => compare === "" || compare === "\"\"";
/** Some value came that is not the explicit nothing. */
const set = (difference) => fresh(difference).some((statement) => !isEmpty(statement));
/** Some value went, or was replaced by another. */
const gone = (difference) => lost(difference).length > 0;
const removed = ({ kind }) => kind === "removed";
const reordered = ({ kind }) => kind === "reordered";
/** Whatever happened to it. */
const touched = () => true;
/** Cleared with `""`, or removed. */
const cleared = ({ is }) => is.every(isEmpty);
/** Some value that came fits. */
function sets(fits) {
	return (difference) => fresh(difference).some(({ compare }) => fits(compare));
}
/** Some value that went fits. */
function loses(fits) {
	return (difference) => lost(difference).some(({ compare }) => fits(compare));
}
/**
* The setting says one of these values now, by itself or because it is gone and that is the default. An explicit
* value that is the default counts too: it may overrule what a wider scope says.
*/
function becomes(...values) {
	return (difference) => {
		const { is, was } = difference;
		const says = (compare) => compare !== void 0 && values.includes(compare);
		if (fresh(difference).some(({ compare }) => says(compare))) return true;
		return says(is.at(-1)?.compare ?? defaultOf(difference)) && !says(was.at(-1)?.compare);
	};
}
/** The built-in value in its one spelling; undefined when there is none. */
function defaultOf(difference) {
	const known = definition(difference.name, tagOf(difference));
	return known?.default == null ? void 0 : canonical(known.type, known.default);
}
/** A time that got shorter; one that cannot be read, such as `never`, is the longest. */
const shorter = (difference) => {
	const old = difference.was.length > 0 ? difference.was.map(({ compare }) => compare) : [];
	const before = shortest(old.length > 0 ? old : [defaultOf(difference) ?? ""]);
	const now = difference.is.map(({ compare }) => compare);
	return shortest(now.length > 0 ? now : [defaultOf(difference) ?? ""]) < before;
};
function shortest(values) {
	return Math.min(...values.flatMap((value) => value.split(",")).map((value) => seconds(value) ?? 1e400));
}
/** Whether an address range holds more than a small network: shorter than /24, or /64 for IPv6. */
function isWide(range) {
	const found = matched(/^([\da-f.:]+)((?:\/\d+)?)$/i, range, "address", "mask");
	if (found === null) return true;
	const isIpv6 = found.address.includes(":");
	return found.mask !== "" && Number(found.mask.slice(1)) < (isIpv6 ? 64 : 24);
}
/** Whether the argument of a `<source>` is an address or network, and not a name. */
function isRange(source) {
	return /^[\d.]+(?:\/\d+)?$|^[\da-f:.]*:[\da-f:.]*(?:\/\d+)?$/i.test(source);
}
// src/profiles/powermta/risks/critical.ts
/** Changes that let strangers send, read or steer, or that copy, divert or run something. */
/** In a `<source>` that many or unknown machines match: a wide range, or a name that a listener gives to all. */
const openSource = (difference, { live }) => {
	const source = argumentOf(difference);
	if (isRange(source)) return isWide(source);
	return listenerSources(live).has(source);
};
/** A listener hands all who connect to a source that relays. */
const relayingListener = (difference, { live }) => {
	const values = fresh(difference).map(({ compare }) => compare);
	return (difference.name === "source" ? values : values.flatMap(sourceOf)).some((name) => live.at([`source ${name}`], "always-allow-relaying").at(-1)?.compare === "true");
};
const listenerSources = once((live) => {
	const inLines = live.named("smtp-listener").flatMap(({ compare }) => sourceOf(compare));
	const inBlocks = live.named("source").filter(({ scope }) => scope.at(-1)?.startsWith("smtp-listener")).map(({ compare }) => compare);
	return /* @__PURE__ */ new Set([...inLines, ...inBlocks]);
});
function sourceOf(listener) {
	const name = /\bsource=(\S+)/.exec(listener)?.[1];
	return name === void 0 ? [] : [name];
}
/** Matches domains of others as well: everything, or everything below a top-level domain. */
const isEveryone = (domain) => /^(?:\*|\[\*\.\]|\[\*\.\][^.]*|\*\.[^.]*)$/.test(domain);
/** A domain of a value that came, macros spelled out. */
function someDomain(fits) {
	return (difference, { live }) => fresh(difference).some(({ compare }) => reaches(compare, live, fits));
}
/** A macro that `relay-domain` uses got other members. */
function relayedMacro(fits) {
	return (difference, { live }) => fresh(difference).some(({ compare }) => {
		const name = textBefore(compare, " ");
		return relayMacros(live).has(name.toLowerCase()) && reaches(`$${name}`, live, fits);
	});
}
/** A list too long to be looked through is taken to hold the worst. */
function reaches(list, live, fits) {
	const { members, cut } = expand(list, live);
	return cut || members.some(fits);
}
const relayMacros = once((live) => new Set(live.named("relay-domain").flatMap(({ compare }) => [...expand(compare, live).macros])));
/** Access of these levels from such addresses. */
const accessTo = (levels, range) => (value) => {
	return levels.test(textAfter(value, " ")) && range(textBefore(value, " "));
};
const admins = /^(?:admin|operator)\b/;
const isUnknownAccess = (value) => !/^\S+ (?:admin|operator|monitor|none)\b/.test(value);
const isPipe = (value) => /^"?\s*\|/.test(value);
const isUrl = (value) => /^"?[a-z][a-z0-9+.-]*:\/\//i.test(value);
const diverting = "smtp-hosts route queue-to reroute-to-virtual-mta backoff-reroute-to-virtual-mta";
const critical = [
	row("critical", "open relay", "Anyone who matches this source may send through the server: check that the source is your own machines only.", on("always-allow-relaying", becomes("true"), openSource), on("smtp-listener", relayingListener), on("source", within("smtp-listener"), relayingListener)),
	row("critical", "relaying widened", "Mail for these domains or addresses is accepted from any IP: check that each of them is yours.", on("relay-domain", someDomain(isEveryone)), on("domain-macro", relayedMacro(isEveryone)), on("relay-address", sets((value) => /[/*]/.test(value))), on("host-name", set, not(reordered))),
	row("critical", "authentication weakened", "Whoever matches the source or the account may send without the proof that was asked before.", on("require-auth", becomes("false")), on("authentication-method", touched)),
	row("critical", "web monitor opened", "The web monitor shows the config with its passwords and runs commands; the first http-access that matches counts: check who can reach it now.", on("http-access", sets(accessTo(admins, isWide))), on("http-access", sets(accessTo(/^monitor\b/, isWide))), on("http-access", sets(isUnknownAccess)), on("http-access", reordered), on("http-access", loses((value) => !/ admin\b/.test(value))), on("http-csrf-protection", becomes("false")), on("http-api-key", set)),
	row("critical", "runs as root", "The server, its pipes and any hole in its web monitor have all rights; without the directive it is root too.", on("run-as-root", becomes("true"))),
	row("critical", "mail copied or diverted", "Mail is copied or goes another way, silently: check that the receiver is yours and that this was asked for.", on("bcc bcc-upon-delivery alias rewrite-list http-delivery-url", set), on(diverting, set), on("mail-from from-domain", within("rewrite-list"), set), on("<rewrite-list>", set), on("type", sets((value) => value === "http-delivery"))),
	row("critical", "runs a program", "The server starts this program with the mail or its log: check the program, its owner and its arguments.", on("<acct-file>", sets(isPipe)), on("command", set), on("type", sets((value) => value === "pipe"))),
	row("critical", "config from elsewhere", "Whoever controls that URL controls this server, and what it serves is not in the backup: include a file instead.", on("include", sets(isUrl)))
];
// src/profiles/powermta/risks/limits.ts
/** Whether a limit on what is sent got looser. */
/** A limit was raised or taken away. What cannot be compared counts as raised. */
const raised = (difference, sides) => {
	if (difference.kind === "removed") return true;
	const before = difference.was.length > 0 ? difference.was.map(({ compare }) => compare) : bases(difference, sides);
	return fresh(difference).some(({ compare }) => before.some((old) => isLooser(compare, old)));
};
/** What holds where a limit is not set: what `<domain *>` beside or above says, else the built-in value. */
function bases(difference, { accepted, live }) {
	const { scope, name } = difference;
	const last = scope.at(-1) ?? "";
	const inherited = (last.startsWith("domain ") ? [[...scope.slice(0, -1), "domain *"], ["domain *"]] : []).filter((path) => path.at(-1) !== last || path.length !== scope.length).flatMap((path) => [...accepted.at(path, name), ...live.at(path, name)]).map(({ compare }) => compare);
	if (inherited.length > 0) return inherited;
	const isRate = definition(name, tagOf(difference))?.type.includes("rate") ?? false;
	return [defaultOf(difference) ?? (isRate ? "unlimited" : "0/unknown")];
}
/** Whether `now` allows more than `before`: a higher rate, or as many at once as did not go at once before. */
function isLooser(now, before) {
	const [news, olds] = [amounts(now), amounts(before)];
	if (news === null || olds === null) return true;
	return news.some((amount, i) => {
		const old = olds[Math.min(i, olds.length - 1)];
		return old === void 0 || amount.count > old.count || amount.perSecond > old.perSecond;
	});
}
/** The amounts of a value in its one spelling: `6`, `unlimited`, `500/3600s`, `192.0.2.1 6`, `10/86400s,20/86400s`. */
function amounts(compare) {
	const list = compare.slice(compare.lastIndexOf(" ") + 1).split(",").map(amount);
	return list.every((item) => item !== null) ? list : null;
}
function amount(text) {
	if (text === "unlimited") return {
		count: 1e400,
		perSecond: 1e400
	};
	if (!/^\d+(\/\d+s)?$/.test(text)) return null;
	const count = Number(textBefore(text, "/")) || 1e400;
	return {
		count,
		perSecond: count / (text.includes("/") ? Number(textAfter(text, "/").slice(0, -1)) : 1)
	};
}
// src/profiles/powermta/risks/rights.ts
/** Whether rights such as `0640 root:pmta` did not widen: same owner and group, no bit more. */
function tighterRights({ was, is }) {
	const [before, after] = [rightsOf(was.at(-1)?.value), rightsOf(is.at(-1)?.value)];
	if (after === null) return is.length === 0;
	if (was.length === 0) return (after.mode & 23) === 0;
	return before !== null && after.owner === before.owner && (after.mode & ~before.mode & 511) === 0;
}
function rightsOf(text) {
	const found = text === void 0 ? null : matched(/^([0-7]{3,5}) (.+)$/s, text, "mode", "owner");
	return found === null ? null : {
		mode: Number.parseInt(found.mode, 8),
		owner: found.owner
	};
}
// src/profiles/powermta/risks/high.ts
const any = () => true;
/** What bounds how much goes out. */
const limits = `max-msg-rate max-smtp-out max-connect-rate max-smtp-msg-rate max-data-volume-rate
  max-smtp-data-volume-rate max-msg-per-hour max-smtp-out-per-source-ip max-smtp-in
  source-ip-max-msg-rate source-ip-max-smtp-out source-ip-max-connect-rate source-ip-max-data-volume-rate
  backoff-max-msg-rate backoff-max-smtp-out backoff-max-connect-rate backoff-max-data-volume-rate
  backoff-max-msg-per-hour total-max-smtp-out max-cold-virtual-mta-msg mx-connection-limit ip-connection-limit`;
/** A `domain-key` for all domains came: where it stands before others it signs for them. */
const forAll = (value) => /^[^,]*,\*(?: |$)/.test(value);
const isDkimFact = ({ name, scope }) => scope[1] === "dkim" && name.startsWith("DKIM key ");
const fact = (category) => ({ scope }) => scope[0] === "facts" && scope[1] === category;
const high = [
	row("high", "relaying widened", "More mail is accepted for sending: check that these machines, domains and accounts are yours.", on("always-allow-relaying", becomes("true")), on("relay-domain", someDomain(any), not(reordered)), on("relay-address", set), on("domain-macro", relayedMacro(any)), on("<smtp-user>", set), on("source", within("smtp-user"), touched)),
	row("high", "web monitor opened", "These addresses may now change config, licence and queues, or read the config with its passwords.", on("http-access", sets(accessTo(admins, any)))),
	row("high", "passwords exposed", "Passwords cross the network in clear, or can be guessed without limit.", on("allow-unencrypted-plain-auth use-unencrypted-plain-auth", becomes("true")), on("require-starttls-before-auth allow-starttls", becomes("false")), on("smtp-max-auth-failure-rate", raised)),
	row("high", "DKIM signing changed", "Mail may go out unsigned or signed with a key that DNS does not have: check the TXT record of selector and domain first.", on("domain-key", gone), on("domain-key", reordered), on("domain-key", sets(forAll)), on("dkim-sign second-dkim-sign dk-sign", becomes("false")), on("dkim-sign second-dkim-sign dk-sign", removed), on("dkim-algorithm second-dkim-algorithm", becomes("rsa-sha1")), on("dkim-add-body-limit second-dkim-add-body-limit process-x-dkim-key", becomes("true")), on("<domain-key-list>", gone), on("<vault>", gone), on("server-url access-token", within("vault"), touched), (difference, sides) => isDkimFact(difference, sides) && gone(difference, sides)),
	row("high", "sending limit raised", "More mail at once than receivers are used to: they throttle or block the IP; without a limit the default is none, or 20 connections.", on(limits, raised)),
	row("high", "backoff weakened", "When a receiver defers, the server slows down less or not at all.", on("smtp-pattern-list", not(within("smtp-pattern-list")), gone), on("<smtp-pattern-list>", gone), on("reply", loses((value) => value.includes("mode=backoff"))), on("reply", within("smtp-pattern-list"), reordered), on("backoff-retry-after", shorter), on("disable-mx-rollup", becomes("true")), on("mx <mx-rollup-list>", gone)),
	row("high", "mail lost or unlogged", "Mail is given up, thrown away or not recorded: check that this is meant for these recipients.", on("reply header mail-from rcpt-to", sets((value) => /bounce-(?:queue|rcpt)/.test(value))), (difference, sides) => difference.name === "" && within("pattern-list", "smtp-pattern-list")(difference, sides) && fresh(difference).some(({ compare }) => /bounce-(?:queue|rcpt)/.test(compare)), on("type", sets((value) => value === "discard" || value === "file")), on("bounce-after", shorter), on("bounce-upon-transfer-failure", becomes("true")), on("bounce-upon-no-mx", sets((value) => value !== "false" && value !== "never")), on("deliver-unmatched-email", becomes("false")), on("disable-acct-records", set), on("<acct-file>", gone)),
	row("high", "sending IP changed", "Mail leaves from another IP: check its reputation, SPF and PTR; mail for a virtual MTA that is gone bounces.", on("smtp-source-host smtp-proxy-source-host", gone), on("virtual-mta", within("virtual-mta-pool"), gone), on("<virtual-mta> <virtual-mta-pool>", gone), on("default-virtual-mta invalid-virtual-mta-fallback", touched)),
	row("high", "queued mail at risk", "Mail that is queued now may be left behind or deleted: check what is in the spool first.", on("spool <spool>", gone), on("deliver-only spool-delete-corrupted", becomes("true"))),
	row("high", "mail takes another way", "Mail passes other machines than before, or bounces and complaints go to somebody else.", on(diverting, cleared), on("forward-unmatched-to forward-errors-to http-webhook-url use-proxy", set), on("server", within("proxy"), touched)),
	row("high", "file is missing", "The config names a file that the host does not have: a reload fails, or mail is not signed.", on("missing-file", set)),
	row("high", "rights widened", "More accounts of the host can read or change this file: config and keys are for root and the group pmta only.", (difference, sides) => difference.name.startsWith("permissions of ") && fact("permissions")(difference, sides) && !tighterRights(difference)),
	row("high", "licence ends", "The server sends nothing without a valid licence: ask for the renewal now.", ({ name, is }) => name.startsWith("licence ") && name.endsWith(": ends") && is.length > 0),
	row("high", "licence changed", "Without a valid licence for this machine the server does not start: check product, MAC and expiry.", (difference, sides) => fact("license")(difference, sides) && gone(difference, sides))
];
// src/profiles/powermta/risks/lesser.ts
const oldTls = [
	"smtp-server-tls",
	"http-tls",
	"smtp-tls",
	"tls"
].flatMap((prefix) => [
	"tlsv1",
	"tlsv1.1",
	"sslv3"
].map((version) => `${prefix}-allow-${version}`)).join(" ");
const timeouts = `connect-timeout smtp-greeting-timeout data-send-timeout smtp-data-termination-timeout
  smtp-data-timeout smtp-command-timeout smtp-multiple-line-response-timeout write-timeout retry-after
  retry-recipients-after retry-after-dns-error backoff-to-normal-after reenable-source-ip-after`;
/** Of a list in its one spelling, some of these items went. */
const losesItems = (...items) => (difference) => {
	const kept = new Set(difference.is.flatMap(({ compare }) => itemsOf(compare)));
	const had = lost(difference).flatMap(({ compare }) => itemsOf(compare));
	return !kept.has("*") && items.some((item) => (had.includes(item) || had.includes("*")) && !kept.has(item));
};
function itemsOf(compare) {
	return compare.split(/[ ,]/).map((item) => item.toLowerCase());
}
const isUnknown = ({ name, scope }) => scope[0] !== "facts" && name !== "" && !(name.startsWith("<") ? knownTags.has(name.slice(1, -1)) : isKnown(name));
const isText = ({ name, is, was }) => name === "" && [...is, ...was].some(({ repeat }) => repeat === "set");
const isSecret = ({ name }) => secretNames.has(name) || name === "auth-username";
const lesser = [
	row("medium", "transport weakened", "Mail or logins may cross the network in clear or with broken TLS.", on("use-starttls require-starttls use-dane use-mta-sts", becomes("false")), on(oldTls, becomes("true")), on("http-redirect-to-https", becomes("false")), on("smtp-tls-ciphers smtp-server-tls-ciphers http-tls-ciphers tls-ciphers", touched)),
	row("medium", "sender may choose", "Who sends may pick the sending IP or use mail merge: allow this to your own machines only.", on("process-x-virtual-mta allow-mailmerge always-allow-api-submission", becomes("true"))),
	row("medium", "records lost", "Accounting records or fields are missing from now on, and cannot be made up for later.", on("records", losesItems("d", "b", "t", "tq", "f")), on("record-fields", losesItems("dsndiag", "dlvsourceip", "queue")), on("delete-after", shorter), on("move-to", touched), on("queue-filter", set)),
	row("medium", "personal data exposed", "Addresses or mail text can be read by more people, or are written down where they were not.", on("world-readable log-file-world-readable log-data http-log-data", becomes("true")), on("privacy-policy", gone), on("privacy-policy", becomes("retain"))),
	row("medium", "delivery less reliable", "Mail may be taken for delivered when it is not, sent twice, or receivers be asked too often.", on("assume-delivery-upon-data-termination-timeout retry-upon-new-mail", becomes("true")), on(timeouts, shorter)),
	row("medium", "web monitor changed", "Who can reach the web monitor changes: check its port and addresses.", on("http-access", sets(accessTo(/^monitor\b/, () => true))), on("http-mgmt-port http-mgmt-source no-http-mgmt-source", touched), on("http-api-key", gone)),
	row("medium", "reception changed", "Who can hand mail to this server, and how, changes.", on("smtp-listener <smtp-listener> <source> <transmissions-api> <transmissions-api-listener>", touched), on("smtp-service allow-auth", touched), on("relay-domain relay-address host-name", gone), on("host-name", reordered), on("<smtp-user>", gone)),
	row("medium", "sending IP added", "Mail leaves from a further IP: check its reputation, SPF and PTR, and warm it up.", on("smtp-source-host smtp-proxy-source-host <virtual-mta>", set), on("virtual-mta cold-virtual-mta", set)),
	row("medium", "DKIM signing changed", "Receivers may judge the signature otherwise: check a signed message.", on("domain-key", set), ({ name }) => /^(?:second-)?dkim-/.test(name), ({ scope }) => scope[0] === "facts" && scope[1] === "dkim"),
	row("medium", "credential changed", "Whoever uses the old one is refused: check that both sides have the new one.", isSecret, on("smtp-server-tls-certificate tls-certificate smtp-client-certificate http-webhook-certificate", touched), ({ scope }) => scope[0] === "facts" && (scope[1] === "tls" || scope[1] === "data")),
	row("medium", "config file added or removed", "Another file becomes part of the config: its settings are listed as changes of their own.", on("include", not(reordered))),
	row("medium", "unknown setting", "No guide describes it, so nothing can be said of its danger: ask who put it there.", isUnknown, isText),
	row("low", "nobody is told", "Notices of crashes and of the end of the licence go to nobody.", on("postmaster", gone), on("backoff-notify disabled-source-ip-notify", (difference, sides) => !set(difference, sides))),
	row("low", "sending limit lowered", "Mail goes out slower: queues may grow.", on(limits, not(raised), (difference) => fresh(difference).length > 0)),
	row("low", "pattern changed", "Other mail or replies match than before.", within("pattern-list", "smtp-pattern-list", "bounce-category-patterns", "rewrite-list"), on("reply header mail-from rcpt-to", loses(() => true)))
];
// src/profiles/powermta/risks/index.ts
const risks = [
	...critical,
	...high,
	...lesser
];
// src/profiles/powermta/index.ts
const mainConfig = "/etc/pmta/config";
// src/profiles/index.ts
const profiles = new Map([{
	name: "powermta",
	mainConfig,
	categories,
	mayName,
	references,
	mask: (_file, text, fingerprint) => mask(text, fingerprint),
	outline: (files, facts) => [
		...outline(files, mainConfig),
		...missingFiles(files, facts),
		...factStatements(facts)
	],
	risks,
	explain,
	publishedKey,
	facts,
	permissions,
	restore,
	proof,
	traffic: countTraffic,
	trafficNeedsConfig: needsConfig,
	recordsDeferrals
}].map((profile) => [profile.name, profile]));
export { profiles as t };
