import { createHash } from "node:crypto"
import { StreamEnded } from "../../core/byte-reader.ts"
import type { CapturedFile, Entry } from "../../core/file.ts"
import type { Host } from "../../core/fleet.ts"
import { isNormalPath, pathPattern } from "../../core/path-pattern.ts"
import { Problem } from "../../core/problem.ts"
import { Secret } from "../../core/secret.ts"
import type { TarEntry } from "../../core/tar.ts"
import { readTar } from "../../core/tar-reader.ts"
import type { Limits, Reading, Root } from "../../core/transport.ts"
import type { Connection } from "./connection.ts"
import { exec, streamProblem } from "./exec.ts"
import { MalformedListing } from "./listing.ts"
import { sudoTarCommand } from "./reader-script.ts"
import type { ShellReader } from "./shell-session.ts"
import { sudoLogs } from "./sudo-logs.ts"

/**
 * Reads a host on which the account may run one fixed `tar` as root. The archive is listing and content at
 * once; the content stays in memory as Secret until it is read or the session ends.
 */
export function sudoReader(host: Host, connection: Connection, limits: Limits): ShellReader {
  const held = new Map<string, CapturedFile>()
  const logs = sudoLogs(host, connection, limits)
  let received = 0

  async function unchangingArchive(paths: readonly string[], signal: AbortSignal): Promise<readonly Entry[]> {
    for (let tries = 1; ; tries++) {
      const { entries, torn } = await archive(paths, signal)
      if (!torn) return entries
      if (tries === 3) throw stillChanging(host)
    }
  }

  async function archive(paths: readonly string[], signal: AbortSignal) {
    const command = `sudo -n ${sudoTarCommand(paths)}`
    const running = await exec(connection, command, limits.idleTimeoutMs)
    running.channel.end()
    const entries: Entry[] = []
    let bytes = 0
    try {
      for await (const { entry: member, content } of readTar(n => running.output.take(n), limits)) {
        bytes += content.length
        if (bytes > limits.maxHostBytes) throw hostTooLarge(host, limits)
        const entry = entryOf(member, content)
        entries.push(entry)
        if (entry.kind === "file" && entry.sha256 !== null) {
          held.set(entry.path, {
            entry: { ...entry, kind: "file", sha256: entry.sha256 },
            content: new Secret(content),
          })
        }
      }
    } catch (error) {
      const nothing = error instanceof StreamEnded && running.output.received === 0
      throw nothing && !signal.aborted
        ? sudoRefused(host, command, running.complaints())
        : streamProblem(host, error, signal, limits.idleTimeoutMs)
    } finally {
      received += running.output.received
    }
    // GNU tar's documented status 1: "some files differ", that is, one changed while it was read.
    return { entries, torn: (await running.ended) === 1 }
  }

  return {
    async list(roots, _, signal) {
      const entries = new Map<string, Entry>()
      const { fixed, named } = sudoPaths(roots)
      if (fixed.length > 0) {
        for (const entry of await unchangingArchive(fixed, signal)) entries.set(entry.path, entry)
      }
      for (const path of named) {
        const found = await unchangingArchive([path], signal).catch((problem: unknown) => {
          if (problem instanceof Problem && problem.code === "pull/sudo-refused") return [refusedEntry(path)]
          throw problem
        })
        for (const entry of found) entries.set(entry.path, entry)
      }
      return { entries: [...entries.values()], digest: () => null }
    },
    digest: async () => null,
    async read(entries) {
      const files: CapturedFile[] = []
      const unread = new Map<string, "changed" | "denied">()
      for (const { path } of entries) {
        const file = held.get(path)
        if (file === undefined) unread.set(path, "changed")
        else files.push(file)
      }
      return { files, unread } satisfies Reading
    },
    listLogs: logs.listLogs,
    named: logs.named,
    readRange: logs.readRange,
    clock: async () => null,
    received: () => received + logs.received(),
    close() {
      held.clear()
      logs.close()
    },
  }
}

function entryOf(member: TarEntry, content: Buffer): Entry {
  const path = `/${member.path}`
  if (!isNormalPath(path)) throw new MalformedListing("a path that is not absolute and normal")
  return {
    path,
    kind: member.kind,
    mode: member.mode,
    uid: member.uid,
    gid: member.gid,
    owner: member.owner || String(member.uid),
    group: member.group || String(member.gid),
    size: content.length,
    mtime: member.mtime,
    target: member.kind === "link" ? member.target : null,
    sha256: member.kind === "file" ? createHash("sha256").update(content).digest("hex") : null,
    readable: true,
  }
}

/**
 * What `tar` reads. `fixed` depends on fleet.yml alone, so that one command and one sudoers line stay right;
 * each file that a config names elsewhere is a command, and a line, of its own.
 */
export function sudoPaths(roots: readonly Root[]): {
  readonly fixed: readonly string[]
  readonly named: readonly string[]
} {
  return {
    fixed: roots.flatMap(root =>
      root.kind === "tree" ? [root.path] : root.named ? [] : [pathPattern(root.pattern).base],
    ),
    named: roots.flatMap(root =>
      root.kind === "glob" && root.named && pathPattern(root.pattern).literal ? [root.pattern] : [],
    ),
  }
}

/** One file that sudo does not allow fails its category, not the host. */
function refusedEntry(path: string): Entry {
  const unknown = {
    mode: 0,
    uid: 0,
    gid: 0,
    owner: "",
    group: "",
    size: 0,
    mtime: 0,
    target: null,
    sha256: null,
  }
  return { path, kind: "file", ...unknown, readable: false }
}

function stillChanging(host: Host): Problem {
  return new Problem("pull/changing", `${host.name}: files changed during each of three readings`, {
    hint: "is something writing below these paths all the time? run again, or narrow the paths in fleet.yml",
  })
}

function hostTooLarge(host: Host, limits: Limits): Problem {
  return new Problem("pull/too-large", `${host.name} sends more than ${limits.maxHostBytes} bytes`, {
    hint: "raise max-host-size, or narrow the paths in fleet.yml",
  })
}

function sudoRefused(host: Host, command: string, complaints: string): Problem {
  const said = complaints.split("\n").find(line => line.trim() !== "")
  return new Problem("pull/sudo-refused", `${host.name} does not allow: ${command}`, {
    data: said === undefined ? [] : [`it said: ${said.slice(0, 200)}`],
    hint: `\`pmta-vault doctor ${host.name}\` prints the sudoers lines that allow it`,
  })
}
