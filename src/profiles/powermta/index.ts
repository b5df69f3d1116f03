/** PowerMTA as a profile. Pure: it reads nothing by itself, and what it returns as text holds no secret. */
import type { Profile } from "../../core/profile.ts"
import { countTraffic, needsConfig } from "./accounting.ts"
import { recordsDeferrals } from "./accounting-records.ts"
import { categories } from "./categories.ts"
import { explain } from "./explain.ts"
import { factStatements, publishedKey } from "./fact-statements.ts"
import { facts, permissions } from "./facts.ts"
import { mask } from "./mask.ts"
import { missingFiles } from "./missing.ts"
import { outline } from "./outline.ts"
import { proof } from "./proof.ts"
import { mayName, references } from "./references.ts"
import { restore } from "./restore.ts"
import { risks } from "./risks/index.ts"

const mainConfig = "/etc/pmta/config"

export const powermta: Profile = {
  name: "powermta",
  mainConfig,
  categories,
  mayName,
  references,
  mask: (_file, text, fingerprint) => mask(text, fingerprint),
  outline: (files, facts) => [
    ...outline(files, mainConfig),
    ...missingFiles(files, facts),
    ...factStatements(facts),
  ],
  risks,
  explain,
  publishedKey,
  facts,
  permissions,
  restore,
  proof,
  traffic: countTraffic,
  trafficNeedsConfig: needsConfig,
  recordsDeferrals,
}
