/** The status page in a real Chromium: what a person sees, clicks and types, and what it must not do. */
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { CategoryAge, HostStatus, StatusReport } from "../../src/core/status.ts"
import { statusPage } from "../../src/show/status-page.ts"
import { findChromium, openPage, type Page } from "../lab/chromium.ts"

const chromium = findChromium()
if (chromium === null)
  process.stderr.write("status page: skipped, there is no Chromium; `npm run setup` installs it\n")

const dayMs = 86_400_000
const now = Date.parse("2026-11-24T08:00:00Z")
const age = (name: string, hours: number): CategoryAge => ({
  name,
  state: hours > 24 ? "late" : "good",
  lastRun: "unchanged",
  capturedAt: new Date(now - hours * 3_600_000).toISOString(),
  ageMs: hours * 3_600_000,
  rpoMs: dayMs,
  expiresAt: null,
})
const host = (name: string, hours: number, tags: readonly string[] = []): HostStatus => ({
  host: name,
  inFleet: true,
  tags,
  snapshot: { sequence: 90, takenAt: new Date(now).toISOString() },
  problem: null,
  categories: ["config", "dkim", "license", "tls"].map(category => age(category, hours)),
  copies: ["config", "dkim"].flatMap(category =>
    Array.from({ length: category === "config" ? 30 : 4 }, (_, index) => ({
      category,
      at: new Date(now - (90 - index * (category === "config" ? 3 : 20)) * dayMs).toISOString(),
    })),
  ),
})
const hostile = `</style><script>document.title = "taken"</script><img src=http://127.0.0.1:9/x onerror=alert(1)>`
const report: StatusReport = {
  command: "status",
  vault: `/srv/vault ${hostile}`,
  at: new Date(now).toISOString(),
  hosts: [
    ...Array.from({ length: 40 }, (_, index) =>
      host(`mta${index + 1}`, 6, index % 2 === 0 ? ["eu"] : ["us"]),
    ),
    host("relay-old", 80),
  ],
  drifts: [],
  worse: [],
  expiries: [],
  drills: [
    {
      ...{ host: "mta1", path: "drills/mta1/x.json", at: new Date(now - 9 * dayMs).toISOString() },
      ...{ verdict: "passed", ms: 12_300, scenario: "hardware-failure", rtoMs: 14_400_000, isMet: true },
      failed: [],
    },
  ],
  findings: [
    ...["config", "dkim"].map(name => ({
      id: `rpo/relay-old/${name}`,
      level: "breach" as const,
      host: "relay-old",
      message: `the last good copy of ${name} is of 2026-11-21, older than its RPO of 24h`,
      hint: "run `pmta-vault doctor relay-old`",
    })),
    { id: "drift/1", level: "warning", host: "mta2", message: `open: ${hostile}`, hint: hostile },
  ],
  exit: "objective",
}

