import { a as snapshotInWords, c as verdictInWords, i as proofTitles, n as leftInWords, o as stepTime, r as placeInWords, s as timeAgainstObjective, t as byGravity } from "./drill-words.js";
import { t as page } from "./page.js";
import { r as plural } from "./printable2.js";
import { t as htmlText } from "./html-text.js";
// src/show/drill-page/style.ts
const style = `
:root { color-scheme: light dark; --back: #fff; --text: #1c2330; --soft: #5a6578; --line: #d9dee7; --card: #f5f7fa;
  --good: #12713d; --bad: #b3211d; --warn: #8a5a00; --accent: #1f5fbf; }
@media (prefers-color-scheme: dark) { :root { --back: #12161d; --text: #e6eaf1; --soft: #a3adbd; --line: #2f3846;
  --card: #1a202a; --good: #5fd394; --bad: #ff8f85; --warn: #f0b849; --accent: #7fb2ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 64rem; padding: 1.5rem 1rem 4rem; background: var(--back); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; } h3 { font-size: 1rem; margin: 0; }
p { margin: .25rem 0; overflow-wrap: anywhere; } .soft { color: var(--soft); }
.verdict { font-size: 1.15rem; font-weight: 600; }
.passed, .proven .result { color: var(--good); } .weak .result, .verdict.weak, .warning { color: var(--warn); }
.verdict.failed, .failed .result { color: var(--bad); } .skipped .result { color: var(--soft); }
.proof { background: var(--card); border-left: .3rem solid var(--line); padding: .5rem .75rem; margin: .5rem 0; }
.proof.proven { border-color: var(--good); } .proof.weak { border-color: var(--warn); } .proof.failed { border-color: var(--bad); }
.result { font-weight: 400; float: right; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; } caption { text-align: left; color: var(--soft); font-size: .9em; padding: .4rem 0; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; vertical-align: top; font-weight: 400; }
thead th { color: var(--soft); font-size: .9em; } tbody tr > * { border-top: 1px solid var(--line); }
.findings th[scope=row], .findings td { overflow-wrap: anywhere; min-width: 8rem; }
tr.failed .level { color: var(--bad); font-weight: 600; } tr.weak .level { color: var(--warn); font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tfoot > tr > * { border-top: 2px solid var(--line); font-weight: 600; }
svg rect { fill: var(--accent); } summary { cursor: pointer; color: var(--accent); width: fit-content; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media print { .proof { break-inside: avoid; } }
`;
// src/show/drill-page.ts
function drillPage(report) {
	const left = leftInWords(report);
	const title = `Drill of ${report.host}, ${report.startedAt.slice(0, 10)}`;
	const main = `<p class="verdict ${report.verdict}">${htmlText(verdictInWords(report))}</p>
<p>${htmlText(timeAgainstObjective(report))}</p>
<p class="soft">${htmlText(snapshotInWords(report))}; restored ${htmlText(placeInWords(report))} at ${htmlText(report.startedAt)} by pmta-vault ${htmlText(report.tool)}${report.run === null ? "" : `; log: ${htmlText(report.run)}`}</p>
${left === null ? "" : `<p class="left${report.spare?.left === "unknown" ? " warning" : ""}">${htmlText(left)}</p>`}
${report.warnings.map((text) => `<p class="warning">${htmlText(text)}</p>`).join("\n")}
<h2>Proofs</h2>
${report.proofs.map(proofSection).join("\n")}
<h2>Time</h2>
${timeTable(report)}`;
	return page(title, style, main);
}
function proofSection({ name, verdict, summary, findings }) {
	const grave = byGravity(findings.filter(({ level }) => level !== "note"));
	const notes = findings.filter(({ level }) => level === "note");
	return `<section class="proof ${verdict}" id="${name}" aria-labelledby="${name}-title">
<h3 id="${name}-title">${proofTitles[name]} <span class="result">${verdict}</span></h3>
<p>${htmlText(summary)}</p>
${grave.length === 0 ? "" : findingTable(grave, `Findings: ${proofTitles[name]}`)}
${notes.length === 0 ? "" : `<details><summary>${plural(notes.length, "note")}</summary>${findingTable(notes, `Notes: ${proofTitles[name]}`)}</details>`}
</section>`;
}
function findingTable(findings, caption) {
	return `<div class="scroll"><table class="findings"><caption>${caption}</caption>
<thead><tr><th scope="col">finding</th><th scope="col">where</th><th scope="col">what</th></tr></thead>
<tbody>${findings.map(({ level, verdict, subject, detail }) => `<tr class="${level}"><td class="level">${htmlText(verdict)}</td><th scope="row">${htmlText(subject)}</th><td>${htmlText(detail)}</td></tr>`).join("\n")}</tbody></table></div>`;
}
/** Bars are a picture of the numbers beside them, and no more. */
function timeTable({ steps, ms }) {
	const longest = Math.max(1, ...steps.map((step) => step.ms));
	return `<div class="scroll"><table class="times"><thead><tr><th scope="col">step</th><th scope="col">time</th><td></td></tr></thead>
<tbody>${steps.map((step) => {
		const bar = `<svg width="200" height="10" aria-hidden="true"><rect width="${Math.max(1, Math.round(step.ms / longest * 200))}" height="10"/></svg>`;
		return `<tr><th scope="row">${htmlText(step.name)}</th><td class="number">${stepTime(step.ms)}</td><td>${bar}</td></tr>`;
	}).join("\n")}</tbody>
<tfoot><tr><th scope="row">all</th><td class="number">${stepTime(ms)}</td><td></td></tr></tfoot></table></div>`;
}
export { drillPage };
