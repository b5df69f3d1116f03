import { t as compareTexts } from "./order.js";
import { t as Problem } from "./problem.js";
import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
// src/wiring/heads.ts
/** The file of `last-seen`: which snapshot of each host was the newest when this machine last looked. */
/**
* Refuses a vault that went back behind what was seen of it.
* @returns  to be called once the command has done its work: remembers what is there then
* @throws   Problem "seal/rolled-back", "seal/fork", "settings/unreadable"
*/
async function holdAgainstLastSeen({ lastSeen }, tools, signal) {
	if (lastSeen === null) return async () => {};
	const { currentHeads } = await import("./heads2.js");
	const heads = await currentHeads(await readHeads(lastSeen), tools, signal);
	return async () => await writeHeads(lastSeen, await currentHeads(heads, tools, signal));
}
async function readHeads(path) {
	const text = await readFile(path, "utf8").catch((cause) => {
		if (cause.code === "ENOENT") return null;
		throw unreadable(path, cause);
	});
	if (text === null) return /* @__PURE__ */ new Map();
	try {
		const { format, hosts } = JSON.parse(text);
		const heads = Object.entries(hosts).map(([host, head]) => {
			const { sequence, sha256, takenAt } = head;
			if (!Number.isSafeInteger(sequence) || typeof takenAt !== "string") throw new Error(host);
			return [host, {
				sequence: Number(sequence),
				sha256: String(sha256),
				takenAt
			}];
		});
		if (format !== 1) throw new Error("another format");
		return new Map(heads);
	} catch (cause) {
		throw unreadable(path, cause);
	}
}
/** Whole or not at all: half a file would stop the next run. */
async function writeHeads(path, heads) {
	const hosts = Object.fromEntries([...heads].sort(([a], [b]) => compareTexts(a, b)));
	const beside = `${path}.${randomBytes(6).toString("hex")}`;
	try {
		await mkdir(dirname(path), { recursive: true });
		await writeFile(beside, `${JSON.stringify({
			format: 1,
			hosts
		}, null, 2)}\n`, {
			mode: 384,
			flush: true
		});
		await rename(beside, path);
	} catch (cause) {
		throw unreadable(path, cause);
	} finally {
		await rm(beside, { force: true });
	}
}
function unreadable(path, cause) {
	const code = cause.code;
	return new Problem("settings/unreadable", `last-seen ${path} ${code ? `cannot be used (${code})` : "is no such file"}`, {
		cause,
		hint: "name a file of this command's own; without it nobody knows what was seen: look at the vault before you let it be made again"
	});
}
export { holdAgainstLastSeen as t };
