import { i as showDuration } from "./duration.js";
import { t as compareTexts } from "./order.js";
import { a as tarHeader, i as tarEnd, s as tarPadding } from "./tar.js";
import { t as writeNew } from "./write-new2.js";
import { s as signatureNamespace } from "./snapshot.js";
import { o as refuseLogs, r as report, t as fetchSnapshot } from "./restore.js";
import { createHash } from "node:crypto";
import { basename } from "node:path";
// src/restore/pack-files.ts
/**
* Packs files into one tar, below one folder, sorted by name.
* @param files  content by relative name
* @param mtime  seconds since 1970, of all of them
*/
function packFiles(folder, files, mtime) {
	const common = {
		mode: 420,
		uid: 0,
		gid: 0,
		owner: "root",
		group: "root",
		target: "",
		mtime
	};
	const parts = [];
	for (const [name, bytes] of [...files].sort(([a], [b]) => compareTexts(a, b))) {
		const path = `${folder}/${name}`;
		parts.push(tarHeader({
			...common,
			path,
			kind: "file",
			size: bytes.length
		}), bytes);
		parts.push(Buffer.alloc(tarPadding(bytes.length)));
	}
	return Buffer.concat([...parts, tarEnd]);
}
// src/flows/restore-bundle.ts
/** One file for the operator: what is still sealed, the proof of where it comes from, and a runbook. */
/** Needs no identity: every byte is proven by the signed snapshot, and nothing is opened. */
async function restoreBundle(request, tools, signal) {
	const started = performance.now();
	const fetched = await fetchSnapshot(request, tools, signal);
	refuseLogs(fetched.logs);
	const files = await filesOf(fetched, tools, signal);
	const { host, sequence, takenAt } = fetched.chosen.signed.snapshot;
	const archive = packFiles(`restore-${host}-${sequence}`, files, Math.floor(Date.parse(takenAt) / 1e3));
	signal.throwIfAborted();
	await writeNew(request.file, archive);
	const sha256 = createHash("sha256").update(archive).digest("hex");
	const outcome = {
		form: "bundle",
		file: request.file,
		bytes: archive.length,
		sha256
	};
	const whole = request.paths.length === 0 ? [] : ["path was not looked at: what is sealed cannot be divided"];
	return report(fetched, null, outcome, whole, started);
}
async function filesOf(fetched, tools, signal) {
	const { chosen, bundles } = fetched;
	const { host, sequence, takenAt } = chosen.signed.snapshot;
	const entry = tools.fleet.hosts.find(({ name }) => name === host) ?? null;
	const files = new Map(bundles.map((bundle) => [fileOf(bundle), bundle.bytes]));
	for (const snapshot of chosen.upTo) {
		files.set(snapshotFile(snapshot), snapshot.bytes);
		files.set(`${snapshotFile(snapshot)}.sig`, Buffer.from(snapshot.signature));
	}
	files.set("allowed_signers", Buffer.from(allowedSigners(tools.fleet.signers)));
	if (entry !== null) files.set("known_hosts", Buffer.from(knownHosts(entry)));
	const facts = {
		host,
		sequence,
		takenAt,
		tool: tools.tool,
		snapshotFile: snapshotFile({ sequence }),
		reach: entry,
		categories: bundles.map((bundle) => {
			const { files: count, bytes, capturedAt, recipients } = bundle.ref;
			return {
				name: bundle.category,
				file: fileOf(bundle),
				files: count,
				bytes,
				capturedAt,
				recipients
			};
		}),
		license: await licenseFacts(host, tools, signal),
		objectives: new Map([...tools.fleet.rto].map(([scenario, ms]) => [scenario, showDuration(ms)]))
	};
	files.set("RUNBOOK.md", Buffer.from(tools.runbook(facts)));
	files.set("SHA256SUMS", Buffer.from(checksums(files)));
	return files;
}
const fileOf = ({ category, ref }) => `bundles/${category}.${basename(ref.key).replace(/^[^.]*\./, "")}`;
const snapshotFile = ({ sequence }) => `snapshots/${String(sequence).padStart(8, "0")}.json`;
/** As `ssh-keygen -Y verify -f` reads it. */
function allowedSigners(signers) {
	return signers.map((signer) => signer.split(/\s+/).slice(0, 2).join(" ")).map((key) => `pmta-vault namespaces="${signatureNamespace}" ${key}\n`).join("");
}
/** As `ssh` reads it; a fingerprint alone is no key. */
function knownHosts({ address, port, hostKeys }) {
	const name = port === 22 ? address : `[${address}]:${port}`;
	return hostKeys.flatMap((pin) => pin.kind === "key" ? [`${name} ${pin.algorithm} ${pin.base64}\n`] : []).join("");
}
/** As `sha256sum -c` reads it. */
function checksums(files) {
	return [...files].map(([name, bytes]) => `${createHash("sha256").update(bytes).digest("hex")}  ${name}\n`).sort().join("");
}
async function licenseFacts(host, { vault }, signal) {
	for await (const { bytes } of vault.contents([`live/${host}/facts/license.yml`], signal)) return bytes === null ? null : Buffer.from(bytes).toString("utf8");
	return null;
}
export { restoreBundle };
