import { expect, test } from "vitest"
import { turns } from "../../src/flows/turns.ts"

const { signal } = new AbortController()
const never = Number.MAX_SAFE_INTEGER
const soon = () => performance.now() + 60_000

/** Work that ends when it is told to. */
function gate() {
  let open = () => {}
  const done = new Promise<string>(resolve => {
    open = () => resolve("done")
  })
  return { open, work: () => done }
}

test("no more than so many work at a time, in the order in which they came", async () => {
  const two = turns(2)
  const begun: number[] = []
  const gates = [gate(), gate(), gate(), gate()]
  const all = gates.map(({ work }, index) =>
    two.take(
      soon(),
      () => {
        begun.push(index)
        return work()
      },
      signal,
    ),
  )
  await new Promise(resolve => setImmediate(resolve))
  expect(begun).toEqual([0, 1])
  gates[1]?.open()
  await all[1]
  await new Promise(resolve => setImmediate(resolve))
  expect(begun).toEqual([0, 1, 2])
  for (const { open } of gates) open()
  expect(await Promise.all(all)).toEqual(["done", "done", "done", "done"])
})

test("whose time is up does without, and takes nobody's place", async () => {
  const one = turns(1)
  const first = gate()
  const working = one.take(soon(), first.work, signal)
  expect(await one.take(0, async () => "late", signal)).toBeNull()
  first.open()
  expect(await working).toBe("done")
  expect(await one.take(never, async () => "next", signal)).toBe("next")
})

test("who is interrupted while waiting leaves the line; a failure gives its place on", async () => {
  const one = turns(1)
  const first = gate()
  const working = one.take(soon(), first.work, signal)
  const stop = new AbortController()
  const waiting = one.take(soon(), async () => "never", stop.signal)
  stop.abort(new Error("interrupted"))
  await expect(waiting).rejects.toThrow("interrupted")
  const failing = one.take(
    soon(),
    async () => {
      throw new Error("failed")
    },
    signal,
  )
  const last = one.take(soon(), async () => "last", signal)
  first.open()
  await expect(failing).rejects.toThrow("failed")
  expect(await Promise.all([working, last])).toEqual(["done", "last"])
})
