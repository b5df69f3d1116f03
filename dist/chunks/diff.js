import { a as gravest, t as Problem } from "./problem.js";
import { t as textDiff } from "./text.js";
import { i as nothingKnown } from "./last-seen.js";
import { a as pull, n as takenNames, r as liveMirror } from "./host-backup.js";
import { o as planCategories } from "./roots.js";
import { i as eachHost } from "./list-logs.js";
import { n as mirrorChanges, o as withPublished } from "./review.js";
import { a as trustedSnapshot } from "./trust.js";
import { t as _usingCtx } from "./usingCtx.js";
// src/flows/diff.ts
async function diff(request, tools, signal) {
	const records = await tools.vault.records(request.hosts.map((host) => host.name), signal);
	const work = async (host, stop) => {
		const record = records.get(host.name);
		const accepted = record?.accepted ?? null;
		const before = accepted === null ? /* @__PURE__ */ new Map() : await tools.vault.mirror(accepted, () => true, stop);
		const now = request.snapshot === null ? await readLive(host, tools, stop) : await storedMirror(host, request.snapshot, record, tools, stop);
		const live = new Map([...[...before].filter(([path]) => !now.covers(path)), ...now.texts]);
		return {
			host: host.name,
			accepted: accepted !== null,
			changes: accepted === null ? [] : await withPublished(mirrorChanges(before, live, tools.profile), tools.profile, tools.lookup),
			text: textDiff(before, live),
			problem: now.problem
		};
	};
	const hosts = (await eachHost(request.hosts, request.width, tools.limits.hostTimeoutMs, work, signal)).map((outcome) => {
		if (outcome.kind === "bug") throw outcome.error;
		if (outcome.kind === "done") return outcome.value;
		return {
			host: outcome.host.name,
			accepted: false,
			changes: [],
			text: "",
			problem: outcome.problem
		};
	});
	const drifted = hosts.some(({ text }) => text !== "");
	const failed = hosts.filter(({ problem }) => problem !== null);
	const causes = failed.flatMap(({ problem }) => problem === null ? [] : [problem.exit]);
	const total = failed.length === hosts.length && hosts.length > 0 ? ["total"] : [];
	return {
		command: "diff",
		hosts,
		warnings: tools.fleet.warnings,
		exit: gravest([
			...causes,
			...total,
			...drifted ? ["drift"] : []
		])
	};
}
async function readLive(host, tools, signal) {
	try {
		var _usingCtx$1 = _usingCtx();
		const categories = planCategories(tools.profile, tools.fleet.categories);
		const pullTools = {
			session: _usingCtx$1.a(await tools.transport.connect(host, signal)),
			categories,
			taken: takenNames(categories, tools.only),
			logs: [],
			profile: tools.profile,
			limits: tools.limits,
			fingerprint: tools.fingerprints.ofEntries,
			listingSalt: tools.fingerprints.salt,
			admit: async () => {}
		};
		const capture = await pull(host, pullTools, nothingKnown, signal);
		const { texts, replaced } = liveMirror(capture, tools.profile, categories, tools.fingerprints.ofValue, tools.now());
		return {
			texts,
			covers: (path) => replaced.some((part) => path === part || path.startsWith(`${part}/`)),
			problem: capture.categories.find(({ problem }) => problem !== null)?.problem ?? null
		};
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
async function storedMirror(host, which, record, tools, signal) {
	const latest = trustedSnapshot(host.name, record, tools.fleet);
	const sequence = which === "latest" ? latest?.snapshot.sequence : /^\d{1,8}$/.test(which) ? Number(which) : void 0;
	const tree = sequence !== void 0 && sequence === latest?.snapshot.sequence ? record?.live ?? null : sequence === void 0 ? null : await tools.vault.mirrorAt(host.name, sequence, signal);
	if (tree === null) throw new Problem("settings/invalid", `${host.name} has no snapshot ${which} in ${tools.vault.location}`, { hint: latest === null ? "run `pmta-vault backup` first" : `the newest is ${latest.snapshot.sequence}; a remote vault shows the newest only` });
	return {
		texts: await tools.vault.mirror(tree, () => true, signal),
		covers: () => true,
		problem: null
	};
}
export { diff };
