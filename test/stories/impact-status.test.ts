/** `status` names changes of late after which deferrals rose, whether they are accepted or not. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { StatusReport } from "../../src/core/status.ts"
import type { Vault } from "../../src/core/vault.ts"
import { cli } from "../lab/cli.ts"
import { countedDays, simulatedFleet, simulatedVault, tellChange, worseAtGmail } from "./impact-setting.ts"

let place = ""
let change = ""
const signal = () => AbortSignal.timeout(60_000)
const status = async (...args: readonly string[]) =>
  await cli(["status", "--vault", join(place, "vault"), ...args])
const worseOf = async () => (JSON.parse((await status("--json")).stdout) as StatusReport).worse

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "pmta-worse-"))
  const simulation = worseAtGmail(new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10))
  const where = { location: join(place, "vault"), scratch: place, token: null }
  const ground = {
    open: async (at: number) => await simulatedVault(where, at),
    accept: async (id: string, vault: Vault) => await vault.accept(id, signal()),
    ...{ fleet: await simulatedFleet(), forge: () => null },
  }
  await using vault = await ground.open(simulation.changeAt - 2 * 86_400)
  await vault.addFleet(ground.fleet, signal())
  change = await tellChange(ground, simulation, countedDays(simulation))
})
afterAll(async () => {
  await rm(place, { recursive: true, force: true })
})

test("an open change that made it worse is a warning, with the ISP and what to look at", async () => {
  expect(await worseOf()).toMatchObject([{ id: change, hosts: ["mta1", "mta2", "mta3"], looked: 3 }])
  const { stdout } = await status()
  expect(stdout).toMatch(
    /warning {2}worse since .* UTC, .*max-smtp-out 6 → 8.*: more deferrals at gmail\.com, from all IPs alike/,
  )
  expect(stdout).toContain(`pmta-vault impact --change ${change}`)
})

test("metrics count it, and the page shows it", async () => {
  expect((await status("--prometheus")).stdout).toContain("\npmta_vault_worse_changes 1\n")
  await status("--html", join(place, "status.html"))
  expect(await readFile(join(place, "status.html"), "utf8")).toContain("more deferrals at gmail.com")
})

test("accepted, it is still named, and the name finds it", async () => {
  expect((await cli(["accept", change, "--vault", join(place, "vault")])).code).toBe(0)
  expect(await worseOf()).toMatchObject([{ id: change }])
  expect((await cli(["impact", "--vault", join(place, "vault"), "--change", change])).stdout).toContain(
    "worse",
  )
})

test("a vault without changes of late has nothing to say of them", async () => {
  const empty = join(place, "empty")
  await writeFile(join(place, "fleet.yml"), await simulatedFleet())
  await using vault = await simulatedVault({ location: empty, scratch: place, token: null }, 1)
  await vault.addFleet(await simulatedFleet(), signal())
  expect(JSON.parse((await cli(["status", "--vault", empty, "--json"])).stdout)).toMatchObject({ worse: [] })
  expect((await cli(["status", "--vault", empty, "--prometheus"])).stdout).toContain(
    "pmta_vault_worse_changes 0",
  )
})
