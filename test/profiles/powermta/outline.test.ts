import { expect, test } from "vitest"
import { powermta } from "../../../src/profiles/powermta/index.ts"

const main = "/etc/pmta/config"
const outline = (files: Readonly<Record<string, string>>) =>
  powermta.outline(new Map(Object.entries(files)), {})
const brief = (files: Readonly<Record<string, string>>) =>
  outline(files).map(({ scope, name, compare }) => [...scope, `${name} ${compare}`.trim()].join(" › "))

test("an included file counts where it is included, in that scope and that order", () => {
  const files = {
    [main]:
      "http-access 10/8 admin\ninclude /etc/pmta/acl/*.conf\nhttp-access 0/0 none\n<domain a>\ninclude d.inc\n</domain>\n",
    "/etc/pmta/acl/1.conf": "http-access 127.0.0.1 admin\n",
    "/etc/pmta/d.inc": "max-smtp-out 5\n",
    "/etc/pmta/unused.conf": "host-name late\n",
  }
  expect(brief(files)).toEqual([
    "http-access 10.0.0.0/8 admin",
    "include /etc/pmta/acl/*.conf",
    "http-access 127.0.0.1 admin",
    "http-access 0.0.0.0/0 none",
    "<domain> a",
    "domain a › include d.inc",
    "domain a › max-smtp-out 5",
    "host-name late",
  ])
  expect(outline(files).find(({ name }) => name === "max-smtp-out")).toMatchObject({
    file: "/etc/pmta/d.inc",
    line: 1,
  })
})

test("includes in a circle end", () => {
  const files = { [main]: "include b.conf\n", "/etc/pmta/b.conf": "include config\nhost-name a\n" }
  expect(brief(files)).toEqual(["include b.conf", "include config", "host-name a"])
})

test("includes that multiply stay affordable", () => {
  const names = Array.from({ length: 30 }, (_, i) => `/etc/pmta/${i}.conf`)
  const files = names.map((name, i) => [name, `include ${i + 1}.conf\ninclude ${i + 1}.conf\n`])
  expect(outline({ [main]: "include 0.conf\n", ...Object.fromEntries(files) }).length).toBeLessThan(5000)
})

test("a directive that nobody knows is one value, or a set when repeated", () => {
  const repeats = outline({ [main]: "warp 1\n<domain a>\nwarp 1\nwarp 2\n</domain>\n" }).filter(
    ({ name }) => name === "warp",
  )
  expect(repeats.map(({ repeat }) => repeat)).toEqual(["one", "set", "set"])
})

test("first-match directives are lists, others that accumulate are sets", () => {
  const repeat = (text: string) => outline({ [main]: text }).at(-1)?.repeat
  expect(repeat("http-access 0/0 none")).toBe("list")
  expect(repeat("domain-key a,b,/c")).toBe("list")
  expect(repeat("relay-domain a")).toBe("set")
  expect(repeat("smtp-source-host 192.0.2.1 a")).toBe("set")
  expect(repeat("run-as-root no")).toBe("one")
  expect(repeat("<smtp-pattern-list a>\nreply /x/ mode=backoff\n")).toBe("list")
})

test("nesting without end does not make scopes without end", () => {
  const statements = outline({ [main]: "<domain a>\n".repeat(50_000) })
  expect(statements).toHaveLength(50_000)
  expect(Math.max(...statements.map(({ scope }) => scope.length))).toBeLessThan(20)
})

test("the same text says what it says where it is: in another scope, block or file", () => {
  const text = "max-smtp-out 5\nreply /x/ mode=backoff\n"
  const files = (first: string, second: string) => ({
    [main]: `<domain a>\ninclude ${first}\n</domain>\n<smtp-pattern-list b>\ninclude ${second}\n</smtp-pattern-list>\n`,
    [`/etc/pmta/${first}`]: text,
    [`/etc/pmta/${second}`]: text,
  })
  const seen = (given: Readonly<Record<string, string>>) =>
    outline(given)
      .filter(({ name }) => name === "reply")
      .map(({ scope, file, line, repeat }) => [...scope, file, line, repeat])
  for (const [first, second] of [
    ["x.inc", "y.inc"],
    ["y.inc", "x.inc"],
    ["x.inc", "x.inc"],
  ] as const)
    expect(seen(files(first, second))).toEqual([
      ["domain a", `/etc/pmta/${first}`, 2, "set"],
      ["smtp-pattern-list b", `/etc/pmta/${second}`, 2, "list"],
    ])
})

test("a file counts as it is now, and so does what it includes", () => {
  const files = (inner: string) => ({
    [main]: "include a.inc\n",
    "/etc/pmta/a.inc": "<domain a>\ninclude b.inc\n</domain>\n",
    "/etc/pmta/b.inc": inner,
  })
  const all = ["max-smtp-out 5\n", "max-smtp-out 6\n", "max-smtp-out 5\n"].map(inner =>
    brief(files(inner)).at(-1),
  )
  expect(all).toEqual(["domain a › max-smtp-out 5", "domain a › max-smtp-out 6", "domain a › max-smtp-out 5"])
})
