import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { ImpactReport } from "../../src/core/impact.ts"
import { mergeDays } from "../../src/core/traffic-day.ts"
import type { Vault } from "../../src/core/vault.ts"
import { finish, succeed } from "../lab/child.ts"
import { action, cli, dist } from "../lab/cli.ts"
import { gitHttp } from "../lab/git-http.ts"
import { shiftedClock } from "../lab/shifted-clock.ts"
import { type Simulation, simulatedHosts } from "../lab/traffic.ts"
import {
  config,
  countedDays,
  fill,
  simulatedFleet,
  simulatedVault,
  tellChange,
  worseAtGmail,
} from "./impact-setting.ts"

let place = ""
let simulation: Simulation
let change = ""

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "pmta-impact-"))
  simulation = worseAtGmail()
  for (const [host, text] of simulation.files) await writeFile(join(place, `${host}.csv`), text)
  const fleet = await simulatedFleet()
  const where = { location: join(place, "vault"), scratch: place, token: null }
  const days = countedDays(simulation)
  const ground = {
    open: async (at: number) => await simulatedVault(where, at),
    accept: async (id: string, vault: Vault) => await vault.accept(id, AbortSignal.timeout(60_000)),
    ...{ fleet, forge: () => null },
  }
  await using vault = await ground.open(0)
  await vault.addFleet(fleet, AbortSignal.timeout(60_000))
  change = await tellChange(ground, simulation, days.slice(0, 2))
  await using later = await ground.open(simulation.changeAt)
  await fill(later, config(8), days.slice(2))
})

afterAll(async () => {
  await rm(place, { recursive: true, force: true })
})

const inVault = (...args: readonly string[]) => cli(["impact", "--vault", join(place, "vault"), ...args])
const gitIn = (...args: readonly string[]) =>
  execFileSync("git", ["-C", join(place, "vault"), ...args], { encoding: "utf8" })

function rowOf(report: ImpactReport, name: string) {
  return report.isps.find(({ isp }) => isp === name)
}

