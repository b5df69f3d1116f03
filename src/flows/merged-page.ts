import type { MergedPage } from "../core/forge.ts"
import type { Vault } from "../core/vault.ts"

/**
 * By what the vault knows a merged change: its own commit tells most, and is there unless people squashed it with
 * others; then the commit that its pull request names, or the number in that commit's title.
 */
export async function nameOnMain(
  { id, number, commit }: MergedPage,
  vault: Pick<Vault, "change">,
  signal: AbortSignal,
): Promise<string | null> {
  for (const name of [id, commit, String(number)])
    if (name !== null && (await vault.change(name, signal)) !== null) return name
  return null
}
