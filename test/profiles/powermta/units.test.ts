import { expect, test } from "vitest"
import type { ValueKind } from "../../../src/profiles/powermta/directives.ts"
import { canonical } from "../../../src/profiles/powermta/units.ts"

const equal: readonly [ValueKind, ...string[]][] = [
  ["bool", "yes", "true", "YES", '"yes"'],
  ["duration", "1h", "3600s", "60m", "3600"],
  ["duration", "4d12h", "108h"],
  ["duration", "never", "Never"],
  ["duration-list", "10m,10m,1h", "600s, 10m ,60m"],
  ["rate", "100/15m", "100/15min", "100 / 15m", "100/900s"],
  ["rate", "500/h", "500/1hr", "500/60m"],
  ["rate", "1/5s", "1/5sec"],
  ["rate", "unlimited", "0"],
  ["data-rate", "1M/h", "1024k/60m"],
  ["size", "1G", "1024m", "1073741824"],
  ["size-or-unlimited", "0", "unlimited"],
  ["int", "6", "06"],
  ["cidr-text", "0/0 none", "0.0.0.0/0 none"],
  ["cidr-text", "10/8 admin", "10.0.0.0/8 admin"],
  ["cidr-text", "173.194/16 none", "173.194.0.0/16 none"],
  ["cidr-text", "192.0.2.1/32 admin", "192.0.2.1 admin"],
  ["cidr-text", "::1 admin", "0:0:0:0:0:0:0:1/128 admin"],
  ["cidr-rate", "10.1.0/24 5/m", "10.1.0.0/24 5/60s"],
  ["host-text", "[*.]Example.ORG", "[*.]example.org"],
  ["domain-key", "s1, example.org, /a b.pem", 's1 ,Example.org,"/a b.pem"'],
  ["macro", "m b.example, a.example", "m a.example,b.example"],
  ["record-types", "d,b", "bounce, delivery"],
  ["text", "a   b", 'a "b"'],
]
for (const [kind, ...spellings] of equal) {
  test(`${kind}: ${spellings.join(" = ")}`, () => {
    expect(new Set(spellings.map(text => canonical(kind, text))).size).toBe(1)
  })
}

const different: readonly [ValueKind, string, string][] = [
  ["rate", "60/m", "1/s"],
  ["rate", "100/15m", "100/m"],
  ["int", "0", "unlimited"],
  ["duration", "1m", "1h"],
  ["text", '""', ""],
  ["duration-list", "10m,1h", "1h,10m"],
  ["cidr-text", "10/8 admin", "10/8 none"],
  ["size", "1G", "1M"],
]
for (const [kind, a, b] of different) {
  test(`${kind}: "${a}" is not "${b}"`, () => {
    expect(canonical(kind, a)).not.toBe(canonical(kind, b))
  })
}