describe.skipIf(chromium === null)("in Chromium", () => {
  let directory: string
  let page: Page
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "pmta-page-"))
    const file = join(directory, "status.html")
    await writeFile(file, statusPage(report))
    page = await openPage(chromium ?? "", pathToFileURL(file).href)
    await page.resize(1200, 900)
  })
  afterAll(async () => {
    await page?.[Symbol.asyncDispose]()
    await rm(directory, { recursive: true, force: true })
  })

  const shownHosts = () =>
    page.evaluate<string[]>(
      `[...document.querySelectorAll("tbody:not([hidden]) th")].map(cell => cell.textContent.trim())`,
    )
  const focus = () => page.evaluate<string>(`document.activeElement.id || document.activeElement.textContent`)

  test("says first whether objectives are missed, and what to do", async () => {
    expect(await page.evaluate(`document.querySelector(".verdict").textContent`)).toBe(
      "2 objectives are missed",
    )
    expect(await page.evaluate(`document.querySelectorAll(".findings .breach").length`)).toBe(2)
    expect(await shownHosts()).toHaveLength(41)
  })

  test("finds hosts by name, tag and state, and counts them aloud", async () => {
    await page.click("#search")
    await page.type("mta1")
    expect(await shownHosts()).toEqual(["mta1", ...Array.from({ length: 10 }, (_, index) => `mta1${index}`)])
    await page.type(" us")
    expect(await shownHosts()).toEqual(["mta10", "mta12", "mta14", "mta16", "mta18"])
    expect(await page.evaluate(`document.querySelector("[role=status]").textContent`)).toBe("5 of 41 hosts")
    await page.press("Escape")
    expect(await shownHosts()).toHaveLength(41)
    await page.type("late")
    expect(await shownHosts()).toEqual(["relay-old"])
    await page.press("Escape")
  })

  test("a click leaves only the hosts with findings, another opens the timeline of one", async () => {
    await page.click("#trouble")
    expect(await shownHosts()).toEqual(["mta2", "relay-old"])
    const isOpen = `(() => { const d = document.querySelector("tbody:not([hidden]) details"); return d.open && d.querySelector("svg").getBoundingClientRect().height > 20 })()`
    expect(await page.evaluate(isOpen)).toBe(false)
    await page.click("tbody:not([hidden]) summary")
    expect(await page.evaluate(isOpen)).toBe(true)
    expect(
      await page.evaluate(`document.querySelector("tbody:not([hidden]) details").textContent`),
    ).toContain("Last drill: never.")
    expect(await page.evaluate(`document.querySelector("tbody details").textContent`)).toContain(
      "Last drill: passed on 2026-11-15, in 12.3 s of the 4h that hardware-failure allows.",
    )
    // 30 copies of config are 30 strokes.
    const strokes = `document.querySelector("tbody:not([hidden]) svg .copy").getAttribute("d").match(/v14/g).length`
    expect(await page.evaluate(strokes)).toBe(30)
    await page.click("#trouble")
  })

  test("works with the keyboard alone", async () => {
    await page.evaluate(`document.activeElement.blur(), window.scrollTo(0, 0)`)
    await page.press("/")
    expect(await focus()).toBe("search")
    expect(await page.evaluate(`document.querySelector("#search").value`)).toBe("")
    await page.type("relay")
    await page.press("Tab")
    expect(await focus()).toBe("trouble")
    await page.press("Tab")
    expect(await focus()).toBe("Copies of relay-old")
    await page.press("Enter")
    expect(await page.evaluate(`document.activeElement.parentElement.open`)).toBe(true)
    await page.click("#search")
    await page.press("Escape")
  })

  test("tells a screen reader what is what", async () => {
    const nodes = await page.accessible()
    const named = (role: string) => nodes.filter(node => node.role === role).map(({ name }) => name)
    expect(named("heading")).toEqual(
      expect.arrayContaining([expect.stringContaining("Backups of /srv/vault"), "What to do"]),
    )
    expect(named("searchbox")).toEqual(["Find hosts"])
    expect(named("columnheader")).toEqual(["host", "config", "dkim", "license", "tls"])
    expect(named("rowheader")).toContain("relay-old")
    expect(
      nodes.some(
        ({ role, name }) => /image|img|graphics/.test(role) && name.includes("config: 30, the last on"),
      ),
    ).toBe(true)
    expect(nodes.some(({ name }) => name === "3 d late")).toBe(true)
  })

  test("is readable in light and in dark", async () => {
    const contrast = `(() => {
      const light = color => { const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b };
      const back = light(getComputedStyle(document.body).backgroundColor);
      return [...document.querySelectorAll("h1, .soft, .verdict, td.good, td.late, summary")].map(e => {
        const text = light(getComputedStyle(e).color); return (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05) }) })()`
    const backs: string[] = []
    for (const isDark of [false, true]) {
      await page.dark(isDark)
      backs.push(await page.evaluate<string>(`getComputedStyle(document.body).backgroundColor`))
      const ratios = await page.evaluate<number[]>(contrast)
      expect(ratios.length).toBeGreaterThan(100)
      expect(Math.min(...ratios)).toBeGreaterThan(4.5)
    }
    expect(new Set(backs).size).toBe(2)
    await page.dark(false)
  })

  test("asks nobody for anything, obeys its policy, and what hosts say stays text", async () => {
    expect(page.requests.filter(url => !url.startsWith("file:"))).toEqual([])
    expect(page.complaints).toEqual([])
    expect(await page.evaluate("document.title")).toBe("pmta-vault: 2 objectives are missed")
    expect(await page.evaluate("document.images.length")).toBe(0)
    // The policy is in force: a script that was not there from the start does not run.
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement("script"), { textContent: "window.ran = true" }))`,
    )
    expect(await page.evaluate("window.ran === undefined")).toBe(true)
  })

  test("has a picture to look at", async () => {
    await page.evaluate(`document.querySelector("tbody details").open = true, window.scrollTo(0, 0)`)
    for (const isDark of [false, true]) {
      await page.dark(isDark)
      await page.screenshot(
        join(process.env["PMTA_SCREENSHOTS"] ?? directory, `status-${isDark ? "dark" : "light"}.png`),
      )
    }
    await page.resize(400, 800)
    expect(await page.evaluate("document.documentElement.scrollWidth <= 400")).toBe(true)
    await page.screenshot(join(process.env["PMTA_SCREENSHOTS"] ?? directory, "status-narrow.png"))
  })
})
