import { t as certain } from "./certain.js";
import { t as listed } from "./listed.js";
import { i as showDuration } from "./duration.js";
import { t as printable } from "./printable.js";
import { t as compareTexts } from "./order.js";
import { o as stepTime } from "./drill-words.js";
import { r as plural } from "./printable2.js";
// src/show/age.ts
/** An age in one unit, as a table has room for: `5 min`, `2 h`, `3 d`; `–` when there is none. */
function ageInWords(ms) {
	if (ms === null) return "–";
	if (ms < 0) return "to come";
	const minutes = Math.floor(ms / 6e4);
	if (minutes < 60) return `${minutes} min`;
	const hours = Math.floor(minutes / 60);
	return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}
// src/show/last-drill.ts
/** Such as `passed on 2026-11-02, in 12.3 s of the 4h that hardware-failure allows`. */
function lastDrillInWords({ at, verdict, ms, scenario, rtoMs }) {
	if (at === null) return "its report is not signed by a signer of fleet.yml";
	return `${{
		passed: "passed",
		weak: "passed with weak points",
		failed: "failed",
		untrusted: ""
	}[verdict]} on ${at.slice(0, 10)}, in ${stepTime(ms)} of the ${showDuration(rtoMs)} that ${scenario} allows`;
}
/** The newest of all, and of how many hosts there is one; null when there is none. */
function drillsInWords(drills, hosts) {
	const [newest] = drills.toSorted((a, b) => compareTexts(b.at ?? "", a.at ?? ""));
	if (newest === void 0) return null;
	return `last drill: ${newest.host} ${lastDrillInWords(newest)}; drilled so far: ${drills.length} of ${plural(hosts, "host")}`;
}
// src/show/status-text.ts
/** A table of ages, hosts by categories; then what is found, breaches first; then the sum. */
function statusText(report, colors) {
	const { hosts, findings, drills } = report;
	const categories = [...new Set(hosts.flatMap((host) => host.categories.map(({ name }) => name)))].sort();
	const width = Math.max(4, ...hosts.map(({ host }) => host.length));
	const widthOf = (name) => Math.max(8, name.length);
	const head = ["host".padEnd(width), ...categories.map((name) => name.padStart(widthOf(name)))];
	const rows = hosts.map(({ host, inFleet, categories: ages }) => {
		const cells = categories.map((name) => cell(ages.find((age) => age.name === name) ?? null, inFleet, widthOf(name), colors));
		return `${[host.padEnd(width), ...cells].join("  ")}${inFleet ? "" : colors.dim("  not backed up any more")}\n`;
	});
	const breaches = findings.filter(({ level }) => level === "breach").length;
	const drilled = drillsInWords(drills, hosts.filter(({ inFleet }) => inFleet).length);
	const sum = breaches === 0 ? colors.green(`every objective is met; ${plural(findings.length, "warning")}`) : colors.red(`${plural(breaches, "breach", "breaches")}, ${plural(findings.length - breaches, "warning")}`);
	return [
		`${colors.dim(head.join("  "))}\n`,
		...rows,
		...findings.length === 0 ? [] : ["\n"],
		...groups(findings).map((group) => findingText(group, colors)),
		...drilled === null ? [] : [`${printable(drilled)}\n`],
		`${plural(hosts.length, "host")}: ${sum}\n`
	].join("");
}
function cell(age, inFleet, width, { red, dim, green }) {
	const state = age?.state ?? "absent";
	const padded = `${state === "never" ? "NEVER" : ageInWords(age?.ageMs ?? null)}${state === "late" || state === "clock" ? " !" : ""}`.padStart(width);
	if (state === "absent" || !inFleet) return dim(padded);
	return state === "good" ? green(padded) : red(padded);
}
function groups(findings) {
	return [...Map.groupBy(findings, ({ level, message }) => `${level} ${message}`).values()].map((group) => {
		const { level, message, hint } = certain(group[0]);
		return {
			level,
			message,
			hint,
			hosts: [...new Set(group.flatMap(({ host }) => host === null ? [] : [host]))]
		};
	});
}
const maxHosts = 4;
/** `mta1, mta2 and 3 more`; nothing for what is of the vault as a whole. */
function hostsInWords(hosts) {
	return listed(hosts, maxHosts);
}
function findingText({ level, message, hint, hosts }, { red, yellow, dim }) {
	return `${level === "breach" ? red("BREACH ") : yellow("warning")}  ${hosts.length === 0 ? "" : `${hostsInWords(hosts)}: `}${printable(message)}\n${hint === "" ? "" : dim(`         ${printable(hint)}\n`)}`;
}
/**
* For the textfile collector of node_exporter.
* @see https://prometheus.io/docs/instrumenting/exposition_formats/ text format 0.0.4
*/
function statusMetrics(report) {
	const { at, hosts, drifts, worse, expiries, drills, findings } = report;
	const count = (level) => findings.filter((finding) => finding.level === level).length;
	const ages = hosts.filter(({ inFleet }) => inFleet).flatMap(({ host, categories }) => categories.map((age) => ({
		host,
		age
	})));
	return [
		metric("status_timestamp_seconds", "When this was so.", [[{}, seconds(at)]]),
		metric("last_good_copy_timestamp_seconds", "When the content of the last good copy was last found equal; 0 without a copy.", ages.map(({ host, age }) => [{
			host,
			category: age.name
		}, age.capturedAt === null ? 0 : seconds(age.capturedAt)])),
		metric("rpo_seconds", "How old the last good copy may be.", ages.map(({ host, age }) => [{
			host,
			category: age.name
		}, age.rpoMs / 1e3])),
		metric("copy_breach", "1 when the last good copy is missing or older than its RPO.", ages.map(({ host, age }) => [{
			host,
			category: age.name
		}, age.state === "good" || age.state === "absent" ? 0 : 1])),
		metric("artifact_expiry_timestamp_seconds", "When the artifact with the last good copy expires.", ages.flatMap(({ host, age }) => age.expiresAt === null ? [] : [[{
			host,
			category: age.name
		}, seconds(age.expiresAt)]])),
		metric("expiry_timestamp_seconds", "When a licence or certificate ends.", expiries.map(({ host, kind, path, name, expiresAt }) => [{
			host,
			kind,
			path,
			name
		}, seconds(expiresAt)])),
		metric("drill_timestamp_seconds", "When the last drill of a host began; 0 when its report is not trusted.", drills.map((drill) => [{ host: drill.host }, drill.at === null ? 0 : seconds(drill.at)])),
		metric("drill_breach", "1 when the last drill of a host failed, took too long, or is not trusted.", drills.map((drill) => [{ host: drill.host }, drill.isMet && drill.failed.length === 0 ? 0 : 1])),
		metric("drill_seconds", "How long the last restore that was rehearsed took.", drills.map((drill) => [{
			host: drill.host,
			scenario: drill.scenario
		}, drill.ms / 1e3])),
		metric("drill_rto_seconds", "How long it may take.", drills.map((drill) => [{
			host: drill.host,
			scenario: drill.scenario
		}, drill.rtoMs / 1e3])),
		metric("drifts", "Drifts that are not accepted; not-open: rejected or not proposed yet, as nobody could be asked.", driftStates.map((state) => [{ state }, drifts.filter((drift) => drift.state === state).length])),
		metric("drift_timestamp_seconds", "Since when a drift is not accepted; 0 when that is not known.", drifts.map(({ state, id, hosts, risk, since }) => [{
			state,
			drift: id ?? hosts.join(","),
			risk: risk?.level ?? "unknown"
		}, since === null ? 0 : seconds(since)])),
		metric("worse_changes", "Changes of the last week after which deferrals rose.", [[{}, worse.length]]),
		metric("findings", "What is wrong or will be.", [[{ level: "breach" }, count("breach")], [{ level: "warning" }, count("warning")]])
	].join("");
}
const driftStates = [
	"open",
	"rejected",
	"unproposed",
	"not-open"
];
function metric(name, help, samples) {
	const full = `pmta_vault_${name}`;
	const lines = samples.map(([labels, value]) => {
		const pairs = Object.entries(labels).map(([label, text]) => `${label}="${labelText(text)}"`);
		return `${full}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}\n`;
	});
	return samples.length === 0 ? "" : `# HELP ${full} ${help}\n# TYPE ${full} gauge\n${lines.join("")}`;
}
const labelText = (text) => printable(text).replace(/[\\"]/g, "\\$&");
const seconds = (iso) => Math.floor(Date.parse(iso) / 1e3);
export { lastDrillInWords as a, statusText as i, hostsInWords as n, ageInWords as o, statusMetrics as r, groups as t };
