/**
 * A stand-in for a host that does what no real sshd can be made to do: it stalls at a chosen stage, cuts
 * the connection, or sends what it should not. Built on ssh2's server; for all else use `sshd`.
 */
import { randomBytes } from "node:crypto"
import type { AddressInfo } from "node:net"
import { createServer, type Server, type Socket } from "node:net"
import ssh2, { type Connection, type ServerChannel } from "ssh2"
import { clientKey } from "./client-key.ts"
import { sshKey } from "./keys.ts"

export type Misbehaviour =
  /** accepts the TCP connection and says nothing */
  | { readonly kind: "silent-before-banner" }
  /** sends bytes that are no SSH */
  | { readonly kind: "no-ssh" }
  /** sends lines without end before its version */
  | { readonly kind: "endless-banner" }
  /** closes at once */
  | { readonly kind: "closes-at-once" }
  /** lets nobody in */
  | { readonly kind: "refuses-every-key" }
  /** lets the client in and answers nothing any more */
  | { readonly kind: "silent-after-login" }
  /** starts the command, sends `after`, then nothing */
  | { readonly kind: "stalls-in-exec"; readonly after: Uint8Array }
  /** starts the command, sends `after`, then drops the connection */
  | { readonly kind: "cuts-in-exec"; readonly after: Uint8Array }
  /** starts the command and sends zeros as long as somebody reads */
  | { readonly kind: "endless-output" }
  /** a megabyte of noise, exit code 0 */
  | { readonly kind: "garbage-output" }
  /** refuses to start any command */
  | { readonly kind: "refuses-exec" }
  /** whatever the test does with the channel */
  | { readonly kind: "custom"; readonly exec: (channel: ServerChannel, command: string) => void }

export interface Misbehaving extends AsyncDisposable {
  readonly address: string
  readonly port: number
  readonly user: string
  readonly hostKeys: { readonly ed25519: string }
  readonly clientKey: string
  /** TCP connections so far */
  readonly connections: number
  /** commands that clients asked for */
  readonly commands: readonly string[]
  /** bytes of command output that were handed to the connection */
  readonly bytesSent: number
}

export async function misbehaving(how: Misbehaviour): Promise<Misbehaving> {
  const [hostKey, client] = await Promise.all([sshKey("ed25519"), clientKey()])
  const allowed = ssh2.utils.parseKey(client.publicKey)
  if (allowed instanceof Error) throw allowed
  const sockets = new Set<Socket>()
  const commands: string[] = []
  const seen = { connections: 0, bytesSent: 0 }

  const answer = (channel: ServerChannel, socket: Socket): void => {
    const write = (bytes: Uint8Array) => {
      seen.bytesSent += bytes.length
      return channel.write(bytes)
    }
    if (how.kind === "stalls-in-exec") write(how.after)
    else if (how.kind === "cuts-in-exec") {
      write(how.after)
      setTimeout(() => socket.destroy(), 50)
    } else if (how.kind === "garbage-output") {
      write(randomBytes(1 << 20))
      channel.exit(0)
      channel.end()
    } else if (how.kind === "endless-output") {
      const zeros = Buffer.alloc(32_768)
      const more = () => {
        while (!socket.destroyed && write(zeros));
      }
      channel.on("drain", more)
      more()
    }
  }

  const welcome = (connection: Connection, socket: Socket): void => {
    connection.on("error", () => undefined)
    connection.on("authentication", context => {
      const isOurs =
        context.method === "publickey" &&
        context.key.data.equals(allowed.getPublicSSH()) &&
        (context.signature === undefined ||
          allowed.verify(context.blob ?? Buffer.alloc(0), context.signature, context.hashAlgo) === true)
      if (isOurs && how.kind !== "refuses-every-key") context.accept()
      else context.reject(["publickey"])
    })
    connection.on("session", accept => {
      if (how.kind === "silent-after-login") return
      accept().on("exec", (acceptExec, rejectExec, { command }) => {
        commands.push(command)
        if (how.kind === "refuses-exec") return rejectExec()
        const channel = acceptExec()
        channel.on("error", () => undefined)
        if (how.kind === "custom") how.exec(channel, command)
        else answer(channel, socket)
      })
    })
  }

  const front = new ssh2.Server({ hostKeys: [hostKey.privateKey] })
  const server = createServer(socket => {
    seen.connections++
    sockets.add(socket)
    socket.on("error", () => undefined)
    socket.on("close", () => sockets.delete(socket))
    if (how.kind === "silent-before-banner") socket.resume()
    else if (how.kind === "closes-at-once") socket.destroy()
    else if (how.kind === "no-ssh") socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")
    else if (how.kind === "endless-banner") flood(socket)
    else {
      front.once("connection", connection => welcome(connection, socket))
      front.injectSocket(socket)
    }
  })
  const port = await listening(server)
  return {
    address: "127.0.0.1",
    port,
    user: "pmta-backup",
    hostKeys: { ed25519: hostKey.publicKey },
    clientKey: client.file,
    get connections() {
      return seen.connections
    },
    commands,
    get bytesSent() {
      return seen.bytesSent
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve))
  return (server.address() as AddressInfo).port
}

/** RFC 4253, 4.2 lets a server send other lines before its version, and sets no limit. */
function flood(socket: Socket): void {
  const lines = Buffer.from("not yet\r\n".repeat(1_000))
  const more = () => {
    while (!socket.destroyed && socket.write(lines));
  }
  socket.on("drain", more)
  more()
}
