import type { Fleet, Host } from "../core/fleet.ts"
import { didYouMean } from "../core/nearest.ts"
import { Problem } from "../core/problem.ts"

/**
 * The hosts that a run is about, in the order of the file: those that are named and have one of the tags.
 * @param wanted  empty lists mean: all
 * @throws        Problem "fleet/no-such-host" for names and tags that nothing has, or when no host is left
 */
export function selectHosts(
  fleet: Pick<Fleet, "hosts">,
  { hosts, tags }: { readonly hosts: readonly string[]; readonly tags: readonly string[] },
): readonly Host[] {
  const names = fleet.hosts.map(({ name }) => name)
  const known = new Set(fleet.hosts.flatMap(host => host.tags))
  const unknown = [
    ...hosts.filter(name => !names.includes(name)).map(name => `host ${name}${didYouMean(name, names)}`),
    ...tags.filter(tag => !known.has(tag)).map(tag => `tag ${tag}${didYouMean(tag, known)}`),
  ]
  if (unknown.length > 0) {
    throw new Problem("fleet/no-such-host", `the fleet has no ${unknown.join(", and no ")}`, {
      hint: `hosts are ${listed(names)}; tags are ${listed([...known])}`,
    })
  }
  const selected = fleet.hosts.filter(
    host =>
      (hosts.length === 0 || hosts.includes(host.name)) &&
      (tags.length === 0 || host.tags.some(tag => tags.includes(tag))),
  )
  if (selected.length > 0) return selected
  throw new Problem(
    "fleet/no-such-host",
    `none of ${hosts.join(", ")} has one of the tags ${tags.join(", ")}`,
    {
      hint: "leave out either hosts or tags",
    },
  )
}

const listed = (words: readonly string[]): string =>
  words.length === 0
    ? "none"
    : words.slice(0, 20).join(", ") + (words.length > 20 ? ` and ${words.length - 20} more` : "")
