import { accessSettings } from "./access.ts"
import { drillSettings } from "./drill.ts"
import { githubSettings } from "./github.ts"
import { impactSettings } from "./impact.ts"
import { restoreSettings } from "./restore.ts"
import { runSettings } from "./run.ts"

/** Every setting by name, in the order of help, action inputs and README. */
export const settings = {
  ...{ ...accessSettings, ...restoreSettings, ...drillSettings },
  ...{ ...impactSettings, ...runSettings, ...githubSettings },
} as const
