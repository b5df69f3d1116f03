/** What a change did, as one HTML page with its picture. */
import type { ImpactReport, IspImpact } from "../core/impact.ts"
import { style } from "./impact-page/style.ts"
import { impactSvg } from "./impact-svg.ts"
import {
  caveats,
  differenceInWords,
  grouped,
  levels,
  movementInWords,
  patternInWords,
  rateInWords,
  results,
  windowInWords,
} from "./impact-words.ts"
import { page } from "./page.ts"
import { htmlText } from "./status-page/html-text.ts"

const shownIsps = 50

export function impactPage(report: ImpactReport): string {
  const { subject, before, after, isps } = report
  const title = `Impact of ${subject.name}`
  const over = report.isFull ? "" : ", not over yet"
  const notes = caveats(report)
  const hasWeek = isps.some(({ weekEarlier }) => weekEarlier !== null)
  const columns = ["ISP", "deferred before", "after", "difference, points", "", "source IPs"]
  const main = `${subject.title === "" ? "" : `<p>${htmlText(subject.title)}</p>`}
<p class="verdict ${report.result}">${htmlText(results[report.result])}: ${htmlText(report.reason)}</p>
<p class="soft">before ${htmlText(windowInWords(before))}; after ${htmlText(windowInWords(after))}${over}; hosts: ${htmlText(subject.hosts.join(", "))}</p>
${notes.map(note => `<p class="note">${htmlText(note)}</p>`).join("\n")}
<h2>Deferral rate over time</h2>
<div class="scroll picture">${impactSvg(report)}</div>
<h2>By ISP</h2>
<div class="scroll"><table><thead><tr>${[...columns, ...(hasWeek ? ["a week earlier"] : [])].map(name => `<th scope="col">${name}</th>`).join("")}</tr></thead>
<tbody>${isps
    .slice(0, shownIsps)
    .map(isp => ispRow(isp, hasWeek))
    .join("\n")}</tbody></table></div>
${isps.length > shownIsps ? `<p class="soft">And ${isps.length - shownIsps} more.</p>` : ""}
${replies(isps)}`
  return page(title, style, main)
}

function ispRow(isp: IspImpact, hasWeek: boolean): string {
  const moved = [movementInWords(isp), levels[isp.level]].filter(Boolean).join(", ")
  const cells = [
    rateInWords(isp.before),
    rateInWords(isp.after),
    differenceInWords(isp),
    moved,
    patternInWords(isp),
    ...(hasWeek ? [isp.weekEarlier === null ? "" : rateInWords(isp.weekEarlier)] : []),
  ]
  return `<tr class="${isp.level}"><th scope="row">${htmlText(isp.isp)}</th>${cells.map(text => `<td>${htmlText(text)}</td>`).join("")}</tr>`
}

function replies(isps: readonly IspImpact[]): string {
  const rows = isps
    .filter(({ isTouched, movement }) => isTouched && movement !== "same")
    .flatMap(({ isp, errors }) =>
      errors.map(
        ({ error, outcome, before, after }) =>
          `<tr><th scope="row">${htmlText(isp)}</th><td>${outcome}</td><td class="number">${grouped(before)}</td><td class="number">${grouped(after)}</td><td>${htmlText(error)}</td></tr>`,
      ),
    )
  if (rows.length === 0) return ""
  const head = ["ISP", "outcome", "before", "after", "reply"].map(name => `<th scope="col">${name}</th>`)
  return `<h2>Replies</h2>
<div class="scroll"><table class="replies"><thead><tr>${head.join("")}</tr></thead>
<tbody>${rows.join("\n")}</tbody></table></div>`
}
