/** Which machine a drill may overwrite. A drill never writes to a host that is in use without being told twice. */
import { isDeepStrictEqual } from "node:util"
import { backedUpHosts, type Fleet, type Host } from "../core/fleet.ts"
import { Problem } from "../core/problem.ts"

/**
 * What fleet.yml alone can tell: the target is marked as a spare, or confirmed by name, and is nobody else's address
 * or key.
 * @throws Problem "restore/not-spare", "restore/wrong-host"; before anything is read
 */
export function refuseTarget(host: string, target: Host, confirm: string | null, fleet: Fleet): void {
  if (confirm !== null && confirm !== target.name) {
    throw new Problem(
      "restore/wrong-host",
      `confirm names ${confirm.slice(0, 60)}, and the target is ${target.name}`,
      { hint: "name the host that the drill may overwrite in both" },
    )
  }
  if (target.name === host) {
    throw notSpare(`${host} cannot be its own spare: a drill would overwrite what it is a copy of`, {
      hint: `name another machine with --target; \`pmta-vault restore --to ${host}\` puts ${host} right`,
    })
  }
  const twin = backedUpHosts(fleet).find(other => other.name !== target.name && isSameMachine(other, target))
  if (twin !== undefined) {
    throw notSpare(`${target.name} has the address or a host key of ${twin.name}, which is backed up`, {
      hint: "put the right address and hostKeys of the spare into fleet.yml: `pmta-vault pin` shows them",
    })
  }
  if (target.spare || confirm !== null) return
  const use = target.backup ? "is backed up, so it is in use" : "is not marked as a spare"
  throw notSpare(`${target.name} ${use}; a drill would overwrite its files`, {
    hint: `mark a spare machine with \`spare: true\` in fleet.yml; or, if it may be this one, --confirm ${target.name}`,
  })
}

/**
 * What only the machine can tell: it does not call itself by the name of a host that is backed up, and no service is
 * running on it.
 * @throws Problem "restore/not-spare"; before the first write
 */
export function refuseMachine(
  target: Host,
  found: { readonly hostname: string; readonly serviceRuns: boolean; readonly program: string },
  confirm: string | null,
  fleet: Fleet,
): void {
  if (confirm !== null) return
  const hint = `is it the machine you mean? then --confirm ${target.name}; nothing was written`
  const short = (name: string) => name.toLowerCase().split(".")[0]
  const twin = backedUpHosts(fleet).find(({ name }) => short(name) === short(found.hostname))
  if (twin !== undefined)
    throw notSpare(`the machine at ${target.name} calls itself ${found.hostname.slice(0, 80)}`, { hint })
  if (found.serviceRuns) throw notSpare(`${found.program} is running on ${target.name}`, { hint })
}

const isSameMachine = (one: Host, other: Host): boolean =>
  (one.address === other.address &&
    one.port === other.port &&
    one.jumps.at(-1)?.name === other.jumps.at(-1)?.name) ||
  one.hostKeys.some(pin => other.hostKeys.some(own => isDeepStrictEqual(pin, own)))

const notSpare = (message: string, options: { readonly hint: string }) =>
  new Problem("restore/not-spare", message, options)
