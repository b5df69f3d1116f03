import { t as release } from "./release.js";
import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync } from "node:crypto";
// src/seal/payload.ts
/**
* The payload of an age file, which is all its bytes, by the runtime's own ChaCha20-Poly1305: the one of the
* `age-encryption` library is about nine times slower.
* Source: C2SP, "age", section "Payload".
*/
const chunkBytes = 65536;
const sealedChunkBytes = 65552;
/** Why opening ends in the midst of a file; what was given before it is what was sealed. */
var NotOpened = class extends Error {
	name = "NotOpened";
	why;
	constructor(why) {
		super(why);
		this.why = why;
	}
};
/** As an object: from bytes, Node would make one for each chunk. */
function payloadKey(fileKey, nonce) {
	return createSecretKey(Buffer.from(hkdfSync("sha256", fileKey, nonce, "payload", 32)));
}
/** STREAM: chunks of 64 KiB under a counter nonce, the last one marked; an empty payload is one empty chunk. */
function sealPayload(key) {
	let index = 0;
	function* seal(chunk, isLast) {
		const nonce = payloadNonce(index++, isLast);
		const cipher = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
		const sealed = cipher.update(chunk);
		cipher.final();
		yield sealed;
		release(sealed);
		yield cipher.getAuthTag();
	}
	const chunks = inChunks(chunkBytes, (chunk) => seal(chunk, false));
	return {
		add: chunks.add,
		end: () => seal(chunks.rest(), true)
	};
}
/** @throws NotOpened */
function openPayload(key) {
	let index = 0;
	function* open(chunk) {
		const plain = openChunk(key, payloadNonce(index++, false), chunk);
		if (plain === null) throw new NotOpened("damaged");
		yield plain;
		release(plain);
	}
	function* openLast(chunk) {
		if (chunk.length < 16) throw new NotOpened("truncated");
		const plain = openChunk(key, payloadNonce(index, true), chunk);
		if (plain === null) throw new NotOpened(openChunk(key, payloadNonce(index, false), chunk) !== null ? "truncated" : "damaged");
		if (plain.length === 0 && index > 0) throw new NotOpened("damaged");
		yield plain;
		release(plain);
	}
	const chunks = inChunks(sealedChunkBytes, open);
	return {
		add: chunks.add,
		end: () => openLast(chunks.rest())
	};
}
/**
* Cuts what comes into chunks of so many bytes. A full chunk waits until it is known that another follows: the last
* one is another thing.
*/
function inChunks(size, use) {
	const waiting = Buffer.allocUnsafe(size);
	let filled = 0;
	return {
		*add(bytes) {
			for (let at = 0; at < bytes.length;) {
				if (filled === size) {
					yield* use(waiting);
					filled = 0;
				}
				if (filled === 0 && bytes.length - at > size) {
					yield* use(bytes.subarray(at, at + size));
					at += size;
				} else {
					const part = bytes.subarray(at, at + size - filled);
					waiting.set(part, filled);
					filled += part.length;
					at += part.length;
				}
			}
		},
		rest: () => waiting.subarray(0, filled)
	};
}
/** The nonce of one chunk: eleven bytes of counter, one that marks the last chunk. */
function payloadNonce(index, isLast) {
	const nonce = Buffer.alloc(12);
	nonce.writeUIntBE(index, 5, 6);
	nonce[11] = isLast ? 1 : 0;
	return nonce;
}
function openChunk(key, nonce, chunk) {
	const decipher = createDecipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
	decipher.setAuthTag(chunk.subarray(chunk.length - 16));
	const plain = decipher.update(chunk.subarray(0, chunk.length - 16));
	try {
		decipher.final();
		return plain;
	} catch {
		return null;
	}
}
export { sealPayload as a, payloadKey as i, chunkBytes as n, sealedChunkBytes as o, openPayload as r, NotOpened as t };
