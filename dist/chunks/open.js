import { i as identityToRecipient, r as generateIdentity, t as Decrypter } from "./dist2.js";
import { n as readTar } from "./tar.js";
import { n as manifestPath } from "./bundle.js";
import { promisify } from "node:util";
import { gunzip, zstdDecompress } from "node:zlib";
// src/seal/open.ts
const ungzip = promisify(gunzip);
const unzstd = promisify(zstdDecompress);
/** Largest bundle that is opened in memory. */
const maxBytes = 2 * 1024 ** 3;
/**
* Opens a sealed bundle in memory.
* @param identity  `AGE-SECRET-KEY-1…`
* @throws          what age-encryption, node:zlib or the tar reader throw on what is no bundle
*/
async function openBundle(bytes, identity) {
	const decrypter = new Decrypter();
	decrypter.addIdentity(identity);
	const packed = Buffer.from(await decrypter.decrypt(bytes));
	const tar = await (packed[0] === 31 && packed[1] === 139 ? ungzip : unzstd)(packed, { maxOutputLength: maxBytes });
	let at = 0;
	const take = async (size) => {
		if (at + size > tar.length) throw new RangeError("the archive is cut");
		at += size;
		return tar.subarray(at - size, at);
	};
	const members = [];
	for await (const member of readTar(take, {
		maxEntries: 1e6,
		maxFileBytes: maxBytes
	})) members.push(member);
	const manifest = members.find(({ entry }) => entry.path === manifestPath);
	return {
		manifest: JSON.parse(manifest?.content.toString("utf8") ?? "null"),
		members: members.filter((member) => member !== manifest)
	};
}
/** A new age identity with its recipient: for `demo`, which keeps both in memory. */
async function makeIdentity() {
	const identity = await generateIdentity();
	return {
		identity,
		recipient: await identityToRecipient(identity)
	};
}
export { makeIdentity, openBundle };
