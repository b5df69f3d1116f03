import { t as backedUpHosts } from "./fleet.js";
import { a as textBefore, n as matched } from "./parts.js";
import { a as gravest$1, n as caughtProblem } from "./problem.js";
import { o as planCategories, s as planLogs } from "./roots.js";
import { n as isGone, t as isEnding } from "./renewal.js";
import { i as showDuration } from "./duration.js";
import { n as onlyOne, t as certain } from "./certain.js";
import { t as byGravity } from "./change.js";
import { a as standingOf, c as readTrailers, d as summarise, l as groupDrifts, p as readFacts, s as planProposals, t as hostDrifts, u as describe } from "./review.js";
import { n as reportProblem } from "./drill-reports.js";
import { t as listed } from "./listed.js";
import { t as rpoOf } from "./objectives.js";
import { a as trustedSnapshot } from "./trust.js";
import { a as daysOf, o as windowsAround, s as impactOf, t as changeSubject } from "./impact.js";
// src/flows/artifact-ages.ts
/** @param isBackedUp  then the next backup puts it again, and what is gone is a breach */
function artifactFindings(host, newest, isBackedUp, now) {
	return Object.entries(newest?.categories ?? {}).flatMap(([name, { bundle }]) => {
		if (bundle === null || !isEnding(bundle, now)) return [];
		const level = isBackedUp && isGone(bundle, now) ? "breach" : "warning";
		return [{
			id: `artifact/${host}/${name}`,
			level,
			host,
			...said(name, bundle, isBackedUp, now)
		}];
	});
}
function said(name, bundle, isBackedUp, now) {
	const day = bundle.artifact?.expiresAt?.slice(0, 10);
	const again = "run `pmta-vault backup` with the artifact store: it puts the copy again";
	const fetch = "no backup puts it again: `pmta-vault restore --out` brings it to a place that lasts";
	if (isGone(bundle, now)) return {
		message: `the last copy of ${name} was in an artifact that expired on ${day}: there is none any more`,
		hint: isBackedUp ? again : ""
	};
	return {
		message: `the last copy of ${name} is in an artifact that expires on ${day}`,
		hint: isBackedUp ? again : fetch
	};
}
// src/flows/copy-ages.ts
/**
* The age of each category's last good copy, by the time of its data.
* @param newest    the newest snapshot of the host, trusted; null when there is none
* @param expected  categories that a host should have; those of the snapshot count besides
*/
function copyAges(newest, expected, rpoMs, now) {
	const records = newest?.categories ?? {};
	return [.../* @__PURE__ */ new Set([...expected, ...Object.keys(records)])].sort().map((name) => {
		const record = records[name];
		const capturedAt = record?.bundle?.capturedAt ?? record?.log?.capturedAt ?? null;
		const ageMs = capturedAt === null ? null : now - Date.parse(capturedAt);
		const expiresAt = record?.bundle?.artifact?.expiresAt ?? null;
		const common = {
			name,
			lastRun: record?.status ?? null,
			capturedAt,
			ageMs,
			rpoMs: rpoMs(name),
			expiresAt
		};
		if (record?.status === "missing") return {
			...common,
			state: "absent"
		};
		if (ageMs === null) return {
			...common,
			state: "never"
		};
		if (ageMs < -3e5) return {
			...common,
			state: "clock"
		};
		return {
			...common,
			state: ageMs > common.rpoMs ? "late" : "good"
		};
	});
}
function ageFindings(host, ages) {
	return ages.flatMap((age) => {
		const found = ageFinding(host, age);
		return found === null ? [] : [{
			id: `rpo/${host}/${age.name}`,
			host,
			...found
		}];
	});
}
function ageFinding(host, { name, state, capturedAt, rpoMs, lastRun }) {
	const breach = (message, hint) => ({
		level: "breach",
		message,
		hint
	});
	const warning = (message, hint) => ({
		level: "warning",
		message,
		hint
	});
	const look = `run \`pmta-vault doctor ${host}\`, then \`pmta-vault backup --hosts ${host}\``;
	switch (state) {
		case "late": return breach(`the last good copy of ${name} is of ${capturedAt}, older than its RPO of ${showDuration(rpoMs)}`, look);
		case "never": return breach(`there is no copy of ${name}`, look);
		case "clock": return breach(`the last copy of ${name} is of ${capturedAt}, which is yet to come`, "set the clock of the machine that makes the backups, or of this one");
		case "absent": return capturedAt === null ? null : warning(`the host has no ${name} any more; the last copy is of ${capturedAt}`, "if that is not meant, restore it; the copy is kept");
		case "good": return lastRun === "failed" ? warning(`the last backup of ${name} failed; the copy of ${capturedAt} stands`, look) : null;
	}
}
// src/flows/drifts.ts
/** What is live and not accepted: in open proposals, refused by people, or in no proposal. */
async function driftsOf(tools, records, signal) {
	const found = await hostDrifts({
		...tools,
		lookup: null
	}, records, signal);
	const drafts = groupDrifts(found, tools.fleet.review.group);
	const { standing, problem } = await judgements(drafts, tools, signal);
	const plan = planProposals(drafts, standing, Number.POSITIVE_INFINITY, {
		describe,
		summarise
	});
	const branches = new Map(standing.branches.map((branch) => [branch.id, branch]));
	const changes = /* @__PURE__ */ new Map();
	const judged = plan.proposals.flatMap(({ id, action, title, hosts, draft, page }) => {
		const branch = branches.get(id);
		const of = {
			id,
			hosts,
			isOlder: false,
			risk: gravest(draft?.changes ?? []),
			url: page?.url ?? null
		};
		if (action === "rejected") return [{
			...of,
			state: "rejected",
			title,
			since: page?.mark?.since ?? null
		}];
		if (branch !== void 0) {
			const named = readTrailers(branch.message)?.hosts ?? [];
			const shown = {
				title: textBefore(branch.message, "\n"),
				hosts: named.length > 0 ? named : hosts
			};
			return [{
				...of,
				...shown,
				state: "open",
				since: branch.committedAt
			}];
		}
		const own = certain(draft);
		for (const host of hosts) changes.set(host, [...changes.get(host) ?? [], ...changesOf(host, own)]);
		return [];
	});
	const state = tools.forge === null || problem !== null ? "not-open" : "unproposed";
	const times = await tools.vault.liveSince([...changes.keys()], signal);
	const alone = [...changes].map(([host, own]) => {
		const { at: since, isCut: isOlder } = times.get(host) ?? {
			at: null,
			isCut: false
		};
		const title = found.some((drift) => drift.host === host && drift.accepted === null) ? `${host} has no accepted mirror` : `${host} ${inWords(own.length)}`;
		return {
			state,
			id: null,
			title,
			hosts: [host],
			since,
			isOlder,
			risk: gravest(own),
			url: null
		};
	});
	return {
		drifts: [...judged, ...alone],
		problem
	};
}
/** A status is told also where pull requests cannot be read: less is known then. */
async function judgements(drafts, { vault, forge }, signal) {
	try {
		return {
			standing: await standingOf(drafts, {
				vault,
				forge
			}, signal),
			problem: null
		};
	} catch (error) {
		const problem = caughtProblem(error, signal);
		return {
			standing: await standingOf(drafts, {
				vault,
				forge: null
			}, signal),
			problem
		};
	}
}
const changesOf = (host, { drifts }) => drifts.filter((drift) => drift.host === host).flatMap((drift) => drift.changes);
const inWords = (count) => count === 0 ? "has text that differs" : `has ${count} ${count === 1 ? "change that is" : "changes that are"} not accepted`;
function gravest(changes) {
	return byGravity(changes)[0]?.risk ?? null;
}
const standings = {
	unproposed: "not proposed yet",
	"not-open": "in no open proposal: rejected, or not proposed yet"
};
function driftFinding(drift) {
	const { state, id, title, hosts, since, isOlder, risk, url } = drift;
	const host = onlyOne(hosts);
	const danger = risk === null ? "" : ` (risk ${risk.level}${risk.name === "" ? "" : `: ${risk.name}`})`;
	const day = since === null ? null : since.slice(0, 10);
	const finding = (key, message, hint) => ({
		id: key,
		level: "warning",
		host,
		message,
		hint
	});
	if (state === "open") {
		const hint = `look at drift/${id}, then merge it or put the hosts right`;
		return finding(`drift/${id}`, `open since ${day}: ${title}${danger}`, hint);
	}
	if (state === "rejected") {
		const proposed = day === null ? "" : `, first proposed on ${day}`;
		const hint = `put the hosts right, or reopen and merge ${url ?? `drift/${id}`}`;
		return finding(`rejected/${id}`, `rejected and still live${proposed}: ${title}${danger}`, hint);
	}
	const age = day === null ? "" : `since ${day}${isOlder ? " or before" : ""}, `;
	return finding(`unproposed/${hosts.join(",")}`, `${title}, ${age}${standings[state]}${danger}`, `pmta-vault diff ${hosts.join(" ")} --snapshot latest`);
}
const unaskedFinding = ({ message, hint }) => ({
	id: "fleet/pull-requests",
	level: "warning",
	host: null,
	message: `what was rejected is not known: ${message}`,
	hint
});
// src/flows/drill-ages.ts
/** A quarter, and ten days to get round to it. */
const mostMs = 864e7;
/** In the order of the hosts; those that were never drilled are left out. */
async function lastDrills(hosts, { fleet, vault }, signal) {
	const found = await vault.drillBlobs(hosts, signal);
	const texts = await vault.texts([...found.values()].flatMap(({ report, signature }) => signature === null ? [report] : [report, signature]), signal);
	return [...found].map(([host, { path, report, signature }]) => {
		const text = texts.get(report) ?? "";
		const signed = signature === null ? "" : texts.get(signature) ?? "";
		return reportProblem(fleet.signers, path, Buffer.from(text), signed) === null ? drillStatus(host, path, JSON.parse(text)) : untrusted(host, path);
	});
}
function drillStatus(host, path, report) {
	const { startedAt: at, verdict, ms, objective, proofs } = report;
	const failed = proofs.filter((proof) => proof.verdict === "failed").map(({ name }) => name);
	return {
		host,
		path,
		at,
		verdict,
		ms,
		...objective,
		failed
	};
}
const untrusted = (host, path) => ({
	host,
	path,
	at: null,
	verdict: "untrusted",
	ms: 0,
	scenario: "",
	rtoMs: 0,
	isMet: false,
	failed: []
});
function drillFindings(drills, now) {
	const own = drills.flatMap((drill) => drillFinding(drill) ?? []);
	const last = drills.flatMap(({ at }) => at === null ? [] : [at]).sort().at(-1) ?? null;
	if (last !== null && now - Date.parse(last) <= mostMs) return own;
	const message = last === null ? "no restore was ever rehearsed" : `the last drill of any host was on ${last.slice(0, 10)}`;
	const hint = "pmta-vault drill --host HOST; a backup that nobody has opened is a hope";
	return [...own, {
		id: "drills/none",
		level: "warning",
		host: null,
		message,
		hint
	}];
}
function drillFinding({ host, path, at, verdict, ms, scenario, rtoMs, isMet, failed }) {
	const breach = (message, hint) => ({
		id: `drill/${host}`,
		level: "breach",
		host,
		message,
		hint
	});
	const day = at?.slice(0, 10);
	if (verdict === "untrusted") return breach(`${path} is no report that a signer of fleet.yml signed, or that of another drill`, "drill again; find out who could write");
	if (failed.length > 0) return breach(`the last drill, on ${day}, failed: ${failed.join(", ")}`, `git show bundles:${path}`);
	if (!isMet) return breach(`the last drill, on ${day}, took ${`${showDuration(Math.ceil(ms / 1e3) * 1e3)}, and ${scenario} allows ${showDuration(rtoMs)}`}`, `git show bundles:${path} tells where the time went`);
	return null;
}
// src/flows/expiries.ts
/** What the public facts of hosts say of licences, certificates and keys: what ends soon, and what is weak. */
const dayMs = 864e5;
/** From here on an end is near: time enough for a vendor or an authority to answer. */
const nearMs = 30 * dayMs;
const leastRsaBits = 2048;
/** @param facts  by category, as read from `live/<host>/facts/`; null for what is no YAML */
function factFindings(host, facts, now) {
	const licenses = licenseExpiries(host, facts.get("license"));
	const certificates = certificateExpiries(host, facts.get("tls"));
	return {
		expiries: [...licenses, ...certificates],
		findings: [
			...licenseFindings(host, licenses, now),
			...certificates.flatMap((expiry) => endFinding(expiry, "breach", now)),
			...keyFindings(host, facts.get("dkim")),
			...[...facts].flatMap(([category, fact]) => fact === null ? [unreadFinding(host, category)] : [])
		]
	};
}
function licenseExpiries(host, facts) {
	return entriesOf(facts).flatMap(([path, file]) => listAt(file, "licenses").flatMap((license) => {
		const end = textAt(license, "expires");
		if (!/^\d{4}-\d{2}-\d{2}$/.test(end)) return [];
		return [{
			host,
			kind: "license",
			path,
			name: `${textAt(license, "product")} ${textAt(license, "version")}`.trim(),
			expiresAt: `${end}T23:59:59.000Z`
		}];
	}));
}
/** The first certificate of a file is the server's own; what follows is the way to its authority. */
function certificateExpiries(host, facts) {
	return entriesOf(facts).flatMap(([path, file]) => {
		const [own] = listAt(file, "certificates");
		const end = textAt(own, "notAfter");
		if (Number.isNaN(Date.parse(end))) return [];
		return [{
			host,
			kind: "tls",
			path,
			name: textAt(own, "subject"),
			expiresAt: end
		}];
	});
}
/** An old key may lie beside a new one: only when all of a file have ended is the server without. */
function licenseFindings(host, licenses, now) {
	return [...Map.groupBy(licenses, ({ path }) => path).values()].flatMap((file) => {
		const allEnded = file.every(({ expiresAt }) => Date.parse(expiresAt) <= now);
		return file.flatMap((license) => endFinding({
			...license,
			host
		}, allEnded ? "breach" : "warning", now));
	});
}
function endFinding({ host, kind, path, name, expiresAt }, whenEnded, now) {
	const left = Date.parse(expiresAt) - now;
	if (left > nearMs) return [];
	const what = kind === "license" ? `licence ${name} (${path})` : `certificate ${name} (${path})`;
	const date = expiresAt.slice(0, 10);
	return [{
		id: `${kind}/${host}/${path}/${name}`,
		level: left <= 0 ? whenEnded : "warning",
		host,
		message: left <= 0 ? `${what} ended on ${date}` : `${what} ends on ${date}, in ${Math.ceil(left / dayMs)} days`,
		hint: kind === "license" ? "ask the vendor for a renewal, and put it in place" : "renew it, and put it in place"
	}];
}
/** Nobody but the program writes there: then it is not known what ends. */
function unreadFinding(host, category) {
	return {
		id: `facts-unreadable/${host}/${category}`,
		level: "warning",
		host,
		message: `live/${host}/facts/${category}.yml in the vault is not what a backup wrote`,
		hint: "find out who else writes to the branch bundles; the next change on the host writes it anew"
	};
}
function keyFindings(host, facts) {
	const files = entriesOf(facts);
	const weak = files.filter(([, key]) => textAt(key, "type") === "rsa" && Number(fieldAt(key, "bits")) < leastRsaBits);
	const unreadable = files.filter(([, key]) => textAt(key, "unreadable") !== "");
	const named = (some) => listed(some.map(([path]) => path), 3);
	return [...weak.length === 0 ? [] : [{
		id: `dkim-weak/${host}`,
		level: "warning",
		host,
		message: `${weak.length} DKIM keys are shorter than ${leastRsaBits} bits: ${named(weak)}`,
		hint: "make keys of 2048 bits, publish them under new selectors, then change the config"
	}], ...unreadable.length === 0 ? [] : [{
		id: `dkim-unreadable/${host}`,
		level: "warning",
		host,
		message: `${unreadable.length} files are no DKIM keys that can be used: ${named(unreadable)}`,
		hint: "look at the files on the host: nothing can be signed with them"
	}]];
}
const entriesOf = (facts) => typeof facts === "object" && facts !== null ? Object.entries(facts) : [];
const fieldAt = (node, key) => typeof node === "object" && node !== null && Object.hasOwn(node, key) ? node[key] : void 0;
function textAt(node, key) {
	const value = fieldAt(node, key);
	return typeof value === "string" ? value : "";
}
function listAt(node, key) {
	const value = fieldAt(node, key);
	return Array.isArray(value) ? value : [];
}
// src/flows/worse-changes.ts
/** What of the changes of late made deferrals worse, at a glance: for a status, which has no time for all of it. */
/** What was found longer ago is known by now, or nobody minds. */
const lookBackMs = 6048e5;
const mostChanges = 10;
/** Days of hosts that are read, for all changes together. */
const mostDays = 60;
/** As `impact` has them when nobody says otherwise. */
const windowSeconds = 14400;
const thresholds = {
	investigate: .05,
	reduce: .15
};
async function worseChanges(tools, signal) {
	const { vault, now } = tools;
	const changes = await vault.recentChanges(/* @__PURE__ */ new Date(now().getTime() - lookBackMs), mostChanges, signal);
	const worse = [];
	let left = mostDays;
	for (const change of changes) {
		const windows = windowsAround(change.seenAt, change.notBefore ?? change.seenAt, windowSeconds);
		const dates = daysOf(Object.values(windows));
		const hosts = change.mirrors.map(({ host }) => host);
		const looked = hosts.slice(0, Math.floor(left / dates.length));
		if (looked.length === 0) break;
		left -= looked.length * dates.length;
		const days = await vault.traffic(looked, dates, signal);
		if (days.length === 0) continue;
		const { result, reason } = impactOf({
			subject: {
				...await firstSubject(change, tools, signal),
				hosts: looked
			},
			windows,
			thresholds,
			days,
			records: /* @__PURE__ */ new Map(),
			now: now().getTime() / 1e3
		});
		const { id, title, seenAt } = change;
		if (result === "worse") worse.push({
			id,
			title,
			hosts,
			looked: looked.length,
			reason,
			seenAt
		});
	}
	return worse;
}
/** One proposal is one change: what it does on its first host says which ISPs it is about. */
const firstSubject = async (change, tools, signal) => await changeSubject({
	...change,
	mirrors: change.mirrors.slice(0, 1)
}, tools, signal);
/** A warning: deliverability is no objective of a backup, so that a status does not end with code 7 for it. */
function worseFinding({ id, title, hosts, looked, reason, seenAt }) {
	const part = looked < hosts.length ? ` (as seen on ${looked} of its ${hosts.length} hosts)` : "";
	const day = (/* @__PURE__ */ new Date(seenAt * 1e3)).toISOString().slice(0, 16).replace("T", " ");
	return {
		id: `impact/${id}`,
		level: "warning",
		host: onlyOne(hosts),
		message: `worse since ${day} UTC, ${title}: ${reason}${part}`,
		hint: `pmta-vault impact --change ${id}`
	};
}
// src/flows/status.ts
/** The story of a status: what the vault says of itself, against the objectives of the fleet. Asks no host. */
async function status(tools, signal) {
	const { fleet, vault } = tools;
	const at = tools.now();
	const backedUp = backedUpHosts(fleet);
	const inFleet = new Set(backedUp.map(({ name }) => name));
	const known = await vault.knownHosts(signal);
	const names = [...inFleet, ...known.filter((name) => !inFleet.has(name))];
	const records = await vault.records(names, signal);
	const copies = copiesByHost(await tools.listCopies?.() ?? []);
	const judged = names.map((name) => judge(name, records.get(name), copies.get(name) ?? [], inFleet, tools, at));
	const facts = await allFacts(names.filter((name) => inFleet.has(name)), tools, at, signal);
	const { drifts, problem: unasked } = await driftsOf(tools, records, signal);
	const drills = await lastDrills(backedUp.map(({ name }) => name), tools, signal);
	const worse = await worseChanges(tools, signal);
	const findings = [
		...judged.flatMap((host) => host.findings),
		...facts.findings,
		...worse.map(worseFinding),
		...drifts.map(driftFinding),
		...unasked === null ? [] : [unaskedFinding(unasked)],
		...drillFindings(drills, at.getTime()),
		...fleet.warnings.map((warning) => vaultFinding(warning))
	];
	const hosts = judged.map(({ status: host }) => host);
	return {
		command: "status",
		vault: vault.location,
		at: at.toISOString(),
		hosts,
		drifts,
		worse,
		expiries: facts.expiries,
		drills,
		findings: findings.sort((a, b) => Number(a.level === "warning") - Number(b.level === "warning")),
		exit: gravest$1([...hosts.flatMap((host) => host.problem === null ? [] : [host.problem.exit]), ...findings.flatMap((finding) => finding.level === "breach" ? ["objective"] : [])])
	};
}
function judge(host, record, copies, inFleet, { fleet, profile }, at) {
	const { snapshot, problem } = newestOf(host, record, fleet);
	const expected = inFleet.has(host) ? planCategories(profile, fleet.categories) : [];
	const rpoMs = (category) => rpoOf(category, fleet, profile);
	const categories = copyAges(snapshot, expected.map(({ name }) => name), rpoMs, at.getTime());
	const status = {
		host,
		inFleet: inFleet.has(host),
		tags: fleet.hosts.find(({ name }) => name === host)?.tags ?? [],
		snapshot: snapshot === null ? null : {
			sequence: snapshot.sequence,
			takenAt: snapshot.takenAt
		},
		problem,
		categories,
		copies
	};
	const unread = (inFleet.has(host) ? planLogs(profile, fleet.categories) : []).map(({ name }) => name).filter((name) => snapshot?.categories[name] === void 0);
	const isRead = snapshot === null || unread.length === 0;
	const expiring = artifactFindings(host, snapshot, inFleet.has(host), at);
	return {
		status,
		findings: [
			...hostFindings(status),
			...expiring,
			...isRead ? [] : [unreadLogs(host, unread)]
		]
	};
}
/** No run has looked for them: they are not late, and nobody may take them for backed up. */
function unreadLogs(host, names) {
	return {
		id: `logs/${host}`,
		level: "warning",
		host,
		message: `${names.join(" and ")} ${names.length === 1 ? "was" : "were"} never looked for`,
		hint: "run `pmta-vault backup` with all categories; with store artifact, say where with log-store"
	};
}
function newestOf(host, record, fleet) {
	try {
		return {
			snapshot: trustedSnapshot(host, record, fleet)?.snapshot ?? null,
			problem: null
		};
	} catch (error) {
		return {
			snapshot: null,
			problem: caughtProblem(error)
		};
	}
}
function hostFindings({ host, inFleet, problem, snapshot, categories }) {
	const finding = (kind, level, message, hint) => [{
		id: `${kind}/${host}`,
		level,
		host,
		message,
		hint
	}];
	if (problem !== null) return finding("untrusted", "breach", problem.message, problem.hint);
	if (!inFleet) return finding("gone", "warning", "has copies in the vault, and fleet.yml does not have it backed up", "if it is out of service this is as it should be: `prune` keeps what there is");
	if (snapshot === null) return finding("never", "breach", "was never backed up", `run \`pmta-vault doctor ${host}\`, then \`pmta-vault backup --hosts ${host}\``);
	return ageFindings(host, categories);
}
async function allFacts(hosts, { vault }, at, signal) {
	const blobs = await vault.factBlobs(hosts, signal);
	const wanted = [
		"license",
		"tls",
		"dkim"
	];
	const idsOf = (host) => [...blobs.get(host) ?? []].filter(([category]) => wanted.includes(category));
	const texts = await vault.texts(hosts.flatMap((host) => idsOf(host).map(([, blob]) => blob)), signal);
	const read = new Map([...texts].map(([blob, text]) => [blob, readFacts(text)]));
	const found = hosts.map((host) => factFindings(host, new Map(idsOf(host).map(([category, blob]) => [category, read.get(blob)])), at.getTime()));
	return {
		expiries: found.flatMap(({ expiries }) => expiries),
		findings: found.flatMap(({ findings }) => findings)
	};
}
const vaultFinding = (message) => ({
	id: `fleet/${message.split(":")[0]}`,
	level: "warning",
	host: null,
	message,
	hint: "edit fleet.yml"
});
const copyName = /^bundles\/([^/]+)\/([^/]+)\/(?:.*@)?(\d{8})T(\d{6})\d{3}Z/;
/**
* From names such as `bundles/mta1/config/20261123T051032337Z.tar.zst.age`. A log file counts once, at the time when it
* was first seen, as its segments do not say theirs.
*/
function copiesByHost(keys) {
	const found = /* @__PURE__ */ new Map();
	const names = keys.map((key) => key.replace(/\/\d+-\d+(\.\d+)?\.(zst|gz)\.age$/, ""));
	for (const name of new Set(names)) {
		const file = matched(copyName, name, "host", "category", "date", "clock");
		if (file === null) continue;
		const { host, category } = file;
		const copy = {
			category,
			at: `${file.date.replace(/(....)(..)(..)/, "$1-$2-$3")}T${file.clock.replace(/(..)(..)(..)/, "$1:$2:$3")}Z`
		};
		const own = found.get(host);
		if (own === void 0) found.set(host, [copy]);
		else own.push(copy);
	}
	for (const own of found.values()) own.sort((a, b) => a.at < b.at ? -1 : a.at > b.at ? 1 : 0);
	return found;
}
export { status };
