import { t as impactSvg } from "./impact-svg2.js";
import { a as movementInWords, c as rateInWords, i as levels, l as results, n as differenceInWords, o as patternInWords, r as grouped, t as caveats, u as windowInWords } from "./impact-words.js";
import { t as page } from "./page.js";
import { t as htmlText } from "./html-text.js";
// src/show/impact-page/style.ts
const style = `
:root { color-scheme: light dark; --back: #fff; --text: #1c2330; --soft: #5a6578; --line: #d9dee7;
  --good: #12713d; --bad: #b3211d; --warn: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --back: #12161d; --text: #e6eaf1; --soft: #a3adbd; --line: #2f3846;
  --good: #5fd394; --bad: #ff8f85; --warn: #f0b849; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem 1rem 4rem; background: var(--back); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; overflow-wrap: anywhere; } .soft { color: var(--soft); } .note { color: var(--warn); }
.verdict { font-size: 1.15rem; font-weight: 600; }
.verdict.worse, tr.reduce th { color: var(--bad); } .verdict.as-intended { color: var(--good); }
.verdict.no-effect, .verdict.unclear, tr.investigate th { color: var(--warn); }
.scroll { overflow-x: auto; } .picture svg { display: block; border-radius: .25rem; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; vertical-align: top; font-weight: 400; white-space: nowrap; }
thead th { color: var(--soft); font-size: .9em; } tbody tr > * { border-top: 1px solid var(--line); }
.replies td:last-child { white-space: normal; overflow-wrap: anywhere; min-width: 16rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
@media print { h2 { break-after: avoid; } }
`;
// src/show/impact-page.ts
const shownIsps = 50;
function impactPage(report) {
	const { subject, before, after, isps } = report;
	const title = `Impact of ${subject.name}`;
	const over = report.isFull ? "" : ", not over yet";
	const notes = caveats(report);
	const hasWeek = isps.some(({ weekEarlier }) => weekEarlier !== null);
	const main = `${subject.title === "" ? "" : `<p>${htmlText(subject.title)}</p>`}
<p class="verdict ${report.result}">${htmlText(results[report.result])}: ${htmlText(report.reason)}</p>
<p class="soft">before ${htmlText(windowInWords(before))}; after ${htmlText(windowInWords(after))}${over}; hosts: ${htmlText(subject.hosts.join(", "))}</p>
${notes.map((note) => `<p class="note">${htmlText(note)}</p>`).join("\n")}
<h2>Deferral rate over time</h2>
<div class="scroll picture">${impactSvg(report)}</div>
<h2>By ISP</h2>
<div class="scroll"><table><thead><tr>${[...[
		"ISP",
		"deferred before",
		"after",
		"difference, points",
		"",
		"source IPs"
	], ...hasWeek ? ["a week earlier"] : []].map((name) => `<th scope="col">${name}</th>`).join("")}</tr></thead>
<tbody>${isps.slice(0, shownIsps).map((isp) => ispRow(isp, hasWeek)).join("\n")}</tbody></table></div>
${isps.length > shownIsps ? `<p class="soft">And ${isps.length - shownIsps} more.</p>` : ""}
${replies(isps)}`;
	return page(title, style, main);
}
function ispRow(isp, hasWeek) {
	const moved = [movementInWords(isp), levels[isp.level]].filter(Boolean).join(", ");
	const cells = [
		rateInWords(isp.before),
		rateInWords(isp.after),
		differenceInWords(isp),
		moved,
		patternInWords(isp),
		...hasWeek ? [isp.weekEarlier === null ? "" : rateInWords(isp.weekEarlier)] : []
	];
	return `<tr class="${isp.level}"><th scope="row">${htmlText(isp.isp)}</th>${cells.map((text) => `<td>${htmlText(text)}</td>`).join("")}</tr>`;
}
function replies(isps) {
	const rows = isps.filter(({ isTouched, movement }) => isTouched && movement !== "same").flatMap(({ isp, errors }) => errors.map(({ error, outcome, before, after }) => `<tr><th scope="row">${htmlText(isp)}</th><td>${outcome}</td><td class="number">${grouped(before)}</td><td class="number">${grouped(after)}</td><td>${htmlText(error)}</td></tr>`));
	if (rows.length === 0) return "";
	return `<h2>Replies</h2>
<div class="scroll"><table class="replies"><thead><tr>${[
		"ISP",
		"outcome",
		"before",
		"after",
		"reply"
	].map((name) => `<th scope="col">${name}</th>`).join("")}</tr></thead>
<tbody>${rows.join("\n")}</tbody></table></div>`;
}
export { impactPage };
