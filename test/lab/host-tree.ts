import type { LabHost } from "./sshd.ts"

/** What a host has below some paths, a line each: kind, mode, owner, group, size, digest or target, and path. */
export async function hostTree(host: LabHost, ...paths: readonly string[]): Promise<readonly string[]> {
  const find = `find ${paths.join(" ")} -printf '%y %m %u:%g %p -> %l\\n' | LC_ALL=C sort -k4`
  const sums = `find ${paths.join(" ")} -type f -exec sha256sum {} + | LC_ALL=C sort -k2`
  const text = await host.run(`(${find}; ${sums}) 2>/dev/null`)
  return text.split("\n").filter(line => line !== "")
}

/** As `hostTree`, with the times of everything: what must be the same when nothing was to change. */
export async function hostTreeAndTimes(
  host: LabHost,
  ...paths: readonly string[]
): Promise<readonly string[]> {
  const times = await host.run(`find ${paths.join(" ")} -printf '%T@ %i %p\\n' | LC_ALL=C sort -k3`)
  return [...(await hostTree(host, ...paths)), ...times.split("\n")]
}
