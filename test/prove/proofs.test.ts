/** Proofs of what was restored, on real files that a restore wrote. */
import { generateKeyPairSync } from "node:crypto"
import { chmod, mkdtemp, rm, symlink, unlink, utimes, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import type { Proof } from "../../src/core/drill.ts"
import type { Restorable } from "../../src/core/restorable.ts"
import { powermta } from "../../src/profiles/powermta/index.ts"
import { liveConfigs, proveConfig } from "../../src/prove/config.ts"
import { proveDkim } from "../../src/prove/dkim.ts"
import { signedMessage, verifyMessage } from "../../src/prove/dkim-message.ts"
import type { TxtAnswer } from "../../src/prove/dkim-record.ts"
import { proveFiles } from "../../src/prove/files.ts"
import { proveLicense } from "../../src/prove/license.ts"
import { readTree } from "../../src/prove/tree.ts"
import { unpack } from "../../src/restore/unpack.ts"
import { capturedFile, entryOf } from "../lab/captured-file.ts"

const now = new Date("2026-11-24T05:00:00Z")
type Files = Readonly<
  Record<string, { readonly text: string; readonly category: string; readonly mode?: number }>
>

/** Restores the files into a new directory, as a drill does when it is not root. */
async function restored(files: Files, links: Readonly<Record<string, string>> = {}) {
  const directory = await mkdtemp(join(tmpdir(), "pmta-proofs-"))
  const items: Restorable[] = [
    ...Object.entries(files).map(([path, { text, category, mode = 0o640 }]) => ({
      category,
      ...capturedFile(path, text, { mode }),
    })),
    ...Object.entries(links).map(([path, target]) => ({
      ...{ category: "config", entry: entryOf(path, "link", { target }), content: null },
    })),
  ]
  const sorted = items.sort((a, b) => (a.entry.path < b.entry.path ? -1 : 1))
  await unpack(sorted, [], directory, null)
  return {
    items: sorted,
    at: (path: string) => join(directory, path),
    tree: () => readTree(directory),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

const said = ({ findings }: Proof) =>
  findings.map(({ level, verdict, subject }) => `${level} ${verdict} ${subject}`)
const config = (text: string) => ({ text, category: "config" })

test("every way in which a file may differ from the manifest is told", async () => {
  const names = ["same", "other", "gone", "mode", "time", "kind"]
  await using host = await restored(Object.fromEntries(names.map(name => [`/etc/${name}`, config(name)])), {
    "/etc/link": "same",
  })
  expect(said(proveFiles(host.items, host.tree(), null))).toEqual([])
  await writeFile(host.at("/etc/other"), "changed")
  await utimes(host.at("/etc/other"), 1_700_000_000, 1_700_000_000)
  await unlink(host.at("/etc/gone"))
  await chmod(host.at("/etc/mode"), 0o644)
  await utimes(host.at("/etc/time"), 1, 1)
  await unlink(host.at("/etc/kind"))
  await symlink("same", host.at("/etc/kind"))
  await unlink(host.at("/etc/link"))
  await symlink("elsewhere", host.at("/etc/link"))
  await writeFile(host.at("/etc/extra"), "x")
  const { findings, verdict } = proveFiles(host.items, host.tree(), null)
  expect(verdict).toBe("failed")
  expect(findings.map(({ subject, detail }) => `${subject} ${detail}`).sort()).toEqual([
    "/etc/extra is in no manifest",
    "/etc/gone missing",
    "/etc/kind is a link, not a file",
    "/etc/link another time",
    "/etc/link leads elsewhere",
    "/etc/mode mode 0644, not 0640",
    "/etc/other other content",
    "/etc/time another time",
  ])
})

test("accounts that this machine does not have are a note, a wrong owner is not", async () => {
  await using host = await restored({ "/etc/pmta/config": config("") })
  const { uid, gid } = host.tree().entries.get("/etc/pmta/config") ?? { uid: -1, gid: -1 }
  const own = { users: new Map([["root", uid]]), groups: new Map<string, number>() }
  const wrongGroup = gid === 2100 ? [] : ["failed different /etc/pmta/config"]
  expect(said(proveFiles(host.items, host.tree(), own))).toEqual([
    ...wrongGroup,
    "note unknown-account group pmta",
  ])
  const all = { users: new Map([["root", uid]]), groups: new Map([["pmta", gid]]) }
  expect(said(proveFiles(host.items, host.tree(), all))).toEqual([])
  const other = { users: new Map([["root", uid + 1]]), groups: new Map([["pmta", gid]]) }
  expect(said(proveFiles(host.items, host.tree(), other))).toEqual(["failed different /etc/pmta/config"])
})

test("includes are followed, also over links and patterns, and what is not there is named with its line", async () => {
  await using host = await restored(
    {
      "/etc/pmta/config": config(
        "postmaster a@b.example\ninclude /etc/pmta/linked\ninclude /etc/pmta/d/*.conf\ninclude /etc/pmta/none/*.conf\n",
      ),
      "/etc/pmta/real": config(
        "include /etc/pmta/missing.conf\n<source 10/8>\n    tls-certificate /etc/pmta/cert.pem\n</source>\n",
      ),
      "/etc/pmta/d/a.conf": config("<domain a.example>\n    max-smtp-out 5\n"),
      "/etc/pmta/unused.conf": config("</stray>\n"),
      "/etc/pmta/dkim/a.pem": { text: "x", category: "dkim", mode: 0o644 },
    },
    { "/etc/pmta/linked": "real", "/etc/pmta/loop": "loop" },
  )
  const tree = host.tree()
  const configs = liveConfigs(tree, powermta)
  expect([...configs.keys()].sort()).toEqual(["/etc/pmta/config", "/etc/pmta/d/a.conf", "/etc/pmta/real"])
  const proof = proveConfig(host.items, configs, tree, powermta)
  expect(proof.verdict).toBe("failed")
  expect(said(proof).sort()).toEqual([
    "failed missing-file /etc/pmta/cert.pem",
    "failed missing-file /etc/pmta/missing.conf",
    "failed unbalanced-block /etc/pmta/d/a.conf:1",
    "note matches-nothing /etc/pmta/none/*.conf",
    "weak loose-rights /etc/pmta/dkim/a.pem",
  ])
  expect(proof.findings.find(({ subject }) => subject === "/etc/pmta/cert.pem")?.detail).toContain(
    "/etc/pmta/real, line 3",
  )
})

test("what lies behind a linked directory is found, by name and by pattern", async () => {
  await using host = await restored(
    {
      "/etc/pmta/config": config("include /etc/pmta/conf.d/*.conf\ninclude /etc/pmta/conf.d/sub/b.conf\n"),
      "/srv/conf/a.conf": config("postmaster a@b.example\n"),
      "/srv/more/b.conf": config("postmaster a@b.example\n"),
    },
    { "/etc/pmta/conf.d": "../../srv/conf", "/srv/conf/sub": "/srv/more", "/srv/loop": "loop" },
  )
  const tree = host.tree()
  const configs = liveConfigs(tree, powermta)
  expect([...configs.keys()].sort()).toEqual(["/etc/pmta/config", "/srv/conf/a.conf", "/srv/more/b.conf"])
  expect(said(proveConfig(host.items, configs, tree, powermta))).toEqual([])
  expect(tree.target("/srv/loop/x")).toBeNull()
})

test("a backup without its main config is no backup", async () => {
  await using host = await restored({ "/etc/pmta/license": config("") })
  const tree = host.tree()
  expect(said(proveConfig(host.items, liveConfigs(tree, powermta), tree, powermta))).toEqual([
    "failed no-config /etc/pmta/config",
  ])
})

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 })
const weak = generateKeyPairSync("rsa", { modulusLength: 512 })
const edwards = generateKeyPairSync("ed25519")
const pem = (key: typeof rsa.privateKey) => key.export({ format: "pem", type: "pkcs8" }).toString()
const published = (key: typeof rsa.publicKey) =>
  key.export({ format: "der", type: "spki" }).toString("base64")

async function dkim(
  lines: readonly string[],
  keys: Readonly<Record<string, string>>,
  answers: Readonly<Record<string, TxtAnswer>>,
) {
  const files = Object.entries(keys).map(([path, text]) => [path, { text, category: "dkim" }] as const)
  await using host = await restored({
    "/etc/pmta/config": config(`${lines.join("\n")}\n`),
    ...Object.fromEntries(files),
  })
  const tree = host.tree()
  const captured = files.map(([path, { text }]) => capturedFile(path, text))
  const facts = powermta.facts("dkim", captured, new Map(), () => "0", now) ?? {}
  const input = { configs: liveConfigs(tree, powermta), tree, traits: powermta.proof, facts, now }
  const asked: string[] = []
  const lookup = async (name: string): Promise<TxtAnswer> => {
    asked.push(name)
    return answers[name] ?? { kind: "missing" }
  }
  const proof = await proveDkim(input, lookup, { sign: signedMessage, verify: verifyMessage })
  return { proof, asked }
}

test("keys of both types sign what DNS verifies", async () => {
  const short = edwards.publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("base64")
  const { proof } = await dkim(
    ["domain-key r, a.example, /etc/pmta/dkim/r.pem", "domain-key e, a.example, /etc/pmta/dkim/e.pem"],
    { "/etc/pmta/dkim/r.pem": pem(rsa.privateKey), "/etc/pmta/dkim/e.pem": pem(edwards.privateKey) },
    {
      "r._domainkey.a.example": { kind: "records", records: [[`v=DKIM1; p=${published(rsa.publicKey)}`]] },
      "e._domainkey.a.example": { kind: "records", records: [[`v=DKIM1; k=ed25519; p=${short}`]] },
    },
  )
  expect(said(proof)).toEqual([])
  expect(proof.summary).toMatch(/^2 of 2/)
})

test("a file that cannot sign is told apart from one that is not there, and from one that nobody names", async () => {
  const name = (file: string) => `domain-key ${file}, a.example, /etc/pmta/dkim/${file}.pem`
  const { proof, asked } = await dkim(
    ["gone", "text", "public", "short", "locked"].map(name),
    {
      "/etc/pmta/dkim/text.pem": "no key\n",
      "/etc/pmta/dkim/public.pem": rsa.publicKey.export({ format: "pem", type: "spki" }).toString(),
      "/etc/pmta/dkim/short.pem": pem(weak.privateKey),
      "/etc/pmta/dkim/locked.pem": rsa.privateKey
        .export({ format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase: "x" })
        .toString(),
      "/etc/pmta/dkim/unnamed.pem": pem(rsa.privateKey),
    },
    {},
  )
  expect(said(proof)).toEqual([
    "failed missing-file gone._domainkey.a.example",
    "failed unusable-key text._domainkey.a.example",
    "failed unusable-key public._domainkey.a.example",
    "failed short-key short._domainkey.a.example",
    "failed unusable-key locked._domainkey.a.example",
    "note not-named /etc/pmta/dkim/unnamed.pem",
  ])
  expect(asked).toEqual([])
})

test("t=y and silence are weak points, and the key still has to sign", async () => {
  const lines = ["t", "s"].map(selector => `domain-key ${selector}, a.example, /etc/pmta/dkim/r.pem`)
  const { proof } = await dkim(
    lines,
    { "/etc/pmta/dkim/r.pem": pem(rsa.privateKey) },
    {
      "t._domainkey.a.example": {
        kind: "records",
        records: [[`v=DKIM1; t=y; p=${published(rsa.publicKey)}`]],
      },
      "s._domainkey.a.example": { kind: "failure", reason: "ETIMEOUT" },
    },
  )
  expect(said(proof)).toEqual([
    "weak testing t._domainkey.a.example",
    "weak dns-failure s._domainkey.a.example",
  ])
  expect(proof.verdict).toBe("weak")
})

test("a key for any domain has no one record: it has to sign, and DNS is not asked", async () => {
  const { proof, asked } = await dkim(
    ["domain-key any, *, /etc/pmta/dkim/r.pem"],
    { "/etc/pmta/dkim/r.pem": pem(rsa.privateKey) },
    {},
  )
  expect(said(proof)).toEqual(["note any-domain any._domainkey.*"])
  expect(asked).toEqual([])
})

test("licences: in date, about to expire, expired, replaced, and bound to another machine", () => {
  const license = (expires: string, mac: string | null = null) => ({
    ...{ path: "/etc/pmta/license", mac },
    facts: { product: "PowerMTA", version: "5.0", serial: "77", expires },
  })
  const of = (...bindings: readonly ReturnType<typeof license>[]) =>
    proveLicense(bindings, ["02:00:00:00:00:01"], now)
  expect(of(license("never")).verdict).toBe("proven")
  expect(of(license("2026-11-24")).findings[0]?.verdict).toBe("expires-soon")
  expect(of(license("2026-12-10")).verdict).toBe("weak")
  expect(of(license("2026-11-23")).verdict).toBe("failed")
  expect(of(license("2026-11-23"), license("2027-11-23")).verdict).toBe("proven")
  expect(of().verdict).toBe("weak")
  expect(of(license("never", "02:00:00:00:00:01")).findings[0]?.verdict).toBe("mac-matches")
  const elsewhere = of(license("never", "02:00:00:00:00:02"))
  expect(elsewhere.verdict).toBe("proven")
  expect(elsewhere.findings[0]).toMatchObject({
    verdict: "mac-differs",
    detail: expect.stringMatching(/bound to 02:00:00:00:00:02.*has 02:00:00:00:00:01.*serial 77/),
  })
})
