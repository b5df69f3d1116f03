import { generateHybridIdentity, generateIdentity, identityToRecipient } from "age-encryption"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type Fleet, recipientsOf } from "../../src/core/fleet.ts"
import { Problem } from "../../src/core/problem.ts"
import { type FleetOptions, parseFleet } from "../../src/fleet/parse.ts"
import {
  age1,
  age2,
  ecdsa,
  ed25519,
  ed25519Fingerprint,
  rsa,
  weakRsa,
  whole,
  withHost,
  withHosts,
} from "./examples.ts"

const parse = (text: string, options?: FleetOptions): Fleet => parseFleet(text, "fleet.yml", options)

/** What is told of a file that is wrong. */
function faults(text: string): readonly string[] {
  try {
    parse(text)
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown
    expect(thrown).toMatchObject({ code: "fleet/invalid", exit: "usage" })
    for (const line of thrown.data) expect(line).toMatch(/^fleet\.yml:[1-9]\d*:[1-9]\d* [^\n]+$/)
    return thrown.data
  }
  throw new Error("the file was found right")
}

describe("a fleet file that is right", () => {
  const fleet = parse(whole)
  const host = (name: string) => fleet.hosts.find(one => one.name === name)

  test("gives its hosts in the order of the file, with the defaults filled in", () => {
    expect(fleet.hosts.map(({ name }) => name)).toEqual(["mta1", "mta2", "bastion"])
    expect(host("mta1")).toEqual({
      name: "mta1",
      address: "192.0.2.10",
      port: 22,
      user: "backup",
      profile: "powermta",
      hostKeys: [{ kind: "key", algorithm: "ssh-ed25519", base64: ed25519.split(" ")[1] }],
      jumps: [host("bastion")],
      tags: ["eu"],
      sudo: false,
      backup: true,
      spare: false,
    })
    expect(host("mta2")).toMatchObject({ port: 2222, user: "other", sudo: true, jumps: [] })
    expect(host("bastion")).toMatchObject({
      jumps: [],
      hostKeys: [{ kind: "fingerprint", sha256: ed25519Fingerprint }],
    })
  })

  test("gives durations in ms and the policy with its defaults", () => {
    expect(fleet.categories.get("accounting")).toEqual({
      ...{ retention: null, keepMs: null },
      everyMs: 86_400_000,
      rpoMs: 172_800_000,
      paths: ["/var/log/pmta/acct*"],
      recipients: [],
    })
    expect(Object.fromEntries(fleet.rto)).toMatchObject({
      "hardware-failure": 10_800_000,
      flood: 604_800_000,
      "datacenter-failure": 86_400_000,
    })
    expect(fleet.retention).toEqual({ last: 7, daily: 14, weekly: 8, monthly: 12, yearly: 0 })
    expect(fleet.review).toEqual({
      group: "host",
      labels: ["drift"],
      reviewers: ["ops", "acme/mail"],
      ignore: ["total-max-smtp-out"],
    })
    expect(fleet.warnings).toEqual([])
  })

  test("may seal a category to recipients of its own", () => {
    const own = parse(`${withHost()}\ncategories: { accounting: { recipients: [${age2}] } }`)
    expect(recipientsOf(own, "accounting")).toEqual([age2])
    expect(recipientsOf(own, "config")).toEqual([age1, age2])
    expect(own.warnings).toEqual([
      "category accounting has one recipient only: if its private half is lost, so is every copy of it",
    ])
    expect(() =>
      parse(`${withHost()}\ncategories: { accounting: { recipients: [${age2}, ${age2}] } }`),
    ).toThrow(expect.objectContaining({ data: [expect.stringContaining("is listed twice")] }))
  })

  test("may be written with CRLF, with a byte order mark, or as JSON", () => {
    expect(parse(whole.replaceAll("\n", "\r\n"))).toEqual(fleet)
    expect(parse(`\uFEFF${whole}`)).toEqual(fleet)
    const json = {
      version: 1,
      recipients: [age1, age2],
      signers: [ed25519],
      hosts: { mta1: { address: "192.0.2.10", hostKeys: [rsa] } },
    }
    expect(parse(JSON.stringify(json)).hosts).toHaveLength(1)
  })

  test("says what it need not: defaults stand", () => {
    const least = parse(withHost())
    expect(least.hosts[0]).toMatchObject({
      user: "pmta-backup",
      port: 22,
      profile: "powermta",
      tags: [],
      sudo: false,
    })
    expect(least.review).toEqual({ group: "change", labels: [], reviewers: [], ignore: [] })
    expect(least.retention).toEqual({ last: 7, daily: 30, weekly: 8, monthly: 12, yearly: 2 })
  })

  test("gives pins by host, and categories their own retention, the rest as the fleet's", () => {
    const lines = [
      "categories: { dkim: { retention: { daily: 90, weekly: 0 } }, accounting: { retention: { keep: 400d } } }",
      "retention: { last: 3, pinned: [mta1/12, mta1/40, mta-2.eu/1] }",
    ]
    const { pinned, retention, categories } = parse(`${withHost()}\n${lines.join("\n")}\n`)
    expect(retention).toEqual({ last: 3, daily: 30, weekly: 8, monthly: 12, yearly: 2 })
    expect(categories.get("dkim")).toMatchObject({
      retention: { ...retention, daily: 90, weekly: 0 },
      keepMs: null,
    })
    expect(categories.get("accounting")).toMatchObject({ retention: null, keepMs: 400 * 86_400_000 })
    expect(pinned).toEqual(
      new Map([
        ["mta1", new Set([12, 40])],
        ["mta-2.eu", new Set([1])],
      ]),
    )
  })

  test("may share blocks by anchors", () => {
    const text = withHosts(
      `  a: { address: 192.0.2.1, hostKeys: &keys ["${ed25519}"] }\n  b: { address: 192.0.2.2, hostKeys: *keys }\n`,
    )
    expect(parse(text).hosts[1]?.hostKeys).toHaveLength(1)
  })

  test("leads through chains of jump hosts, nearest first, and the default jump spares what it leads through", () => {
    const host = (name: string, last: number, more = "") =>
      `  ${name}: { address: 192.0.2.${last}, hostKeys: ["${ed25519}"]${more} }\n`
    const text = `${withHosts(host("mta1", 1) + host("inner", 2, ", jump: outer") + host("outer", 3))}defaults: { jump: inner }\n`
    const ways = parse(text).hosts.map(({ name, jumps }) => [name, ...jumps.map(jump => jump.name)])
    expect(ways).toEqual([["mta1", "outer", "inner"], ["inner", "outer"], ["outer"]])
  })

  test("takes every recipient that age-keygen prints, of one kind", async () => {
    const classic = await identityToRecipient(await generateIdentity())
    const hybrid = await Promise.all(
      [1, 2].map(async () => identityToRecipient(await generateHybridIdentity())),
    )
    expect(parse(whole.replace(age2, classic)).recipients).toContain(classic)
    expect(
      parse(whole.replace(age1, hybrid[0] ?? "").replace(age2, hybrid[1] ?? "")).recipients,
    ).toHaveLength(2)
    expect(faults(whole.replace(age2, hybrid[0] ?? ""))[0]).toContain(
      "is post-quantum, while the first is x25519",
    )
  })
})

