import { Problem } from "../core/problem.ts"

/** What says on the branch `bundles` which format a vault has. It is not signed. */
export const formatPath = "vault.json"

/** @param bytes  of that file; null when there is none */
export function formatProblem(bytes: Uint8Array | null): Problem | null {
  const text = Buffer.from(bytes ?? []).toString("utf8")
  if (text === '{"format":1}\n') return null
  const format = /^\{"format":(\d+)[,}]/.exec(text)?.[1]
  if (Number(format) > 1) {
    return new Problem("vault/newer-format", `the vault has format ${format}; this program knows format 1`, {
      hint: "update pmta-vault",
    })
  }
  return new Problem("seal/altered", `${formatPath} does not say which format the vault has`, {
    hint: "compare the bundles branch with a clone you trust; nothing else is read from that file",
  })
}
