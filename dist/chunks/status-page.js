import { a as lastDrillInWords, n as hostsInWords, o as ageInWords, t as groups } from "./status-text.js";
import { r as plural } from "./printable2.js";
import { t as htmlText } from "./html-text.js";
import { createHash } from "node:crypto";
// src/show/status-page/script.ts
/** Runs in the page: finds hosts. Without it the page shows all of them. */
const script = `
"use strict";
const search = document.querySelector("#search");
const trouble = document.querySelector("#trouble");
const count = document.querySelector("#count");
const hosts = [...document.querySelectorAll("tbody[data-find]")];
function show() {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const host of hosts) {
    const fits = words.every(word => host.dataset.find.includes(word)) && (!trouble.checked || host.dataset.trouble === "yes");
    host.hidden = !fits;
    if (fits) shown++;
  }
  count.textContent = shown + " of " + hosts.length + " hosts";
}
search.addEventListener("input", show);
trouble.addEventListener("change", show);
document.addEventListener("keydown", event => {
  const isTyping = event.target instanceof HTMLInputElement;
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) { event.preventDefault(); search.focus(); }
  if (event.key === "Escape" && event.target === search) { search.value = ""; show(); }
});
document.querySelector(".find").hidden = false;
show();
`;
// src/show/status-page/style.ts
const style = `
:root { color-scheme: light dark; --back: #fff; --text: #1c2330; --soft: #5a6578; --line: #d9dee7; --card: #f5f7fa;
  --good: #12713d; --bad: #b3211d; --warn: #8a5a00; --accent: #1f5fbf; --bad-back: #fdecea; }
@media (prefers-color-scheme: dark) { :root { --back: #12161d; --text: #e6eaf1; --soft: #a3adbd; --line: #2f3846;
  --card: #1a202a; --good: #5fd394; --bad: #ff8f85; --warn: #f0b849; --accent: #7fb2ff; --bad-back: #3a1a1a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem 1rem 4rem; background: var(--back); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; } .soft { color: var(--soft); } code { font-size: .9em; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: .5rem; background: var(--back); padding: .5rem; }
.verdict { font-size: 1.15rem; font-weight: 600; } .verdict.bad { color: var(--bad); } .verdict.good { color: var(--good); }
.findings { list-style: none; padding: 0; margin: 0; display: grid; gap: .5rem; }
.findings li { background: var(--card); border-left: .3rem solid var(--warn); padding: .5rem .75rem; overflow-wrap: anywhere; }
.findings li.breach { border-color: var(--bad); background: var(--bad-back); }
.level { font-weight: 600; color: var(--warn); } .breach .level { color: var(--bad); }
.find { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; margin: .5rem 0; }
input[type=search] { font: inherit; color: inherit; background: var(--back); border: 1px solid var(--soft); padding: .35rem .6rem;
  border-radius: .3rem; width: min(22rem, 100%); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.find label { display: flex; flex-wrap: wrap; gap: .25rem .5rem; align-items: center; } caption { text-align: left; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .4rem .6rem; vertical-align: top; }
thead th { border-bottom: 2px solid var(--line); position: sticky; top: 0; background: var(--back); }
tbody tr:first-child > * { border-top: 1px solid var(--line); } tbody th { font-weight: 600; }
.good { color: var(--good); } .late, .never, .clock { color: var(--bad); font-weight: 600; } .absent { color: var(--soft); }
.more td { padding-top: 0; } summary { cursor: pointer; color: var(--accent); width: fit-content; }
svg { display: block; width: 100%; min-width: 40rem; height: auto; }
svg text { fill: var(--soft); font: 12px system-ui, sans-serif; } svg .lane { stroke: var(--line); stroke-width: 1; }
svg .copy { stroke: var(--accent); stroke-width: 3; fill: none; }
[hidden] { display: none; }
@media print { .find { display: none; } }
`;
// src/show/status-page/timeline.ts
const width = 900;
const left = 110;
const laneHeight = 26;
const dayMs = 864e5;
/** The copies of a host over time as a picture: one lane per category, a stroke for each copy of new content. */
function timeline({ host, copies, categories }, at) {
	const lanes = categories.map(({ name }) => name).filter((name) => copies.some(({ category }) => category === name));
	if (lanes.length === 0) return `<p class="soft">No copies are listed.</p>`;
	const end = Date.parse(at);
	const times = copies.map((copy) => Date.parse(copy.at)).filter((time) => time <= end);
	const start = Math.min(end - dayMs, ...times);
	const x = (time) => Math.round(left + (time - start) / (end - start) * 780);
	const height = lanes.length * laneHeight + 24;
	const label = lanes.map((lane) => {
		const own = copies.filter(({ category }) => category === lane);
		return `${lane}: ${own.length}, the last on ${own.at(-1)?.at.slice(0, 10)}`;
	});
	const drawn = lanes.map((lane, index) => {
		const y = index * laneHeight + 18;
		const strokes = [...new Set(copies.flatMap((copy) => copy.category === lane && Date.parse(copy.at) <= end ? [x(Date.parse(copy.at))] : []))].map((place) => `M${place} ${y - 7}v14`).join("");
		return `<text x="0" y="${y + 4}">${htmlText(lane)}</text><path class="lane" d="M${left} ${y}H890"/><path class="copy" d="${strokes}"/>`;
	});
	const dates = [
		start,
		(start + end) / 2,
		end
	].map((time, index) => {
		const anchor = [
			"start",
			"middle",
			"end"
		][index];
		return `<text x="${x(time)}" y="${height - 4}" text-anchor="${anchor}">${new Date(time).toISOString().slice(0, 10)}</text>`;
	});
	return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${htmlText(`Copies of ${host}. ${label.join("; ")}.`)}">${drawn.join("")}${dates.join("")}</svg>`;
}
// src/show/status-page.ts
/**
* The status as one page: works without a network, runs no script but its own, and loads nothing. All text of hosts
* is hostile and goes through `htmlText`.
*/
function statusPage(report) {
	const { hosts, findings, at, vault } = report;
	const breaches = findings.filter(({ level }) => level === "breach").length;
	const verdict = breaches === 0 ? "Every objective is met" : `${plural(breaches, "objective is", "objectives are")} missed`;
	const found = groups(findings);
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<title>pmta-vault: ${htmlText(verdict)}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#hosts">To the hosts</a>
<header>
<h1>Backups of ${htmlText(vault)}</h1>
<p class="verdict ${breaches === 0 ? "good" : "bad"}">${htmlText(verdict)}</p>
<p class="soft">${plural(hosts.length, "host")}, as of <time datetime="${at}">${at.slice(0, 16).replace("T", " ")} UTC</time>. This page does not renew itself.</p>
</header>
<main>
<section aria-labelledby="findings"><h2 id="findings">What to do</h2>
${found.length === 0 ? "<p>Nothing.</p>" : `<ul class="findings">${found.map(findingItem).join("\n")}</ul>`}
</section>
<section aria-labelledby="hosts"><h2 id="hosts" tabindex="-1">Hosts: age of the last good copy</h2>
${hostsTable(report)}
</section>
</main>
<script>${script}<\/script>
</body>
</html>
`;
}
const digest = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const policy = `default-src 'none'; style-src ${digest(style)}; script-src ${digest(script)}; base-uri 'none'; form-action 'none'`;
function findingItem({ level, message, hint, hosts }) {
	const who = hosts.length === 0 ? "" : `<strong>${htmlText(hostsInWords(hosts))}</strong>: `;
	const word = level === "breach" ? "Breach" : "Warning";
	const next = hint === "" ? "" : `<p class="soft">${htmlText(hint)}</p>`;
	return `<li class="${level}"><span class="level">${word}</span> ${who}${htmlText(message)}${next}</li>`;
}
function hostsTable({ hosts, findings, drills, at }) {
	const categories = [...new Set(hosts.flatMap((host) => host.categories.map(({ name }) => name)))].sort();
	const inTrouble = new Set(findings.map(({ host }) => host));
	const head = categories.map((name) => `<th scope="col">${htmlText(name)}</th>`).join("");
	const drilled = new Map(drills.map((drill) => [drill.host, lastDrillInWords(drill)]));
	return `<div class="find" role="search" hidden>
<label>Find hosts <input id="search" type="search" autocomplete="off" spellcheck="false" aria-keyshortcuts="/"></label>
<label><input id="trouble" type="checkbox"> only those with findings</label>
<span id="count" class="soft" role="status"></span>
</div>
<div class="scroll"><table>
<caption class="soft">Ages by the time of the data. Press / to find a host.</caption>
<thead><tr><th scope="col">host</th>${head}</tr></thead>
${hosts.map((host) => {
		const drill = drilled.get(host.host) ?? "never";
		return hostBody(host, categories, inTrouble.has(host.host), drill, at);
	}).join("\n")}
</table></div>`;
}
function hostBody(host, categories, isTroubled, drill, at) {
	const cells = categories.map((name) => cell(host.categories.find((age) => age.name === name)));
	const words = [
		host.host,
		...host.tags,
		...host.categories.map(({ state }) => state)
	].join(" ").toLowerCase();
	const note = host.inFleet ? "" : ` <span class="soft">not backed up any more</span>`;
	const snapshot = host.snapshot === null ? "no snapshot" : `snapshot ${host.snapshot.sequence} of ${host.snapshot.takenAt.slice(0, 16)}`;
	return `<tbody data-find="${htmlText(words)}" data-trouble="${isTroubled ? "yes" : "no"}">
<tr><th scope="row">${htmlText(host.host)}${note}</th>${cells.join("")}</tr>
<tr class="more"><td colspan="${categories.length + 1}"><details><summary>Copies of ${htmlText(host.host)}</summary>
<p class="soft">${htmlText(snapshot)}; a stroke for each copy of new content, by the names in the store. Last drill: ${htmlText(drill)}.</p>
${timeline(host, at)}</details></td></tr>
</tbody>`;
}
const words = {
	good: "",
	late: " late",
	never: "never",
	absent: "none on the host",
	clock: " to come"
};
/** The state is in words too: colour alone says nothing to some. */
function cell(age) {
	if (age === void 0) return `<td class="absent">–</td>`;
	const text = age.state === "good" || age.state === "late" ? ageInWords(age.ageMs) : "";
	return `<td class="${age.state}">${text}${words[age.state]}</td>`;
}
export { statusPage };
