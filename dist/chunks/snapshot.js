import { t as Problem } from "./problem.js";
import { createHash, createPublicKey, verify as verify$1 } from "node:crypto";
// src/seal/sshsig.ts
/**
* SSH signatures, as `ssh-keygen -Y sign` makes and `ssh-keygen -Y verify` checks them.
* Source: OpenSSH, PROTOCOL.sshsig.
*/
const signatureNamespace = "pmta-vault";
/** Reports are signed under a name of their own: none can ever pass for a snapshot. */
const reportNamespace = "pmta-vault-report";
/** So are the records of capture jobs. */
const captureNamespace = "pmta-vault-capture";
const magic = Buffer.from("SSHSIG");
const hashAlgorithm = "sha512";
/** @returns the armored signature, with a final line end */
function sign(key, message, namespace = signatureNamespace) {
	const algorithm = signatureAlgorithm(key.type);
	const raw = key.parsed.sign(signedData(message, namespace), algorithm === "rsa-sha2-512" ? "sha512" : void 0);
	if (!Buffer.isBuffer(raw)) throw new Problem("seal/key-unusable", "the signing key cannot sign", {
		cause: raw,
		hint: "make a new one: ssh-keygen -t ed25519 -f signing-key"
	});
	return armored(Buffer.concat([
		magic,
		uint32(1),
		string(key.parsed.getPublicSSH()),
		string(namespace),
		string(""),
		string(hashAlgorithm),
		string(Buffer.concat([string(algorithm), string(raw)]))
	]));
}
function armored(blob) {
	return `-----BEGIN SSH SIGNATURE-----\n${(blob.toString("base64").match(/.{1,70}/g) ?? []).join("\n")}\n-----END SSH SIGNATURE-----\n`;
}
function signatureAlgorithm(type) {
	if (type === "ssh-ed25519") return type;
	if (type === "ssh-rsa") return "rsa-sha2-512";
	throw new Problem("seal/key-unusable", `a signing key of type ${type} is not supported`, { hint: "make one with `ssh-keygen -t ed25519 -f signing-key -N ''`" });
}
/** @param signers  OpenSSH public keys, `TYPE BASE64 [comment]` */
function verify(signers, message, signature, namespace = signatureNamespace) {
	const parsed = parseSignature(signature, namespace);
	if (parsed === null) return "unsigned";
	const line = `${parsed.type} ${parsed.publicKey.toString("base64")}`;
	if (!signers.some((signer) => signer.split(/\s+/).slice(0, 2).join(" ") === line)) return "stranger";
	const key = publicKeyOf(parsed);
	if (key === null) return "unsigned";
	const hash = parsed.algorithm === "rsa-sha2-512" ? "sha512" : null;
	return verify$1(hash, signedData(message, namespace), key, parsed.signature) ? "good" : "altered";
}
/** From the form that SSH writes: RFC 8709, section 4; RFC 4253, section 6.6. */
function publicKeyOf({ type, publicKey }) {
	const [, first = nothing, second = nothing] = strings(publicKey);
	const number = (bytes) => (bytes[0] === 0 ? bytes.subarray(1) : bytes).toString("base64url");
	try {
		return type === "ssh-ed25519" ? createPublicKey({
			format: "jwk",
			key: {
				kty: "OKP",
				crv: "Ed25519",
				x: first.toString("base64url")
			}
		}) : createPublicKey({
			format: "jwk",
			key: {
				kty: "RSA",
				e: number(first),
				n: number(second)
			}
		});
	} catch {
		return null;
	}
}
function parseSignature(text, expectedNamespace) {
	const body = /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)-----END SSH SIGNATURE-----\n$/.exec(text)?.[1];
	const blob = Buffer.from(body ?? "", "base64");
	if (armored(blob) !== text) return null;
	if (blob.length < 10 || !blob.subarray(0, 6).equals(magic) || blob.readUInt32BE(6) !== 1) return null;
	const [publicKey = nothing, namespace, reserved, hash, signature = nothing, ...more] = strings(blob.subarray(10));
	const [algorithm, raw = nothing, ...rest] = strings(signature);
	const type = String(strings(publicKey)[0]);
	if (namespace?.toString() !== expectedNamespace || reserved?.length !== 0) return null;
	if (hash?.toString() !== hashAlgorithm || more.length + rest.length > 0) return null;
	const expected = {
		"ssh-ed25519": "ssh-ed25519",
		"ssh-rsa": "rsa-sha2-512"
	}[type];
	if (expected === void 0 || algorithm?.toString() !== expected) return null;
	return {
		type,
		publicKey,
		algorithm: expected,
		signature: raw
	};
}
function signedData(message, namespace) {
	const digest = createHash(hashAlgorithm).update(message).digest();
	return Buffer.concat([
		magic,
		string(namespace),
		string(""),
		string(hashAlgorithm),
		string(digest)
	]);
}
function uint32(value) {
	const buffer = Buffer.alloc(4);
	buffer.writeUInt32BE(value);
	return buffer;
}
function string(content) {
	const bytes = Buffer.from(content);
	return Buffer.concat([uint32(bytes.length), bytes]);
}
const nothing = Buffer.alloc(0);
/** All SSH strings in a row, or none when the lengths do not fit. */
function strings(blob) {
	const found = [];
	for (let at = 0; at < blob.length;) {
		if (at + 4 > blob.length) return [];
		const length = blob.readUInt32BE(at);
		if (at + 4 + length > blob.length) return [];
		found.push(blob.subarray(at + 4, at + 4 + length));
		at += 4 + length;
	}
	return found;
}
// src/seal/snapshot.ts
/** What is signed: JSON with two blanks of indentation and a final line end, so that people can read it. */
function signSnapshot(snapshot, key) {
	const bytes = Buffer.from(`${JSON.stringify(snapshot, null, 2)}\n`);
	return {
		snapshot,
		bytes,
		signature: sign(key, bytes)
	};
}
/** How the next snapshot names this one. */
function snapshotHash(bytes) {
	return createHash("sha256").update(bytes).digest("hex");
}
/**
* Trusts a stored snapshot, or says why not.
* @param expected  the host and sequence under which it was found
* @throws Problem "seal/not-signed", "seal/wrong-signer", "seal/altered", "seal/wrong-host", "seal/out-of-order"
*/
function openSnapshot(bytes, signature, signers, expected) {
	const name = `snapshot ${expected.sequence} of ${expected.host}`;
	const verdict = verify(signers, bytes, signature);
	if (verdict === "unsigned") throw untrusted("seal/not-signed", `${name} has no signature that can be read`);
	if (verdict === "stranger") throw untrusted("seal/wrong-signer", `${name} is signed by a key that fleet.yml does not list`);
	if (verdict === "altered") throw untrusted("seal/altered", `${name} is not what was signed`);
	const snapshot = parse(bytes, name);
	if (snapshot.host !== expected.host) throw untrusted("seal/wrong-host", `${name} is a snapshot of ${snapshot.host}`);
	if (snapshot.sequence !== expected.sequence) throw untrusted("seal/out-of-order", `${name} says that it is number ${snapshot.sequence}`);
	return {
		snapshot,
		bytes,
		signature
	};
}
function parse(bytes, name) {
	const snapshot = JSON.parse(Buffer.from(bytes).toString("utf8"));
	if (snapshot.format !== 1) throw new Problem("vault/newer-format", `${name} has format ${String(snapshot.format)}; this program knows format 1`, { hint: "update pmta-vault" });
	return snapshot;
}
function untrusted(code, message) {
	return new Problem(code, message, { hint: "compare the bundles branch with a clone you trust before going on" });
}
export { reportNamespace as a, verify as c, captureNamespace as i, signSnapshot as n, sign as o, snapshotHash as r, signatureNamespace as s, openSnapshot as t };
