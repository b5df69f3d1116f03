/** Keys in a directory that is a link: the config names them through it, and they lie elsewhere. */
import { expect, test } from "vitest"
import { succeed } from "../lab/child.ts"
import { sshd } from "../lab/sshd.ts"
import { setting } from "./setting.ts"

const config = `postmaster ops@example.com
domain-key s1, a.example, /etc/pmta/dkim/a.pem
include /etc/pmta/parts/deep/*.conf
`

test("what is named through a linked directory is backed up where it lies, and the link with it", async () => {
  await using story = await setting()
  await using host = await sshd({
    name: "mta1",
    mounts: ["/srv/keys", "/srv/parts/deep"],
    files: { "/etc/pmta/config": config },
  })
  await host.write("/srv/keys/a.pem", "the key\n", { mode: 0o644 })
  await host.write("/srv/keys/other.pem", "not named\n", { mode: 0o644 })
  await host.write("/srv/parts/deep/one.conf", "domain-key s2, b.example, /etc/pmta/dkim/b.pem\n", {
    mode: 0o644,
  })
  await host.write("/srv/keys/b.pem", "another key\n", { mode: 0o644 })
  await host.run("ln -s /srv/keys /etc/pmta/dkim; ln -s ../../srv/parts /etc/pmta/parts")
  await story.fleet([host])

  const first = await story.backup("--no-propose")
  expect(first.report.hosts[0]?.problems).toEqual([])
  const [snapshot] = await story.snapshots("mta1")
  const files = new Map<string, string>()
  const links: string[] = []
  for (const name of ["config", "dkim"]) {
    const key = snapshot?.categories[name]?.bundle?.key ?? ""
    const sealed = await story.blob(key)
    for (const [path, { content }] of await story.open(sealed)) files.set(path, content.toString())
    const stock = `age -d -i ${story.directory}/identity | zstd -d | tar -tv`
    const listed = (await succeed("sh", ["-c", stock], { input: sealed })).toString()
    links.push(...[...listed.matchAll(/ (\S+ -> \S+)$/gm)].map(([, link = ""]) => link))
  }
  expect(files.get("/srv/keys/a.pem")).toBe("the key\n")
  expect(files.get("/srv/keys/b.pem")).toBe("another key\n")
  expect(files.get("/srv/parts/deep/one.conf")).toContain("b.example")
  expect(links.sort()).toEqual(["etc/pmta/dkim -> /srv/keys", "etc/pmta/parts -> ../../srv/parts"])
  expect(files.has("/srv/keys/other.pem")).toBe(false)

  const second = await story.backup("--no-propose")
  expect(second.report.hosts[0]?.categories.every(({ status }) => status !== "stored")).toBe(true)
  await host.write("/srv/keys/b.pem", "a new key\n", { mode: 0o644 })
  const third = await story.backup("--no-propose")
  const changed = third.report.hosts[0]?.categories.filter(({ status }) => status === "stored")
  expect(changed?.map(({ name }) => name)).toEqual(["dkim"])
})
