/** The risk table of PowerMTA: for each kind of change its level and what a reviewer must check. */
import type { RiskRule } from "../../../core/profile.ts"
import { critical } from "./critical.ts"
import { high } from "./high.ts"
import { lesser } from "./lesser.ts"

export const risks: readonly RiskRule[] = [...critical, ...high, ...lesser]
