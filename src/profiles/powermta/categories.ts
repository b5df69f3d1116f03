/** The classes of files of a PowerMTA server and the policy of each. */
import type { CategoryDefinition } from "../../core/profile.ts"

const dayMs = 24 * 3600 * 1000
const hidden = { rpoMs: dayMs, shownMasked: false, irreplaceable: false, log: null } as const

export const categories: readonly CategoryDefinition[] = [
  {
    name: "config",
    patterns: ["/etc/pmta/config", "/etc/pmta/config-defaults", "/etc/pmta/**/*.conf"],
    rpoMs: dayMs,
    priority: "critical",
    shownMasked: true,
    irreplaceable: false,
    log: null,
  },
  { name: "dkim", patterns: ["/etc/pmta/dkim/**"], priority: "critical", ...hidden, irreplaceable: true },
  { name: "tls", patterns: ["/var/lib/pmta/webmon.pem"], priority: "high", ...hidden },
  { name: "license", patterns: ["/etc/pmta/license"], priority: "high", ...hidden },
  // Files a config names that are neither config nor key: address lists, templates, headers with tokens in them.
  { name: "data", patterns: [], priority: "high", ...hidden },
  {
    name: "accounting",
    patterns: ["/var/log/pmta/acct*", "/var/log/pmta/accounting*"],
    priority: "medium",
    ...hidden,
    log: { everyMs: dayMs, countsTraffic: true },
  },
  {
    name: "log",
    patterns: ["/var/log/pmta/pmta.log*"],
    priority: "low",
    ...hidden,
    log: { everyMs: dayMs, countsTraffic: false },
  },
]
