/** A file that is written to while it is read: what was read of it may be half of the old and half of the new. */
import { expect, test } from "vitest"
import { sshd } from "../lab/sshd.ts"
import { setting } from "./setting.ts"

const moving = "/etc/pmta/moving.conf"
const files = {
  "/etc/pmta/config": "max-smtp-out 1\n",
  "/etc/pmta/dkim/a.pem": "not a key\n",
  [moving]: "# nothing yet\n",
}

/**
 * Other content of the same size under the same time, without a pause: between two programs that write in turn, a reader
 * would find the file at rest.
 */
const writing = `
 my ($path, $turn) = ($ARGV[0], 0);
 my @blocks = map { my $line = "# " . ($_ x 61) . "\\n"; $line x 1024 } ("a", "b");
 open(my $file, "+<", $path) or die;
 while (1) {
   sysseek($file, 0, 0);
   for (1 .. 64) { syswrite($file, $blocks[$turn++ % 2]); utime(1e9, 1e9, $file); }
   $turn++;
 }`

test("a file that changes while a new host is read fails its category alone, and is whole in the next run", async () => {
  await using story = await setting()
  await using host = await sshd({ name: "mta1", files })
  await story.fleet([host])
  await host.run(
    `perl -e '${writing}' ${moving} </dev/null >/dev/null 2>&1 & echo $! >/tmp/writing; sleep 0.5`,
  )
  const first = await story.backup()
  await host.run(`kill $(cat /tmp/writing); sleep 0.2; echo "max-smtp-out 2" >${moving}`)
  expect(first.code, first.stderr).toBe(3)
  const found = first.report.hosts[0]?.categories.map(({ name, status, problem }) => [
    name,
    problem?.code ?? status,
  ])
  expect(found).toEqual(
    expect.arrayContaining([
      ["config", "pull/changing"],
      ["dkim", "stored"],
    ]),
  )
  const second = await story.backup()
  expect(second.code, second.stderr).toBe(0)
  expect(second.report.hosts[0]?.categories.find(({ name }) => name === "config")?.files).toBe(2)
})
