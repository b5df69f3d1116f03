import { createHash } from "node:crypto"
import { StreamEnded } from "../../core/byte-reader.ts"
import type { Host } from "../../core/fleet.ts"
import { matched, textAfter, textBefore } from "../../core/parts.ts"
import { isNormalPath } from "../../core/path-pattern.ts"
import { Problem } from "../../core/problem.ts"
import { Secret } from "../../core/secret.ts"
import { type TarEntry, tarBlock } from "../../core/tar.ts"
import { readTar } from "../../core/tar-reader.ts"
import type { Limits } from "../../core/transport.ts"
import type { FoundFile, MachineFacts, Ran, Workbench } from "../../core/workbench.ts"
import type { Connection } from "./connection.ts"
import { exec, type Running, streamProblem } from "./exec.ts"
import { MalformedListing } from "./listing.ts"
import { tarRecordBlocks } from "./reader-script.ts"
import {
  workbenchCommand,
  workbenchGreeting,
  workbenchScript,
  workbenchStart,
  workbenchSudoersLine,
} from "./workbench-script.ts"

const maxBannerLines = 64

/**
 * @param host  `user` is the account that restores
 * @throws Problem "restore/no-rights" when the account is not root and may not become it
 */
export async function openWorkbench(
  host: Host,
  connection: Connection,
  limits: Limits,
  signal: AbortSignal,
): Promise<Workbench> {
  const told = (error: unknown) => streamProblem(host, error, signal, limits.idleTimeoutMs)
  const running = await exec(connection, workbenchCommand(host.user), limits.idleTimeoutMs).catch(
    (error: unknown) => {
      connection.client.destroy()
      throw told(error)
    },
  )
  try {
    await start(host, running)
  } catch (error) {
    connection.client.destroy()
    throw told(error)
  }
  const request = (verb: string, body: Uint8Array, limit = 0) => {
    running.channel.write(`${verb} ${body.length} ${limit}\n`)
    running.channel.write(body)
  }
  const asked = async <T>(answer: () => Promise<T>): Promise<T> => {
    try {
      return await answer()
    } catch (error) {
      throw told(error)
    }
  }
  return {
    facts: ({ users, groups, programs }) =>
      asked(async () => {
        const lines = [...prefixed("U", users), ...prefixed("G", groups), ...prefixed("P", programs)]
        request("facts", Buffer.from(lines.join("\n")))
        return await readFacts(running)
      }),
    look: paths =>
      asked(async () => {
        request("look", Buffer.from(paths.map(path => `.${path}\0`).join("")))
        return await readLook(running, limits)
      }),
    put: archive =>
      asked(async () => {
        request("put", archive)
        return await readRan(running)
      }),
    run: (command, timeoutMs) =>
      asked(async () => {
        request("run", Buffer.from(command), Math.max(1, Math.ceil(timeoutMs / 1000)))
        return await readRan(running)
      }),
    async [Symbol.asyncDispose]() {
      running.channel.end()
      connection.client.end()
      setTimeout(() => connection.client.destroy(), 1000).unref()
    },
  }
}

async function start(host: Host, running: Running): Promise<void> {
  running.channel.write(workbenchStart)
  try {
    for (let lines = 0; ; lines++) {
      const line = (await running.output.until(0x0a, 4096)).toString("latin1")
      if (line === workbenchGreeting) break
      if (lines === maxBannerLines) throw new MalformedListing("it talks at length, but is no shell")
    }
  } catch (error) {
    if (error instanceof StreamEnded) throw noRights(host, running.complaints())
    throw error
  }
  const script = Buffer.from(workbenchScript)
  running.channel.write(`${script.length}\n`)
  running.channel.write(script)
  const verdict = (await running.output.until(0x0a, 4096)).toString("latin1")
  if (verdict !== "root") throw noRights(host, verdict)
}

function noRights(host: Host, said: string): Problem {
  const line = said.split("\n").find(text => text.trim() !== "")
  return new Problem(
    "restore/no-rights",
    `${host.user} may not become root on ${host.name}; nothing was written`,
    {
      data: line === undefined ? [] : [`it said: ${line.slice(0, 200)}`],
      hint: `restore as root, or put this line on the host with \`visudo -f /etc/sudoers.d/pmta-vault-restore\`: ${workbenchSudoersLine(host.user)}`,
    },
  )
}

/** A name with other characters is one that no account has. */
const prefixed = (letter: string, names: readonly string[]) =>
  names.filter(name => /^[\w.@+-]+\$?$/.test(name)).map(name => `${letter} ${name}`)

async function readFacts({ output }: Running): Promise<MachineFacts> {
  const found = new Map<string, string[]>()
  for (;;) {
    const line = (await output.until(0x0a, 4096)).toString("utf8")
    if (line === ".") break
    const [key, value] = [textBefore(line, " "), textAfter(line, " ")]
    found.set(key, [...(found.get(key) ?? []), value])
  }
  const all = (key: string) => found.get(key) ?? []
  return {
    hostname: all("hostname")[0] ?? "",
    macs: all("mac")
      .map(mac => mac.toLowerCase())
      .filter(mac => /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac) && mac !== "00:00:00:00:00:00"),
    users: new Set(all("U")),
    groups: new Set(all("G")),
    programs: new Set(all("P")),
  }
}

async function readLook({ output }: Running, limits: Limits): Promise<readonly FoundFile[]> {
  const found: FoundFile[] = []
  let taken = 0
  let bytes = 0
  const take = (count: number) => {
    taken += count
    return output.take(count)
  }
  for await (const { entry, content } of readTar(take, limits)) {
    bytes += content.length
    if (bytes > limits.maxHostBytes) throw new MalformedListing(`more than ${limits.maxHostBytes} bytes`)
    found.push(foundFile(entry, content))
  }
  // GNU tar fills its last record up with zeros.
  const record = tarRecordBlocks * tarBlock
  await output.take((record - (taken % record)) % record)
  const end = (await output.until(0x0a, 256)).toString("latin1")
  if (!end.startsWith("done ")) throw new MalformedListing("no status after the archive")
  return found
}

function foundFile(member: TarEntry, content: Buffer): FoundFile {
  const path = member.path.replace(/^\./, "")
  if (!isNormalPath(path)) throw new MalformedListing("a path that is not absolute and normal")
  const isFile = member.kind === "file"
  const entry = {
    ...{ path, kind: member.kind, mode: member.mode, uid: member.uid, gid: member.gid },
    ...{ owner: member.owner || String(member.uid), group: member.group || String(member.gid) },
    ...{ size: content.length, mtime: member.mtime, readable: true },
    target: member.kind === "link" ? member.target : null,
    sha256: isFile ? createHash("sha256").update(content).digest("hex") : null,
  }
  return { entry, content: isFile ? new Secret(content) : null }
}

async function readRan({ output }: Running): Promise<Ran> {
  const head = (await output.until(0x0a, 256)).toString("latin1")
  const ran = matched(/^(\d{1,3}) (\d{1,6})$/, head, "status", "size")
  if (ran === null) throw new MalformedListing("no status after a command")
  return { status: Number(ran.status), output: new Secret(Buffer.from(await output.take(Number(ran.size)))) }
}
