import { cpus } from "node:os"

/**
 * How much of this machine has nothing to do.
 * @returns  gives at each call the share of all cores' time since the call before, 0 to 1; 1 where the system tells nothing
 */
export function idleMeter(): () => number {
  let before = coreTimes()
  return () => {
    const now = coreTimes()
    const { all, idle } = { all: now.all - before.all, idle: now.idle - before.idle }
    before = now
    return all > 0 ? idle / all : 1
  }
}

function coreTimes() {
  let [all, idle] = [0, 0]
  for (const { times } of cpus()) {
    for (const ms of Object.values(times)) all += ms
    idle += times.idle
  }
  return { all, idle }
}
