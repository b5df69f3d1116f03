/** What PowerMTA adds to a restore: how it is checked, and what its licence is bound to. */
import { certain } from "../../core/certain.ts"
import type { HostCheck, LicenseBinding, RestoreTraits } from "../../core/restore-plan.ts"
import { readLicenses } from "./license.ts"

/** More would take long and prove nothing new. */
const maxVirtualMtas = 20

/** The package brings a script for init, which systemd runs where it is there. */
function service(verb: "start" | "stop"): string {
  return `{ if command -v systemctl >/dev/null; then systemctl ${verb} pmta; else service pmta ${verb}; fi; }`
}

/** The command line cannot connect for the first seconds. */
const untilItAnswers =
  "for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do pmta show status >/dev/null 2>&1 && exit 0; sleep 1; done; pmta show status"

export const restore: RestoreTraits = {
  program: "pmta",
  isRunning: "pmta show status",
  reload: "pmta reload",
  start: `${service("start")} && ${untilItAnswers}`,
  stop: service("stop"),
  checks(configs) {
    const checks: HostCheck[] = [
      { name: "config", command: "pmta test config", needsService: false, regression: false },
      { name: "reload", command: "pmta reload", needsService: true, regression: false },
      { name: "status", command: "pmta show status", needsService: true, regression: false },
      // A licence that was no good before must not keep a good config from being restored.
      { name: "license", command: "pmta show license", needsService: true, regression: true },
    ]
    // Names the key files of each, and so proves that all were loaded.
    const settings = virtualMtas(configs).map(name => ({
      ...{ name: `vmta ${name}`, command: `pmta show vmta-settings ${name}` },
      ...{ needsService: true, regression: false },
    }))
    return [...checks, ...settings]
  },
  rights: category => ({ owner: "root", group: "pmta", mode: category === "dkim" ? 0o640 : null }),
  licenseCategory: "license",
  bindings: (path, text) =>
    // What a licence binds to does not change with the time: seen from long ago, no end of one is near.
    readLicenses(text, () => "", new Date(0)).map((license): LicenseBinding => {
      const { mac, check: _, ...facts } = license as Readonly<Record<string, string>>
      return { path, mac: mac?.toLowerCase() ?? null, facts }
    }),
}

function virtualMtas(configs: ReadonlyMap<string, string>): readonly string[] {
  const names = new Set<string>()
  for (const text of configs.values()) {
    for (const found of text.matchAll(/^[ \t]*<virtual-mta[ \t]+([\w.-]+)[ \t]*>/gim))
      names.add(certain(found[1]))
  }
  return [...names].slice(0, maxVirtualMtas)
}
