import ssh2, { type FileEntryWithStats, type SFTPWrapper, type Stats } from "ssh2"
import { StreamEnded, StreamStalled } from "../../core/byte-reader.ts"
import type { Host } from "../../core/fleet.ts"
import { Problem } from "../../core/problem.ts"
import type { Connection } from "./connection.ts"
import { streamProblem } from "./exec.ts"

const status = ssh2.utils.sftp.STATUS_CODE

/** SFTP with promises, where "not there" and "not allowed" are answers and everything else is a Problem. */
export interface Sftp {
  /** Runs `work`, ending it when the host is silent too long, goes away, or `signal` aborts. */
  during<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>
  stat(path: string): Promise<Stats | null>
  lstat(path: string): Promise<Stats | null>
  /** null: may not be read */
  readdir(path: string): Promise<readonly FileEntryWithStats[] | null>
  readlink(path: string): Promise<string>
  open(path: string): Promise<Buffer | "changed" | "denied">
  /** bytes read from `position` of the file to `at` of `into`; 0 at the end */
  read(handle: Buffer, into: Buffer, at: number, position: number, length: number): Promise<number>
  closeHandle(handle: Buffer): Promise<void>
  close(): void
}

export async function openSftp(
  host: Host,
  connection: Connection,
  idleTimeoutMs: number,
  signal: AbortSignal,
): Promise<Sftp> {
  let waiting: NodeJS.Timeout | undefined
  const sftp = await new Promise<SFTPWrapper>((resolve, reject) => {
    const silent = () => reject(new StreamStalled("the subsystem request was not answered"))
    waiting = setTimeout(silent, idleTimeoutMs)
    connection.client.once("close", () => reject(new StreamEnded("the connection ended")))
    connection.client.sftp((error, wrapper) => (error ? reject(noWayToRead(host, error)) : resolve(wrapper)))
  })
    .catch((error: unknown) => {
      throw streamProblem(host, error, signal, idleTimeoutMs)
    })
    .finally(() => clearTimeout(waiting))
  let touch = () => {}
  let abandon: (reason: Error) => void = () => {}
  const over = () => abandon(new StreamEnded("the SFTP session ended"))
  sftp.on("close", over)
  sftp.on("error", (error: Error) => abandon(error))
  connection.client.once("close", over)

  const call = <T>(
    start: (done: (error: Error | undefined | null, result?: T) => void) => void,
  ): Promise<T> =>
    new Promise((resolve, reject) => {
      start((error, result) => {
        touch()
        if (error) reject(error)
        else resolve(result as T)
      })
    })

  return {
    async during(signal, work) {
      let timer: NodeJS.Timeout | undefined
      const stop = () => abandon(signal.reason)
      const ended = new Promise<never>((_, reject) => {
        abandon = reject
        timer = setTimeout(() => reject(new StreamStalled("nothing came")), idleTimeoutMs)
        signal.addEventListener("abort", stop, { once: true })
      })
      touch = () => timer?.refresh()
      try {
        return await Promise.race([work().catch(lostAnswer), ended])
      } catch (error) {
        throw streamProblem(host, error, signal, idleTimeoutMs)
      } finally {
        clearTimeout(timer)
        signal.removeEventListener("abort", stop)
        abandon = () => {}
      }
    },
    stat: path => call<Stats>(done => sftp.stat(path, done)).catch(nullIfAbsent),
    lstat: path => call<Stats>(done => sftp.lstat(path, done)).catch(nullIfAbsent),
    readdir: path => call<FileEntryWithStats[]>(done => sftp.readdir(path, done)).catch(nullIfAbsent),
    readlink: path => call<string>(done => sftp.readlink(path, done)),
    open: path =>
      call<Buffer>(done => sftp.open(path, "r", done)).catch((error: unknown) => {
        if (statusOf(error) === status.PERMISSION_DENIED) return "denied"
        if (statusOf(error) === status.NO_SUCH_FILE) return "changed"
        throw error
      }),
    read: (handle, into, at, position, length) =>
      call<number>(done => sftp.read(handle, into, at, length, position, done)).catch((error: unknown) => {
        if (statusOf(error) === status.EOF) return 0
        throw error
      }),
    closeHandle: handle => call<void>(done => sftp.close(handle, done)),
    close: () => sftp.end(),
  }
}

/** A request that ssh2 gives up on, as the channel is gone, fails with an error that has no status. */
function lostAnswer(error: unknown): never {
  if (error instanceof Error && error.constructor === Error && statusOf(error) === null) {
    throw new StreamEnded("the SFTP session ended", { cause: error })
  }
  throw error
}

function statusOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : null
}

function nullIfAbsent(error: unknown): null {
  const code = statusOf(error)
  if (code === status.NO_SUCH_FILE || code === status.PERMISSION_DENIED) return null
  throw error
}

function noWayToRead(host: Host, cause: Error): Problem {
  return new Problem("pull/no-way-to-read", `${host.name} allows neither the reader command nor SFTP`, {
    cause,
    hint: `\`pmta-vault doctor ${host.name}\` prints the authorized_keys line for either`,
  })
}
