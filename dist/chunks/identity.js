import { t as Problem } from "./problem.js";
import { s as base64, t as Decrypter } from "./dist2.js";
import { i as payloadKey, o as sealedChunkBytes, r as openPayload, t as NotOpened } from "./payload.js";
// node_modules/age-encryption/dist/armor.js
/**
* Decode an age encrypted file from the ASCII armor format, a strict subset of
* PEM that starts with `-----BEGIN AGE ENCRYPTED FILE-----`.
*
* Extra whitespace before and after the file is ignored, and newlines can be
* CRLF or LF, but otherwise the format is parsed strictly.
*
* @param file - The ASCII armored file.
*
* @returns The raw encrypted file (to be passed to {@link Decrypter.decrypt}).
*/
function decode(file) {
	const lines = file.trim().replaceAll("\r\n", "\n").split("\n");
	if (lines.shift() !== "-----BEGIN AGE ENCRYPTED FILE-----") throw Error("invalid header");
	if (lines.pop() !== "-----END AGE ENCRYPTED FILE-----") throw Error("invalid footer");
	function isLineLengthValid(i, l) {
		if (i === lines.length - 1) return l.length > 0 && l.length <= 64 && l.length % 4 === 0;
		return l.length === 64;
	}
	if (!lines.every((l, i) => isLineLengthValid(i, l))) throw Error("invalid line length");
	if (!lines.every((l) => /^[A-Za-z0-9+/=]+$/.test(l))) throw Error("invalid base64");
	return base64.decode(lines.join(""));
}
// src/seal/identity.ts
/** Opening what was sealed to age recipients. Identities exist in restore, verify and drill only. */
/**
* Reads an identity file as `age-keygen` writes it: one identity a line, `#` begins a comment.
* @param file  null: none was given
* @throws Problem "seal/no-identity", "seal/identity-unusable"
*/
function readIdentities(file) {
	if (file === null) throw new Problem("seal/no-identity", "there is no age identity to open the bundles with", { hint: "give --identity-file PATH; without one, `restore --bundle FILE` hands over what is still sealed" });
	const text = file.revealText("read the identities in it");
	if (/^age-encryption\.org\/v1|BEGIN AGE ENCRYPTED FILE/.test(text)) throw unusable("is locked with a passphrase", "unlock it first: `age -d identity.age > identity`");
	const found = text.split("\n").map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
	if (found.some((line) => /^age1/.test(line))) throw unusable("holds a recipient, the public half", "give the one that begins with AGE-SECRET-KEY-");
	try {
		const decrypter = new Decrypter();
		for (const line of found) decrypter.addIdentity(line);
	} catch (cause) {
		throw unusable("holds a line that is no age identity", "copy the file again, all its characters", cause);
	}
	if (found.length === 0) throw unusable("is empty", "copy the file again, all its characters");
	return { lines: found };
}
function unusable(what, hint, cause) {
	return new Problem("seal/identity-unusable", `identity ${what}`, {
		hint,
		cause
	});
}
/**
* Opens an age file, binary as bundles are, or in the armor that `age -a` writes. The header is read by the
* `age-encryption` library, the payload by the runtime's own ChaCha20-Poly1305, as when sealing.
* @returns the plaintext, or why there is none
*/
async function decrypt(bytes, identities) {
	const sealed = withoutArmor(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
	if (sealed === null) return "damaged";
	const opening = await decryption(sealed, identities);
	if (typeof opening === "string") return opening;
	const payload = sealed.subarray(opening.headBytes);
	const tags = Math.ceil(payload.length / sealedChunkBytes) * 16;
	const whole = Buffer.allocUnsafeSlow(Math.max(0, payload.length - tags));
	let filled = 0;
	try {
		for (const plain of opening.add(payload)) filled += plain.copy(whole, filled);
		for (const plain of opening.end()) filled += plain.copy(whole, filled);
		return whole;
	} catch (error) {
		if (error instanceof NotOpened) return error.why;
		throw error;
	}
}
/**
* As `decrypt`, for a binary file that is not in memory as a whole.
* @param start  of the file: its header at least, and the nonce behind it
*/
async function decryption(start, identities) {
	const mac = start.indexOf("\n--- ");
	const headerEnd = mac === -1 ? -1 : start.indexOf(10, mac + 1);
	if (headerEnd === -1) return "damaged";
	const fileKey = await openHeader(start.subarray(0, headerEnd + 1), identities);
	if (typeof fileKey === "string") return fileKey;
	const headBytes = headerEnd + 1 + 16;
	const nonce = start.subarray(headerEnd + 1, headBytes);
	if (nonce.length < 16) return "truncated";
	return {
		headBytes,
		...openPayload(payloadKey(fileKey, nonce))
	};
}
/** @returns null when the armor is broken */
function withoutArmor(file) {
	if (!/^\s*-----BEGIN/.test(file.toString("latin1", 0, 1024))) return file;
	try {
		return Buffer.from(decode(file.toString("latin1")));
	} catch {
		return null;
	}
}
async function openHeader(header, { lines }) {
	const decrypter = new Decrypter();
	for (const line of lines) decrypter.addIdentity(line);
	let nobody = false;
	decrypter.addIdentity({ unwrapFileKey() {
		nobody = true;
		return null;
	} });
	try {
		return await decrypter.decryptHeader(header);
	} catch {
		return nobody ? "wrong-identity" : "damaged";
	}
}
export { decryption as n, readIdentities as r, decrypt as t };
