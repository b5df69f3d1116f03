import { t as certain } from "./certain.js";
import { t as release } from "./release.js";
// src/core/byte-reader.ts
/** Why no more bytes come; `wait` rejects with it. */
var StreamEnded = class extends Error {
	name = "StreamEnded";
};
/** More came than a record may have, and no end of it: nothing after that can be made sense of. */
var RecordTooLong = class extends StreamEnded {};
/** Nothing came for the idle time. */
var StreamStalled = class extends Error {
	name = "StreamStalled";
};
/** Enough to keep a fast line busy while a piece is worked on. */
const fullBytes = 1048576;
/**
* Bytes of a channel or a pipe, taken in the sizes the reader wants. Nothing is copied while a piece lies within one
* packet. Only one piece may be awaited at a time.
*/
var ByteReader = class {
	#idleTimeoutMs;
	#queue = [];
	#current = Buffer.alloc(0);
	#queued = 0;
	#ended = null;
	#wake = null;
	/** bytes received so far */
	received = 0;
	/** sees all that is taken, in order, with the bytes that end a record */
	tap = null;
	/** what is asked to stop when `fullBytes` wait here, and to go on when more is wanted */
	source = null;
	/** @param idleTimeoutMs  longest wait for the next bytes; 0 for none */
	constructor(idleTimeoutMs) {
		this.#idleTimeoutMs = idleTimeoutMs;
	}
	/** @param chunk  the reader's from now on, with the memory behind it where that is nobody else's */
	push(chunk) {
		this.received += chunk.length;
		this.#queued += chunk.length;
		this.#queue.push(chunk);
		if (this.#queued > fullBytes) this.source?.pause();
		this.#wake?.();
	}
	end(reason = new StreamEnded("the stream ended")) {
		this.#ended ??= reason;
		this.#wake?.();
	}
	/** As `take`, without waiting: null where that would be needed, or a copy. Of many small pieces most are at hand. */
	takeNow(bytes) {
		return this.#current.length >= bytes ? this.#cut(bytes) : null;
	}
	/** As `until`, without waiting; null where that would be needed. */
	untilNow(byte) {
		const at = this.#current.indexOf(byte);
		return at === -1 ? null : this.#cut(at + 1).subarray(0, at);
	}
	/** As `untilNow` for so many records in a row, in one piece with the bytes that end them. */
	recordsNow(byte, count) {
		let end = 0;
		for (let found = 0; found < count; found++) {
			end = this.#current.indexOf(byte, end) + 1;
			if (end === 0) return null;
		}
		return this.#cut(end);
	}
	/** The next byte, if it is at hand. */
	peekNow() {
		return this.#current[0] ?? null;
	}
	/** @throws StreamEnded, StreamStalled, or the reason given to `end` */
	async take(bytes) {
		while (this.#current.length + this.#queued < bytes) await this.#more();
		return this.#current.length >= bytes ? this.#cut(bytes) : this.#gather(bytes);
	}
	/** At least one byte of what comes next, which stays to be taken. */
	async peek() {
		while (this.#current.length === 0) {
			if (this.#queued === 0) await this.#more();
			this.#join();
		}
		return this.#current;
	}
	/** The bytes before the next `byte`, which is taken as well. @throws RecordTooLong too */
	async until(byte, maxBytes) {
		for (let searched = 0;;) {
			const at = this.#current.indexOf(byte, searched);
			if (at !== -1) return this.#cut(at + 1).subarray(0, at);
			searched = this.#current.length;
			if (searched > maxBytes) throw new RecordTooLong(`no end of a record within ${maxBytes} bytes`);
			if (this.#queued === 0) await this.#more();
			this.#join();
		}
	}
	#cut(bytes) {
		const piece = this.#current.subarray(0, bytes);
		this.#current = this.#current.subarray(bytes);
		this.tap?.(piece);
		return piece;
	}
	/** So many bytes of several packets in one piece; what is left of the last packet is not copied. */
	#gather(bytes) {
		const parts = this.#current.length === 0 ? [] : [this.#current];
		/** those that nobody has seen any other part of */
		const packets = [];
		for (let missing = bytes - this.#current.length; missing > 0;) {
			const packet = certain(this.#queue.shift());
			const part = packet.subarray(0, missing);
			parts.push(part);
			if (part.length === packet.length) packets.push(packet);
			missing -= part.length;
			this.#queued -= packet.length;
			this.#current = packet.subarray(part.length);
		}
		this.source?.resume();
		const [only, ...more] = parts;
		const isInOne = only !== void 0 && more.length === 0;
		const piece = isInOne ? only : Buffer.concat(parts, bytes);
		if (!isInOne) for (const packet of packets) letGo(packet);
		this.tap?.(piece);
		return piece;
	}
	/** Joins what has come into one piece. */
	#join() {
		if (this.#queued === 0) return;
		this.#current = this.#current.length === 0 && this.#queue.length === 1 && this.#queue[0] !== void 0 ? this.#queue[0] : Buffer.concat([this.#current, ...this.#queue]);
		this.#queue.length = 0;
		this.#queued = 0;
		this.source?.resume();
	}
	async #more() {
		if (this.#ended !== null) throw this.#ended;
		const before = this.received;
		this.source?.resume();
		let timer;
		await new Promise((resolve, reject) => {
			const stalled = () => reject(new StreamStalled("nothing came"));
			if (this.#idleTimeoutMs > 0) timer = setTimeout(stalled, this.#idleTimeoutMs);
			this.#wake = resolve;
		}).finally(() => {
			clearTimeout(timer);
			this.#wake = null;
		});
		if (this.received === before && this.#ended !== null) throw this.#ended;
	}
};
/** Frees a packet that was copied, where it has a memory of its own: headers and padding are all that is around it. */
function letGo(packet) {
	const { buffer } = packet;
	if (buffer.byteLength - packet.length < 256) release(new Uint8Array(buffer));
}
export { StreamStalled as i, RecordTooLong as n, StreamEnded as r, ByteReader as t };
