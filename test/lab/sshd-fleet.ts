import { hostKeyPairs } from "./keys.ts"
import type { LabFiles } from "./place.ts"
import { type LabHost, type SshdOptions, sshd } from "./sshd.ts"

export interface LabFleet extends AsyncDisposable {
  readonly hosts: readonly LabHost[]
}

export interface FleetOptions extends Omit<SshdOptions, "name" | "keys" | "files"> {
  /** default `mta1`, `mta2`, … */
  readonly name?: (index: number) => string
  readonly files?: LabFiles | ((index: number) => LabFiles)
}

/** Many hosts at once, quickly: they share one set of host keys. All stop when the fleet is disposed. */
export async function sshdFleet(count: number, options: FleetOptions = {}): Promise<LabFleet> {
  const { name = index => `mta${index + 1}`, files = {}, ...rest } = options
  const keys = await hostKeyPairs()
  const hosts = new Array<LabHost>(count)
  const failures: unknown[] = []
  const queue = Array.from({ length: count }, (_, index) => index).values()
  const starter = async () => {
    for (const index of queue) {
      const own = typeof files === "function" ? files(index) : files
      hosts[index] = await sshd({ ...rest, name: name(index), files: own, keys })
    }
  }
  await Promise.all(Array.from({ length: 8 }, () => starter().catch(error => failures.push(error))))
  const fleet = {
    hosts,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(hosts.filter(Boolean).map(host => host[Symbol.asyncDispose]()))
    },
  }
  if (failures.length === 0) return fleet
  await fleet[Symbol.asyncDispose]()
  throw new AggregateError(failures, "the fleet does not start")
}
