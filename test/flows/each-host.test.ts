import { cpus } from "node:os"
import { setTimeout as pause } from "node:timers/promises"
import { expect, test } from "vitest"
import type { Host } from "../../src/core/fleet.ts"
import { eachHost } from "../../src/flows/each-host.ts"
import { idleMeter } from "../../src/flows/idle-meter.ts"

const hosts = Array.from({ length: 40 }, (_, index) => ({ name: `mta${index}` }) as Host)
const { signal } = new AbortController()

/**
 * @param idle  share of the machine that other programs leave
 * @returns     the most hosts that were worked on at a time
 */
async function widest(
  width: { readonly least: number; readonly most: number },
  work: () => Promise<void>,
  idle = 1,
) {
  let [now, most] = [0, 0]
  const outcomes = await eachHost(
    hosts,
    width,
    60_000,
    async () => {
      most = Math.max(most, ++now)
      await work()
      now--
    },
    signal,
    () => idle,
  )
  expect(outcomes.map(({ kind }) => kind)).toEqual(hosts.map(() => "done"))
  return most
}

test("while hosts are only waited for, more of them are worked on, up to the most", async () => {
  expect(await widest({ least: 4, most: 20 }, async () => await pause(400))).toBe(20)
})

test("while there is work to do, it stays with the few", async () => {
  const work = async () => {
    for (let turn = 0; turn < 10; turn++) {
      for (const until = performance.now() + 5; performance.now() < until; );
      await new Promise(setImmediate)
    }
  }
  expect(await widest({ least: 4, most: 20 }, work)).toBe(4)
})

test("while the machine has work to do, though this program only waits, it stays with the few", async () => {
  expect(await widest({ least: 4, most: 20 }, async () => await pause(400), 0.4)).toBe(4)
})

test("a number that was given is kept to", async () => {
  expect(await widest({ least: 3, most: 3 }, async () => await pause(100))).toBe(3)
})

test("an abort ends all of them, with its reason", async () => {
  const stop = new AbortController()
  const reason = new Error("enough")
  const work = async (_: Host, own: AbortSignal) => await pause(60_000, undefined, { signal: own })
  const done = eachHost(hosts, { least: 4, most: 20 }, 60_000, work, stop.signal)
  setTimeout(() => stop.abort(reason), 300)
  await expect(done).rejects.toBe(reason)
})

test("the time of all cores tells how much of the machine is idle", () => {
  const idle = idleMeter()
  for (const until = performance.now() + 500; performance.now() < until; );
  const share = idle()
  expect(share).toBeGreaterThanOrEqual(0)
  // One core was busy all the time; its time is counted in ticks.
  expect(share).toBeLessThan(1 - 0.5 / cpus().length)
})
