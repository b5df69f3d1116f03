/** Logs of a host on which root alone may read them: one fixed command for each directory in which logs lie. */
import { dirname } from "node:path"
import type { Host } from "../../core/fleet.ts"
import type { LogEntry } from "../../core/log.ts"
import { pathPattern } from "../../core/path-pattern.ts"
import { Problem } from "../../core/problem.ts"
import type { Limits, Root } from "../../core/transport.ts"
import type { Connection } from "./connection.ts"
import { isSudoDirectory, sudoLogCommand } from "./reader-script.ts"
import { NoReader, type ShellReader, startReader } from "./shell-session.ts"

/** The directories whose files a set of roots may match, sorted. What lies deeper is not read through sudo. */
export function logDirectories(roots: readonly Root[]): readonly string[] {
  const all = roots.map(root => {
    if (root.kind === "tree") return root.path
    const { literal, base } = pathPattern(root.pattern)
    return literal ? dirname(base) : base
  })
  return [...new Set(all)].filter(isSudoDirectory).sort()
}

type SudoLogs = Pick<ShellReader, "listLogs" | "named" | "readRange" | "received" | "close">

export function sudoLogs(host: Host, connection: Connection, limits: Limits): SudoLogs {
  const readers = new Map<string, ShellReader>()

  async function readerOf(directory: string, signal: AbortSignal): Promise<ShellReader> {
    const known = readers.get(directory)
    if (known !== undefined) return known
    const reader = await startReader(host, connection, limits, signal, sudoLogCommand(directory))
    readers.set(directory, reader)
    return reader
  }

  return {
    async listLogs(roots, signal) {
      const entries: LogEntry[] = []
      for (const directory of logDirectories(roots)) {
        const reader = await readerOf(directory, signal)
        const listed = await reader.listLogs([], signal).catch((error: unknown) => {
          throw error instanceof NoReader ? refused(host, directory) : error
        })
        entries.push(...listed)
      }
      return entries
    },
    async named(entries, signal) {
      // Every reader is on the same host: any of them knows its names.
      const [reader] = readers.values()
      return reader === undefined ? entries : await reader.named(entries, signal)
    },
    async readRange(entry, range, taker, signal) {
      const reader = await readerOf(dirname(entry.path), signal)
      return await reader.readRange(entry, range, taker, signal)
    },
    received: () => [...readers.values()].reduce((sum, reader) => sum + reader.received(), 0),
    close() {
      for (const reader of readers.values()) reader.close()
    },
  }
}

function refused(host: Host, directory: string): Problem {
  return new Problem("pull/sudo-refused", `${host.name} does not allow to read the logs in ${directory}`, {
    hint: `\`pmta-vault doctor ${host.name}\` prints the sudoers lines that allow it`,
  })
}
