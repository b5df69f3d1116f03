/**
 * What the branch `bundles` holds besides what is signed: hints, the live mirror, counts. Who writes there can change
 * what is proposed until the host's config changes next (docs/THREATS.md); no copy, and no other file, comes of it.
 */
import { expect, test } from "vitest"
import { sshd } from "../lab/sshd.ts"
import { tamper } from "../lab/tamper.ts"
import { setting } from "../stories/setting.ts"

test("hints, mirror and counts that somebody wrote bring no other file into the vault, and stop nothing", {
  timeout: 120_000,
}, async () => {
  await using story = await setting()
  const config = "max-smtp-out 1\ninclude /etc/pmta/a.conf\n"
  const files = { "/etc/pmta/config": config, "/etc/pmta/a.conf": "max-msg-rate 4/h\n" }
  const other = { "/opt/other.conf": { content: "host-name other.example\n", mode: 0o644 } }
  await using mta1 = await sshd({ name: "mta1", files: { ...files, ...other } })
  await story.fleet([mta1])
  expect((await story.backup()).code).toBe(0)
  const sound = await story.names("bundles/")
  const mirror = await story.names("live/")

  const hint = JSON.parse(await story.git("show", "bundles:hints/mta1.json"))
  const [named] = hint.references
  const more = ["/opt/other.conf", "/etc/passwd"].map(path => ({ ...named, path }))
  const listed = { ...hint, references: [named, ...more] }
  const hints = [`${JSON.stringify(listed)}\n`, `${JSON.stringify({ ...listed, listing: "0".repeat(64) })}\n`]
  for (const text of [...hints, "not JSON", '{"references":[null,{"path":7}],"listing":[]}', ""]) {
    await tamper(story.vault, {
      "hints/mta1.json": text,
      "stats/mta1/2026-11-01.json": text,
      "live/mta1/facts/license.yml": text,
      "live/mta1/facts/dkim.yml": "\u0000: [",
    })
    const run = await story.backup()
    expect(run, run.stderr).toMatchObject({ code: 0 })
    const status = await story.run("status", "--fleet", story.fleetFile, "--vault", story.vault)
    // Once ended as a bug: facts that are no YAML.
    expect([0, 7], status.stderr).toContain(status.code)
    expect(status.stdout).toContain("dkim.yml in the vault is not what a backup wrote")
    const verify = await story.run("verify", "--fleet", story.fleetFile, "--vault", story.vault)
    expect(verify.code, verify.stdout).toBe(0)
  }
  expect(await story.names("bundles/")).toEqual(sound)
  expect(await story.names("live/")).toEqual([...new Set([...mirror, "live/mta1/facts/license.yml"])].sort())
  const said = story.said.join("")
  for (const text of ["other.example", "root:x:0"]) {
    expect(said).not.toContain(text)
    await expect(story.git("grep", "-l", text, "bundles")).rejects.toThrow()
  }
})
