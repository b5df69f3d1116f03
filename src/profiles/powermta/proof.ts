/** What a drill has to know of PowerMTA: where its parser stumbles, and what it signs with. */
import type { ConfigFault, ProofTraits } from "../../core/drill.ts"
import { parse, type Warning } from "./grammar.ts"
import { domainKeys } from "./references.ts"

const faults: Readonly<Record<Warning["kind"], ConfigFault["fault"]>> = {
  "unbalanced-block": "unbalanced-block",
  "opaque-line": "unreadable-line",
  "unknown-directive": "unknown-directive",
}

export const proof: ProofTraits = {
  keyCategory: "dkim",
  writtenCategories: ["accounting", "log"],
  faults: text => parse(text).warnings.map(({ kind, line, name }) => ({ fault: faults[kind], line, name })),
  signingKeys: domainKeys,
}
