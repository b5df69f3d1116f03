import { t as certain } from "./certain.js";
import { t as Problem } from "./problem.js";
import { a as sealPayload, i as payloadKey, n as chunkBytes } from "./payload.js";
import { createCipheriv, createHmac, createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync, randomBytes } from "node:crypto";
// src/seal/age-header.ts
/**
* The header of an age file: the file key, wrapped for each recipient. Of X25519 recipients, the usual kind, it is made
* here by the runtime's own cryptography: the library takes four times as long, as it goes through Web Crypto and web
* streams, and a run makes four headers a host. With recipients of any other kind, the library makes it.
* Source: C2SP, "age", sections "Header" and "The X25519 recipient type".
*/
const fileKeyBytes = 16;
const keyBytes = 32;
/**
* @param recipients  `age1…` strings; kinds, mixing and duplicates were checked by `fleet/`
* @throws            Problem "seal/no-recipient", "seal/recipient-unusable"
*/
async function sealHeader(recipients) {
	if (recipients.length === 0) throw new Problem("seal/no-recipient", "there is no age recipient to seal to", { hint: "add one line `recipients: [age1…]` to fleet.yml; make a key with `age-keygen`" });
	const keys = (await Promise.all(recipients.map(keyOf))).filter((key) => key !== null);
	return keys.length === recipients.length ? headerFor(keys) : await headerByLibrary(recipients);
}
const known = /* @__PURE__ */ new Map();
/** Null for a recipient of another kind. @throws Problem "seal/recipient-unusable" */
async function keyOf(recipient) {
	const before = known.get(recipient);
	if (before !== void 0) return before;
	const { Encrypter } = await import("./dist3.js");
	try {
		new Encrypter().addRecipient(recipient);
		const key = /^age1[^1]*$/i.test(recipient) ? readKey(recipient) : null;
		if (key !== null) wrapped(randomBytes(fileKeyBytes), key);
		known.set(recipient, key);
		return key;
	} catch (cause) {
		throw new Problem("seal/recipient-unusable", `recipient ${recipient.slice(0, 20)}… cannot be used`, {
			cause,
			hint: "copy it again into fleet.yml, or make a new one with `age-keygen`"
		});
	}
}
function headerFor(keys) {
	const fileKey = randomBytes(fileKeyBytes);
	const text = `age-encryption.org/v1\n${keys.map((key) => wrapped(fileKey, key)).join("")}---`;
	const mac = createHmac("sha256", derived(fileKey, "", "header")).update(text).digest();
	return {
		header: Buffer.from(`${text} ${base64(mac)}\n`),
		fileKey
	};
}
/** The stanza of one recipient, which fits on two lines. @throws for a key of low order: anybody could unwrap it */
function wrapped(fileKey, { raw, object }) {
	const { publicKey, privateKey } = generateKeyPairSync("x25519");
	const share = publicKey.export({
		format: "der",
		type: "spki"
	}).subarray(spkiHead.length);
	const secret = diffieHellman({
		privateKey,
		publicKey: object
	});
	const key = derived(secret, Buffer.concat([share, raw]), "age-encryption.org/v1/X25519");
	const cipher = createCipheriv("chacha20-poly1305", key, Buffer.alloc(12), { authTagLength: 16 });
	const body = Buffer.concat([
		cipher.update(fileKey),
		cipher.final(),
		cipher.getAuthTag()
	]);
	return `-> X25519 ${base64(share)}\n${base64(body)}\n`;
}
const derived = (secret, salt, info) => new Uint8Array(hkdfSync("sha256", secret, salt, info, keyBytes));
const base64 = (bytes) => bytes.toString("base64").replaceAll("=", "");
/** DER of a SubjectPublicKeyInfo up to the key itself. @see RFC 8410 */
const spkiHead = Buffer.from("302a300506032b656e032100", "hex");
const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/** Letters of five bits each; the bits that fill up the last letter, and the checksum, are left out. @see BIP 173 */
function readKey(recipient) {
	const raw = Buffer.alloc(keyBytes);
	let [bits, held, at] = [
		0,
		0,
		0
	];
	for (const letter of recipient.toLowerCase().slice(4, -6)) {
		held = (held << 5 | alphabet.indexOf(letter)) & 4095;
		bits += 5;
		if (bits < 8) continue;
		bits -= 8;
		raw[at++] = held >>> bits;
	}
	const der = Buffer.concat([spkiHead, raw]);
	return {
		raw,
		object: createPublicKey({
			key: der,
			format: "der",
			type: "spki"
		})
	};
}
/** The library is asked to seal nothing, and its payload is cut off. */
async function headerByLibrary(recipients) {
	const { Encrypter } = await import("./dist3.js");
	const encrypter = new Encrypter();
	for (const recipient of recipients) encrypter.addRecipient(recipient);
	let fileKey;
	encrypter.addRecipient({ wrapFileKey(key) {
		fileKey = Uint8Array.from(key);
		return [];
	} });
	const empty = await encrypter.encrypt(/* @__PURE__ */ new Uint8Array(0));
	return {
		header: empty.subarray(0, empty.length - 16 - 16),
		fileKey: certain(fileKey)
	};
}
// src/seal/age.ts
/** Sealing to age recipients: header and payload, by the runtime's own cryptography as far as that goes. */
/**
* @param recipients  `age1…` strings; kinds, mixing and duplicates were checked by `fleet/`
* @param parts       that make up the plaintext, in order
* @returns           a binary age file
* @throws            Problem "seal/no-recipient", "seal/recipient-unusable"
*/
async function encrypt(recipients, ...parts) {
	return await encryptInto(Buffer.alloc(0), recipients, ...parts);
}
/** As `encrypt`, in this memory where there is enough of it. New memory costs as much as sealing into it. */
async function encryptInto(memory, recipients, ...parts) {
	const file = await encryption(recipients);
	const bytes = parts.reduce((sum, part) => sum + part.length, 0);
	const tags = Math.max(1, Math.ceil(bytes / chunkBytes)) * 16;
	const size = file.head.length + bytes + tags;
	const whole = memory.length >= size ? memory.subarray(0, size) : Buffer.allocUnsafeSlow(size);
	let filled = file.head.copy(whole);
	for (const part of parts) for (const sealed of file.add(part)) filled += sealed.copy(whole, filled);
	for (const sealed of file.end()) filled += sealed.copy(whole, filled);
	return whole;
}
/** As `encrypt`, for a plaintext that is not in memory as a whole. */
async function encryption(recipients) {
	const { header, fileKey } = await sealHeader(recipients);
	const nonce = randomBytes(16);
	return {
		head: Buffer.concat([header, nonce]),
		...sealPayload(payloadKey(fileKey, nonce))
	};
}
export { encryptInto as n, encryption as r, encrypt as t };
