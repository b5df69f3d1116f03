import { generateKeyPairSync } from "node:crypto"
import { describe, expect, test } from "vitest"
import { judgeRecord, type PublicHalf } from "../../src/prove/dkim-record.ts"
import { txtLookup } from "../../src/prove/txt-lookup.ts"
import { inPieces, labDns } from "../lab/dns.ts"

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey
const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey
const edwards = generateKeyPairSync("ed25519").publicKey
const spki = (key: typeof rsa) => key.export({ format: "der", type: "spki" }).toString("base64")
const bare = rsa.export({ format: "der", type: "pkcs1" }).toString("base64")
const p = spki(rsa)
const key: PublicHalf = { type: "rsa", publicKey: p }
const short = edwards.export({ format: "der", type: "spki" }).subarray(-32).toString("base64")

const judged = (texts: readonly (readonly string[])[], half = key) =>
  judgeRecord({ kind: "records", records: texts }, half).verdict

describe("verdicts", () => {
  test.each([
    ["good", `v=DKIM1; k=rsa; p=${p}`],
    ["good", `p=${p}`],
    ["good", `v=DKIM1;k=rsa;h=sha1:sha256;s=email;t=s;n=a note;p=${p};`],
    ["good", `v=DKIM1; p=${p.match(/.{1,60}/g)?.join(" \t")}`],
    ["good", `v=DKIM1; p=${bare}`],
    ["testing", `v=DKIM1; t=y:s; p=${p}`],
    ["wrong-key", `v=DKIM1; p=${spki(other)}`],
    ["wrong-key", `v=DKIM1; k=ed25519; p=${short}`],
    ["revoked", "v=DKIM1; k=rsa; p="],
    ["malformed-record", "v=DKIM1; k=rsa"],
    ["malformed-record", "v=spf1 -all"],
    ["malformed-record", `v=DKIM2; p=${p}`],
    ["malformed-record", `p=${p}; v=DKIM1`],
    ["malformed-record", `v=DKIM1; p=${p}; p=${p}`],
    ["malformed-record", `v=DKIM1; nonsense; p=${p}`],
    ["malformed-record", `v=DKIM1; h=sha1; p=${p}`],
    ["malformed-record", `v=DKIM1; s=tlsrpt; p=${p}`],
  ])("%s: %s", (verdict, text) => {
    expect(judged([[text]])).toBe(verdict)
  })

  test("Ed25519 is compared as well", () => {
    expect(judged([[`v=DKIM1; k=ed25519; p=${short}`]], { type: "ed25519", publicKey: short })).toBe("good")
    expect(judged([[`v=DKIM1; p=${short}`]], { type: "ed25519", publicKey: short })).toBe("wrong-key")
  })

  test("pieces belong together, other records do not matter, two keys are one too many", () => {
    const text = `v=DKIM1; p=${p}`
    expect(judged([inPieces(text)])).toBe("good")
    expect(judged([["google-site-verification=x"], inPieces(text)])).toBe("good")
    expect(judged([inPieces(text), inPieces(text)])).toBe("several-records")
  })

  test("no record, and no answer, are two things", () => {
    expect(judgeRecord({ kind: "missing" }, key).verdict).toBe("missing-record")
    expect(judgeRecord({ kind: "failure", reason: "ETIMEOUT" }, key)).toMatchObject({
      verdict: "dns-failure",
      detail: expect.stringContaining("ETIMEOUT"),
    })
  })
})

describe("over a real resolver", () => {
  const { signal } = new AbortController()

  test("short and long records, absence and failure are told apart", async () => {
    await using dns = await labDns()
    const long = "x".repeat(700)
    dns.records.set("short.example", [["v=DKIM1; p="]])
    dns.records.set("long.example", [inPieces(long)])
    dns.records.set("empty.example", [])
    dns.records.set("broken.example", "servfail")
    const lookup = txtLookup([dns.server], signal)
    expect(await lookup("short.example")).toEqual({ kind: "records", records: [["v=DKIM1; p="]] })
    expect(await lookup("long.example")).toEqual({ kind: "records", records: [inPieces(long)] })
    expect(dns.tcp.count).toBe(1)
    expect(await lookup("none.example")).toEqual({ kind: "missing" })
    expect(await lookup("empty.example")).toEqual({ kind: "missing" })
    expect(await lookup("broken.example")).toMatchObject({ kind: "failure", reason: "ESERVFAIL" })
  })

  test("a server that is not there is a failure, not an absence", async () => {
    const gone = await labDns()
    await gone[Symbol.asyncDispose]()
    expect(await txtLookup([gone.server], signal)("a.example")).toMatchObject({ kind: "failure" })
  })

  test("many names are asked once each", async () => {
    await using dns = await labDns()
    const lookup = txtLookup([dns.server], signal)
    const names = Array.from({ length: 100 }, (_, index) => `s${index % 50}.example`)
    await Promise.all(names.map(lookup))
    expect(new Set(dns.asked).size).toBe(50)
    expect(dns.asked).toHaveLength(50)
  })

  test.each(["dns.example", "192.0.2.1:x", "[192.0.2.1]", "1.2.3", ""])("%j is no server", server => {
    expect(() => txtLookup([server], signal)).toThrow(/resolver is/)
  })

  test("servers may have a port, and be of either family", () => {
    for (const server of ["192.0.2.1", "192.0.2.1:5353", "2001:db8::1", "[2001:db8::1]:53"])
      txtLookup([server], signal)
  })
})
