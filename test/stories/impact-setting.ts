/** A vault whose counts tell of a change: filled as runs on three hosts fill it, on a clock of two simulated days. */

import type { Forge } from "../../src/core/forge.ts"
import { Secret } from "../../src/core/secret.ts"
import type { TrafficDay } from "../../src/core/traffic.ts"
import { writeDay } from "../../src/core/traffic-day.ts"
import type { HostRecord, Vault } from "../../src/core/vault.ts"
import { parseFleet } from "../../src/fleet/parse.ts"
import { review } from "../../src/flows/review.ts"
import { powermta } from "../../src/profiles/powermta/index.ts"
import { unlockKey } from "../../src/seal/private-key.ts"
import { signSnapshot } from "../../src/seal/snapshot.ts"
import { openVault } from "../../src/stores/index.ts"
import { fleetYml } from "../lab/fleet-file.ts"
import { ageKey, sshKey } from "../lab/keys.ts"
import { type Simulation, simulate, simulatedHosts } from "../lab/traffic.ts"

const signal = new AbortController().signal
const deferralsOn = "<acct-file /var/log/pmta/diag.csv>\n    records t,tq\n</acct-file>\n"
export const config = (limit: number, accounting = deferralsOn) =>
  `<domain gmail.com>\n    max-smtp-out ${limit}\n</domain>\n${accounting}`

/** @param day  the first of two, UTC */
export const worseAtGmail = (day?: string): Simulation =>
  simulate(1, { deferralsBefore: 0.03, deferralsAfter: 0.25, isps: ["gmail.com"], ips: null }, day)

/** What a vault holds once runs have read these hosts: the doors under test only ever read it. */
export async function fill(
  vault: Vault,
  text: string,
  days: readonly TrafficDay[],
  countsSince = "2026-01-01",
): Promise<void> {
  const key = unlockKey("signing-key", new Secret((await sshKey("ed25519")).privateKey), null)
  const blob = await vault.stage(Buffer.from(text), false, signal)
  const prepare = (records: ReadonlyMap<string, HostRecord>) =>
    simulatedHosts.map(host => ({
      snapshot: signSnapshot(
        {
          ...{
            format: 1,
            host,
            previous: null,
            profile: "powermta",
            tool: "test",
            run: null,
            categories: {},
          },
          sequence: (records.get(host)?.latest?.sequence ?? 0) + 1,
          takenAt: new Date().toISOString(),
        } as const,
        key,
      ),
      live: { removed: ["files"], written: new Map([["files/etc/pmta/config", blob]]) },
      ...{ hint: null, pages: new Map(), segments: [] },
      traffic: days.filter(day => day.host === host).map(day => writeDay(day)),
    }))
  await vault.record(prepare, simulatedHosts, countsSince, signal)
}

export function countedDays({ files }: Simulation): readonly TrafficDay[] {
  return [...files].flatMap(([host, text]) => {
    const counter = powermta.traffic(host, [], Date.now())
    const tap = counter.tap("acct.csv")
    tap.push(Buffer.from(text))
    tap.end()
    return counter.days()
  })
}

/** The vault as it is opened `at` seconds since 1970. */
export const simulatedVault = async (
  where: { readonly location: string; readonly scratch: string; readonly token: (() => string) | null },
  at: number,
): Promise<Vault> =>
  await openVault(
    {
      ...where,
      environment: { PATH: process.env["PATH"] ?? "", HOME: where.scratch },
      ...{ create: where.token === null, now: () => new Date(at * 1000) },
    },
    signal,
  )

export async function simulatedFleet(): Promise<string> {
  const [first, second, hostKey] = await Promise.all([ageKey(), ageKey(), sshKey("ed25519")])
  const hosts = simulatedHosts.map((name, index) => ({
    ...{ name, address: `192.0.2.${index + 1}`, port: 22, user: "backup" },
    hostKeys: { ed25519: hostKey.publicKey, ecdsa: "", rsa: "" },
  }))
  return fleetYml({ hosts, recipients: [first.recipient, second.recipient], signers: [hostKey.publicKey] })
}

interface Ground {
  /** as a run opens it, at that time */
  readonly open: (at: number) => Promise<Vault>
  readonly fleet: string
  readonly forge: () => Forge | null
  /** what people do with the proposal of the baseline */
  readonly accept: (id: string, vault: Vault) => Promise<unknown>
}

/**
 * Baseline, a day later the raised limit.
 * @returns  the id of the proposal that raises the limit, which is open
 */
export async function tellChange(
  { open, fleet, forge, accept }: Ground,
  { changeAt }: Simulation,
  early: readonly TrafficDay[],
): Promise<string> {
  const read = async (at: number, limit: number, days: readonly TrafficDay[]) => {
    await using vault = await open(at)
    await fill(vault, config(limit), days)
    const parts = { fleet: parseFleet(fleet, "fleet.yml"), profile: powermta, vault, lookup: null }
    const how = { forge: forge(), mostOpen: 10, now: () => new Date(at * 1000), run: null }
    const { proposals, problem } = await review({ ...parts, ...how }, signal)
    if (problem !== null) throw problem
    const id = proposals.find(({ action }) => action !== "removed")?.id ?? ""
    if (limit === 6 && id !== "") await accept(id, vault)
    return id
  }
  await read(changeAt - 86_400, 6, [])
  await read(changeAt - 600, 6, [])
  // The next run comes ten minutes later, sees the raised limit, and reads what was logged up to then and after.
  return await read(changeAt, 8, early)
}
