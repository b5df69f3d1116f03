/**
 * Reaches hosts over SSH. One object serves one run: connections to jump hosts are shared by the hosts
 * behind them. Never trusts a host key that fleet.yml does not pin; only a workbench writes to a host.
 */
import type { Duplex } from "node:stream"
import type ssh2 from "ssh2"
import type { Observe } from "../../core/event.ts"
import type { Host } from "../../core/fleet.ts"
import { Problem } from "../../core/problem.ts"
import type { Limits, OfferedKey, Session, Transport, Way } from "../../core/transport.ts"
import { askHostKey, type Connection, type Dial, dialTcp, isTransient, openConnection } from "./connection.ts"
import { hostKeyTypes } from "./host-key.ts"
import { sftpReader } from "./sftp-session.ts"
import { NoReader, type ShellReader, startReader } from "./shell-session.ts"
import { sudoReader } from "./sudo-session.ts"
import { openWorkbench } from "./workbench.ts"

export { fingerprintOf, isPinned } from "./host-key.ts"
export { privilegeLines, restoreLines } from "./privileges.ts"

export interface SshOptions {
  /** an unlocked private key, as ssh2 parses it */
  readonly key: ssh2.ParsedKey | null
  /** path of an agent's socket */
  readonly agent: string | null
  readonly limits: Limits
  readonly observe: Observe
}

const attempts = 3
const firstPauseMs = 400

export function ssh(options: SshOptions): Transport {
  const { limits } = options
  const login = { key: options.key, agent: options.agent }
  const jumps = new Map<string, Promise<Connection>>()

  /** Through the nearest jump host first; each hop is checked against its own pinned keys. */
  const dialer = (host: Host): Dial => {
    const jump = host.jumps.at(-1)
    if (jump === undefined) return dialTcp(host, limits.connectTimeoutMs)
    return async signal => {
      const through = await jumpConnection(jump, signal)
      return forward(through, host)
    }
  }
  const jumpConnection = (jump: Host, signal: AbortSignal): Promise<Connection> => {
    const known = jumps.get(jump.name)
    if (known !== undefined) return known
    const opening = openConnection(jump, dialer(jump), login, limits.connectTimeoutMs, signal)
    jumps.set(jump.name, opening)
    opening.then(
      ({ client }) => client.once("close", () => jumps.delete(jump.name)),
      () => jumps.delete(jump.name),
    )
    return opening
  }

  const open = async (host: Host, signal: AbortSignal): Promise<Connection> => {
    const connection = await retried(host, options.observe, signal, () =>
      openConnection(host, dialer(host), login, limits.connectTimeoutMs, signal),
    )
    signal.addEventListener("abort", () => connection.client.destroy(), { once: true })
    return connection
  }

  return {
    name: "ssh",
    connect: async (host, signal) => session(host, await open(host, signal), limits, signal),
    workbench: async (host, signal) => await openWorkbench(host, await open(host, signal), limits, signal),
    async offeredKeys(host, signal) {
      const keys: OfferedKey[] = []
      for (const type of hostKeyTypes) {
        const key = await askHostKey(host, dialer(host), [type], limits.connectTimeoutMs, signal)
        if (key !== null) keys.push(key)
      }
      return keys
    },
    async [Symbol.asyncDispose]() {
      for (const opening of jumps.values()) {
        const connection = await opening.catch(() => null)
        connection?.client.end()
      }
    },
  }
}

function forward({ client }: Connection, host: Host): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    client.forwardOut("127.0.0.1", 0, host.address, host.port, (error, channel) =>
      error ? reject(error) : resolve(channel),
    )
  })
}

/** Only what may be gone a moment later is tried again; a refused key or a wrong host key never is. */
async function retried<T>(
  host: Host,
  observe: Observe,
  signal: AbortSignal,
  open: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await open()
    } catch (problem) {
      if (!(problem instanceof Problem) || !isTransient(problem) || attempt === attempts || signal.aborted)
        throw problem
      observe({ kind: "host-retried", host: host.name, attempt, problem })
      // Jitter, so that hosts which failed together do not come back together.
      await pause(firstPauseMs * 2 ** (attempt - 1) * (0.75 + Math.random() / 2), signal)
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer)
        reject(signal.reason)
      },
      { once: true },
    )
  })
}

/** A session that finds out by its first request whether the host runs the reader or speaks SFTP only. */
function session(host: Host, connection: Connection, limits: Limits, signal: AbortSignal): Session {
  let way: Way = host.sudo ? "sudo" : "shell"
  let reader: ShellReader | null = null
  const open = async (): Promise<ShellReader> => {
    if (host.sudo) return sudoReader(host, connection, limits)
    return await startReader(host, connection, limits, signal).catch(fallBack)
  }
  const fallBack = async (reason: unknown): Promise<ShellReader> => {
    if (!(reason instanceof NoReader)) throw reason
    way = "sftp"
    return await sftpReader(host, connection, limits, signal)
  }
  /** Only an answer tells whether the host runs the reader. */
  const first = async <T>(request: (opened: ShellReader) => Promise<T>): Promise<T> => {
    reader ??= await open()
    try {
      return await request(reader)
    } catch (reason) {
      reader = await fallBack(reason)
      return await request(reader)
    }
  }
  return {
    get way() {
      return way
    },
    times: connection.times,
    received: () => reader?.received() ?? 0,
    list: (roots, need, stop) => first(opened => opened.list(roots, need, stop)),
    digest: (roots, salt, logs, stop) => first(opened => opened.digest(roots, salt, logs, stop)),
    async read(entries, stop) {
      reader ??= await open()
      return await reader.read(entries, stop)
    },
    listLogs: (roots, stop) => first(opened => opened.listLogs(roots, stop)),
    named: (entries, stop) => first(opened => opened.named(entries, stop)),
    readRange: (entry, range, taker, stop) => first(opened => opened.readRange(entry, range, taker, stop)),
    async clock(stop) {
      return (await reader?.clock(stop)) ?? null
    },
    async [Symbol.asyncDispose]() {
      reader?.close()
      connection.client.end()
      // A host that does not answer the good-bye must not keep the process alive.
      setTimeout(() => connection.client.destroy(), 1000).unref()
    },
  }
}
