import type { Statement } from "../../core/profile.ts"

/** Source: User's Guide 5.0, `records`: short and long names, `d,b` unless said otherwise. */
const deferralNames = new Set(["t", "tq", "transient", "transient-queue"])

/** Pipes and webhooks leave no file behind that could be read. */
const leavesFile = (target: string): boolean => !/^"?\||\.json"?$/.test(target)

export function recordsDeferrals(outline: readonly Statement[]): boolean | null {
  const files = outline.filter(({ name, value }) => name === "<acct-file>" && leavesFile(value))
  if (files.length === 0) return null
  return outline.some(
    ({ scope, name, value }) =>
      name === "records" &&
      files.some(file => scope.at(-1) === `acct-file ${file.value}`) &&
      value.split(/[\s,]+/).some(type => deferralNames.has(type.toLowerCase())),
  )
}
