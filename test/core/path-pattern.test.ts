import { expect, test } from "vitest"
import { pathPattern, throughLinks } from "../../src/core/path-pattern.ts"

test.each([
  ["/etc/pmta/*.conf", "/etc/pmta/a.conf", "/etc/pmta/a/b.conf"],
  ["/etc/pmta/**/*.conf", "/etc/pmta/a/b.conf", "/etc/a.conf"],
  ["/etc/[a-c]?.conf", "/etc/b1.conf", "/etc/d1.conf"],
  ["/etc/[!a-c].conf", "/etc/d.conf", "/etc/b.conf"],
  ["/etc/a+b(c).conf", "/etc/a+b(c).conf", "/etc/aab(c).conf"],
])("%s matches %s and not %s", (pattern, yes, no) => {
  expect(pathPattern(pattern).matches(yes)).toBe(true)
  expect(pathPattern(pattern).matches(no)).toBe(false)
})

test.each(["/etc/[z-a].conf", "/etc/[a--].conf"])(
  "%s, a range the wrong way round, matches nothing",
  pattern => {
    expect(pathPattern(pattern).matches("/etc/a.conf")).toBe(false)
    expect(pathPattern(pattern).matches("/etc/z.conf")).toBe(false)
  },
)

const links: Readonly<Record<string, string>> = {
  "/etc/pmta/dkim": "/srv/keys",
  "/srv/keys/old": "../archive",
  "/etc/root": "/",
  "/etc/a": "/etc/b",
  "/etc/b": "a",
}
test.each([
  ["/etc/pmta/config", "/etc/pmta/config", []],
  ["/etc/pmta/dkim/a.pem", "/srv/keys/a.pem", ["/etc/pmta/dkim"]],
  ["/etc/pmta/dkim/old/*.pem", "/srv/archive/*.pem", ["/etc/pmta/dkim", "/srv/keys/old"]],
  ["/etc/root/srv/keys/old/a", "/srv/archive/a", ["/etc/root", "/srv/keys/old"]],
  ["/etc/pmta/dkim", "/etc/pmta/dkim", []],
  ["/etc/pmta/dkim/", "/srv/keys/", ["/etc/pmta/dkim"]],
])("%s lies at %s", (path, place, way) => {
  expect(throughLinks(path, above => links[above] ?? null)).toEqual({ path: place, links: way })
})

test("links that lead in a circle lead nowhere", () => {
  expect(throughLinks("/etc/a/x", above => links[above] ?? null)).toBeNull()
})
