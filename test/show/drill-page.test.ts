/** A drill's report as a page in a real Chromium, and as text and Markdown that host text cannot leave. */
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type DrillReport, type ProofFinding, proofOf } from "../../src/core/drill.ts"
import { drillMarkdown } from "../../src/show/drill-markdown.ts"
import { drillPage } from "../../src/show/drill-page.ts"
import { drillText } from "../../src/show/drill-text.ts"
import { paint } from "../../src/show/paint.ts"
import { findChromium, openPage, type Page } from "../lab/chromium.ts"

const chromium = findChromium()
if (chromium === null)
  process.stderr.write("drill page: skipped, there is no Chromium; install it with apt\n")

const hostile = `</style><script>document.title = "taken"</script><img src=http://127.0.0.1:9/x onerror=alert(1)>|\`x\` @all\n::error::x`
const wrong: readonly ProofFinding[] = [
  {
    level: "note",
    verdict: "not-named",
    subject: "/etc/pmta/dkim/old.pem",
    detail: "no domain-key names this file",
  },
  { level: "weak", verdict: "testing", subject: "s1._domainkey.b.example", detail: "`t=y`" },
  { level: "failed", verdict: "wrong-key", subject: "s1._domainkey.a.example", detail: hostile },
]
const report: DrillReport = {
  ...{ command: "drill", format: 1, host: "mta1", target: "scratch", spare: null, sequence: 12 },
  ...{ takenAt: "2026-11-24T02:17:00.000Z", startedAt: "2026-11-24T08:00:00.000Z", tool: "0.1.0", run: null },
  steps: [
    { name: "fetch and verify", ms: 120 },
    { name: "prove DKIM", ms: 600 },
  ],
  ms: 720,
  objective: { scenario: "hardware-failure", rtoMs: 14_400_000, isMet: true },
  proofs: [
    proofOf("restore", "opened with the identity, and written in full", []),
    proofOf("dkim", "198 of 200 keys load", wrong),
    { name: "license", verdict: "skipped", summary: "nothing was restored", findings: [] },
  ],
  warnings: [hostile],
  ...{ verdict: "failed", exit: "objective" },
}

/** Of a spare host, with a command that it did not take. */
const onSpare: DrillReport = {
  ...report,
  target: "spare1",
  spare: {
    ...{ hostname: hostile, written: 31, unchanged: 2, left: "before", putBackMs: 300, folder: null },
    checks: [{ command: "pmta test config", result: "failed", said: hostile }],
  },
  steps: [...report.steps, { name: "apply", ms: 400 }, { name: "pmta test config", ms: 90 }],
  proofs: [
    ...report.proofs,
    proofOf("host", "0 of 1 commands on the host succeeded", [
      { level: "failed", verdict: "check-failed", subject: "pmta test config", detail: hostile },
    ]),
  ],
}

test.each([
  [
    "before",
    "spare1 is as it was before the drill: 31 paths written, 2 there already, and put back in 300 ms",
  ],
  [
    "restored",
    "spare1 was left as restored: 31 paths written, 2 there already; to undo it there: sh /f/undo",
  ],
  ["unknown", "spare1 may be half restored; to undo it there: sh /f/undo"],
  ["untouched", "nothing was written to spare1"],
] as const)("every form says how the spare host was left: %s", (left, said) => {
  const spare = { ...onSpare.spare, left, folder: "/f" } as DrillReport["spare"]
  const one = { ...onSpare, spare }
  expect(drillText(one, null, paint(false))).toContain(said)
  expect(drillMarkdown(one)).toContain(said)
  expect(drillPage(one)).toContain(said)
  for (const line of drillMarkdown(one).split("\n")) expect(line).not.toMatch(/^::|<script|<img/)
})

test("text names the gravest first, and steers no terminal", () => {
  const text = drillText(report, "drills/mta1/x.json", paint(false))
  expect(text).toMatch(/^mta1 did not pass: snapshot 12/)
  expect(text.indexOf("wrong-key")).toBeLessThan(text.indexOf("testing"))
  expect(text).not.toMatch(/^::error/m)
  expect(text).toContain("drills/mta1/x.json")
})

test("Markdown shows host text as code, and one finding is one row", () => {
  const markdown = drillMarkdown(report)
  const row = markdown.split("\n").find(line => line.includes("wrong-key")) ?? ""
  expect(row).toMatch(/^\| failed: wrong-key \| `s1\._domainkey\.a\.example` \| <code>[^<]*<\/code> \|$/)
  expect(markdown).toContain("720 ms of the 4h that the policy allows for hardware-failure: in time")
  for (const line of markdown.split("\n")) expect(line).not.toMatch(/^::/)
})

