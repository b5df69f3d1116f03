import { createPrivateKey, X509Certificate } from "node:crypto"
import { expect, test } from "vitest"
import { hostFiles, plantedSecrets } from "./fixtures.ts"
import { fleetYml } from "./fleet-file.ts"
import { ageKey } from "./keys.ts"

test("equal seeds give equal files, which hold every planted secret", async () => {
  const one = await hostFiles({ seed: "mta1", domains: 30, keys: 20 })
  expect(await hostFiles({ seed: "mta1", domains: 30, keys: 20 })).toEqual(one)
  expect((await hostFiles({ seed: "mta2", domains: 30, keys: 20 })).files).not.toEqual(one.files)
  expect(Object.keys(one.files)).toHaveLength(1 + 30 + 20 + 1 + 1)
  const all = Object.values(one.files).join("\n")
  expect(one.secrets).toEqual(expect.arrayContaining(Object.values(plantedSecrets("mta1"))))
  for (const secret of one.secrets) expect(all).toContain(secret)
  expect(new Set(one.secrets).size).toBe(one.secrets.length)
})

test("every key is a real one, and named by the config", async () => {
  const { files, keys } = await hostFiles({ seed: "mta1", domains: 1, keys: 16 })
  for (const key of keys) {
    expect(files["/etc/pmta/config"]).toContain(`domain-key ${key.selector}, ${key.domain}, ${key.path}\n`)
    expect(createPrivateKey(String(files[key.path])).type).toBe("private")
  }
  expect(new X509Certificate(String(files["/etc/pmta/tls/mx.pem"])).subject).toBe("CN=mx.sender.example")
})

test("domain files have the sizes of real ones", async () => {
  const { files } = await hostFiles({ seed: "mta1" })
  const sizes = Object.entries(files).flatMap(([path, text]) =>
    path.includes("/domains/") ? [String(text).length] : [],
  )
  expect(sizes).toHaveLength(300)
  expect(Math.min(...sizes)).toBeGreaterThan(300)
  expect(Math.max(...sizes)).toBeLessThan(4_200)
})

test("a fleet file lists its hosts with their keys", async () => {
  const { recipient } = await ageKey()
  const hostKeys = { ed25519: "ssh-ed25519 AAAA", ecdsa: "", rsa: "" }
  const host = { name: "mta1", address: "127.0.0.1", port: 22, user: "pmta-backup", hostKeys }
  const text = fleetYml({ hosts: [host], recipients: [recipient], signers: [], hostLines: ["sudo: true"] })
  expect(text).toContain(
    '  mta1:\n    address: 127.0.0.1\n    port: 22\n    hostKeys: ["ssh-ed25519 AAAA"]\n    sudo: true',
  )
})
