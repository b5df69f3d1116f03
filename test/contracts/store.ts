import { randomBytes } from "node:crypto"
import { describe, expect, test } from "vitest"
import type { Store } from "../../src/core/store.ts"

const { signal } = new AbortController()

/** What every store guarantees; run by each adapter's own test. */
export function storeContract(
  name: string,
  make: () => Promise<{ readonly store: Store } & AsyncDisposable>,
): void {
  describe(`the store ${name}`, () => {
    test("gives back exactly what was put, of any size", async () => {
      await using made = await make()
      for (const size of [0, 1, 70_000, 3_000_000]) {
        const bytes = randomBytes(size)
        const key = `bundles/mta1/config/${size}.tar.zst.age`
        const stored = await made.store.put(key, bytes, signal)
        expect(stored).toMatchObject({ store: made.store.name, key, size })
        expect(Buffer.from(await made.store.get(key, signal)).equals(bytes)).toBe(true)
      }
    })

    test("takes the same again, and refuses other bytes under the same key", async () => {
      await using made = await make()
      const first = await made.store.put("bundles/a/b/c", Buffer.from("one"), signal)
      expect(await made.store.put("bundles/a/b/c", Buffer.from("one"), signal)).toEqual(first)
      await expect(made.store.put("bundles/a/b/c", Buffer.from("two"), signal)).rejects.toMatchObject({
        code: "store/refused",
      })
      expect(Buffer.from(await made.store.get("bundles/a/b/c", signal)).toString()).toBe("one")
    })

    test("says what is missing", async () => {
      await using made = await make()
      await expect(made.store.get("bundles/none", signal)).rejects.toMatchObject({ code: "store/missing" })
    })

    test("lists what is below a prefix, sorted", async () => {
      await using made = await make()
      for (const key of ["bundles/b/x/2", "bundles/a/x/1", "bundles/b/x/1"])
        await made.store.put(key, Buffer.from(key), signal)
      expect(await made.store.list("bundles/b/", signal)).toEqual(["bundles/b/x/1", "bundles/b/x/2"])
    })

    test("answers many readers at a time", async () => {
      await using made = await make()
      const keys = Array.from({ length: 20 }, (_, index) => `bundles/h/c/${index}`)
      await Promise.all(keys.map(key => made.store.put(key, Buffer.from(key), signal)))
      const back = await Promise.all(
        keys.map(async key => Buffer.from(await made.store.get(key, signal)).toString()),
      )
      expect(back).toEqual(keys)
    })
  })
}
