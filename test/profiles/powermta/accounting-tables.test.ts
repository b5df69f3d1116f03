import { expect, test } from "vitest"
import { NameTable, SeenSet, Tally } from "../../../src/profiles/powermta/accounting-tables.ts"

const bytes = (text: string) => Buffer.from(text)

test("names are told apart even where their digests are the same, and found again", () => {
  const table = new NameTable(1_000_000)
  const names = Array.from({ length: 400_000 }, (_, number) =>
    bytes(`${(number * 7919) % 1_000_003}.${number}`),
  )
  for (const [number, name] of names.entries()) expect(table.find(name, 0, name.length)).toBe(number)
  for (const number of [0, 1, 399_999]) {
    const name = names[number] ?? bytes("")
    expect(table.lookup(name, 0, name.length)).toBe(number)
    expect(table.textOf(number)).toBe(String(name))
  }
})

test("a table that is full knows what it has, and gives nothing new a number", () => {
  const table = new NameTable(2)
  expect(["a", "b", "c", "a"].map(name => table.find(bytes(name), 0, 1))).toEqual([0, 1, -1, 0])
  expect(table.lookup(bytes("c"), 0, 1)).toBe(-1)
})

test("what was seen is known however much it is", () => {
  const seen = new SeenSet()
  const all = Array.from({ length: 20_000 }, (_, number) => bytes(`${number}@example.org`))
  for (const address of all) expect(seen.add(1, address, 0, address.length)).toBe(true)
  for (const address of all) expect(seen.add(1, address, 0, address.length)).toBe(false)
  const copy = seen.copy()
  expect(copy.add(2, bytes("0@example.org"), 0, 13)).toBe(true)
  expect(seen.add(2, bytes("0@example.org"), 0, 13)).toBe(true)
})

test("rows of a tally keep their counts while it grows", () => {
  const tally = new Tally()
  for (let number = 0; number < 3000; number++) tally.add(number, 1, 2, 3, 1, number)
  for (let number = 0; number < 3000; number++) tally.add(number, 1, 2, 3, 0, 5)
  expect([...tally.rows()].map(([a, , , , first, second]) => [a, first, second])).toEqual(
    Array.from({ length: 3000 }, (_, number) => [number, 5, number]),
  )
})
