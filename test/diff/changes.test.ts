import { expect, test } from "vitest"
import type { Change } from "../../src/core/change.ts"
import type { Statement } from "../../src/core/profile.ts"
import { describe as say } from "../../src/diff/describe.ts"
import { compareOutlines as compare } from "../../src/diff/judge.ts"
import { powermta } from "../../src/profiles/powermta/index.ts"

const compareOutlines = (accepted: readonly Statement[], live: readonly Statement[]) =>
  compare(accepted, live, powermta)
const outline = (text: string) => powermta.outline(new Map([["/etc/pmta/config", text]]), {})
const between = (accepted: string, live: string) => compareOutlines(outline(accepted), outline(live)).map(say)

const cases: readonly [name: string, accepted: string, live: string, ...changes: string[]][] = [
  [
    "comments and spelling of units",
    "retry-after 1h # a\nrun-as-root yes",
    "# b\nrun-as-root   true\nretry-after 3600s",
  ],
  [
    "a value in a block",
    "<virtual-mta a>\n<domain gmail.com>\nmax-smtp-out 6\n</domain>\n</virtual-mta>",
    "<virtual-mta a>\n<domain Gmail.com>\nmax-smtp-out 8\n</domain>\n</virtual-mta>",
    "virtual-mta a › domain gmail.com: max-smtp-out 6 → 8",
  ],
  [
    "one more of a set",
    "relay-domain a.example",
    "relay-domain b.example\nrelay-domain a.example",
    "relay-domain added: b.example",
  ],
  ["one fewer of a set", "relay-domain a.example", "", "relay-domain removed: a.example"],
  [
    "one of a set with another value",
    "smtp-source-host 192.0.2.1 a.example\nsmtp-source-host 192.0.2.2 b.example",
    "smtp-source-host 192.0.2.2 c.example\nsmtp-source-host 192.0.2.1 a.example",
    "smtp-source-host 192.0.2.2 b.example → 192.0.2.2 c.example",
  ],
  ["the order of a set", "relay-domain a\nrelay-domain b", "relay-domain b\nrelay-domain a"],
  [
    "the order of a first-match list",
    "http-access 10/8 admin\nhttp-access 0/0 none",
    "http-access 0/0 none\nhttp-access 10/8 admin",
    "http-access reordered: 10/8 admin, 0/0 none → 0/0 none, 10/8 admin",
  ],
  [
    "an entry put before others",
    "http-access 0/0 none",
    "http-access 10/8 admin\nhttp-access 0/0 none",
    "http-access added: 10/8 admin",
  ],
  [
    "another key file for a selector",
    "domain-key s, a.example, /k1",
    "domain-key s, a.example, /k2",
    "domain-key s, a.example, /k1 → s, a.example, /k2",
  ],
  [
    "a second value of a scalar",
    "run-as-root no",
    "run-as-root no\nrun-as-root yes",
    "run-as-root no → no, yes",
  ],
  ["the same value twice", "run-as-root no", "run-as-root no\nrun-as-root no"],
  ["an empty block", "", "<virtual-mta b>\n</virtual-mta>", "virtual-mta b added"],
  ["an anonymous block", "<bounce-processor>\n</bounce-processor>", "", "bounce-processor removed"],
  ["an explicit empty value", "", 'backoff-notify ""', 'backoff-notify added: ""'],
  ["text that is no statement", "", "</source>", "text added: </source>"],
]
for (const [name, accepted, live, ...changes] of cases) {
  test(`${changes.length === 0 ? "no change" : "a change"}: ${name}`, () => {
    expect(between(accepted, live)).toEqual(changes)
  })
}

test("a block that moves to another file is no change, but the include is", () => {
  const block = "<domain a>\nmax-smtp-out 5\n</domain>\n"
  const before = powermta.outline(
    new Map([
      ["/etc/pmta/config", `include a.conf\n${block}`],
      ["/etc/pmta/a.conf", ""],
    ]),
    {},
  )
  const after = powermta.outline(
    new Map([
      ["/etc/pmta/config", "include a.conf\n"],
      ["/etc/pmta/a.conf", block],
    ]),
    {},
  )
  expect(compareOutlines(before, after)).toEqual([])
})

test("a changed secret is seen by its mark", () => {
  const live = between("password masked:0000000000000001", "password masked:0000000000000002")
  expect(live).toEqual(["password masked:0000000000000001 → masked:0000000000000002"])
})

test("a change says where the new value stands, or the old one when there is none", () => {
  const place = (accepted: string, live: string): Change | undefined =>
    compareOutlines(outline(accepted), outline(live))[0]
  expect(place("\nrun-as-root no", "\n\n\nrun-as-root yes")).toMatchObject({
    file: "/etc/pmta/config",
    line: 4,
  })
  expect(place("\nrun-as-root no", "")).toMatchObject({ kind: "removed", line: 2 })
})

test("an outline does not differ from itself, and both directions mirror each other", () => {
  const a: readonly Statement[] = outline(
    "relay-domain a\nrelay-domain b\nrun-as-root no\nhttp-access 0/0 none",
  )
  const b: readonly Statement[] = outline(
    "relay-domain b\nrelay-domain c\nrun-as-root yes\nhttp-access 10/8 none",
  )
  expect(compareOutlines(a, a)).toEqual([])
  const mirrored = compareOutlines(b, a).map(({ before, after }) => [after, before].join("|"))
  expect(mirrored.toSorted()).toEqual(
    compareOutlines(a, b)
      .map(({ before, after }) => [before, after].join("|"))
      .toSorted(),
  )
})
