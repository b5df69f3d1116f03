/** Directories that the account may not look into: what may lie there is missing from the copy, so it is no copy. */
import { expect, test } from "vitest"
import type { HostReport } from "../../src/core/report.ts"
import { sshd } from "../lab/sshd.ts"
import { setting } from "./setting.ts"

const files = {
  "/etc/pmta/config": "max-smtp-out 1\n",
  "/etc/pmta/license": "product: PowerMTA\n",
  "/etc/pmta/dkim/a.pem": "not a key\n",
  "/etc/pmta/dkim/deeper/b.pem": "not a key either\n",
  "/etc/postfix/main.cf": { content: "myhostname = mta1\n", mode: 0o644 },
  "/etc/postfix/private/sasl": { content: "not a password\n", mode: 0o600 },
}

const failed = (host: HostReport | undefined) =>
  Object.fromEntries(
    (host?.categories ?? []).flatMap(({ name, status, problem }) =>
      status === "failed" ? [[name, problem?.data ?? []]] : [],
    ),
  )

test("a directory that may not be looked into fails its category, whatever else was read of it", async () => {
  // Once the category was stored without what lay there, and the run was green.
  await using story = await setting()
  await using host = await sshd({ name: "mta1", files })
  await host.run("chown -R root:root /etc/pmta/dkim/deeper /etc/postfix; chmod 700 /etc/pmta/dkim/deeper")
  await host.chmod("/etc/postfix/private", 0o700)
  await story.fleet([host], { lines: ["categories: { postfix: { paths: [/etc/postfix] } }"] })
  const first = await story.backup()
  expect(first.code, first.stderr).toBe(3)
  expect(failed(first.report.hosts[0])).toEqual({
    dkim: ["/etc/pmta/dkim/deeper"],
    postfix: ["/etc/postfix/private"],
  })
  await host.run("chgrp -R pmta /etc/pmta/dkim; chmod 750 /etc/pmta/dkim/deeper; chmod -R a+rX /etc/postfix")
  const healed = await story.backup()
  expect(healed.code, healed.stderr).toBe(0)
  const stored = healed.report.hosts[0]?.categories.map(({ name, files: count }) => [name, count])
  expect(stored).toEqual(
    expect.arrayContaining([
      ["dkim", 2],
      ["postfix", 2],
    ]),
  )
})

test("keys behind a closed door are not taken for no keys", async () => {
  await using story = await setting()
  await using host = await sshd({ name: "mta1", files })
  await host.run("chown root:root /etc/pmta/dkim; chmod 700 /etc/pmta/dkim")
  await story.fleet([host])
  const { code, report, stderr } = await story.backup()
  expect(code, stderr).toBe(3)
  expect(failed(report.hosts[0])).toEqual({ dkim: ["/etc/pmta/dkim"] })
  expect(report.hosts[0]?.categories.find(({ name }) => name === "config")?.status).toBe("stored")
})

test("a name that is no text fails its category, and is named", async () => {
  await using story = await setting()
  await using host = await sshd({ name: "mta1", files })
  await host.run(
    "printf x > \"$(printf '/etc/pmta/dkim/caf\\351.pem')\"; chgrp pmta /etc/pmta/dkim/*; chmod 640 /etc/pmta/dkim/*.pem",
  )
  await story.fleet([host])
  const { code, report, stderr } = await story.backup()
  expect(code, stderr).toBe(3)
  expect(failed(report.hosts[0])).toEqual({ dkim: ["/etc/pmta/dkim/café.pem"] })
})
