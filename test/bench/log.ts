/** A large accounting file: pulled whole, and pulled again when a little was appended. */
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import type { LogPage } from "../../src/core/log.ts"
import { succeed } from "../lab/child.ts"
import { dist } from "../lab/cli.ts"
import { fleetYml } from "../lab/fleet-file.ts"
import { ageKey, sshKey } from "../lab/keys.ts"
import { knownHost, sshOptions } from "../lab/ssh.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import type { Case, Prepared } from "./cases.ts"
import type { Contender } from "./measure.ts"

const path = "/var/log/pmta/acct-2026-11-24-0000.csv"
const appendedMb = 20

/** Writes invented records up to so many MB: addresses, ids and times differ in each, as in real files. */
const generator = `
use strict; my ($file, $mb, $seed) = @ARGV; srand $seed; open my $out, ">>", $file; my ($n, $left) = (0, $mb * 1e6);
my @mx = map { "mx$_.example.net (192.0.2.$_)" } 1 .. 60; my @job = map { "camp-$_" } 1 .. 40;
while ($left > 0) {
  my $chunk = "";
  for (1 .. 2000) {
    $n++; my $id = int rand 1e9; my $m = $mx[rand @mx]; my $v = int rand 8;
    my $t = sprintf "2026-11-24 %02d:%02d:%02d+0100", ($n / 3600) % 24, ($n / 60) % 60, $n % 60;
    $chunk .= "d,$t,$t,b-$id\\@bounce.sender.example,user$id\\@d" . int(rand 5000) . ".example,,relayed,2.0.0 (success),"
      . "\\"smtp;250 2.0.0 OK  $id " . sprintf("%x", rand 4e9) . "-20 - gsmtp\\",$m,,smtp,app1.sender.example (10.20.0.5),"
      . "smtp,203.0.113.$v,192.0.2.26,\\"ENHANCEDSTATUSCODES,PIPELINING,8BITMIME\\"," . int(rand 40000)
      . ",mta-a$v,$job[rand @job],,d.example/mta-a$v,pool-a\\r\\n";
  }
  $chunk = substr $chunk, 0, $left if length $chunk > $left; print $out $chunk; $left -= length $chunk;
}
`

export function logCase(megabytes: number): Case {
  return {
    name: "log",
    about: `a log of ${megabytes} MB, whole; and ${appendedMb} MB appended to it since the last run; nothing of it is counted`,
    prepare: () => prepared(megabytes),
  }
}

async function prepared(megabytes: number): Promise<Prepared> {
  const scratch = await mkdtemp(join(tmpdir(), "pmta-bench-log-"))
  const at = (name: string) => join(scratch, name)
  const files = { "/etc/pmta/config": "postmaster ops@sender.example\n", "/opt/fill.pl": generator }
  const host = await sshd({ name: "mta1", files })
  let seed = 0
  const grow = async (mb: number) => {
    await host.run(
      `perl /opt/fill.pl ${path} ${mb} ${++seed}; chown pmta:pmta ${path}; touch -d -1hour ${path}`,
    )
  }
  await grow(megabytes)
  const [age, signer] = await Promise.all([ageKey(), sshKey("ed25519")])
  await writeFile(at("identity"), `${age.identity}\n`, { mode: 0o600 })
  await writeFile(at("signing-key"), signer.privateKey, { mode: 0o600 })
  await writeFile(at("known_hosts"), `${knownHost(host)}\n`)
  const lines = [
    "categories: { log: { every: 1s, paths: [/var/log/pmta/acct*] }, accounting: { paths: [/none] } }",
  ]
  const fleet = { hosts: [host], recipients: [age.recipient], signers: [`${signer.publicKey} bench`], lines }
  await writeFile(at("fleet.yml"), fleetYml(fleet))
  const ground = { scratch, host, recipient: age.recipient, grow }
  return {
    scratch,
    contenders: [
      stock(ground, "whole"),
      stockOnHost(ground),
      ours(ground, "whole"),
      stock(ground, "appended"),
      ours(ground, "appended"),
    ],
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]()
      await rm(scratch, { recursive: true, force: true })
    },
  }
}

interface LogGround {
  readonly scratch: string
  readonly host: LabHost
  readonly recipient: string
  readonly grow: (mb: number) => Promise<void>
}

