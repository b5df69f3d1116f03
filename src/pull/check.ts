import type { KnownCategory } from "../core/capture.ts"
import type { Entry } from "../core/file.ts"
import { firstLines } from "../core/first-lines.ts"
import type { Host } from "../core/fleet.ts"
import { pathPattern, throughLinks } from "../core/path-pattern.ts"
import { Problem } from "../core/problem.ts"
import type { PullTools } from "./pull.ts"
import { isBelow } from "./roots.ts"
import type { Survey } from "./survey.ts"

/** Why a category cannot be taken for whole; null when it can. */
export function checkCategory(
  host: Host,
  tools: PullTools,
  name: string,
  members: readonly Entry[],
  unread: ReadonlyMap<string, "changed" | "denied">,
): Problem | null {
  const denied = members
    .filter(({ path, readable }) => !readable || unread.get(path) === "denied")
    .map(({ path }) => path)
  if (denied.length > 0) {
    return new Problem("pull/unreadable", `${host.name}: ${host.user} may not read ${name} files`, {
      data: shorten(denied),
      hint: `\`pmta-vault doctor ${host.name}\` shows the rights that are missing`,
    })
  }
  const large = members.filter(entry => entry.size > tools.limits.maxFileBytes)
  if (large.length > 0) {
    return new Problem(
      "pull/too-large",
      `${host.name}: ${name} has files above ${tools.limits.maxFileBytes} bytes`,
      {
        data: shorten(large.map(entry => `${entry.path} (${entry.size} bytes)`)),
        hint: "raise max-file-size, or narrow the paths in fleet.yml",
      },
    )
  }
  const changing = members.filter(({ path }) => unread.get(path) === "changed").map(({ path }) => path)
  if (changing.length > 0) {
    return new Problem(
      "pull/changing",
      `${host.name}: ${name} files changed during each of several readings`,
      {
        data: shorten(changing),
        hint: "nothing torn was kept; is something rewriting them all the time?",
      },
    )
  }
  return checkMainConfig(host, tools, name, members)
}

/** A server without its main config is not backed up, whatever else was found. */
function checkMainConfig(
  host: Host,
  tools: PullTools,
  name: string,
  members: readonly Entry[],
): Problem | null {
  const { mainConfig } = tools.profile
  if (!tools.categories.some(category => category.name === name && category.shownMasked)) return null
  if (tools.profile.categories.find(category => category.name === name)?.shownMasked !== true) return null
  const main = members.find(entry => entry.path === mainConfig)
  if (main === undefined) {
    return new Problem("pull/no-config", `${host.name} has no ${mainConfig}`, {
      hint: `is PowerMTA installed on ${host.name}, and may ${host.user} look into its directory?`,
    })
  }
  if (main.kind === "file" && main.size === 0) {
    return new Problem("pull/no-config", `${host.name}: ${mainConfig} is empty`, {
      hint: "the last good copy is kept; look at the host before anything reloads this config",
    })
  }
  return null
}

/**
 * Named files that were not found: PowerMTA misses them too, unless they lie where the account may not look, which a
 * host does not tell from absence. What matches a wildcard may be nothing.
 */
export function missingFiles(host: Host, tools: PullTools, { references, entries }: Survey): Problem | null {
  const paths = [...entries.keys()]
  const isThere = (named: string) => {
    const path = throughLinks(named, above => entries.get(above)?.target ?? null)?.path ?? named
    return entries.has(path) || paths.some(listed => isBelow(listed, path))
  }
  const missing = references.filter(
    ({ path, category }) => tools.taken.has(category) && !isThere(path) && pathPattern(path).literal,
  )
  if (missing.length === 0) return null
  return new Problem(
    "pull/missing-reference",
    `${host.name}: its configs name files that are not there or that ${host.user} may not see`,
    {
      data: shorten(
        missing.map(({ path, directive, file, line }) => `${path}, named by ${directive} in ${file}:${line}`),
      ),
      hint: `all else was kept; put them in place, let ${host.user} enter their directories, or take the directives out`,
    },
  )
}

/** Below this share of the last capture, something was lost rather than edited. */
const suspiciousShare = 0.25
/** Too small to say anything by its size. */
const minBytes = 1024

export function shrunk(
  host: Host,
  name: string,
  before: KnownCategory,
  files: number,
  bytes: number,
): Problem | null {
  const emptied = before.files > 0 && files === 0
  const lost = before.bytes >= minBytes && bytes < before.bytes * suspiciousShare
  if (!emptied && !lost) return null
  return new Problem(
    "pull/shrunk",
    `${host.name}: ${name} shrank from ${before.files} files, ${before.bytes} bytes to ${files} files, ${bytes} bytes`,
    {
      hint: "this state is recorded and the former one stays in the vault; was it meant?",
    },
  )
}

const maxShown = 5

function shorten(lines: readonly string[]): readonly string[] {
  return firstLines(
    lines.map(line => JSON.stringify(line).slice(1, -1).slice(0, 200)),
    maxShown,
  )
}
