/**
 * A host inside this process, for `demo`: real SSH on loopback, with files which exist in memory only.
 * Never runs a command, never lets a file be changed over SSH, never listens beyond this machine.
 */

import { generateKeyPairSync, randomBytes } from "node:crypto"
import { type AddressInfo, createServer, type Socket } from "node:net"
import ssh2 from "ssh2"
import { certain } from "../../core/certain.ts"
import { type EmbeddedFile, fileTree, serveSftp } from "./embedded-sftp.ts"

export type { EmbeddedFile } from "./embedded-sftp.ts"

export interface EmbeddedHost extends AsyncDisposable {
  readonly address: string
  readonly port: number
  /** `ssh-ed25519 AAAA…`, made at start and in memory only */
  readonly hostKey: string
  /** requests to log in so far, refused ones too */
  readonly loginRequests: number
  /** Adds or replaces a file; its time moves on by a second at least. */
  write(path: string, file: EmbeddedFile): void
}

export interface EmbeddedHostOptions {
  readonly user: string
  /** the one public key line that may log in, as `user` */
  readonly authorizedKey: string
  /** by absolute path; owners are root (0), pmta (2100) or `user` (2101) */
  readonly files: Readonly<Record<string, EmbeddedFile>>
}

const loopback = "127.0.0.1"

/** Starts a host that ends with its `await using`, and its connections with it. */
export async function serveHost(options: EmbeddedHostOptions): Promise<EmbeddedHost> {
  const authorized = ssh2.utils.parseKey(options.authorizedKey)
  if (authorized instanceof Error) throw authorized
  const tree = fileTree(
    new Map([
      [options.user, 2101],
      ["root", 0],
      ["pmta", 2100],
    ]),
  )
  for (const [path, file] of Object.entries(options.files)) tree.write(path, file)

  const hostKey = makeKeyPair()
  let loginRequests = 0
  const front = new ssh2.Server({ hostKeys: [hostKey.privateKey] }, connection => {
    // What a client does wrong ends its own connection and concerns nobody else.
    connection.on("error", () => connection.end())
    connection.on("authentication", context => {
      loginRequests++
      if (context.username === options.user && holds(authorized, context)) context.accept()
      else context.reject(["publickey"])
    })
    // Requests without a listener (exec, shell, forwarding, other subsystems) are refused by ssh2.
    connection.on("session", accept => {
      accept().on("sftp", acceptSftp => serveSftp(acceptSftp(), tree))
    })
  })

  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, socket => {
    sockets.add(socket)
    socket.on("error", () => socket.destroy())
    socket.on("close", () => sockets.delete(socket))
    front.injectSocket(socket)
  })
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(0, loopback, resolve)
  })
  return {
    address: loopback,
    port: (server.address() as AddressInfo).port,
    hostKey: hostKey.publicLine,
    get loginRequests() {
      return loginRequests
    },
    write: tree.write,
    async [Symbol.asyncDispose]() {
      const closed = new Promise(resolve => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/**
 * Whether a client holds the key: it signed this connection's session identifier (RFC 4252, 7). Without a
 * signature it only asks whether the key would do; accepting answers that, and lets nobody in.
 */
function holds(authorized: ssh2.ParsedKey, context: ssh2.AuthContext): boolean {
  if (context.method !== "publickey" || !context.key.data.equals(authorized.getPublicSSH())) return false
  if (context.signature === undefined) return true
  return context.blob !== undefined && authorized.verify(context.blob, context.signature) === true
}

/**
 * An Ed25519 key pair, in memory only. ssh2's own generator strips leading zeros from public keys and so
 * makes an unreadable pair once in 256 times.
 * @returns  OpenSSH private key text without passphrase, and `ssh-ed25519 AAAA…`
 * @see      openssh-portable, PROTOCOL.key
 */
export function makeKeyPair(): { readonly privateKey: string; readonly publicLine: string } {
  const { x, d } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" })
  const [publicBytes, seed] = [Buffer.from(certain(x), "base64url"), Buffer.from(certain(d), "base64url")]
  const publicBlob = Buffer.concat([field("ssh-ed25519"), field(publicBytes)])
  const check = randomBytes(4)
  const secret = [check, check, publicBlob, field(Buffer.concat([seed, publicBytes])), field("")]
  const blob = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    // no cipher, no key derivation, no options for it
    ...[field("none"), field("none"), field("")],
    uint32(1),
    field(publicBlob),
    field(padded(Buffer.concat(secret))),
  ])
  const lines = certain(blob.toString("base64").match(/.{1,70}/g))
  const text = ["-----BEGIN OPENSSH PRIVATE KEY-----", ...lines, "-----END OPENSSH PRIVATE KEY-----", ""]
  return { privateKey: text.join("\n"), publicLine: `ssh-ed25519 ${publicBlob.toString("base64")}` }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** `string` of RFC 4251, 5: its length, then its bytes. */
function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content)
  return Buffer.concat([uint32(bytes.length), bytes])
}

/** To the cipher's block of 8 bytes, with 1, 2, 3 and so on. */
function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.from([1, 2, 3, 4, 5, 6, 7]).subarray(0, (8 - (bytes.length % 8)) % 8)])
}