test("a spare is not backed up, and stands there for drills", () => {
  const text = withHosts(
    `  a: { address: a, hostKeys: ["${rsa}"] }\n  b: { address: b, hostKeys: ["${ecdsa}"], spare: true }`,
  )
  const { hosts, warnings } = parse(text)
  expect(hosts.map(({ name, backup, spare }) => ({ name, backup, spare }))).toEqual([
    { name: "a", backup: true, spare: false },
    { name: "b", backup: false, spare: true },
  ])
  expect(warnings).toEqual([])
})

test("hosts that were copied from one are one warning, however many they are and whatever keys they share", () => {
  const copies = (count: number) =>
    Array.from(
      { length: count },
      (_, n) => `  m${n + 1}: { address: a${n}, hostKeys: ["${rsa}", "${ecdsa}"] }`,
    )
  const said = (count: number) => parse(withHosts(copies(count).join("\n"))).warnings
  const words = "have the same host key: who has one can pose as another; give each its own"
  expect(said(2)).toEqual([`m1 and m2 ${words}`])
  expect(said(3)).toEqual([`m1, m2 and m3 ${words}`])
  expect(said(50)).toEqual([`m1, m2, m3 and 47 more ${words}`])
})

describe("what is unwise is a warning", () => {
  test.each([
    ["one recipient", withHost().replace(`, ${age2}`, ""), /one key only/],
    [
      "one host key on two hosts",
      withHosts(`  a: { address: a, hostKeys: ["${rsa}"] }\n  b: { address: b, hostKeys: ["${rsa} x"] }`),
      /a and b have the same host key/,
    ],
    [
      "a jump host that nobody goes through",
      withHosts(
        `  a: { address: a, hostKeys: ["${rsa}"] }\n  b: { address: b, hostKeys: ["${ecdsa}"], backup: false }`,
      ),
      /b has backup: false, and no host goes through it/,
    ],
    [
      "a backup due after its objective",
      `${withHost()}\ncategories: { log: { every: 2d, rpo: 24h } }`,
      /every 2d but must not be older than 1d/,
    ],
    [
      "keeping nothing",
      `${withHost()}\nretention: { last: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 }`,
      /keeps nothing/,
    ],
    [
      "counts that are gone before anybody compares them",
      `${withHost()}\nretention: { counts: 3d }`,
      /^retention keeps counts for 3d: impact compares with the week before/,
    ],
  ])("%s", (_, text, warning) => {
    expect(parse(text).warnings).toEqual([expect.stringMatching(warning)])
  })
})

