/** Impact as a page, and as the comment that GitHub shows, in a real Chromium; hostile words stay words. */
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { micromark } from "micromark"
import { gfm, gfmHtml } from "micromark-extension-gfm"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { ImpactReport } from "../../src/core/impact.ts"
import { impactOf } from "../../src/impact/impact.ts"
import { windowsAround } from "../../src/impact/windows.ts"
import { powermta } from "../../src/profiles/powermta/index.ts"
import { impactMarkdown } from "../../src/show/impact-markdown.ts"
import { impactPage } from "../../src/show/impact-page.ts"
import { findChromium, openPage, type Page } from "../lab/chromium.ts"
import { simulate } from "../lab/traffic.ts"

const chromium = findChromium()
if (chromium === null)
  process.stderr.write("impact page: skipped, there is no Chromium; install it with apt\n")

const hostile = `</style><script>document.title = "taken"</script><img src=http://127.0.0.1:9/x onerror=alert(1)>|\`x\` @all`
const change = { deferralsBefore: 0.03, deferralsAfter: 0.25, isps: ["gmail.com"], ips: null }

function reportOf(title: string): ImpactReport {
  const { files, changeAt, windowSeconds } = simulate(1, change)
  const days = [...files].flatMap(([host, text]) => {
    const counter = powermta.traffic(host, [], Date.parse("2026-03-10T00:00:00Z"))
    const tap = counter.tap("acct.csv")
    tap.push(Buffer.from(text))
    tap.end()
    return counter.days()
  })
  return impactOf({
    subject: {
      name: "3f2a9c1b",
      title,
      hosts: ["mta1", "mta2", "mta3"],
      isps: ["gmail.com"],
      intent: "volume",
    },
    windows: windowsAround(changeAt, changeAt, windowSeconds),
    now: changeAt + 86_400,
    thresholds: { investigate: 0.05, reduce: 0.15 },
    records: new Map([["mta9", false]]),
    days: days.map(day => ({
      ...day,
      errors: day.errors.map(row => (row.outcome === "bounced" ? { ...row, error: hostile } : row)),
    })),
  })
}

describe.skipIf(chromium === null)("in a browser", () => {
  let directory = ""
  let page: Page
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "pmta-impact-page-"))
    await writeFile(join(directory, "impact.html"), impactPage(reportOf(hostile)))
    page = await openPage(chromium ?? "", pathToFileURL(join(directory, "impact.html")).href)
    await page.resize(1200, 900)
  })
  afterAll(async () => {
    await page?.[Symbol.asyncDispose]()
    await rm(directory, { recursive: true, force: true })
  })
  const shot = async (shown: Page, name: string) => {
    const folder = process.env["PMTA_SCREENSHOTS"]
    if (folder !== undefined) await shown.screenshot(join(folder, name))
  }

  test("the verdict, the picture with a line before and after the change, and the table are there", async () => {
    const text = (selector: string) =>
      page.evaluate<string>(`document.querySelector(${JSON.stringify(selector)}).textContent.trim()`)
    expect(await text(".verdict")).toMatch(/^worse: more deferrals at gmail\.com, from all IPs alike/)
    expect(await text("tr.reduce th")).toBe("gmail.com")
    expect(await text("tr.reduce")).toContain("all 6 IPs alike: configuration")
    expect(await page.evaluate<number>(`document.querySelectorAll("svg polyline").length`)).toBe(8)
    const drawn = `document.querySelector("svg polyline").getBoundingClientRect().width`
    expect(await page.evaluate<number>(drawn)).toBeGreaterThan(100)
    await shot(page, "impact-light.png")
    await page.dark(true)
    await shot(page, "impact-dark.png")
    await page.dark(false)
  })

  test("words of hosts and servers stay words, nothing is requested and nothing complains", async () => {
    expect(await page.evaluate(`document.title`)).toBe("Impact of 3f2a9c1b")
    expect(await page.evaluate(`document.querySelectorAll("script, img").length`)).toBe(0)
    expect(await page.evaluate<string>(`document.querySelector(".replies").textContent`)).toContain(
      "<img src",
    )
    expect(page.requests.filter(url => !url.startsWith("file:"))).toEqual([])
    expect(page.complaints).toEqual([])
  })

  test("a narrow screen scrolls the table and the picture, not the page", async () => {
    await page.resize(380, 800)
    expect(await page.evaluate(`document.documentElement.scrollWidth <= innerWidth`)).toBe(true)
    await page.resize(1200, 900)
  })

  test("the comment, as GitHub makes HTML of it, is a table with the verdict above and the course of the rates", async () => {
    const options = { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true }
    const html = micromark(impactMarkdown(reportOf(hostile)), options)
    await writeFile(
      join(directory, "comment.html"),
      `<!doctype html><meta charset="utf-8"><body style="font: 14px sans-serif; max-width: 60rem">${html}`,
    )
    await using comment = await openPage(chromium ?? "", pathToFileURL(join(directory, "comment.html")).href)
    await comment.resize(1000, 700)
    const text = (selector: string) =>
      comment.evaluate<string>(`document.querySelector(${JSON.stringify(selector)}).innerText.trim()`)
    expect(await text("h3")).toBe("❌ Impact: worse")
    expect(await text("tbody tr")).toMatch(/^gmail\.com\t.*reduce volume, review now.*[▁-█]+│[▁-█]+$/s)
    // Of one scale: where nothing moved, no bar stands high.
    expect(await text("tbody tr:nth-child(2)")).toMatch(/^web\.de\t.*[▁▂▃]+│[▁▂▃]+$/s)
    expect(await comment.evaluate(`document.querySelectorAll("script, img, a").length`)).toBe(0)
    expect(await comment.evaluate<boolean>(`document.querySelector("details").open`)).toBe(false)
    await comment.click("summary")
    await shot(comment, "comment.png")
    expect(comment.requests.filter(url => !url.startsWith("file:"))).toEqual([])
  })
})
