import type { Fleet, Host } from "../core/fleet.ts"
import { listed } from "../core/listed.ts"
import { didYouMean } from "../core/nearest.ts"
import { Problem } from "../core/problem.ts"

export interface Selection {
  readonly hosts: readonly string[]
  readonly tags: readonly string[]
  /** whether hosts that are only gone through count too */
  readonly jumpHosts: boolean
}

/**
 * The hosts that a run is about, in the order of the file: those that are named and have one of the tags.
 * @param wanted  empty lists mean: all
 * @throws        Problem "fleet/no-such-host" for names and tags that nothing has, or when no host is left;
 *                "fleet/not-backed-up" for a name that does not count
 */
export function selectHosts(
  fleet: Pick<Fleet, "hosts">,
  { hosts, tags, jumpHosts }: Selection,
): readonly Host[] {
  const names = fleet.hosts.map(({ name }) => name)
  const known = new Set(fleet.hosts.flatMap(host => host.tags))
  const unknown = [
    ...hosts.filter(name => !names.includes(name)).map(name => `host ${name}${didYouMean(name, names)}`),
    ...tags.filter(tag => !known.has(tag)).map(tag => `tag ${tag}${didYouMean(tag, known)}`),
  ]
  if (unknown.length > 0) {
    throw new Problem("fleet/no-such-host", `the fleet has no ${unknown.join(", and no ")}`, {
      hint: `hosts are ${allOf(names)}; tags are ${allOf([...known])}`,
    })
  }
  const counting = fleet.hosts.filter(({ backup }) => backup || jumpHosts)
  const others = fleet.hosts.filter(host => hosts.includes(host.name) && !counting.includes(host))
  if (others.length > 0) throw notBackedUp(others.map(({ name }) => name))
  const selected = counting.filter(
    host =>
      (hosts.length === 0 || hosts.includes(host.name)) &&
      (tags.length === 0 || host.tags.some(tag => tags.includes(tag))),
  )
  if (selected.length > 0) return selected
  const whose = hosts.length > 0 ? `none of ${hosts.join(", ")}` : "no host that is backed up"
  throw new Problem("fleet/no-such-host", `${whose} has one of the tags ${tags.join(", ")}`, {
    hint: hosts.length > 0 ? "leave out either hosts or tags" : `tags are ${allOf([...known])}`,
  })
}

function notBackedUp(names: readonly string[]): Problem {
  const message = `not backed up, as fleet.yml says backup: false: ${names.join(", ")}`
  return new Problem("fleet/not-backed-up", message, {
    hint: `name other hosts; \`pmta-vault doctor ${names.join(" ")}\` checks the way through a jump host`,
  })
}

const allOf = (words: readonly string[]): string => (words.length === 0 ? "none" : listed(words, 20))
