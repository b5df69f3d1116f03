/** For vitest, in each test file: keeps what the tests counted in their own process. */
import { randomUUID } from "node:crypto"
import { afterAll } from "vitest"
import { writeCounts } from "./keep.ts"
import { countsDir } from "./place.ts"

afterAll(() => writeCounts(`${countsDir}/${randomUUID()}.json`))
