import { expect, test } from "vitest"
import type { Change } from "../../src/core/change.ts"
import { describe as say, summarise } from "../../src/diff/describe.ts"
import { compareOutlines } from "../../src/diff/judge.ts"
import { powermta } from "../../src/profiles/powermta/index.ts"

const outline = (text: string) => powermta.outline(new Map([["/etc/pmta/config", text]]), {})
const title = (accepted: string, live: string) =>
  summarise(compareOutlines(outline(accepted), outline(live), powermta))

test("a title names the gravest change, its risk, and counts the others", () => {
  const gmail = (out: number, rate: string) =>
    `<domain gmail.com>\nmax-smtp-out ${out}\nmax-msg-rate ${rate}\n</domain>`
  const raised = "(sending limit raised: high)"
  expect(title(gmail(6, "1/s"), gmail(8, "1/s"))).toBe(`gmail.com max-smtp-out 6 → 8 ${raised}`)
  expect(title(gmail(6, "1/s"), gmail(8, "2/s"))).toBe(`gmail.com max-smtp-out 6 → 8 and 1 more ${raised}`)
  expect(title("<domain *>\nmax-smtp-out 1\n</domain>", "<domain *>\nmax-smtp-out 2\n</domain>")).toBe(
    `domain * max-smtp-out 1 → 2 ${raised}`,
  )
  expect(
    title("", "<virtual-mta b>\nhost-name a\n<domain c>\nmax-smtp-out 1\n</domain>\n</virtual-mta>"),
  ).toBe("virtual-mta b added (relaying widened: critical)")
  expect(title("", "<source 10/8>\nalways-allow-relaying yes\n</source>")).toBe(
    "source 10.0.0.0/8 added (open relay: critical)",
  )
  expect(title(gmail(8, "1/s"), `run-as-root yes\n${gmail(6, "1/s")}`)).toBe(
    "run-as-root added: yes and 1 more (runs as root: critical)",
  )
  expect(summarise([])).toBe("")
})

test("whatever a host writes, a title is one short line", () => {
  const change: Change = {
    ...{
      kind: "changed",
      scope: [`domain ${"x".repeat(500)}`],
      name: "a\u202eb\u001b[31m",
      file: "/f",
      line: 1,
    },
    ...{ before: ["one\ntwo"], after: ["y".repeat(100_000)] },
    ...{ risk: { level: "low", name: "", reason: "" }, notes: [] },
  }
  const text = summarise([change, change])
  expect(text.length).toBeLessThanOrEqual(72)
  expect(text).toMatch(/… and 1 more$/)
  expect(say(change)).not.toMatch(/[\n\u001b\u202e]/)
  expect(say(change).length).toBeLessThan(600)
})
