/** A drill and its report: what can be refused is refused before the vault is opened. */

import { writeFile } from "node:fs/promises"
import { certain } from "../core/certain.ts"
import type { DrillReport } from "../core/drill.ts"
import type { Fleet } from "../core/fleet.ts"
import { Problem } from "../core/problem.ts"
import { systemCode } from "../core/thrown.ts"
import type { Spare } from "../flows/drill.ts"
import { readIdentities } from "../seal/identity.ts"
import type { Settings } from "../settings.ts"
import { openStored } from "./stored.ts"
import type { World } from "./vault-parts.ts"

export interface Drilled {
  readonly report: DrillReport
  readonly markdown: string
  /** path on the branch `bundles`; null when it was not filed */
  readonly filed: string | null
}

export async function drillStored(settings: Settings, world: World, signal: AbortSignal): Promise<Drilled> {
  if (settings.host === null) {
    throw new Problem("settings/missing", "drill does not know which host to restore", {
      hint: "give --host HOST; `pmta-vault verify` lists the hosts that the vault has",
    })
  }
  const identities = readIdentities(settings.identity)
  const signingKey = settings.evidence ? await evidenceKey(settings) : null
  const [{ drill }, { txtLookup }, messages, { drillMarkdown }] = await Promise.all([
    import("../flows/drill.ts"),
    import("../prove/txt-lookup.ts"),
    import("../prove/dkim-message.ts"),
    import("../show/drill-markdown.ts"),
  ])
  const lookup = txtLookup(settings.resolver, signal)
  const parts = await openStored(settings, world, signal)
  await using vault = parts.vault
  await using spare = await spareOf(settings, parts.fleet, world)
  const request = {
    ...{ host: settings.host, at: settings.at, identities },
    ...{ scenario: settings.scenario, scratch: settings.scratch },
  }
  const tools = {
    ...{ ...parts, vault, lookup },
    messages: { sign: messages.signedMessage, verify: messages.verifyMessage },
    about: { tool: world.tool, run: world.run },
  }
  const report = await drill(request, spare.spare, tools, signal)
  const markdown = drillMarkdown(report)
  await writeReports(settings, report, markdown)
  if (signingKey === null) return { report, markdown, filed: null }
  const { fileEvidence } = await import("../flows/evidence.ts")
  const filed = await fileEvidence(report, { ...parts, vault, signingKey, markdown: drillMarkdown }, signal)
  return { report, markdown, filed }
}

/** The way to the spare host, when the drill is to go onto one. */
async function spareOf(settings: Settings, fleet: Fleet, world: World): Promise<SpareWay> {
  if (settings.target === "scratch") {
    if (settings.keep || settings.confirm !== null || settings.checks.length > 0)
      throw new Problem("settings/invalid", "keep, confirm and checks are about a spare host", {
        hint: "give --target HOST, or leave them out",
      })
    return { spare: null, [Symbol.asyncDispose]: async () => {} }
  }
  const [{ transportOf }, { selectHosts }] = await Promise.all([
    import("./parts.ts"),
    import("../fleet/select.ts"),
  ])
  const host = certain(selectHosts(fleet, { hosts: [settings.target], tags: [], jumpHosts: true })[0])
  const transport = transportOf(settings, world)
  const { confirm, keep, checks } = settings
  return {
    spare: {
      request: { target: { ...host, user: settings.restoreUser }, confirm, keep, checks },
      tools: {
        transport,
        // A command that says nothing for longer than that would be taken for a host that hangs.
        commandTimeoutMs: settings.idleTimeoutMs * 0.9,
        say: message => world.observe({ kind: "step", message }),
      },
    },
    [Symbol.asyncDispose]: async () => await transport[Symbol.asyncDispose](),
  }
}

interface SpareWay extends AsyncDisposable {
  readonly spare: Spare | null
}

async function evidenceKey(settings: Settings) {
  if (settings.signingKey === null) {
    throw new Problem(
      "settings/missing",
      "the drill's report is filed in the vault signed, and there is no signing-key",
      {
        hint: "give --signing-key-file FILE, or --no-evidence",
      },
    )
  }
  const { unlockSigningKey } = await import("./parts.ts")
  return unlockSigningKey(settings)
}

/** Before it is filed: when the vault does not take it, the report is there all the same. */
async function writeReports(settings: Settings, report: DrillReport, markdown: string): Promise<void> {
  if (settings.markdown !== null) await writeReport("markdown", settings.markdown, markdown)
  if (settings.html === null) return
  const { drillPage } = await import("../show/drill-page.ts")
  await writeReport("html", settings.html, drillPage(report))
}

async function writeReport(setting: string, path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((cause: unknown) => {
    throw new Problem("settings/invalid", `${setting}: ${path} cannot be written (${systemCode(cause)})`, {
      cause,
      hint: "name a file in a directory that is there and that this account may write",
    })
  })
}
