/** What can go wrong with a change. */
import type { RiskRule } from "../../core/profile.ts"

export const risks: readonly RiskRule[] = []
