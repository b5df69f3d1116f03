import { t as certain } from "./certain.js";
import { t as backedUpHosts } from "./fleet.js";
import { a as gravest, n as caughtProblem, t as Problem } from "./problem.js";
import { a as newestOf, i as checkChain, n as prunedBundles } from "./prune-record.js";
import { t as headOf } from "./heads.js";
import { n as openBundle } from "./open.js";
import { a as PrunedLogs } from "./log-page.js";
import { a as bundleProblem, i as storeHint, o as SignedFiles } from "./fetch-bundles.js";
import { o as planCategories, s as planLogs } from "./roots.js";
import { t as isEnding } from "./renewal.js";
import { t as DrillReports } from "./drill-reports.js";
import { t as LogChains } from "./log-chains.js";
import { createHash } from "node:crypto";
// src/flows/completeness.ts
/**
* Whether the vault has a copy of everything that one host of the fleet should have.
* @param latest  the newest snapshot that can be trusted; null when there is none
*/
function completeness(host, latest, { fleet, profile, now }) {
	const missing = (what) => ({
		host,
		sequence: latest?.sequence ?? null,
		key: null,
		problem: new Problem("vault/no-copy", `the vault has no copy of ${what}`, { hint: `run \`pmta-vault backup --hosts ${host}\`` })
	});
	if (latest === null) return {
		findings: [missing(host)],
		warnings: []
	};
	const findings = [];
	const warnings = [];
	for (const { name, shownMasked } of planCategories(profile, fleet.categories)) {
		const record = latest.categories[name];
		if (record?.bundle === null && record.status === "missing" && !shownMasked) continue;
		if (record === void 0 || record.bundle === null) findings.push(missing(`${name} of ${host}`));
		else if (isEnding(record.bundle, now())) {
			const { artifact, key } = record.bundle;
			warnings.push(`${key}: its artifact expires at ${artifact?.expiresAt}; the next backup puts it again`);
		} else if (record.status !== "stored" && record.status !== "unchanged") {
			const why = record.status === "missing" ? "the host has it no more" : `failed: ${record.problem}`;
			warnings.push(`${name} of ${host}: ${why}; the copy of ${record.bundle.capturedAt} is kept`);
		}
	}
	for (const { name } of planLogs(profile, fleet.categories)) {
		const record = latest.categories[name];
		if (record?.status !== "failed") continue;
		const capturedAt = record.log?.capturedAt ?? null;
		if (!record.log) findings.push(missing(`${name} of ${host}`));
		else {
			const upTo = capturedAt === null ? "what was stored so far" : `what was there on ${capturedAt}`;
			warnings.push(`${name} of ${host}: failed: ${record.problem}; ${upTo} is kept`);
		}
	}
	return {
		findings,
		warnings
	};
}
// src/flows/vault-format.ts
/** What says on the branch `bundles` which format a vault has. It is not signed. */
const formatPath = "vault.json";
/** @param bytes  of that file; null when there is none */
function formatProblem(bytes) {
	const text = Buffer.from(bytes ?? []).toString("utf8");
	if (text === "{\"format\":1}\n") return null;
	const format = /^\{"format":(\d+)[,}]/.exec(text)?.[1];
	if (Number(format) > 1) return new Problem("vault/newer-format", `the vault has format ${format}; this program knows format 1`, { hint: "update pmta-vault" });
	return new Problem("seal/altered", `${formatPath} does not say which format the vault has`, { hint: "compare the bundles branch with a clone you trust; nothing else is read from that file" });
}
// src/flows/verify.ts
/** Is everything still there, and is it what was signed? Reads the vault once. Writes nothing. */
async function verify(request, tools, signal) {
	const started = performance.now();
	const run = new Verification(request, tools);
	const below = (folder) => request.hosts.length === 0 ? [folder] : request.hosts.map((host) => `${folder}${host}/`);
	const signed = [
		"prunes/",
		...below("logs/"),
		...below("drills/"),
		...below("snapshots/")
	];
	let isChained = false;
	for await (const { path, bytes } of tools.vault.contents([
		formatPath,
		...signed,
		...below("bundles/")
	], signal)) {
		if (!path.startsWith("bundles/")) {
			run.addFile(path, bytes);
			continue;
		}
		if (!isChained) run.finishChains();
		isChained = true;
		await run.checkBundle("git", path, bytes);
	}
	if (!isChained) run.finishChains();
	for (const [name, store] of tools.stores) await run.checkStore(name, store, signal);
	return run.report(performance.now() - started);
}
var Verification = class {
	#files = new SignedFiles();
	#logs = new LogChains();
	#drills;
	#records = null;
	#format = null;
	#request;
	#tools;
	#checked = /* @__PURE__ */ new Map();
	#named = /* @__PURE__ */ new Map();
	#found = /* @__PURE__ */ new Map();
	#findings = [];
	#warnings = [];
	#opened = {
		bundles: 0,
		files: 0
	};
	constructor(request, tools) {
		this.#request = request;
		this.#tools = tools;
		this.#drills = new DrillReports(tools.fleet.signers);
	}
	/** @param bytes  null when the repository has lost or damaged it */
	addFile(path, bytes) {
		if (path === "vault.json") this.#format = bytes;
		else if (path.startsWith("logs/")) this.#logs.add(path, bytes);
		else if (path.startsWith("drills/")) this.#drills.add(path, bytes);
		else {
			const [read] = this.#files.hosts();
			if (read !== void 0 && !path.startsWith(`snapshots/${read}/`)) this.#checkChain(read);
			this.#files.add(path, bytes);
		}
	}
	/** To be called behind the last snapshot. */
	finishChains() {
		this.#records ??= this.#openRecords();
		for (const host of this.#files.hosts()) this.#checkChain(host);
		const stored = [...this.#checked.keys()];
		for (const host of this.#hosts()) if (!this.#checked.has(host)) this.#checkChain(host);
		const { wentBack } = this.#request;
		const unknown = stored.length === 0 ? null : formatProblem(this.#format);
		if (wentBack !== null) this.#findings.push({
			host: "",
			sequence: null,
			key: null,
			problem: wentBack
		});
		if (unknown !== null) this.#findings.push({
			host: "",
			sequence: null,
			key: formatPath,
			problem: unknown
		});
		this.#drills.finish();
		this.#findings.push(...this.#drills.findings);
		for (const key of this.#logs.strays()) this.#warnings.push(`${key} is named by no snapshot that can be trusted`);
		const known = new Set(this.#tools.fleet.hosts.map(({ name }) => name));
		for (const host of stored.filter((name) => !known.has(name))) this.#warnings.push(`${host} is in the vault, but not in fleet.yml`);
		for (const path of this.#files.strays) this.#warnings.push(`${path} is no snapshot; it was not looked at`);
	}
	#checkChain(host) {
		this.#records ??= this.#openRecords();
		const stored = this.#files.take(host);
		const chain = checkChain(host, stored, this.#records, this.#tools.now());
		const latest = newestOf(chain)?.snapshot ?? null;
		this.#checked.set(host, {
			snapshots: stored.length,
			latest,
			head: headOf(chain)
		});
		for (const { sequence, problem } of chain.faults) this.#findings.push({
			host,
			sequence,
			key: null,
			problem
		});
		for (const { snapshot } of chain.snapshots.values()) for (const [category, { bundle: ref }] of Object.entries(snapshot.categories)) if (ref !== null && !this.#records.bundles.has(ref.key)) this.#named.set(idOf(ref), {
			host,
			category,
			ref,
			isSegment: false
		});
		this.#followLogs(host, chain, this.#records.logs);
	}
	#openRecords() {
		const { signers } = this.#tools.fleet;
		const { records, problem } = this.#files.prunes(signers);
		if (problem !== null) this.#findings.push({
			host: "",
			sequence: null,
			key: null,
			problem
		});
		return {
			signers,
			records,
			bundles: prunedBundles(records),
			logs: new PrunedLogs(records)
		};
	}
	/** The newest first: its pages lead to those of all the others, unless a chain is broken. */
	#followLogs(host, chain, pruned) {
		for (const { snapshot } of [...chain.snapshots.values()].reverse()) for (const [category, { log }] of Object.entries(snapshot.categories)) {
			if (!log) continue;
			const { pages, broken } = this.#logs.follow(host, category, log, pruned);
			for (const ref of pages.flatMap(({ segments }) => segments)) this.#named.set(idOf(ref), {
				host,
				category,
				ref,
				isSegment: true
			});
			if (broken !== null) this.#findings.push({
				host,
				sequence: snapshot.sequence,
				...broken
			});
		}
	}
	#hosts() {
		const { hosts } = this.#request;
		return hosts.length > 0 ? hosts : backedUpHosts(this.#tools.fleet).map(({ name }) => name);
	}
	async checkBundle(store, key, bytes) {
		const named = this.#named.get(idOf({
			store,
			key
		}));
		if (bytes === null) return;
		const sha256 = createHash("sha256").update(bytes).digest("hex");
		this.#found.set(idOf({
			store,
			key
		}), {
			size: bytes.length,
			sha256
		});
		const { deep } = this.#request;
		if (named === void 0) {
			this.#warnings.push(`${key} is named by no snapshot that can be trusted`);
			return;
		}
		if (deep === null || named.isSegment || sha256 !== named.ref.sha256) return;
		if (turnOf(key, deep.turns) !== deep.turn - 1) return;
		try {
			const { files } = await openBundle(bytes, deep.identities, {
				...named,
				key
			});
			this.#opened.bundles++;
			this.#opened.files += files.length;
		} catch (error) {
			const problem = caughtProblem(error);
			this.#findings.push({
				host: named.host,
				sequence: null,
				key,
				problem
			});
		}
	}
	/** Bundles outside of the branch, one by one. */
	async checkStore(name, store, signal) {
		for (const { ref } of [...this.#named.values()].filter((found) => found.ref.store === name)) {
			const bytes = await store.get(ref.key, signal, ref.sha256).catch((problem) => {
				if (problem instanceof Problem && problem.code === "store/missing") return null;
				throw problem;
			});
			await this.checkBundle(name, ref.key, bytes);
		}
	}
	report(ms) {
		const byHash = new Map([...this.#named.values()].map(({ ref }) => [ref.sha256, ref.key]));
		for (const [id, { host, ref }] of this.#named) {
			if (!(ref.store === "git" || this.#tools.stores.has(ref.store))) continue;
			const problem = bundleProblem(ref, this.#found.get(id) ?? null, byHash);
			if (problem !== null) this.#findings.push({
				host,
				sequence: null,
				key: ref.key,
				problem
			});
		}
		const elsewhere = [...this.#named.values()].filter(({ ref }) => ref.store !== "git" && !this.#tools.stores.has(ref.store));
		const [first] = elsewhere;
		if (first !== void 0) {
			const names = [...new Set(elsewhere.map(({ ref }) => ref.store))].join(", ");
			this.#findings.push({
				host: first.host,
				sequence: null,
				key: first.ref.key,
				problem: new Problem("store/missing", `${elsewhere.length} bundles rest in another store: ${names}`, { hint: storeHint(first.ref.store) })
			});
		}
		for (const host of this.#hosts()) {
			const { findings, warnings } = completeness(host, this.#of(host).latest, this.#tools);
			this.#findings.push(...findings);
			this.#warnings.push(...warnings);
		}
		const { deep } = this.#request;
		const hosts = [.../* @__PURE__ */ new Set([...this.#hosts(), ...this.#checked.keys()])];
		return {
			command: "verify",
			vault: this.#tools.vault.location,
			hosts: hosts.map((host) => this.#hostReport(host)),
			findings: this.#findings.filter(({ host }) => !hosts.includes(host)),
			snapshots: sum(hosts.map((host) => this.#of(host).snapshots)),
			bundles: this.#found.size,
			reports: this.#drills.count,
			bytes: sum([...this.#found.values()].map(({ size }) => size)),
			deep: deep === null ? null : {
				turn: deep.turn,
				turns: deep.turns,
				...this.#opened
			},
			warnings: this.#warnings,
			ms: Math.round(ms),
			exit: gravest(this.#findings.map(({ problem }) => problem.exit))
		};
	}
	#of(host) {
		return certain(this.#checked.get(host));
	}
	#hostReport(host) {
		const { snapshots, head } = this.#of(host);
		return {
			host,
			snapshots,
			newest: head?.takenAt ?? null,
			head: head === null ? null : {
				sequence: head.sequence,
				sha256: head.sha256
			},
			bundles: [...this.#named.values()].filter((named) => named.host === host).length,
			findings: this.#findings.filter((finding) => finding.host === host)
		};
	}
};
const idOf = ({ store, key }) => `${store}:${key}`;
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
/** Each bundle has a fixed turn of its own, so that `turns` runs in a row open every bundle once. */
function turnOf(key, turns) {
	return createHash("sha256").update(key).digest().readUInt32BE(0) % turns;
}
export { turnOf, verify };
