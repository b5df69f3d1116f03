/**
 * This machine as a host: the reader script, run by `/bin/sh` as sshd would have the login shell run it, with a pipe
 * in place of an SSH channel. For trees by the thousand; all else uses `sshd`.
 */
import { spawn } from "node:child_process"
import { Duplex } from "node:stream"
import type { Limits, Session, Transport } from "../../src/core/transport.ts"
import type { Connection } from "../../src/transports/ssh/connection.ts"
import { startReader } from "../../src/transports/ssh/shell-session.ts"

export function localHost(limits: Limits): Transport {
  const never = () => Promise.reject(new Error("only read here"))
  return {
    name: "local",
    async connect(host, signal) {
      const connection = pipe()
      const reader = await startReader(host, connection, limits, signal)
      const session: Session = {
        way: "shell",
        times: connection.times,
        ...reader,
        async [Symbol.asyncDispose]() {
          reader.close()
        },
      }
      return session
    },
    workbench: never,
    offeredKeys: never,
    async [Symbol.asyncDispose]() {},
  }
}

function pipe(): Connection {
  const client = {
    once: () => client,
    exec(command: string, take: (error: undefined, channel: object) => void) {
      const child = spawn("/bin/sh", ["-c", command], { stdio: "pipe" })
      const channel = Duplex.from({ readable: child.stdout, writable: child.stdin })
      child.on("exit", code => channel.emit("exit", code))
      take(undefined, Object.assign(channel, { stderr: child.stderr }))
    },
  }
  return { client, times: { connectMs: 0, authMs: 0 } } as unknown as Connection
}