describe("impact of a change that the vault knows", () => {
  test("the limit that was raised made it worse at its ISP, from all IPs", async () => {
    const { code, stdout } = await inVault("--change", change, "--json")
    const report: ImpactReport = JSON.parse(stdout)
    expect(code).toBe(7)
    expect(report).toMatchObject({ result: "worse", isFull: true, blindHosts: [], skipped: [] })
    expect(report.subject).toMatchObject({ name: change, isps: ["gmail.com"], intent: "volume" })
    expect(report.subject.title).toContain("max-smtp-out 6 → 8")
    expect(report.after.from).toBe(simulation.changeAt)
    expect(report.before.to).toBe(simulation.changeAt - 600)
    expect(rowOf(report, "gmail.com")).toMatchObject({ isTouched: true, pattern: { kind: "all" } })
    const { attempts, deferred } = rowOf(report, "gmail.com")?.after ?? {}
    expect({ attempts, deferred }).toMatchObject({
      attempts: simulation.truth.get("after gmail.com")?.attempts,
      deferred: simulation.truth.get("after gmail.com")?.deferred,
    })
  })

  test("people read a table, the verdict, and the replies that grew", async () => {
    const { stdout } = await inVault("--change", `drift/${change}`, "--picture", join(place, "p.svg"))
    expect(stdout).toContain("worse: more deferrals at gmail.com, from all IPs alike: the configuration")
    expect(stdout).toMatch(
      /gmail\.com +\d\.\d % of [\d,]+ +2\d\.\d % of [\d,]+ +\+2\d\.\d \(.*rose +reduce volume/,
    )
    expect(stdout).toContain("deferred: smtp;421 4.7.28 rate limited, try again later")
    expect(await readFile(join(place, "p.svg"), "utf8")).toMatch(/^<svg [\s\S]+gmail\.com[\s\S]+<\/svg>\n$/)
  })

  test("it is found again once it is accepted", async () => {
    const open = JSON.parse((await inVault("--change", change, "--json")).stdout)
    const clone = join(place, "accepted")
    execFileSync("cp", ["-r", join(place, "vault"), clone])
    expect((await cli(["accept", change, "--vault", clone])).code).toBe(0)
    const accepted = await cli(["impact", "--vault", clone, "--change", change, "--json"])
    expect(JSON.parse(accepted.stdout)).toEqual(open)
  })

  test("a vault behind a URL, of which only the newest is fetched at first, says the same", async () => {
    const here = JSON.parse((await inVault("--change", change, "--json")).stdout)
    await using remote = await gitHttp()
    const branches = ["push", "--quiet", remote.urlWithToken, "refs/heads/*:refs/heads/*"]
    await succeed("git", ["-C", join(place, "vault"), ...branches])
    const token = join(place, "token")
    await writeFile(token, remote.token)
    const there = ["--vault", remote.url, "--token-file", token, "--change", change]
    expect(JSON.parse((await cli(["impact", ...there, "--json"])).stdout)).toEqual(here)
  })

  test("the Action shows it in the job summary", async () => {
    const { summary, code } = await action({ command: "impact", vault: join(place, "vault"), change })
    expect(code).toBe(7)
    expect(summary).toContain(`<!-- pmta-vault impact ${change} -->\n### ❌ Impact: worse`)
    expect(summary).toMatch(/\| `gmail\.com` \|.*\*\*reduce volume, review now\*\*.*│.*\|/)
  })

  test("a change that nobody knows is said so", async () => {
    const { code, stderr } = await inVault("--change", "0badf00d")
    expect(code).toBe(2)
    expect(stderr).toContain('knows no change "0badf00d"')
  })
})

describe("impact of a moment", () => {
  test("it is written as a page with the picture in it", async () => {
    const at = new Date(simulation.changeAt * 1000).toISOString()
    await inVault("--at", at, "--html", join(place, "impact.html"))
    const page = await readFile(join(place, "impact.html"), "utf8")
    expect(page).toMatch(/^<!doctype html>[\s\S]*more deferrals at gmail\.com[\s\S]*<svg [\s\S]*<polyline /)
    const { code, stderr } = await inVault("--at", at, "--html", join(place, "nowhere/impact.html"))
    expect(code).toBe(2)
    expect(stderr).toContain("cannot be written (ENOENT)")
  })

  test("followed, the table is shown at once and again, until the window is full or somebody stops it", async () => {
    const file = join(place, "mta1.csv")
    const at = new Date(Date.now() - 60_000).toISOString()
    const args = ["impact", "--at", at, "--window", "1h", "--accounting-file", file, "--follow"]
    const child = spawn(process.execPath, [join(dist, "cli.js"), ...args], {
      stdio: ["ignore", "pipe", "ignore"],
    })
    let shown = ""
    child.stdout.on("data", (chunk: Buffer) => {
      shown += chunk.toString()
      if (shown.includes("not over yet")) child.kill("SIGINT")
    })
    const [code] = await once(child, "close")
    expect(shown).toContain("the window after the change is not over yet")
    expect(code).toBe(130)
    const over = await cli(["impact", "--at", "9h", "--window", "1h", "--accounting-file", file, "--follow"])
    expect(over.code).toBe(0)
  })

  test("followed on a terminal, the table is live, and the last one comes when the window is over, by itself", async () => {
    const file = join(place, "mta1.csv")
    // A clock by which the five minutes of the window end in six seconds.
    const shift = (300_000 - ((Date.now() + 6_000) % 300_000)) / 86_400_000
    const now = Date.now() + shift * 86_400_000
    const at = new Date(now - 298_000).toISOString()
    const command = [process.execPath, join(dist, "cli.js"), "impact", "--at", at, "--window", "5m"]
    const words = [...command, "--accounting-file", file, "--follow"].map(word => `'${word}'`).join(" ")
    // util-linux's script gives it a terminal.
    const run = await finish("script", ["-qec", words, "/dev/null"], {
      env: { ...process.env, ...(await shiftedClock(place, shift)) },
      timeoutMs: 60_000,
    })
    const shown = run.stdout.toString()
    expect(run.code, shown).toBe(0)
    const [live = "", last = ""] = shown
      .split("\u001b[H\u001b[2J")
      .slice(1)
      .join("")
      .split(/(?<=not over yet[^\n]*\n)/)
    expect(live).toContain("the window after the change is not over yet")
    expect(last).not.toBe("")
    expect(last).not.toContain("not over yet")
  })

  test("hosts can be chosen, and the counts of several runs add up", async () => {
    const at = new Date(simulation.changeAt * 1000).toISOString()
    const { stdout } = await inVault("--at", at, "--hosts", "mta1,mta2,mta3", "--json")
    const report: ImpactReport = JSON.parse(stdout)
    for (const isp of report.isps) {
      expect(isp.before.attempts).toBe(simulation.truth.get(`before ${isp.isp}`)?.attempts)
      expect(isp.after.deferred).toBe(simulation.truth.get(`after ${isp.isp}`)?.deferred)
    }
    const one: ImpactReport = JSON.parse((await inVault("--at", at, "--hosts", "mta1", "--json")).stdout)
    expect(rowOf(one, "gmail.com")?.ips).toHaveLength(2)
  })

  test("accounting files at hand are enough, and bad lines are named", async () => {
    const file = join(place, "mta1.csv")
    await writeFile(join(place, "cut.csv"), (await readFile(file, "utf8")).slice(0, -20))
    const at = new Date(simulation.changeAt * 1000).toISOString()
    const { code, stdout, stderr } = await cli([
      "impact",
      "--at",
      at,
      "--accounting-file",
      join(place, "cut.csv"),
    ])
    expect(code).toBe(7)
    expect(stdout).toContain("worse: more deferrals at gmail.com")
    expect(stderr).toContain("cut.csv: 1 not counted, a last line without its end; the first begins at byte")
  })

  test("without recorded deferrals there is no rate, and a way to get one", async () => {
    const text = (await readFile(join(place, "mta1.csv"), "utf8"))
      .split("\r\n")
      .filter(line => !line.startsWith("t,"))
      .join("\r\n")
    await mkdir(join(place, "blind"), { recursive: true })
    await writeFile(join(place, "blind/acct.csv"), text)
    const at = new Date(simulation.changeAt * 1000).toISOString()
    const { code, stdout } = await cli([
      "impact",
      "--at",
      at,
      "--accounting-file",
      join(place, "blind/acct.csv"),
    ])
    expect(code).toBe(0)
    expect(stdout).toContain("unclear: deferred attempts are not recorded")
    expect(stdout).toContain("records t,tq")
    expect(stdout).not.toMatch(/\b0\.0 %/)
  })

  test.each([
    [[], "one of --change ID, --at TIME, --since TIME"],
    [["--at", "3h", "--since", "4h"], "one of --change ID, --at TIME, --since TIME"],
    [["--at", "yesterday"], "write it as 2026-03-02T09:15Z"],
    [["--at", "2026-03-02T09:15"], "write it as 2026-03-02T09:15Z"],
    [["--at", "3h", "--accounting-file", "/nowhere.csv"], "/nowhere.csv cannot be read (ENOENT)"],
  ])("%j is refused with the way out", async (args, words) => {
    const { code, stderr } = await inVault(...args)
    expect(code).toBe(2)
    expect(stderr).toContain(words)
  })
})

test("counts lie in the vault without an address, and go when they are old", async () => {
  const names = gitIn("ls-tree", "-r", "--name-only", "bundles", "stats/").trim().split("\n")
  expect(names).toEqual(
    simulatedHosts.flatMap(host => [`stats/${host}/2026-03-02.json`, `stats/${host}/2026-03-03.json`]),
  )
  for (const name of names) expect(gitIn("show", `bundles:${name}`)).not.toMatch(/@|user\d/)
  const where = { location: join(place, "vault"), scratch: place, token: null }
  await using vault = await simulatedVault(where, Date.parse("2026-04-14T00:00:00Z") / 1000)
  const [day] = countedDays(simulation)
  if (day === undefined) throw new Error("there are days")
  await fill(vault, config(8), [mergeDays([{ ...day, host: "mta1", day: "2026-04-13" }])], "2026-03-03")
  expect(gitIn("ls-tree", "--name-only", "bundles", "stats/mta1/").trim().split("\n")).toEqual([
    "stats/mta1/2026-03-03.json",
    "stats/mta1/2026-04-13.json",
  ])
  // Of hosts that send nothing any more, or are gone, they go as well.
  expect(gitIn("ls-tree", "--name-only", "bundles", "stats/mta2/").trim()).toBe("stats/mta2/2026-03-03.json")
})
