import { a as identityToRecipient, r as generateIdentity } from "./dist2.js";
import { t as Problem } from "./problem.js";
import { r as readTar } from "./tar-reader.js";
import "./bundle.js";
import { t as certain } from "./certain.js";
import { t as isNormalPath } from "./path-pattern.js";
import { t as Secret } from "./secret.js";
import { t as decrypt } from "./identity.js";
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gunzip, zstdDecompress } from "node:zlib";
// src/seal/contents.ts
/**
* @param manifest  as parsed; whoever held a recipient could have sealed it, so nothing of it is trusted
* @throws Problem "seal/bundle-altered", "seal/wrong-host", "seal/swapped", "seal/unsafe-path", "vault/newer-format"
*/
function checkContents(manifest, members, expected) {
	const { host, category, entries } = readManifest(manifest, expected);
	checkPaths(entries, expected);
	const found = new Map(members.map((member) => [`/${member.entry.path}`, member]));
	if (found.size !== members.length || found.size !== entries.length) throw altered(expected, `the manifest names ${entries.length} entries, the archive has ${members.length}`);
	const files = [];
	const others = [];
	for (const entry of entries) {
		const member = found.get(entry.path);
		if (member === void 0 || !agrees(entry, member)) throw altered(expected, `an entry differs: ${entry.path}`);
		if (entry.kind !== "file") {
			others.push(entry);
			continue;
		}
		const sha256 = createHash("sha256").update(member.content).digest("hex");
		if (sha256 !== entry.sha256) throw altered(expected, `the content of ${entry.path} differs`);
		files.push({
			entry: {
				...entry,
				kind: "file",
				sha256
			},
			content: new Secret(member.content)
		});
	}
	return {
		host,
		category,
		files,
		others
	};
}
function readManifest(manifest, expected) {
	const fields = manifest ?? {};
	if (typeof fields["format"] === "number" && fields["format"] > 1) throw new Problem("vault/newer-format", `${expected.key} has format ${fields["format"]}; this program knows format 1`, { hint: "update pmta-vault" });
	const { host, category, files } = fields;
	if (fields["format"] !== 1 || typeof host !== "string" || typeof category !== "string" || !Array.isArray(files)) throw altered(expected, "it has no manifest that can be read");
	if (host !== expected.host) throw new Problem("seal/wrong-host", `${expected.key} holds files of ${JSON.stringify(host)}`, { hint: hint$1 });
	if (category !== expected.category) throw new Problem("seal/swapped", `${expected.key} holds the category ${JSON.stringify(category)}`, { hint: hint$1 });
	const entries = files.map((file) => readEntry(file));
	if (entries.includes(null)) throw altered(expected, "its manifest has an entry that cannot be read");
	return {
		host,
		category,
		entries: entries.filter((entry) => entry !== null)
	};
}
const kinds = [
	"file",
	"link",
	"directory"
];
function readEntry(file) {
	const { path, kind, mode, owner, group, uid, gid, size, mtime, sha256 = null, target = null } = file ?? {};
	const isKind = (found) => kinds.includes(found);
	const isCount = (found) => Number.isSafeInteger(found) && Number(found) >= 0;
	const isName = (found) => typeof found === "string" && !/[\0/:]/.test(found);
	if (typeof path !== "string" || !isKind(kind) || !isName(owner) || !isName(group)) return null;
	if (typeof mode !== "string" || !/^[0-7]{4}$/.test(mode)) return null;
	if (!isCount(uid) || !isCount(gid) || !isCount(size) || !Number.isSafeInteger(mtime)) return null;
	if (kind === "file" !== (typeof sha256 === "string") || kind === "link" !== (typeof target === "string")) return null;
	return {
		path,
		kind,
		owner,
		group,
		uid,
		gid,
		size,
		mode: Number.parseInt(mode, 8),
		mtime: Number(mtime),
		target,
		sha256,
		readable: true
	};
}
/**
* Nothing may lead out of the place that is restored to. A file below a link is no harm yet, and happens: a config
* may name a key through a linked directory. Who restores it resolves the link, and never follows one on a disk.
*/
function checkPaths(entries, expected) {
	const seen = new Map(entries.map((entry) => [entry.path, entry]));
	const unsafe = (path, why) => new Problem("seal/unsafe-path", `${expected.key} holds ${JSON.stringify(path).slice(0, 200)}, ${why}`, { hint: hint$1 });
	if (seen.size !== entries.length) throw unsafe(firstTwice(entries), "twice");
	for (const { path } of entries) {
		if (!isNormalPath(path) || path === "/") throw unsafe(path, "which is no plain absolute path");
		for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) if (seen.get(path.slice(0, end))?.kind === "file") throw unsafe(path, "which lies below a file");
	}
}
function firstTwice(entries) {
	const seen = /* @__PURE__ */ new Set();
	return certain(entries.find(({ path }) => seen.size === seen.add(path).size)).path;
}
/** The archive is what stock tools unpack: what it says of an entry must be what the manifest says. */
function agrees(entry, { entry: member, content }) {
	return member.kind === entry.kind && member.mode === entry.mode && member.owner === entry.owner && member.group === entry.group && member.target === (entry.target ?? "") && (entry.kind !== "file" || content.length === entry.size);
}
function altered({ key }, what) {
	return new Problem("seal/bundle-altered", `${key} is not what was sealed: ${what}`, { hint: hint$1 });
}
const hint$1 = "someone sealed another thing under this name; take another snapshot with --at SEQUENCE, and find out who could write";
// src/seal/open.ts
const ungzip = promisify(gunzip);
const unzstd = promisify(zstdDecompress);
/** Largest bundle that is opened in memory. */
const maxBytes = 2 * 1024 ** 3;
/**
* Opens a sealed bundle in memory and holds every file against the manifest.
* @throws Problem "seal/wrong-identity", "seal/truncated", "seal/bundle-altered", "seal/wrong-host",
*         "seal/swapped", "seal/unsafe-path", "vault/newer-format"
*/
async function openBundle(bytes, identities, expected) {
	const packed = await decrypt(bytes, identities);
	if (typeof packed === "string") throw unopened(packed, expected);
	const { manifest, members } = await unpack(packed).catch((cause) => {
		throw new Problem("seal/bundle-altered", `${expected.key} holds no archive that can be read`, {
			cause,
			hint
		});
	});
	return checkContents(manifest, members, expected);
}
const hint = "take the bundle from another clone of the vault, or another snapshot with --at SEQUENCE";
function unopened(why, { key }) {
	if (why === "wrong-identity") return new Problem("seal/wrong-identity", `the identity does not open ${key}: it was sealed to others`, { hint: "`recipients` in the snapshot says to whom; take the identity of one of them from the recovery kit" });
	return why === "truncated" ? new Problem("seal/truncated", `${key} is cut off`, { hint }) : new Problem("seal/bundle-altered", `${key} was altered after it was sealed`, { hint });
}
async function unpack(packed) {
	const tar = await (packed[0] === 31 && packed[1] === 139 ? ungzip : unzstd)(packed, { maxOutputLength: maxBytes });
	let at = 0;
	const take = async (size) => {
		if (at + size > tar.length) throw new RangeError("the archive is cut");
		at += size;
		return tar.subarray(at - size, at);
	};
	const found = [];
	for await (const member of readTar(take, {
		maxEntries: 1e6,
		maxFileBytes: maxBytes
	})) found.push(member);
	const [first, ...members] = found;
	const text = first?.entry.path === ".pmta-vault/manifest.json" ? first.content.toString("utf8") : "null";
	return {
		manifest: JSON.parse(text),
		members
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
export { openBundle as n, unopened as r, makeIdentity as t };
