import type { ClientChannel } from "ssh2"
import { ByteReader, RecordTooLong, StreamEnded, StreamStalled } from "../../core/byte-reader.ts"
import type { Host } from "../../core/fleet.ts"
import { Problem } from "../../core/problem.ts"
import { MalformedTar } from "../../core/tar-reader.ts"
import type { Connection } from "./connection.ts"
import { MalformedListing } from "./listing.ts"
import { MalformedFrame } from "./zstd-frame.ts"

/** A running command: its output as a reader, the beginning of what it complains about, its input. */
export interface Running {
  readonly output: ByteReader
  readonly channel: ClientChannel
  complaints(): string
  /** exit status once the command has ended; null when it was killed or the connection broke */
  readonly ended: Promise<number | null>
}

const maxComplaintBytes = 4096

/** Starts a command. Resolves when the host has accepted the request, not when it ends. */
export function exec(connection: Connection, command: string, idleTimeoutMs: number): Promise<Running> {
  return new Promise((resolve, reject) => {
    const silent = setTimeout(
      () => reject(new StreamStalled("the exec request was not answered")),
      idleTimeoutMs,
    )
    connection.client.once("close", () => reject(new StreamEnded("the connection ended")))
    connection.client.exec(command, (error, channel) => {
      clearTimeout(silent)
      if (error) return reject(error)
      const output = new ByteReader(idleTimeoutMs)
      let complaints = ""
      channel.on("data", (chunk: Buffer) => output.push(chunk))
      // What is not read stays on the host: SSH's window closes, and its programs wait.
      output.source = channel
      channel.stderr.on("data", (chunk: Buffer) => {
        if (complaints.length < maxComplaintBytes) complaints += chunk.toString("utf8")
      })
      channel.on("error", (cause: Error) => output.end(cause))
      const ended = new Promise<number | null>(settle => {
        let status: number | null = null
        channel.on("exit", (code: number | null) => {
          status = code
        })
        const over = () => {
          output.end()
          settle(status)
        }
        channel.on("close", over)
        connection.client.once("close", over)
      })
      resolve({ output, channel, ended, complaints: () => complaints.slice(0, maxComplaintBytes) })
    })
  })
}

/** What went wrong with a stream from a host, as a Problem that names the host. */
export function streamProblem(
  host: Host,
  error: unknown,
  signal: AbortSignal,
  idleTimeoutMs: number,
): unknown {
  if (signal.aborted) return signal.reason
  if (error instanceof Problem) return error
  if (error instanceof StreamStalled) {
    return new Problem("pull/stalled", `${host.name} sent nothing for ${idleTimeoutMs / 1000} s`, {
      cause: error,
      hint: "is a file system on the host hanging? raise idle-timeout if the host is only slow",
    })
  }
  if (
    error instanceof RecordTooLong ||
    error instanceof MalformedListing ||
    error instanceof MalformedTar ||
    error instanceof MalformedFrame
  ) {
    return new Problem(
      "pull/malformed",
      `${host.name} sent what its reader should not send: ${error.message}`,
      {
        cause: error,
        hint: "nothing of it was kept; look at the host itself, and at its forced command",
      },
    )
  }
  if (error instanceof StreamEnded || isChannelFailure(error)) {
    return new Problem("pull/closed", `${host.name} closed the connection while it was being read`, {
      cause: error,
      hint: `see the SSH server's log on ${host.name}`,
    })
  }
  return error
}

/** ssh2 and node:net mark errors that come from the other side with a code or a reason. */
function isChannelFailure(error: unknown): boolean {
  return error instanceof Error && ("reason" in error || "code" in error || "level" in error)
}
