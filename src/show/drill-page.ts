/** A drill's report as one HTML page. */
import type { DrillReport, DrillStep, Proof, ProofFinding } from "../core/drill.ts"
import { style } from "./drill-page/style.ts"
import {
  byGravity,
  leftInWords,
  placeInWords,
  proofTitles,
  snapshotInWords,
  stepTime,
  timeAgainstObjective,
  verdictInWords,
} from "./drill-words.ts"
import { page } from "./page.ts"
import { plural } from "./printable.ts"
import { htmlText } from "./status-page/html-text.ts"

export function drillPage(report: DrillReport): string {
  const left = leftInWords(report)
  const title = `Drill of ${report.host}, ${report.startedAt.slice(0, 10)}`
  const main = `<p class="verdict ${report.verdict}">${htmlText(verdictInWords(report))}</p>
<p>${htmlText(timeAgainstObjective(report))}</p>
<p class="soft">${htmlText(snapshotInWords(report))}; restored ${htmlText(placeInWords(report))} at ${htmlText(report.startedAt)} by pmta-vault ${htmlText(report.tool)}${report.run === null ? "" : `; log: ${htmlText(report.run)}`}</p>
${left === null ? "" : `<p class="left${report.spare?.left === "unknown" ? " warning" : ""}">${htmlText(left)}</p>`}
${report.warnings.map(text => `<p class="warning">${htmlText(text)}</p>`).join("\n")}
<h2>Proofs</h2>
${report.proofs.map(proofSection).join("\n")}
<h2>Time</h2>
${timeTable(report)}`
  return page(title, style, main)
}

function proofSection({ name, verdict, summary, findings }: Proof): string {
  const grave = byGravity(findings.filter(({ level }) => level !== "note"))
  const notes = findings.filter(({ level }) => level === "note")
  return `<section class="proof ${verdict}" id="${name}" aria-labelledby="${name}-title">
<h3 id="${name}-title">${proofTitles[name]} <span class="result">${verdict}</span></h3>
<p>${htmlText(summary)}</p>
${grave.length === 0 ? "" : findingTable(grave, `Findings: ${proofTitles[name]}`)}
${notes.length === 0 ? "" : `<details><summary>${plural(notes.length, "note")}</summary>${findingTable(notes, `Notes: ${proofTitles[name]}`)}</details>`}
</section>`
}

function findingTable(findings: readonly ProofFinding[], caption: string): string {
  const rows = findings.map(
    ({ level, verdict, subject, detail }) =>
      `<tr class="${level}"><td class="level">${htmlText(verdict)}</td><th scope="row">${htmlText(subject)}</th><td>${htmlText(detail)}</td></tr>`,
  )
  return `<div class="scroll"><table class="findings"><caption>${caption}</caption>
<thead><tr><th scope="col">finding</th><th scope="col">where</th><th scope="col">what</th></tr></thead>
<tbody>${rows.join("\n")}</tbody></table></div>`
}

/** Bars are a picture of the numbers beside them, and no more. */
function timeTable({ steps, ms }: DrillReport): string {
  const longest = Math.max(1, ...steps.map(step => step.ms))
  const rows = steps.map((step: DrillStep) => {
    const width = Math.max(1, Math.round((step.ms / longest) * 200))
    const bar = `<svg width="200" height="10" aria-hidden="true"><rect width="${width}" height="10"/></svg>`
    return `<tr><th scope="row">${htmlText(step.name)}</th><td class="number">${stepTime(step.ms)}</td><td>${bar}</td></tr>`
  })
  return `<div class="scroll"><table class="times"><thead><tr><th scope="col">step</th><th scope="col">time</th><td></td></tr></thead>
<tbody>${rows.join("\n")}</tbody>
<tfoot><tr><th scope="row">all</th><td class="number">${stepTime(ms)}</td><td></td></tr></tfoot></table></div>`
}
