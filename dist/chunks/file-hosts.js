import { t as firstCountedDay } from "./traffic.js";
import { n as signSnapshot, r as snapshotHash } from "./snapshot.js";
import { a as backupReport, s as notReviewed } from "./read-hosts.js";
import { n as recipientsOf } from "./fleet.js";
import { t as compareTexts } from "./order.js";
import { i as writePage } from "./log-page.js";
import { i as withRenewed } from "./renewal.js";
import { i as review } from "./review.js";
import { a as trustedSnapshot } from "./trust.js";
// src/flows/next-snapshot.ts
/** The next snapshot of a host, on top of what the vault holds at this moment. */
function nextSnapshot(host, backup, before, about) {
	const former = before?.snapshot.categories ?? {};
	const sequence = (before?.snapshot.sequence ?? 0) + 1;
	const records = new Map(Object.entries(former));
	const pages = /* @__PURE__ */ new Map();
	const segments = [];
	const traffic = [];
	for (const category of backup.categories) {
		const recipients = recipientsOf(about.fleet, category.name);
		const bundle = former[category.name]?.bundle ?? null;
		records.set(category.name, categoryRecord(category, bundle, backup.takenAt, recipients));
	}
	for (const log of backup.logs) {
		const last = former[log.name]?.log ?? null;
		if ((last?.sha256 ?? null) !== (log.previous?.sha256 ?? null)) continue;
		const place = {
			host: host.name,
			category: log.name,
			sequence,
			takenAt: backup.takenAt
		};
		const written = log.page === null ? null : writePage({
			format: 1,
			...place,
			previous: log.previous,
			...log.page
		});
		if (written !== null) pages.set(written.ref.key, written.bytes);
		segments.push(...log.page?.segments.map(({ key }) => key) ?? []);
		if (written !== null) traffic.push(...log.traffic);
		records.set(log.name, logRecord(log, last, written?.ref ?? null, backup.takenAt));
	}
	return {
		snapshot: {
			format: 1,
			host: host.name,
			sequence,
			previous: before === null ? null : snapshotHash(before.bytes),
			takenAt: backup.takenAt,
			profile: host.profile,
			tool: about.tool,
			run: about.run,
			categories: Object.fromEntries([...records].sort(([a], [b]) => compareTexts(a, b)))
		},
		pages,
		segments,
		traffic
	};
}
function categoryRecord(category, former, takenAt, recipients) {
	if (category.bundle !== null) return {
		status: "stored",
		bundle: {
			...category.bundle,
			capturedAt: takenAt,
			recipients
		},
		problem: category.problem?.code ?? null
	};
	if (category.status === "unchanged" && former !== null && former.fingerprint === category.fingerprint) return {
		status: "unchanged",
		bundle: {
			...former,
			capturedAt: takenAt
		},
		problem: null
	};
	return {
		status: category.status === "missing" ? "missing" : "failed",
		bundle: former,
		problem: category.problem?.code ?? null
	};
}
/** Problems that leave something on the host which the next run shall not wait a whole interval for. */
const unfinished = /* @__PURE__ */ new Set(["pull/out-of-time", "pull/unreadable"]);
function logRecord(log, former, page, takenAt) {
	const problem = log.problem?.code ?? null;
	if (log.status === "failed") return {
		status: "failed",
		bundle: null,
		log: former,
		problem
	};
	const ref = page ?? former;
	const capturedAt = problem === null || !unfinished.has(problem) ? takenAt : former?.capturedAt ?? null;
	const files = log.page?.files;
	const size = {
		files: files?.length ?? former?.files ?? 0,
		bytes: files?.reduce((sum, { end }) => sum + end, 0) ?? former?.bytes ?? 0
	};
	const next = ref === null ? null : {
		key: ref.key,
		sha256: ref.sha256,
		...size,
		capturedAt
	};
	return {
		status: log.status,
		bundle: null,
		log: next,
		problem
	};
}
// src/flows/file-hosts.ts
/** One write for all hosts, then proposals; a dry run is not given here. */
async function fileHosts(outcomes, run, { propose, follows }, tools, signal) {
	const read = performance.now();
	const recorded = await record(outcomes, follows, tools, signal);
	const written = performance.now();
	const reviewed = propose ? await review({
		...tools,
		run: tools.about.run
	}, signal) : notReviewed;
	await tools.vault.tidy(signal);
	const forge = tools.forge === null ? null : {
		name: tools.forge.name,
		...tools.forge.requests
	};
	return backupReport(outcomes, run, {
		recorded,
		reviewed,
		forge,
		read,
		written
	});
}
async function record(outcomes, follows, tools, signal) {
	const done = outcomes.filter((outcome) => outcome.kind === "done");
	const recorded = /* @__PURE__ */ new Map();
	const prepare = (records) => done.flatMap(({ host, value }) => {
		const before = trustedSnapshot(host.name, records.get(host.name), tools.fleet);
		const answer = follows(host, value, before);
		if (answer !== "new") {
			recorded.set(host.name, answer === "recorded" ? before?.snapshot.sequence ?? 0 : answer);
			return [];
		}
		const { snapshot, pages, segments, traffic } = nextSnapshot(host, value, before === null ? null : formerOf(before, value.renewed), {
			...tools.about,
			fleet: tools.fleet
		});
		recorded.set(host.name, snapshot.sequence);
		return {
			snapshot: signSnapshot(snapshot, tools.signingKey),
			live: value.live,
			hint: value.hint,
			pages,
			segments,
			traffic
		};
	});
	if (done.length > 0) await tools.vault.record(prepare, done.map(({ host }) => host.name), firstCountedDay(tools.fleet.countsMs, tools.now()), signal);
	return recorded;
}
function formerOf(before, renewed) {
	const categories = withRenewed(before.snapshot.categories, renewed);
	return {
		...before,
		snapshot: {
			...before.snapshot,
			categories
		}
	};
}
export { fileHosts as t };
