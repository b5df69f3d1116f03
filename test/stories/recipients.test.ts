/** To whom bundles are sealed, when that changes, and with keys that stock age of today cannot read. */
import { generateHybridIdentity, identityToRecipient } from "age-encryption"
import { expect, test } from "vitest"
import type { Snapshot } from "../../src/core/snapshot.ts"
import { openBundle } from "../../src/seal/open.ts"
import { finish } from "../lab/child.ts"
import { ageKey } from "../lab/keys.ts"
import { sshd } from "../lab/sshd.ts"
import { setting } from "./setting.ts"

const text = "postmaster ops@example.com\n"
const files = { "/etc/pmta/config": text, "/etc/pmta/license": "serial: 1\n" }
const bundlesOf = (snapshot: Snapshot | undefined) =>
  Object.values(snapshot?.categories ?? {}).flatMap(({ bundle }) => bundle ?? [])

test.each(["shell", "sftp-chroot"] as const)(
  "unchanged content is sealed again for a new recipient, and without one that left: %s",
  async kind => {
    await using story = await setting()
    await using host = await sshd({ name: "mta1", kind, files })
    const second = await ageKey()
    const runFor = async (...recipients: readonly string[]) => {
      await story.fleet([host], { recipients })
      const { code, report } = await story.backup()
      expect({ code, problems: report.hosts[0]?.problems }).toEqual({ code: 0, problems: [] })
      return { status: report.hosts[0]?.status, snapshot: (await story.snapshots("mta1")).at(-1) }
    }
    const opensFor = async (snapshot: Snapshot | undefined, identity: string) =>
      await Promise.all(
        bundlesOf(snapshot).map(async ({ key }) => {
          const args = ["-d", "-i", await story.file("who", `${identity}\n`)]
          return (await finish("age", args, { input: await story.blob(key) })).code === 0
        }),
      )

    await runFor(story.recipient)
    const both = await runFor(story.recipient, second.recipient)
    expect(both.status).toBe("stored")
    expect(bundlesOf(both.snapshot).map(({ recipients }) => recipients)).toEqual([
      [story.recipient, second.recipient],
      [story.recipient, second.recipient],
    ])
    expect(await opensFor(both.snapshot, second.identity)).toEqual([true, true])
    expect((await runFor(second.recipient, story.recipient)).status, "another order").toBe("unchanged")

    const one = await runFor(story.recipient)
    expect(one.status).toBe("stored")
    expect(await opensFor(one.snapshot, second.identity)).toEqual([false, false])
    expect((await runFor(story.recipient)).status).toBe("unchanged")
  },
)

test("a bundle for a post-quantum recipient opens again, and only for it", async () => {
  await using story = await setting()
  await using host = await sshd({ name: "mta1", files })
  const identity = await generateHybridIdentity()
  const stranger = await generateHybridIdentity()
  const recipient = await identityToRecipient(identity)
  await story.fleet([host], { recipients: [recipient] })
  expect((await story.backup()).code).toBe(0)
  const [bundle] = bundlesOf((await story.snapshots("mta1"))[0])
  expect(bundle).toMatchObject({ recipients: [recipient] })
  const sealed = await story.blob(bundle?.key ?? "")
  const expected = { host: "mta1", category: "config", key: bundle?.key ?? "" }
  const opened = await openBundle(sealed, { lines: [identity] }, expected)
  const config = opened.files.find(({ entry }) => entry.path === "/etc/pmta/config")
  expect(config?.content.revealText("compare")).toBe(text)
  await expect(openBundle(sealed, { lines: [stranger] }, expected)).rejects.toMatchObject({
    code: "seal/wrong-identity",
  })
})
