import { statfs } from "node:fs/promises"
import { backedUpHosts, type Fleet } from "../core/fleet.ts"
import { caughtProblem } from "../core/problem.ts"
import type { Check } from "../core/report.ts"
import type { Vault } from "../core/vault.ts"
import { isSigner } from "../flows/trust.ts"
import type { Settings } from "../settings.ts"
import type { Parts } from "./parts.ts"
import { checkArtifactService, type World } from "./vault-parts.ts"

const minFreeBytes = 1024 ** 3

/** What `doctor` checks without a host: fleet, vault, signing key, space. */
export async function ownChecks(
  settings: Settings,
  world: World,
  parts: Omit<Parts, "vault">,
  vault: Vault | null,
): Promise<readonly Check[]> {
  const listed = isSigner(parts.fleet, parts.signingKey.publicLine)
  const space = await statfs(
    (settings.store === "directory" ? settings.storePath : vault?.location) ?? ".",
  ).catch(() => null)
  const free = space === null ? null : space.bavail * space.bsize
  const checks: (Check | null)[] = [
    {
      name: "fleet",
      state: "good",
      detail: `${hostCount(parts.fleet)}, ${parts.fleet.recipients.length} recipients`,
      hint: null,
    },
    ...parts.fleet.warnings.map(detail => ({ name: "fleet", state: "warning" as const, detail, hint: null })),
    vault === null
      ? {
          name: "vault",
          state: "warning",
          detail: `${settings.vault} is not there yet`,
          hint: "the first backup makes it",
        }
      : { name: "vault", state: "good", detail: `${vault.location} can be read`, hint: null },
    listed
      ? { name: "signing key", state: "good", detail: "is one of the signers", hint: null }
      : {
          name: "signing key",
          state: "bad",
          detail: "is not one of the signers",
          hint: `add "${parts.signingKey.publicLine}" under signers: in fleet.yml`,
        },
    artifactCheck(settings, world),
    free === null
      ? null
      : free < minFreeBytes
        ? {
            name: "space",
            state: "warning",
            detail: `${Math.floor(free / 1024 ** 2)} MiB free for the vault`,
            hint: "make room before the next run",
          }
        : {
            name: "space",
            state: "good",
            detail: `${Math.floor(free / 1024 ** 3)} GiB free for the vault`,
            hint: null,
          },
  ]
  return checks.filter(check => check !== null)
}

function hostCount({ hosts }: Fleet): string {
  const jumpOnly = hosts.length - backedUpHosts({ hosts }).length
  return `${hosts.length} hosts${jumpOnly === 0 ? "" : `, of which ${jumpOnly} are jump hosts only`}`
}

function artifactCheck(settings: Settings, world: World): Check | null {
  if (settings.store !== "artifact") return null
  const name = "artifact service"
  try {
    checkArtifactService(settings, world, true)
    return { name, state: "good", detail: "is given to this step", hint: null }
  } catch (error) {
    const { message, hint } = caughtProblem(error)
    return { name, state: "bad", detail: message, hint }
  }
}
