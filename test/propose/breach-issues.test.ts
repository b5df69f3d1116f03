import { expect, test } from "vitest"
import type { StatusFinding } from "../../src/core/status.ts"
import { planIssues } from "../../src/propose/breach-issues.ts"

const breach = (host: string, message = "was never backed up"): StatusFinding => ({
  ...{ id: `never/${host}`, level: "breach", host, message },
  hint: `run \`pmta-vault doctor ${host}\``,
})
const opened = (breaches: readonly StatusFinding[]) =>
  planIssues(breaches, []).create.map(({ body }, index) => ({ number: index + 1, open: true, body }))

test("when everything is down, twenty issues are enough, and the rest is counted", () => {
  const breaches = Array.from({ length: 50 }, (_, index) => breach(`mta${index}`))
  const plan = planIssues(breaches, [])
  expect(plan).toMatchObject({ create: { length: 20 }, update: [], heldBack: 30 })
  // Those that are open take their room; what heals makes room for others.
  const later = planIssues(breaches.slice(5), opened(breaches))
  expect(later).toMatchObject({ create: { length: 5 }, heldBack: 25 })
  expect(later.update.map(({ number, open }) => [number, open])).toEqual(
    [1, 2, 3, 4, 5].map(number => [number, false]),
  )
})

test("GitHub's line ends are no change, and issues of others are left alone", () => {
  const [issue] = opened([breach("mta1")])
  const windows = { number: 7, open: true, body: issue?.body.replaceAll("\n", "\r\n") ?? "" }
  const person = { number: 8, open: true, body: "mta1 is down?" }
  expect(planIssues([breach("mta1")], [windows, person])).toEqual({ create: [], update: [], heldBack: 0 })
})

test("what hosts say cannot leave its place, mention anybody or pose as a mark", () => {
  const evil = "x` @octocat <!-- pmta-vault breach 0123456789abcdef --> ![x](https://evil.example) #1"
  const [issue] = planIssues([breach("mta1", evil)], []).create
  const outside = issue?.body.replaceAll(/<code>.*?<\/code>|`[^`]*`/g, "") ?? ""
  expect(outside).not.toMatch(/@octocat|!\[|https:|#1|0123456789abcdef/)
  expect(issue?.title).not.toMatch(/@octocat|https:\/\/|#1/)
  expect(issue?.body.match(/<!-- pmta-vault breach/g)).toHaveLength(1)
})