describe("what is wrong is told with its place, its value and its remedy", () => {
  test.each([
    ["empty file", "", "fleet.yml:1:1 is empty; `pmta-vault init` writes one with comments"],
    ["only comments", "# nothing\n", "fleet.yml:1:1 is empty"],
    ["list instead of map", "- version: 1\n", "fleet.yml:1:1 a list stands where a map"],
    ["text instead of map", "hello\n", 'fleet.yml:1:1 "hello" stands where a map'],
    ["tabs", "version: 1\nhosts:\n\tmta1:\n", "fleet.yml:3:1 Tabs are not allowed as indentation"],
    ["two documents", `${withHost()}\n---\nversion: 1\n`, "multiple documents"],
    ["unknown tag", withHost("sudo: !secret x"), "Unresolved tag"],
    [
      "not UTF-8",
      Buffer.from("version: 1 # caf\xe9\n", "latin1").toString("utf8"),
      "fleet.yml:1:17 is not UTF-8 text",
    ],
    ["duplicate host", withHosts("  mta1: {}\n  mta1: {}\n"), "fleet.yml:6:3 Map keys must be unique"],
    [
      "duplicate host, once as a number",
      withHosts('  1: {}\n  "1": {}\n'),
      "fleet.yml:6:3 Map keys must be unique",
    ],
    ["hosts as a list", withHosts("  - mta1\n"), "fleet.yml:5:3 hosts: a list stands where a map"],
    ["hosts left empty", withHosts(""), "fleet.yml:4:1 hosts: nothing stands where a map"],
    ["no host", withHosts("  {}\n"), "hosts: has no host; add one"],
    [
      "host as text",
      withHosts("  mta1: 192.0.2.10\n"),
      'fleet.yml:5:9 hosts.mta1: "192.0.2.10" stands where a map',
    ],
    ["no version", withHost().replace("version: 1\n", ""), "fleet.yml:1:1 has no version; add it"],
    [
      "later version",
      withHost().replace("version: 1", "version: 2"),
      "fleet.yml:1:10 version: 2 is not a version",
    ],
    [
      "no recipient",
      withHost().replace(/recipients.*/, "recipients: []"),
      "recipients: is an empty list; make a key with `age-keygen`",
    ],
    [
      "no signer",
      withHost().replace(/signers.*/, "signers:"),
      "fleet.yml:3:1 signers: nothing is given; fill it in",
    ],
    [
      "unknown key",
      withHost("hostkeys: []"),
      'fleet.yml:8:5 hosts.mta1.hostkeys: is not a known key; did you mean "hostKeys"?',
    ],
    ["unknown key, like nothing", withHost("password: x"), "known here are address, hostKeys, user, port"],
    ["tag with a comma", withHost('tags: ["eu,us"]'), "is not a tag; use one word without commas"],
    [
      "number instead of text",
      withHost("tags: [2024]"),
      "hosts.mta1.tags[0]: 2024 stands where text is expected; put it in quotes",
    ],
    [
      "text instead of number",
      withHost('port: "22"'),
      'hosts.mta1.port: "22" stands where a number is expected; leave out the quotes',
    ],
    ["text instead of boolean", withHost("sudo: yes"), 'hosts.mta1.sudo: "yes" stands where true or false'],
    [
      "text instead of list",
      withHost("tags: eu"),
      'hosts.mta1.tags: "eu" stands where a list is expected; put it in [brackets]',
    ],
    [
      "port",
      withHost("port: 70000"),
      "fleet.yml:8:11 hosts.mta1.port: 70000 is not a port; use a whole number from 1 to 65535",
    ],
    ["user", withHost('user: "a b"'), "is not a user name"],
    ["profile", withHost("profile: pmta"), "is not one of powermta"],
    [
      "host name",
      withHosts("  -x: {}\n  a..b: {}\n  a.lock: {}\n  a.: {}\n"),
      'hosts."a..b": is not a usable host name',
    ],
    [
      "reserved host name",
      withHosts(`  constructor: { address: a, hostKeys: ["${rsa}"] }`),
      "hosts.constructor: is a reserved word",
    ],
    [
      "reserved host name",
      withHosts(`  __proto__: { address: a, hostKeys: ["${rsa}"] }`),
      "hosts.__proto__: is a reserved word",
    ],
    [
      "names that differ in capitals",
      withHosts("  MTA1: {}\n  mta1: {}\n"),
      "hosts.mta1: differs from MTA1 in capitals only",
    ],
    [
      "scheme",
      withHost().replace("192.0.2.10", "ssh://mta1"),
      'fleet.yml:6:14 hosts.mta1.address: "ssh://mta1" has a scheme',
    ],
    ["port in the address", withHost().replace("192.0.2.10", "mta1:22"), "has a port; write it as `port:`"],
    ["brackets", withHost().replace("192.0.2.10", '"[::1]"'), "has brackets"],
    ["no IPv4 address", withHost().replace("192.0.2.10", "192.0.2.300"), "is not an IPv4 address"],
    [
      "no host key",
      withHosts("  mta1: { address: a }\n"),
      "fleet.yml:5:3 hosts.mta1: has no hostKeys; write them with `pmta-vault pin mta1`",
    ],
    [
      "fingerprint with padding",
      withHost().replace(ed25519, `${ed25519Fingerprint}=`),
      "after SHA256: come 43 characters",
    ],
    ["MD5 fingerprint", withHost().replace(ed25519, `MD5:${"aa:".repeat(15)}aa`), "is an MD5 fingerprint"],
    [
      "known_hosts line",
      withHost().replace(`["${ed25519}"]`, `["mta1 ${ed25519}"]`),
      'begins with a host; leave "mta1" out',
    ],
    [
      "key cut off",
      withHost().replace(`["${ed25519}"]`, `["${ed25519.slice(0, -6)}"]`),
      "is cut off or not base64",
    ],
    [
      "key of another type",
      withHost().replace(`["${ed25519}"]`, `["ssh-rsa ${ed25519.split(" ")[1]}"]`),
      "says ssh-rsa, but holds a key of type",
    ],
    [
      "unknown algorithm",
      withHost().replace(`["${ed25519}"]`, '["ssh-ed25591 AAAA"]'),
      'did you mean "ssh-ed25519"?',
    ],
    [
      "unknown jump",
      withHost("jump: mta2"),
      'fleet.yml:8:11 hosts.mta1.jump: "mta2" is not a host of this file; did you mean "mta1"?',
    ],
    [
      "nothing to back up",
      withHost("backup: false"),
      "fleet.yml:4:1 hosts: has no host that is backed up, as each says backup: false",
    ],
    [
      "spares only",
      withHost("spare: true"),
      "fleet.yml:4:1 hosts: has no host that is backed up, as each says backup: false or spare: true",
    ],
    [
      "a spare that is backed up",
      withHost("spare: true\n    backup: true"),
      "fleet.yml:8:5 hosts.mta1.spare: stands beside backup: true; a spare is overwritten by drills",
    ],
    ["backup in quotes", withHost('backup: "false"'), "stands where true or false is expected"],
    ["jump to itself", withHost("jump: mta1"), "hosts.mta1.jump: goes round in a loop (mta1 → mta1)"],
    [
      "unknown default jump",
      `${withHost()}\ndefaults: { jump: gate }`,
      'defaults.jump: "gate" is not a host of this file; add an entry',
    ],
    [
      "same address twice",
      withHosts(
        `  a: { address: ::1, hostKeys: ["${rsa}"] }\n  b: { address: "0:0::1", hostKeys: ["${rsa}"] }`,
      ),
      "is a's address and port too",
    ],
    [
      "signer of another kind",
      withHost().replace(/signers.*/, `signers: ["${ecdsa}"]`),
      "not one of ssh-ed25519, ssh-rsa",
    ],
    ["weak signer", withHost().replace(/signers.*/, `signers: ["${weakRsa}"]`), "is an RSA key of 1024 bits"],
    ["signer twice", withHost().replace(/signers.*/, `signers: ["${rsa} a", "${rsa} b"]`), "signers[1]"],
    ["recipient twice", withHost().replace(age2, age1), "is listed twice"],
    [
      "SSH recipient",
      withHost().replace(age2, `"${ed25519}"`),
      "is an SSH key, whose owner age would reveal",
    ],
    [
      "plug-in recipient",
      withHost().replace(age2, "age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t"),
      "needs the plug-in age-plugin-yubikey",
    ],
    [
      "mistyped recipient",
      withHost().replace(
        age2,
        age2.replace(/.$/, last => (last === "q" ? "p" : "q")),
      ),
      "has a wrong checksum",
    ],
    [
      "category name",
      `${withHost()}\ncategories: { Config: {} }`,
      "categories.Config: is not a category name",
    ],
    [
      "mistyped category",
      `${withHost()}\ncategories: { acounting: { every: 24h } }`,
      'did you mean "accounting"?',
    ],
    [
      "new category without paths",
      `${withHost()}\ncategories: { postfix: {} }`,
      "a new category needs paths",
    ],
    [
      "duration",
      `${withHost()}\ncategories: { log: { rpo: 1 day } }`,
      '"1 day" is not a duration; write a number with its unit',
    ],
    [
      "relative path",
      `${withHost()}\ncategories: { log: { paths: [etc] } }`,
      "is not absolute; begin it with /",
    ],
    ["path with ..", `${withHost()}\ncategories: { log: { paths: [/a/../b] } }`, "has a .. in it"],
    [
      "path not in its shortest form",
      `${withHost()}\ncategories: { log: { paths: [/a//b] } }`,
      "is not in its shortest form",
    ],
    [
      "path with a newline",
      `${withHost()}\ncategories: { log: { paths: ["/a\\nb"] } }`,
      '"/a\\nb" has a control character',
    ],
    [
      "mistyped scenario",
      `${withHost()}\npolicy: { rto: { hardware-failures: 4h } }`,
      'did you mean "hardware-failure"?',
    ],
    ["retention below 0", `${withHost()}\nretention: { daily: -1 }`, "retention.daily: -1 is below 0"],
    [
      "a pin of no snapshot",
      `${withHost()}\nretention: { pinned: [mta1] }`,
      "write host/number, such as mta1/12",
    ],
    [
      "numbers of snapshots for logs",
      `${withHost()}\ncategories: { accounting: { retention: { daily: 90 } } }`,
      "counts snapshots, and files of accounting go by age; write keep: 400d",
    ],
    [
      "an age for what is kept as snapshots",
      `${withHost()}\ncategories: { dkim: { retention: { keep: 400d } } }`,
      "retention.keep: is for accounting and log alone",
    ],
    [
      "an age of less than a day",
      `${withHost()}\ncategories: { log: { retention: { keep: 12h } } }`,
      '"12h" is less than a day',
    ],
    ["retention not whole", `${withHost()}\nretention: { daily: 1.5 }`, "1.5 is not whole"],
    [
      "group",
      `${withHost()}\nreview: { group: changes }`,
      'is not one of change, host, file, fleet; did you mean "change"?',
    ],
    ["reviewer", `${withHost()}\nreview: { reviewers: ["@ops"] }`, "leave @ out"],
    ["merge key", withHost("<<: { port: 1 }"), "is not a known key"],
  ])("%s", (_, text, expected) => {
    const lines = faults(text)
    expect(
      lines.some(line => line.includes(expected)),
      lines.join("\n"),
    ).toBe(true)
  })

  test("everything at once, in the order of the file", () => {
    const lines = faults(
      `version: 1\nrecipient: [x]\nhostz: {}\nhosts:\n  mta1: { address: "", port: 0, tag: [], jump: b }\n  mta2:\n`,
    )
    expect(lines.map(line => line.split(" ", 2).join(" ").replace("fleet.yml:", ""))).toEqual([
      "1:1 has",
      "1:1 has",
      "2:1 recipient:",
      "3:1 hostz:",
      "5:3 hosts.mta1:",
      "5:20 hosts.mta1.address:",
      "5:30 hosts.mta1.port:",
      "5:33 hosts.mta1.tag:",
      "5:48 hosts.mta1.jump:",
      "6:3 hosts.mta2:",
    ])
  })

  test("a loop of jump hosts is told where it turns, not where it is entered", () => {
    const host = (name: string, last: number, jump: string) =>
      `  ${name}: { address: 192.0.2.${last}, hostKeys: ["${ed25519}"], jump: ${jump} }\n`
    const lines = faults(withHosts(host("a", 1, "b") + host("b", 2, "c") + host("c", 3, "b")))
    expect(lines.map(line => line.replace(/.*hosts/, ""))).toEqual([
      ".b.jump: goes round in a loop (b → c → b); let one of them go directly",
      ".c.jump: goes round in a loop (c → b → c); let one of them go directly",
    ])
  })

  test("an alias bomb is refused before it grows", () => {
    const levels = Array.from({ length: 30 }, (_, n) => `l${n + 1}: &l${n + 1} [*l${n}, *l${n}, *l${n}]`)
    expect(faults(`l0: &l0 [x]\n${levels.join("\n")}\n`)).toEqual([
      expect.stringContaining("grow beyond all measure"),
    ])
    expect(faults("hosts: &all { a: *all }\n").join("\n")).toContain("hosts.a.a: is not a known key")
  })
})

