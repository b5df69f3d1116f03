import { expect, test } from "vitest"
import { pathPattern } from "../../src/core/path-pattern.ts"

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
