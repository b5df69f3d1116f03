import type { CommandName } from "./commands.ts"
import { envName } from "./names.ts"

type Env = Readonly<Record<string, string | undefined>>

/** What these do needs recipients alone. */
const sealing: readonly CommandName[] = ["backup", "plan-shards", "collect"]
const identityPattern = /AGE-(?:SECRET-KEY|PLUGIN)-/i

/**
 * Variables that hand an age identity to a run that only seals, whatever they are called. A warning each, as a backup
 * that is not made is the greater harm. The identity is not read, and what it is, is not shown.
 */
export function strayIdentities(command: CommandName, env: Env): readonly string[] {
  if (!sealing.includes(command)) return []
  const own = [envName("identity"), "INPUT_IDENTITY"]
  return Object.entries(env)
    .filter(([name, value]) => value && (own.includes(name) || identityPattern.test(value)))
    .map(([name]) => {
      const place = name.startsWith("INPUT_") ? `input ${name.slice(6).toLowerCase()}` : name
      return `${place} holds an age identity: ${command} needs none, and with it whoever gets at this machine opens every bundle; keep it where restores and drills run`
    })
}
