/** A DKIM key that changed: the review says whether receivers find the new one in DNS. */
import { generateKeyPairSync } from "node:crypto"
import { expect, test } from "vitest"
import { dkimRecord, labDns } from "../lab/dns.ts"
import { sshd } from "../lab/sshd.ts"
import { setting } from "./setting.ts"

const selectors = ["same", "other", "none", "down"] as const
const config = selectors.map(name => `domain-key ${name}, a.example, /etc/pmta/dkim/${name}.pem\n`).join("")
const newKey = () =>
  generateKeyPairSync("rsa", { modulusLength: 2048 })
    .privateKey.export({ type: "pkcs8", format: "pem" })
    .toString()
test("each new key has a note of what DNS has, in the proposal and in diff", async () => {
  await using story = await setting()
  await using dns = await labDns()
  const before = newKey()
  const files = Object.fromEntries(selectors.map(name => [`/etc/pmta/dkim/${name}.pem`, before]))
  await using host = await sshd({ name: "mta1", files: { "/etc/pmta/config": config, ...files } })
  await story.fleet([host])
  const first = await story.backup("--resolver", dns.server)
  expect(dns.asked, "nothing has changed yet").toEqual([])
  await story.run("accept", first.report.proposals[0]?.id ?? "", "--vault", story.vault)

  const after = newKey()
  for (const name of selectors) await host.write(`/etc/pmta/dkim/${name}.pem`, after)
  dns.records.set("same._domainkey.a.example", [dkimRecord(after)])
  dns.records.set("other._domainkey.a.example", [dkimRecord(before)])
  dns.records.set("down._domainkey.a.example", "servfail")
  const second = await story.backup("--resolver", dns.server)
  const notes = new Map(
    second.report.proposals[0]?.changes.flatMap(({ name, notes }) => {
      const selector = /^DKIM key (\w+)\./.exec(name)?.[1]
      return selector === undefined ? [] : [[selector, notes.join(" ")]]
    }),
  )
  expect(notes.get("same")).toBe("DNS publishes this key already")
  expect(notes.get("other")).toMatch(/^DNS publishes another key: mail signed with this one fails DKIM/)
  expect(notes.get("none")).toMatch(/^DNS has no record of it yet/)
  expect(notes.get("down")).toMatch(/^DNS: DNS did not answer: /)

  const flags = ["--fleet", story.fleetFile, "--vault", story.vault, "--ssh-key-file", story.sshKeyFile]
  const keys = ["--signing-key-file", story.signingKeyFile, "--resolver", dns.server]
  const { stdout } = await story.run("diff", "mta1", ...flags, ...keys)
  expect(stdout).toContain("DNS publishes this key already")
  expect(stdout).toContain("DNS has no record of it yet")
})
