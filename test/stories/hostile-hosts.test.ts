/** Hosts whose configs try to act on reviewers, runners and terminals: nothing of it is alive on the way to GitHub. */
import { expect, test } from "vitest"
import { activeInLine, activeInLog, activeTokens, hostileWords } from "../lab/hostile.ts"
import { sshd } from "../lab/sshd.ts"
import { onGitHub } from "./on-github.ts"

const lines = hostileWords.flatMap(word => {
  const line = word.replaceAll(/[\n\r]/g, " ")
  return [
    `# ${line}`,
    line,
    `smtp-greeting ${line}`,
    `${line} value`,
    `<virtual-mta ${line}>`,
    `    host-name ${line}`,
    "</virtual-mta>",
  ]
})
const nameable = hostileWords.filter(word => Buffer.byteLength(word) < 200)
const path = (word: string, index: number) => `/etc/pmta/${index}${word.replaceAll(/[/\0]/g, "_")}.conf`
const files = (limit: number) => ({
  "/etc/pmta/config": `postmaster ops@example.com\nmax-smtp-out ${limit}\ninclude /etc/pmta/*.conf\n`,
  ...Object.fromEntries(
    nameable.map((word, index) => [
      path(word, index),
      `<domain d${index}.example>\n    max-smtp-out ${limit}\n</domain>\n`,
    ]),
  ),
})

test("titles, bodies, branches, commits, summary and log hold no active token", {
  timeout: 240_000,
}, async () => {
  await using on = await onGitHub()
  await using host = await sshd({ name: "drift--main.0-head", files: files(5) })
  await using other = await sshd({ name: "refs", files: { "/etc/pmta/config": "max-smtp-out 5\n" } })
  await on.story.fleet([host, other], { lines: ["review: { group: file, labels: [drift] }"] })
  const first = await on.run()
  expect(first.code, first.log.slice(0, 4000)).toBe(0)
  await on.github.merge(1)
  await host.writeAll(files(6))
  await host.write("/etc/pmta/config", `${files(6)["/etc/pmta/config"]}${lines.join("\n")}\n`)
  await other.write("/etc/pmta/config", `max-smtp-out 6\n${lines.join("\n")}\n`)
  const few = await on.run({ "max-proposals": "10" })
  expect(few.code, few.log.slice(0, 4000)).toBe(0)
  expect(on.open()).toHaveLength(10)
  const held = on.github.issues[0]?.body ?? ""
  const run = await on.run({ "max-proposals": "100" })
  expect(run.code, run.log.slice(0, 4000)).toBe(0)
  expect(on.open()).toHaveLength(nameable.length + 1)

  const own = [on.github.server]
  for (const pull of on.github.pulls) {
    expect(activeInLine(pull.title)).toEqual([])
    expect(pull.title.length).toBeLessThan(120)
    expect(activeTokens(pull.body, own)).toEqual([])
    expect(pull.body.length).toBeLessThan(65_536)
    for (const comment of pull.comments) expect(activeTokens(comment)).toEqual([])
  }
  expect(held).toContain("wait until")
  expect(activeTokens(held)).toEqual([])
  for (const id of await on.branches()) expect(id).toMatch(/^[0-9a-f]{8}$/)
  const messages = await on.github.git("log", "--format=%B", "--branches=drift/*", "--not", "main", "bundles")
  expect(activeInLine(messages)).toEqual([])
  expect(messages.match(/^Co-authored-by|^Signed-off-by/gim)).toBeNull()
  for (const done of [first, few, run]) {
    expect(activeTokens(done.summary, own)).toEqual([])
    expect(activeInLog(done.stdout)).toEqual([])
    expect(done.outputs["changed"]).toBe("true")
    expect(Object.keys(done.exported)).toEqual([])
  }
  // What is shown is there to be seen, though dead.
  for (const shown of [
    on
      .open()
      .map(({ body }) => body)
      .join(),
    run.summary,
    run.log,
    messages,
  ])
    expect(shown).toContain("octocat")
  expect(on.github.violations).toEqual([])
})