type Part = "whole" | "appended"

const sshTo = (host: LabHost, scratch: string) =>
  `ssh -c aes128-gcm@openssh.com ${sshOptions(host, join(scratch, "known_hosts")).join(" ")} ${host.user}@${host.address}`

/** What an operator writes today. */
function stock({ scratch, host, recipient, grow }: LogGround, part: Part): Contender {
  const out = join(scratch, `stock-${part}.zst.age`)
  let first = 0
  const read = part === "whole" ? `cat ${path}` : `tail -c +$(cat ${scratch}/first) ${path}`
  const ssh = `${sshTo(host, scratch)} "${read}"`
  return {
    name: part === "whole" ? "ssh cat | zstd -3 | age" : "ssh tail | zstd -3 | age",
    command: ["bash", "-c", `set -o pipefail; ${ssh} | zstd -3 -q | age -r ${recipient} -o ${out}`],
    async prepare() {
      await rm(out, { force: true })
      if (part === "whole") return
      first = (await host.stat(path)).size
      await writeFile(join(scratch, "first"), `${first + 1}`)
      await grow(appendedMb)
    },
    async prove() {
      const script = `set -o pipefail; age -d -i ${scratch}/identity ${out} | zstd -d | sha256sum`
      await equal(script, `tail -c +${first + 1} ${path} | sha256sum`, host)
    },
  }
}

/** The same where the host has zstd, and may be made to use it. */
function stockOnHost({ scratch, host, recipient }: LogGround): Contender {
  const out = join(scratch, "stock-on-host.zst.age")
  const ssh = `${sshTo(host, scratch)} 'zstd -3 -q -c ${path}'`
  return {
    name: "ssh 'zstd -3 -c' | age",
    command: ["bash", "-c", `set -o pipefail; ${ssh} | age -r ${recipient} -o ${out}`],
    prepare: async () => await rm(out, { force: true }),
    prove: async () =>
      await equal(
        `set -o pipefail; age -d -i ${scratch}/identity ${out} | zstd -d | sha256sum`,
        `sha256sum <${path}`,
        host,
      ),
  }
}

function ours({ scratch, host, grow }: LogGround, part: Part): Contender {
  const vault = join(scratch, `vault-${part}`)
  const command = [
    ...[process.execPath, join(dist, "cli.js"), "backup", "--fleet", join(scratch, "fleet.yml")],
    ...["--vault", vault, "--ssh-key-file", host.clientKey, "--no-propose"],
    ...["--signing-key-file", join(scratch, "signing-key"), "--json", "--quiet"],
  ]
  return {
    name: `ours, ${part}`,
    command,
    async prepare() {
      if (part === "whole") await rm(vault, { recursive: true, force: true })
      else {
        await succeed(command[0] ?? "", command.slice(1), { timeoutMs: 600_000 })
        await grow(appendedMb)
        // Below the interval of the category, nothing would be read.
        await pause(1_000)
      }
    },
    async prove() {
      const names = await succeed("git", ["-C", vault, "ls-tree", "--name-only", "bundles", "logs/mta1/log/"])
      const pages: LogPage[] = []
      for (const name of names.toString().trim().split("\n"))
        pages.push(
          JSON.parse((await succeed("git", ["-C", vault, "show", `bundles:${name}`])).toString()) as LogPage,
        )
      const segments = pages.flatMap(page => page.segments).toSorted((a, b) => a.first - b.first)
      const newest = pages.at(-1)?.segments ?? []
      const fresh = newest.reduce((sum, { first, end }) => sum + end - first, 0)
      if (part === "appended" && fresh > appendedMb * 1.1e6) throw new Error(`${fresh} bytes were read again`)
      const open = ({ key }: { readonly key: string }) =>
        `git -C ${vault} show 'bundles:${key}' | age -d -i ${scratch}/identity | zstd -d`
      const script = `set -eo pipefail; { ${segments.map(open).join("; ")}; } | sha256sum`
      await equal(script, `sha256sum < ${path}`, host)
    },
  }
}

async function equal(script: string, onHost: string, host: LabHost): Promise<void> {
  const opened = (await succeed("bash", ["-c", script], { timeoutMs: 600_000 })).toString()
  if (opened.trim() !== (await host.run(onHost)).trim()) throw new Error("what was stored is not the file")
}
