/**
 * The status as one page: works without a network, runs no script but its own, and loads nothing. All text of hosts
 * is hostile and goes through `htmlText`.
 */
import { createHash } from "node:crypto"
import type { CategoryAge, HostStatus, StatusReport } from "../core/status.ts"
import { ageInWords } from "./age.ts"
import { lastDrillInWords } from "./last-drill.ts"
import { plural } from "./printable.ts"
import { htmlText } from "./status-page/html-text.ts"
import { script } from "./status-page/script.ts"
import { style } from "./status-page/style.ts"
import { timeline } from "./status-page/timeline.ts"
import { type FindingGroup, groups, hostsInWords } from "./status-text.ts"

export function statusPage(report: StatusReport): string {
  const { hosts, findings, at, vault } = report
  const breaches = findings.filter(({ level }) => level === "breach").length
  const verdict =
    breaches === 0 ? "Every objective is met" : `${plural(breaches, "objective is", "objectives are")} missed`
  const found = groups(findings)
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
<script>${script}</script>
</body>
</html>
`
}

const digest = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`
const policy = `default-src 'none'; style-src ${digest(style)}; script-src ${digest(script)}; base-uri 'none'; form-action 'none'`

function findingItem({ level, message, hint, hosts }: FindingGroup): string {
  const who = hosts.length === 0 ? "" : `<strong>${htmlText(hostsInWords(hosts))}</strong>: `
  const word = level === "breach" ? "Breach" : "Warning"
  const next = hint === "" ? "" : `<p class="soft">${htmlText(hint)}</p>`
  return `<li class="${level}"><span class="level">${word}</span> ${who}${htmlText(message)}${next}</li>`
}

function hostsTable({ hosts, findings, drills, at }: StatusReport): string {
  const categories = [...new Set(hosts.flatMap(host => host.categories.map(({ name }) => name)))].sort()
  const inTrouble = new Set(findings.map(({ host }) => host))
  const head = categories.map(name => `<th scope="col">${htmlText(name)}</th>`).join("")
  const drilled = new Map(drills.map(drill => [drill.host, lastDrillInWords(drill)]))
  const bodies = hosts.map(host => {
    const drill = drilled.get(host.host) ?? "never"
    return hostBody(host, categories, inTrouble.has(host.host), drill, at)
  })
  return `<div class="find" role="search" hidden>
<label>Find hosts <input id="search" type="search" autocomplete="off" spellcheck="false" aria-keyshortcuts="/"></label>
<label><input id="trouble" type="checkbox"> only those with findings</label>
<span id="count" class="soft" role="status"></span>
</div>
<div class="scroll"><table>
<caption class="soft">Ages by the time of the data. Press / to find a host.</caption>
<thead><tr><th scope="col">host</th>${head}</tr></thead>
${bodies.join("\n")}
</table></div>`
}

function hostBody(
  host: HostStatus,
  categories: readonly string[],
  isTroubled: boolean,
  drill: string,
  at: string,
): string {
  const cells = categories.map(name => cell(host.categories.find(age => age.name === name)))
  const words = [host.host, ...host.tags, ...host.categories.map(({ state }) => state)]
    .join(" ")
    .toLowerCase()
  const note = host.inFleet ? "" : ` <span class="soft">not backed up any more</span>`
  const snapshot =
    host.snapshot === null
      ? "no snapshot"
      : `snapshot ${host.snapshot.sequence} of ${host.snapshot.takenAt.slice(0, 16)}`
  return `<tbody data-find="${htmlText(words)}" data-trouble="${isTroubled ? "yes" : "no"}">
<tr><th scope="row">${htmlText(host.host)}${note}</th>${cells.join("")}</tr>
<tr class="more"><td colspan="${categories.length + 1}"><details><summary>Copies of ${htmlText(host.host)}</summary>
<p class="soft">${htmlText(snapshot)}; a stroke for each copy of new content, by the names in the store. Last drill: ${htmlText(drill)}.</p>
${timeline(host, at)}</details></td></tr>
</tbody>`
}

const words: Readonly<Record<CategoryAge["state"], string>> = {
  good: "",
  late: " late",
  never: "never",
  absent: "none on the host",
  clock: " to come",
}

/** The state is in words too: colour alone says nothing to some. */
function cell(age: CategoryAge | undefined): string {
  if (age === undefined) return `<td class="absent">–</td>`
  const text = age.state === "good" || age.state === "late" ? ageInWords(age.ageMs) : ""
  return `<td class="${age.state}">${text}${words[age.state]}</td>`
}
