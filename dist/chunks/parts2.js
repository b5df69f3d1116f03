import { o as __toESM } from "./rolldown-runtime.js";
import { t as Problem } from "./problem.js";
import { t as selectHosts } from "./select2.js";
import { t as require_lib } from "./lib.js";
import { d as openVault, i as givenFleet, o as profileOf, r as fleetOf, u as vaultOptions } from "./vault-parts.js";
import { t as ssh } from "./ssh.js";
import { createHmac, createPrivateKey, createSecretKey, hkdfSync } from "node:crypto";
import { readdir } from "node:fs/promises";
// src/seal/private-key.ts
var import_lib = /* @__PURE__ */ __toESM(require_lib(), 1);
/**
* Reads an OpenSSH or PEM private key.
* @param setting  name of the setting it comes from, for messages
* @throws Problem "seal/key-locked" without, or with a wrong, passphrase; "seal/key-unusable" otherwise
*/
function unlockKey(setting, key, passphrase) {
	const text = key.revealText("parse the private key");
	if (/^ssh-|^ecdsa-/.test(text)) throw new Problem("seal/key-unusable", `${setting} holds a public key`, { hint: "give the private one, which begins with -----BEGIN OPENSSH PRIVATE KEY-----" });
	const words = passphrase?.revealText("unlock the private key");
	const parsed = import_lib.default.utils.parseKey(text, words);
	if (parsed instanceof Error || parsed === void 0) {
		if (isEncrypted(text)) throw locked(setting, passphrase !== null);
		throw new Problem("seal/key-unusable", `${setting} holds no private key that can be read`, { hint: "an OpenSSH private key is expected, all its lines; make one with `ssh-keygen -t ed25519 -f key -N ''`" });
	}
	const publicLine = `${parsed.type} ${parsed.getPublicSSH().toString("base64")}`;
	return {
		type: parsed.type,
		publicLine,
		parsed
	};
}
function locked(setting, tried) {
	const message = tried ? `the passphrase does not open ${setting}` : `${setting} is encrypted and no passphrase is given`;
	return new Problem("seal/key-locked", message, { hint: `give ${setting}-passphrase, or take an unencrypted key kept as a secret: \`ssh-keygen -p -f key -N ''\`` });
}
/** By the key's own header: PEM says so in words, OpenSSH's format names its cipher. */
function isEncrypted(text) {
	if (/ENCRYPTED/.test(text)) return true;
	const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END/.exec(text)?.[1];
	const blob = Buffer.from(body ?? "", "base64");
	if (blob.toString("latin1", 0, 15) !== "openssh-key-v1\0" || blob.length < 23) return false;
	const length = blob.readUInt32BE(15);
	return blob.toString("latin1", 19, 19 + length) !== "none";
}
/** 32 bytes for one purpose, derived from the key: HKDF-SHA-256 over its PKCS #8 form. */
function deriveKey(key, purpose) {
	const pkcs8 = createPrivateKey(key.parsed.getPrivatePEM()).export({
		type: "pkcs8",
		format: "der"
	});
	return Buffer.from(hkdfSync("sha256", pkcs8, "pmta-vault", purpose, 32));
}
// src/seal/fingerprint.ts
function fingerprints(key) {
	const keyFor = (purpose) => createSecretKey(deriveKey(key, purpose));
	const valueKey = keyFor("fingerprint of a value, 1");
	const saltKey = keyFor("salt of a listing, 1");
	const logKey = keyFor("fingerprint of a log, 1");
	const contentKey = keyFor("fingerprint of a category, 1");
	return {
		ofValue: (value) => createHmac("sha256", valueKey).update(value).digest("hex").slice(0, 16),
		ofLog: () => createHmac("sha256", logKey),
		salt: (state) => createHmac("sha256", saltKey).update(JSON.stringify(state)).digest("hex"),
		ofEntries(entries) {
			const text = entries.map((entry) => JSON.stringify([
				entry.path,
				entry.kind,
				entry.mode,
				entry.owner,
				entry.group,
				entry.sha256 ?? entry.target
			])).sort().map((line) => `${line}\n`).join("");
			return createHmac("sha256", contentKey).update(text).digest("hex");
		}
	};
}
// src/wiring/parts.ts
/** The parts that a run is made of, from settings: everything is checked that can be before the first connection. */
/**
* @param how  `create`: whether a vault that is not there is made; `jumpHosts`: whether hosts that are only
*             gone through are worked on too
*/
async function assemble(settings, world, how, signal) {
	const given = await givenFleet(settings);
	const vault = await openVault(vaultOptions(settings, world, how.create && given !== null), signal);
	try {
		return {
			vault,
			...partsFor(given ?? await fleetOf(vault, world, signal), settings, world, how.jumpHosts)
		};
	} catch (error) {
		await vault[Symbol.asyncDispose]();
		throw error;
	}
}
/** For `doctor`, jump hosts too. @throws Problem "settings/missing" without a fleet file of its own */
async function assembleWithoutVault(settings, world) {
	const fleet = await givenFleet(settings);
	if (fleet !== null) return {
		vault: null,
		...partsFor(fleet, settings, world, true)
	};
	throw new Problem("settings/missing", "without a vault, a fleet file is needed", { hint: "give --fleet FILE" });
}
async function isAbsent(path) {
	if (/^[a-z+]+:\/\/|@.*:/i.test(path)) return false;
	return (await readdir(path).catch((error) => error.code === "ENOENT" ? [] : ["?"])).length === 0;
}
function partsFor(fleet, settings, world, jumpHosts) {
	const signingKey = unlockSigningKey(settings);
	return {
		fleet,
		hosts: selectHosts(fleet, {
			...settings,
			jumpHosts
		}),
		profile: profileOf(fleet),
		transport: transportOf(settings, world),
		signingKey,
		fingerprints: fingerprints(signingKey),
		limits: limitsOf(settings),
		width: widthOf(settings.concurrency, world.width),
		now: world.now
	};
}
function knownCategories(names, fleet, profile) {
	const known = /* @__PURE__ */ new Set([...profile.categories.map(({ name }) => name), ...fleet.categories.keys()]);
	const unknown = names.find((name) => !known.has(name));
	if (unknown === void 0) return names;
	throw new Problem("settings/invalid", `there is no category ${JSON.stringify(unknown.slice(0, 40))}`, { hint: `there are ${[...known].join(", ")}` });
}
/** Those that a backup shall keep. @throws Problem "settings/invalid" too for logs, where the store keeps none */
function keptCategories(settings, fleet, profile) {
	const { categories, store, logStore } = settings;
	const log = profile.categories.find(({ name, log }) => log !== null && categories.includes(name));
	if (store !== "artifact" || logStore !== "same" || log === void 0) return knownCategories(categories, fleet, profile);
	throw new Problem("settings/invalid", `store artifact does not keep logs, and categories names ${log.name}`, { hint: "what is in an artifact expires: say log-store git, or directory with a store-path" });
}
function transportOf(settings, world) {
	const key = loginKey(settings);
	if (key === null && settings.sshAgent === null) throw new Problem("settings/missing", "there is no key to log in with: neither ssh-key nor an SSH agent", { hint: "give --ssh-key-file PATH, or start an agent with `ssh-agent` and `ssh-add`" });
	return ssh({
		key: key?.parsed ?? null,
		agent: key === null ? settings.sshAgent : null,
		limits: limitsOf(settings),
		observe: world.observe
	});
}
function loginKey(settings) {
	return settings.sshKey === null ? null : unlockKey("ssh-key", settings.sshKey, settings.sshKeyPassphrase);
}
function unlockSigningKey({ signingKey, signingKeyPassphrase }) {
	if (signingKey !== null) return unlockKey("signing-key", signingKey, signingKeyPassphrase);
	throw new Problem("settings/missing", "signing-key is not given: it signs snapshots and keys the fingerprints of secrets", { hint: "make one with `ssh-keygen -t ed25519 -f signing-key -N ''` and give --signing-key-file signing-key" });
}
function limitsOf(settings) {
	return {
		maxEntries: 1e5,
		maxFileBytes: settings.maxFileSizeBytes,
		maxHostBytes: settings.maxHostSizeBytes,
		connectTimeoutMs: settings.connectTimeoutMs,
		idleTimeoutMs: settings.idleTimeoutMs,
		hostTimeoutMs: settings.hostTimeoutMs
	};
}
/** Sockets and processes at a time that no machine minds. */
const mostHosts = 64;
function widthOf(concurrency, least) {
	return concurrency > 0 ? {
		least: concurrency,
		most: concurrency
	} : {
		least,
		most: mostHosts
	};
}
export { knownCategories as a, transportOf as c, keptCategories as i, unlockSigningKey as l, assembleWithoutVault as n, limitsOf as o, isAbsent as r, loginKey as s, assemble as t };
