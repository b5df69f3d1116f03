import { t as certain } from "./certain.js";
import { t as Problem } from "./problem.js";
import { t as listed } from "./listed.js";
import { t as compareTexts } from "./order.js";
import { t as attempts } from "./traffic-day.js";
import { n as mirrorChanges, r as mirrorOutline } from "./review.js";
// src/impact/interval.ts
/**
* How sure a share is. Attempts are taken as independent, which retries to one busy server are not: intervals are
* rather too narrow than too wide, so that verdicts ask for more than 95 in 100.
* Sources: E. B. Wilson, JASA 22 (1927); R. G. Newcombe, Statistics in Medicine 17 (1998) 873, method 10.
*/
/** Standard deviations that hold 95 of 100 cases: what is shown. */
const shown = 1.96;
/** Standard deviations that hold 999 of 1000 cases: what is judged by, as many ISPs and IPs are looked at. */
const judged = 3.29;
/** @param trials  at least 1 */
function wilson(hits, trials, z = shown) {
	const share = hits / trials;
	const square = z * z;
	const middle = share + square / (2 * trials);
	const half = z * Math.sqrt(share * (1 - share) / trials + square / (4 * trials * trials));
	const whole = 1 + square / trials;
	return [Math.max(0, (middle - half) / whole), Math.min(1, (middle + half) / whole)];
}
/** The interval of `after - before`. Both have at least one trial. */
function newcombe(before, after, z = shown) {
	const [first, second] = [before.hits / before.trials, after.hits / after.trials];
	const [low1, high1] = wilson(before.hits, before.trials, z);
	const [low2, high2] = wilson(after.hits, after.trials, z);
	const difference = second - first;
	return [difference - Math.hypot(second - low2, high1 - first), difference + Math.hypot(high2 - second, first - low1)];
}
/** @param isRecorded  whether deferred attempts are recorded; without them there is no rate, and not one of zero */
function rateOf(cells, recipients, isRecorded) {
	const sum = (name) => cells.reduce((total, cell) => total + cell[name], 0);
	const [delivered, bounced, deferred] = [
		sum("delivered"),
		sum("bounced"),
		sum("deferred")
	];
	const attempts = delivered + bounced + deferred;
	const isKnown = isRecorded && attempts > 0;
	return {
		attempts,
		delivered,
		bounced,
		deferred,
		recipients,
		rate: isKnown ? deferred / attempts : null,
		interval: isKnown ? wilson(deferred, attempts) : null
	};
}
function compare(before, after) {
	const isSmall = before.attempts < 100 || after.attempts < 100;
	if (before.rate === null || after.rate === null) return {
		before,
		after,
		isSmall,
		difference: null,
		interval: null,
		movement: "unclear"
	};
	return {
		before,
		after,
		isSmall,
		difference: after.rate - before.rate,
		interval: newcombe(sampleOf(before), sampleOf(after)),
		movement: isSmall ? "unclear" : movementOf(before, after)
	};
}
/** Both have attempts. */
function movementOf(before, after) {
	const difference = certain(after.rate) - certain(before.rate);
	const [low, high] = newcombe(sampleOf(before), sampleOf(after), judged);
	if (low > 0 && difference >= .01) return "rose";
	return high < 0 && difference <= -.01 ? "fell" : "same";
}
const sampleOf = (rate) => ({
	hits: rate.deferred,
	trials: rate.attempts
});
// src/impact/pattern.ts
/**
* Whether the source IPs of an ISP moved alike. A limit acts on all of them; a reputation belongs to one.
* @param movement  of the ISP as a whole
*/
function patternOf(movement, ips) {
	const heard = ips.filter((ip) => ip.movement !== "unclear");
	const lone = heard.filter((ip) => ip.movement === "rose");
	const direction = movement === "rose" || movement === "fell" ? movement : lone.length > 0 ? "rose" : null;
	if (direction === null) return {
		kind: "none",
		ips: []
	};
	if (heard.length < 2) return {
		kind: "unclear",
		ips: []
	};
	const movers = heard.filter((ip) => ip.movement === direction);
	const others = heard.filter((ip) => ip.movement !== direction);
	if (movers.length === 0) return {
		kind: hasMoved(heard, direction) ? "all" : "unclear",
		ips: []
	};
	if (others.length === 0 || hasMoved(others, direction)) return {
		kind: "all",
		ips: []
	};
	return {
		kind: "some",
		ips: movers.map(({ ip }) => ip)
	};
}
function hasMoved(ips, direction) {
	const pooled = (side) => ({
		hits: ips.reduce((sum, ip) => sum + ip[side].deferred, 0),
		trials: ips.reduce((sum, ip) => sum + ip[side].attempts, 0)
	});
	const [low, high] = newcombe(pooled("before"), pooled("after"), judged);
	return direction === "rose" ? low > 0 : high < 0;
}
// src/impact/verdict.ts
/** More mail than before, where more is what was wanted. */
const moreVolume = 1.1;
/** What became of a change, from how its ISPs moved. */
function verdictOf(subject, isps) {
	const touched = isps.filter(({ isTouched }) => isTouched);
	const rest = isps.filter(({ isTouched }) => !isTouched);
	const moved = (list, movement) => list.filter((isp) => isp.movement === movement && !isp.isUsual);
	const risen = moved(touched, "rose");
	const lone = touched.filter(({ movement, pattern }) => movement !== "rose" && pattern.kind === "some");
	if (risen.length > 0 || lone.some(({ movement }) => movement === "same")) return {
		result: "worse",
		reason: `${inWords(risen.length > 0 ? risen : lone)}${besides(moved(rest, "rose"))}`
	};
	const heard = touched.filter(({ movement }) => movement !== "unclear");
	if (heard.length === 0) return {
		result: "unclear",
		reason: touched.some(({ after }) => after.rate === null && after.attempts > 0) ? "deferred attempts are not recorded, so that nothing can be said of them" : "too few attempts to tell"
	};
	const fallen = moved(touched, "fell");
	if (fallen.length > 0) return {
		result: "as-intended",
		reason: `fewer deferrals at ${names(fallen)}${subject.isps === null ? "" : besides(moved(rest, "fell"))}`
	};
	const grown = heard.filter(({ before, after }) => after.delivered >= before.delivered * moreVolume);
	if (subject.intent === "volume" && grown.length > 0) return {
		result: "as-intended",
		reason: `more mail delivered at ${names(grown)}, with no more deferrals`
	};
	const usual = touched.filter(({ isUsual }) => isUsual);
	return {
		result: "no-effect",
		reason: usual.length > 0 ? `${names(usual)} moved, but stands where it stood at this hour a week earlier` : "deferrals are as before: the wrong setting, or something else hides its effect"
	};
}
function inWords(isps) {
	const some = isps.filter(({ pattern }) => pattern.kind === "some");
	const others = isps.filter(({ pattern }) => pattern.kind !== "some");
	return [...some.map(({ isp, pattern, ips }) => `more deferrals at ${isp} from ${pattern.ips.join(", ")} alone, of ${ips.length} IPs: reputation, or specific to the IP`), ...others.length === 0 ? [] : [`more deferrals at ${names(others)}${others.every(({ pattern }) => pattern.kind === "all") ? ", from all IPs alike: the configuration" : ""}`]].join("; ");
}
/** ISPs that the change is not about moved too: then it may not be the cause. */
function besides(rest) {
	return rest.length === 0 ? "" : `; ${names(rest)} moved alike without being touched, so look for another cause too`;
}
const names = (isps) => listed(isps.map(({ isp }) => isp), 4);
// src/impact/impact.ts
const shownErrors = 5;
const shownIsps = 200;
const coursedIsps = 6;
function impactOf(question) {
	const { subject, windows, days } = question;
	const blind = blindHosts(question);
	const hosts = new Set(days.map(({ host }) => host));
	const isRecorded = blind.size < hosts.size;
	const heard = isRecorded ? days.filter(({ host }) => !blind.has(host)) : days;
	const parts = {
		before: slice(heard, windows.before),
		after: slice(heard, windows.after),
		weekEarlier: slice(heard, windows.weekEarlier)
	};
	const isps = [...new Set([...parts.before.cells, ...parts.after.cells].map(({ isp }) => isp))].map((isp) => ispImpact(isp, parts, isRecorded, question)).sort((a, b) => Number(b.isTouched) - Number(a.isTouched) || b.after.attempts + b.before.attempts - a.after.attempts - a.before.attempts || compareTexts(a.isp, b.isp));
	const verdict = verdictOf(subject, isps);
	const isFull = question.now >= windows.after.to;
	return {
		command: "impact",
		subject,
		...windows,
		isFull,
		thresholds: question.thresholds,
		...verdict,
		isps: isps.slice(0, shownIsps),
		blindHosts: [...blind].sort(),
		skipped: days.flatMap((day) => Object.entries(day.skipped).map(([reason, count]) => ({
			host: day.host,
			reason,
			count
		}))),
		course: isps.slice(0, coursedIsps).map(({ isp }) => ({
			isp,
			points: courseOf(isp, parts)
		})),
		notes: notesOf(question, isps, isps.length - shownIsps),
		exit: verdict.result === "worse" ? "objective" : "good"
	};
}
function slice(days, { from, to }) {
	const within = ({ at }) => at >= from && at + 300 <= to;
	return {
		cells: days.flatMap(({ cells }) => cells.filter(within)),
		errors: days.flatMap(({ errors }) => errors.filter(within)),
		recipients: days.flatMap(({ recipients }) => recipients.filter(within))
	};
}
/**
* Hosts of whose deferrals nothing is known: the config says so, or says nothing and there was not one deferral in
* all the traffic that is looked at.
*/
function blindHosts({ days, records }) {
	const hosts = /* @__PURE__ */ new Map();
	for (const { host, cells } of days) {
		const seen = cells.some((cell) => cell.deferred + cell.queueDeferred > 0);
		hosts.set(host, (hosts.get(host) ?? false) || seen);
	}
	return new Set([...hosts].flatMap(([host, seen]) => seen || records.get(host) === true ? [] : [host]));
}
function ispImpact(isp, parts, isRecorded, question) {
	const rate = (part) => rateOf(part.cells.filter((cell) => cell.isp === isp), part.recipients.filter((row) => row.isp === isp).reduce((sum, { count }) => sum + count, 0), isRecorded);
	const whole = compare(rate(parts.before), rate(parts.after));
	const weekEarlier = rate(parts.weekEarlier);
	const ips = ipImpacts(isp, parts, isRecorded);
	const { isps } = question.subject;
	return {
		isp,
		...whole,
		ips,
		isTouched: isps === null || isps.includes(isp),
		weekEarlier: weekEarlier.attempts === 0 ? null : weekEarlier,
		isUsual: isUsual(whole, weekEarlier),
		level: levelOf(whole.after, question.thresholds),
		pattern: patternOf(whole.movement, ips),
		errors: errorsOf(isp, parts)
	};
}
/** A rise or fall that was there at the same hour a week earlier is the day's own. */
function isUsual(whole, weekEarlier) {
	if (whole.movement === "same" || weekEarlier.rate === null) return false;
	return compare(weekEarlier, whole.after).movement === "same" && movementOf(weekEarlier, whole.after) === "same";
}
function ipImpacts(isp, parts, isRecorded) {
	const cells = [...parts.before.cells, ...parts.after.cells].filter((cell) => cell.isp === isp);
	return [...new Set(cells.flatMap(({ ip }) => ip ?? []))].sort().map((ip) => {
		const rate = (part) => rateOf(part.cells.filter((cell) => cell.isp === isp && cell.ip === ip), 0, isRecorded);
		return {
			ip,
			...compare(rate(parts.before), rate(parts.after))
		};
	});
}
function levelOf({ rate, attempts: number }, { investigate, reduce }) {
	if (rate === null || number === 0 || rate <= investigate) return "good";
	return rate > reduce ? "reduce" : "investigate";
}
function errorsOf(isp, parts) {
	const shares = /* @__PURE__ */ new Map();
	for (const side of ["before", "after"]) for (const { error, outcome, count } of parts[side].errors.filter((row) => row.isp === isp)) {
		const key = `${outcome} ${error}`;
		const share = shares.get(key) ?? {
			error,
			outcome,
			before: 0,
			after: 0
		};
		share[side] += count;
		shares.set(key, share);
	}
	return [...shares.values()].sort((a, b) => b.after - a.after || b.before - a.before || compareTexts(a.error, b.error)).slice(0, shownErrors);
}
function courseOf(isp, parts) {
	const points = /* @__PURE__ */ new Map();
	for (const cell of [...parts.before.cells, ...parts.after.cells]) {
		if (cell.isp !== isp) continue;
		const point = points.get(cell.at) ?? {
			at: cell.at,
			attempts: 0,
			deferred: 0
		};
		point.attempts += attempts(cell);
		point.deferred += cell.deferred;
		points.set(cell.at, point);
	}
	return [...points.values()].sort((a, b) => a.at - b.at);
}
/** Counts end where the last backup that read accounting did: what came later is not good, but unknown. */
const slackSeconds = 900;
const shownHosts = 8;
function uncountedNote({ windows, days, now }) {
	const newest = /* @__PURE__ */ new Map();
	for (const { host, cells } of days) {
		const at = cells.reduce((latest, cell) => Math.max(latest, cell.at + 300), 0);
		newest.set(host, Math.max(newest.get(host) ?? 0, at));
	}
	const due = Math.min(now, windows.after.to) - slackSeconds;
	const late = [...newest].filter(([, at]) => at < due).sort(([, a], [, b]) => a - b);
	const shown = late.map(([host, at]) => `${host} up to ${momentOf(at)}`);
	return late.length === 0 ? [] : [`counted so far: ${listed(shown, shownHosts)}`];
}
const momentOf = (at) => `${(/* @__PURE__ */ new Date(at * 1e3)).toISOString().slice(0, 16).replace("T", " ")} UTC`;
function notesOf(question, isps, hidden) {
	const { windows, days } = question;
	const small = isps.filter(({ isSmall, isTouched }) => isSmall && isTouched).map(({ isp }) => isp);
	const gap = windows.after.from - windows.before.to;
	return [
		...days.length === 0 ? ["no traffic is recorded for these hosts and days"] : [],
		...uncountedNote(question),
		...gap > 300 ? [`the change came within ${Math.round(gap / 60)} minutes that neither window holds`] : [],
		...small.length === 0 ? [] : [`small sample, below 100 attempts on a side: ${small.slice(0, 8).join(", ")}`],
		...hidden > 0 ? [`${hidden} more ISPs with less traffic are not shown`] : []
	];
}
// src/impact/touched.ts
/** Settings of which more means that more is sent at once. */
const limits = /^(max-smtp-out|max-msg-rate|max-connect-rate|max-data-volume-rate|max-msg-per-connection|max-smtp-msg-rate|backoff-max-.*|source-ip-max-.*|total-max-smtp-out|max-cold-virtual-mta-msg)$/;
function touchedBy(changes) {
	const named = changes.map(({ scope }) => domainsOf(scope));
	const isps = named.some((domains) => domains.length === 0) ? null : [...new Set(named.flat())].sort();
	const moves = changes.filter(({ name }) => limits.test(name)).map(({ before, after }) => stepOf(before, after));
	const isRaise = moves.length > 0 && moves.every((step) => step > 0);
	return {
		isps: changes.length === 0 ? null : isps,
		intent: isRaise ? "volume" : "fewer"
	};
}
/** `domain gmail.com` names an ISP; `domain *` and macros name many. */
function domainsOf(scope) {
	return scope.flatMap((block) => {
		const domain = /^domain ([^*$[]+)$/.exec(block)?.[1];
		return domain === void 0 ? [] : [domain.trim().toLowerCase()];
	});
}
/** Above 0 when a limit was raised; taken away, it is none. */
function stepOf(before, after) {
	return amountOf(after.at(-1)) - amountOf(before.at(-1)) || 0;
}
const secondsOf = {
	s: 1,
	m: 60,
	h: 3600,
	d: 86400
};
/** Of several words the last one is the amount. */
const amountForm = /(?:^|\s)(\d+)[bkmgt]?(?:\/(\d*)(s|m|h|d)\w*)?\s*$/i;
/** `8`, `500/h`, `100/15m`, `unlimited`; source: User's Guide 5.0, rates. */
function amountOf(value) {
	const [, number, times, unit] = amountForm.exec(value ?? "unlimited") ?? [];
	if (number === void 0 || Number(number) === 0 && unit !== void 0) return Number.POSITIVE_INFINITY;
	const seconds = unit === void 0 ? 1 : secondsOf[unit.toLowerCase()];
	return Number(number) / (seconds * Number(times || 1));
}
// src/impact/windows.ts
const weekSeconds = 604800;
/**
* Where to look, in whole buckets: one that the change falls into belongs to neither side.
* @param latest    seconds since 1970: the change was there by then
* @param earliest  it was not there yet; equal to `latest` when the moment is known
* @param length    of each window, seconds
*/
function windowsAround(latest, earliest, length) {
	const whole = Math.max(1, Math.round(length / 300)) * 300;
	const from = Math.ceil(latest / 300) * 300;
	const to = Math.floor(earliest / 300) * 300;
	return {
		before: {
			from: to - whole,
			to
		},
		after: {
			from,
			to: from + whole
		},
		weekEarlier: {
			from: from - weekSeconds,
			to: from - weekSeconds + whole
		}
	};
}
/** UTC days that windows lie on, such as `2026-03-02`. */
function daysOf(windows) {
	const days = windows.flatMap(({ from, to }) => {
		const first = Math.floor(from / 86400);
		const last = Math.floor((to - 1) / 86400);
		return Array.from({ length: last - first + 1 }, (_, index) => first + index);
	});
	return [...new Set(days)].sort((a, b) => a - b).map((day) => (/* @__PURE__ */ new Date(day * 864e5)).toISOString().slice(0, 10));
}
// src/flows/merged-page.ts
/**
* By what the vault knows a merged change: its own commit tells most, and is there unless people squashed it with
* others; then the commit that its pull request names, or the number in that commit's title.
*/
async function nameOnMain({ id, number, commit }, vault, signal) {
	for (const name of [
		id,
		commit,
		String(number)
	]) if (name !== null && await vault.change(name, signal) !== null) return name;
	return null;
}
// src/flows/impact.ts
/** The story of impact: find the change, read the counts around it, say what it did. Writes nothing. */
async function impact(request, tools, signal) {
	const { vault, now } = tools;
	const { subject, latest, earliest } = await questionOf(request.of, tools, signal);
	const named = request.hosts.length > 0 ? request.hosts : subject.hosts;
	const hosts = named.length > 0 ? named : tools.fleet.hosts.map(({ name }) => name);
	const windows = windowsAround(latest, earliest, request.windowSeconds);
	const days = await vault.traffic(hosts, daysOf(Object.values(windows)), signal);
	return impactOf({
		subject: {
			...subject,
			hosts
		},
		windows,
		now: now().getTime() / 1e3,
		thresholds: request.thresholds,
		records: await deferralRecords(hosts, tools, signal),
		days
	});
}
/** As `impact`, of counts that are at hand: nothing is known of a vault, a config or a change. */
function impactOfDays(days, request, now) {
	return impactOf({
		subject: {
			...momentSubject(request.of.at),
			hosts: [...new Set(days.map(({ host }) => host))]
		},
		windows: windowsAround(request.of.at, request.of.at, request.windowSeconds),
		now: now.getTime() / 1e3,
		thresholds: request.thresholds,
		records: /* @__PURE__ */ new Map(),
		days
	});
}
/** What is asked about, and between which moments it came, in seconds since 1970. */
async function questionOf(of, tools, signal) {
	if (of.kind === "moment") return {
		subject: momentSubject(of.at),
		latest: of.at,
		earliest: of.at
	};
	const change = await knownChange(of.name, tools, signal);
	return {
		subject: await changeSubject(change, tools, signal),
		latest: change.seenAt,
		earliest: change.notBefore ?? change.seenAt
	};
}
async function knownChange(name, { vault, discussions }, signal) {
	const found = await vault.change(name, signal);
	if (found !== null) return found;
	const bare = name.replace(/^(drift\/|#)/, "");
	const page = (await discussions?.merged(/* @__PURE__ */ new Date(0), signal) ?? []).find(({ id, number }) => id === bare || String(number) === bare);
	const known = page === void 0 ? null : await nameOnMain(page, vault, signal);
	const change = known === null ? null : await vault.change(known, signal);
	if (change !== null) return {
		...change,
		id: certain(page).id
	};
	throw new Problem("propose/no-such-proposal", `${vault.location} knows no change ${JSON.stringify(name)}`, { hint: "give the id of a proposal, the number of its pull request, or the moment with --at TIME" });
}
const momentSubject = (at) => ({
	name: (/* @__PURE__ */ new Date(at * 1e3)).toISOString(),
	title: "",
	hosts: [],
	isps: null,
	intent: "fewer"
});
async function changeSubject({ id, title, mirrors }, { vault, profile }, signal) {
	const changes = [];
	for (const { from, to } of mirrors) {
		const before = from === null ? /* @__PURE__ */ new Map() : await vault.mirror(from, () => true, signal);
		changes.push(...mirrorChanges(before, await vault.mirror(to, () => true, signal), profile));
	}
	return {
		name: id,
		title,
		hosts: mirrors.map(({ host }) => host),
		...touchedBy(changes)
	};
}
/** What the configs say of recording deferrals, by host; null where there is no config to ask. */
async function deferralRecords(hosts, { vault, profile }, signal) {
	const found = /* @__PURE__ */ new Map();
	for (const [host, { live, accepted }] of await vault.records(hosts, signal)) {
		const tree = live ?? accepted;
		const mirror = tree === null ? /* @__PURE__ */ new Map() : await vault.mirror(tree, () => true, signal);
		found.set(host, profile.recordsDeferrals(mirrorOutline(mirror, profile)));
	}
	return found;
}
export { daysOf as a, nameOnMain as i, impact as n, windowsAround as o, impactOfDays as r, impactOf as s, changeSubject as t };