describe.skipIf(chromium === null)("in Chromium", () => {
  let directory: string
  let page: Page
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "pmta-drill-page-"))
    const file = join(directory, "drill.html")
    await writeFile(file, drillPage(report))
    page = await openPage(chromium ?? "", pathToFileURL(file).href)
    await page.resize(1000, 900)
  })
  afterAll(async () => {
    await page?.[Symbol.asyncDispose]()
    await rm(directory, { recursive: true, force: true })
  })
  const texts = (selector: string) =>
    page.evaluate<string[]>(
      `[...document.querySelectorAll(${JSON.stringify(selector)})].map(e => e.textContent.trim())`,
    )

  test("says first what came of it, then each proof, the gravest findings on top", async () => {
    expect(await texts(".verdict")).toEqual(["mta1 did not pass"])
    expect(await texts("h3")).toEqual(["Restore proven", "DKIM keys failed", "Licence skipped"])
    expect(await texts("#dkim > .scroll tbody th")).toEqual([
      "s1._domainkey.a.example",
      "s1._domainkey.b.example",
    ])
    expect(await texts(".times th[scope=row]")).toEqual(["fetch and verify", "prove DKIM", "all"])
  })

  test("notes are folded until they are asked for", async () => {
    const height = `document.querySelector("details table").getBoundingClientRect().height`
    expect(await page.evaluate<boolean>(`document.querySelector("details").open`)).toBe(false)
    await page.click("summary")
    expect(await page.evaluate<number>(height)).toBeGreaterThan(10)
  })

  test("of a spare host it says what that said and how it was left, and its words stay words", async () => {
    const file = join(directory, "spare.html")
    await writeFile(file, drillPage(onSpare))
    await using spare = await openPage(chromium ?? "", pathToFileURL(file).href)
    await spare.resize(1000, 900)
    const text = (selector: string) =>
      spare.evaluate<string>(`document.querySelector(${JSON.stringify(selector)}).textContent.trim()`)
    expect(await text(".left")).toMatch(/^spare1 is as it was before the drill: 31 paths written/)
    expect(await text("#host h3")).toBe("Service failed")
    expect(await text("#host tbody th")).toBe("pmta test config")
    expect(await spare.evaluate(`document.querySelectorAll("script, img").length`)).toBe(0)
    expect(spare.requests.filter(url => !url.startsWith("file:"))).toEqual([])
    expect(spare.complaints).toEqual([])
    await spare.resize(380, 800)
    expect(await spare.evaluate(`document.documentElement.scrollWidth <= innerWidth`)).toBe(true)
  })

  test("text of hosts stays text, nothing is requested and nothing complains", async () => {
    expect(await page.evaluate(`document.title`)).toBe("Drill of mta1, 2026-11-24")
    expect(await page.evaluate(`document.querySelectorAll("script, img").length`)).toBe(0)
    expect(page.requests.filter(url => !url.startsWith("file:"))).toEqual([])
    expect(page.complaints).toEqual([])
  })

  test("its policy lets no script run and no picture load, even if one got in", async () => {
    const injected = `new Promise(resolve => {
      const script = document.createElement("script"); script.textContent = "window.taken = true";
      document.addEventListener("securitypolicyviolation", event => resolve(event.effectiveDirective), { once: true });
      document.body.append(script) })`
    expect(await page.evaluate(injected)).toMatch(/^script-src/)
    expect(await page.evaluate(`window.taken === undefined`)).toBe(true)
  })

  test("can be read in light, in dark, and on a narrow screen", async () => {
    const contrast = `(() => {
      const light = color => { const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b };
      return [...document.querySelectorAll("h1, .soft, .verdict, .result, .level, td, th, summary")].map(e => {
        const card = e.closest(".proof") ?? document.body;
        const back = light(getComputedStyle(card).backgroundColor), text = light(getComputedStyle(e).color);
        return (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05) }) })()`
    const backs = new Set<string>()
    for (const isDark of [false, true]) {
      await page.dark(isDark)
      backs.add(await page.evaluate<string>(`getComputedStyle(document.body).backgroundColor`))
      for (const ratio of await page.evaluate<number[]>(contrast)) expect(ratio).toBeGreaterThan(4.5)
    }
    expect(backs.size).toBe(2)
    await page.resize(380, 800)
    expect(await page.evaluate(`document.documentElement.scrollWidth <= innerWidth`)).toBe(true)
  })

  test("tells a screen reader what is what", async () => {
    const nodes = await page.accessible()
    const named = (role: string) => nodes.filter(node => node.role === role).map(({ name }) => name)
    expect(named("heading")).toEqual(expect.arrayContaining(["Drill of mta1, 2026-11-24", "Proofs", "Time"]))
    expect(named("columnheader")).toEqual(
      expect.arrayContaining(["finding", "where", "what", "step", "time"]),
    )
    expect(named("rowheader")).toContain("s1._domainkey.a.example")
  })
})