test("whatever a file says, it is a fleet or a problem with places", () => {
  const place = fc.nat(whole.length)
  const scrap = fc.oneof(
    fc.constantFrom(
      "\n",
      "  ",
      ": ",
      "- ",
      "[",
      "}",
      "&a ",
      "*a",
      "!!",
      "%",
      "|",
      "#",
      '"',
      "\t",
      "null",
      "1e9",
      "~",
    ),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(place, fc.nat(20), scrap), { maxLength: 4 }), edits => {
      const text = edits.reduce(
        (now, [at, gone, put]) => now.slice(0, at) + put + now.slice(at + gone),
        whole,
      )
      for (const options of [{}, { allowUnpinned: true }]) {
        try {
          expect(parse(text, options).hosts.length).toBeGreaterThan(0)
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Problem)
          for (const line of (thrown as Problem).data)
            expect(line).toMatch(/^fleet\.yml:[1-9]\d*:[1-9]\d* [^\n]+$/)
        }
      }
    }),
    { numRuns: 300 },
  )
})

test("a private key is pointed at, and never shown", () => {
  const identity = "AGE-SECRET-KEY-1QQPQYHVJ4WLH0XW3Z7Y6M5N4B3V2C1X0ZLKJHGFDSAPOIUYTREWQ7C9LE2"
  const ssh =
    "-----BEGIN OPENSSH PRIVATE KEY-----\n        b3BlbnNzaC1rZXktdjEAAAAABG5vbmU\n        -----END OPENSSH PRIVATE KEY-----"
  for (const text of [
    whole.replace(age2, identity),
    whole.replace("mta1:", `${identity}:`),
    withHost(`hostKeys2: |\n        ${ssh}`),
    `# ${identity}\n`,
  ]) {
    const lines = faults(text)
    expect(lines.join("\n")).toContain("a private key does not belong here")
    expect(lines.join("\n")).not.toMatch(/QQPQYH|b3BlbnN/)
  }
})

test("pin may read a file whose hosts have no keys yet, but nothing else may be wrong", () => {
  const text = withHosts(
    "  mta1: { address: a }\n  mta2:\n    address: b\n    hostKeys: []\n  mta3:\n    address: c\n    hostKeys:\n",
  )
  expect(parse(text, { allowUnpinned: true }).hosts.map(({ hostKeys }) => hostKeys)).toEqual([[], [], []])
  expect(faults(text)).toHaveLength(3)
  expect(() => parse(`${text}  mta4: { port: 0 }\n`, { allowUnpinned: true })).toThrow("2 things")
})
