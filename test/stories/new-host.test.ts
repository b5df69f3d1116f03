/** A host of which the vault knows nothing is read in one go, with what its config may name. */
import { writeFile } from "node:fs/promises"
import { expect, test } from "vitest"
import { succeed } from "../lab/child.ts"
import { sshd } from "../lab/sshd.ts"
import { setting } from "./setting.ts"

const key = "/etc/pmta/tls/mx.pem"
const config = `smtp-server-tls-certificate ${key}\n`
const beside = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`/etc/pmta/notes/${n}.txt`, `note ${n}\n`]))

test.each([1, 60])(
  "a key that the config names is stored, whatever lies beside it: %i files",
  async count => {
    await using story = await setting()
    const files = { "/etc/pmta/config": config, [key]: "no certificate\n", ...beside(count) }
    await using host = await sshd({ name: "mta1", files })
    // Nobody wants it, so nobody misses it.
    await host.run("chown root:root /etc/pmta/notes/0.txt; chmod 600 /etc/pmta/notes/0.txt")
    await story.fleet([host])
    const { code, stderr, report } = await story.backup()
    expect(code, stderr).toBe(0)
    const stored = report.hosts[0]?.categories.filter(({ status }) => status === "stored")
    expect(stored?.map(({ name, files: kept }) => [name, kept])).toEqual([
      ["tls", 1],
      ["config", 1],
    ])
  },
)

/** As long as the name of an account may be; tar cuts it. */
const longName = "mail-key-custodian-of-mtas-no001"

test("owners come back by name, whether a file, a directory alone or nobody has them, and however long they are", async () => {
  await using story = await setting()
  const [dkim, tls] = ["/etc/pmta/dkim", "/etc/pmta/tls"]
  const files = { "/etc/pmta/config": `include ${tls}/mx.conf\n`, [`${dkim}/s1.example.com.pem`]: "no key\n" }
  await using host = await sshd({ name: "mta1", files: { ...files, [`${tls}/mx.conf`]: "run-as-root no\n" } })
  await host.run(
    [
      `echo ${longName}:x:2301:2301::/:/bin/false >>/etc/passwd; echo ${longName}:x:2301: >>/etc/group`,
      "echo keepers:x:2302: >>/etc/group",
      `chown 2301:2301 ${dkim}/*.pem; chown 0:2302 ${dkim}; chown 4711:4712 ${tls}/mx.conf; chmod -R a+rX /etc/pmta`,
    ].join("; "),
  )
  await story.fleet([host])
  const { code, stderr } = await story.backup()
  expect(code, stderr).toBe(0)
  const [snapshot] = await story.snapshots("mta1")
  const owners: string[] = []
  for (const { bundle } of Object.values(snapshot?.categories ?? {})) {
    if (!bundle) continue
    const sealed = await story.file("bundle.age", "")
    await writeFile(sealed, await story.blob(bundle.key))
    const script = `age -d -i ${story.identityFile} ${sealed} | zstd -dc | tar -tv`
    owners.push(...(await succeed("sh", ["-c", script])).toString().split("\n"))
  }
  const ownerOf = (path: string) => owners.find(line => line.endsWith(` ${path.slice(1)}`))?.split(/\s+/)[1]
  expect(
    [`${dkim}/s1.example.com.pem`, `${dkim}/`, `${tls}/mx.conf`, "/etc/pmta/config"].map(ownerOf),
  ).toEqual([`${longName}/${longName}`, "root/keepers", "4711/4712", "root/pmta"])
})
