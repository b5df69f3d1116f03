/**
 * A DNS server on loopback for TXT records: real packets over UDP and TCP (RFC 1035). An answer that does not fit
 * into UDP is truncated there, so that resolvers come again over TCP.
 */
import { createPublicKey } from "node:crypto"
import { createSocket } from "node:dgram"
import { createServer, type Socket } from "node:net"

/** `records`: each record in its pieces of up to 255 bytes; `servfail` and `silence` are failures. */
export type LabAnswer = readonly (readonly string[])[] | "servfail" | "silence"

export interface LabDns extends AsyncDisposable {
  /** `127.x.y.z:port` */
  readonly server: string
  readonly address: string
  /** names as they were asked for, lower case; `tcp` counts those over TCP */
  readonly asked: string[]
  readonly tcp: { count: number }
  /** answers by name, lower case; what is not there does not exist (NXDOMAIN) */
  readonly records: Map<string, LabAnswer>
}

export interface LabDnsOptions {
  /** default 127.0.0.1 */
  readonly address?: string
  /** default: a free one */
  readonly port?: number
}

/** The bytes of UDP that every resolver takes; EDNS is not offered. */
const maxUdp = 512

export async function labDns({ address = "127.0.0.1", port = 0 }: LabDnsOptions = {}): Promise<LabDns> {
  const records = new Map<string, LabAnswer>()
  const asked: string[] = []
  const tcp = { count: 0 }
  const udpServer = createSocket("udp4")
  const tcpServer = createServer(socket => serveTcp(socket))
  const open = new Set<Socket>()

  const answer = (query: Buffer): Buffer | null => {
    const { name, end } = nameAt(query, 12)
    asked.push(name)
    const found = records.get(name)
    if (found === "silence") return null
    const isTxt = query.readUInt16BE(end) === 16
    const texts = found === undefined || found === "servfail" || !isTxt ? [] : found
    const code = found === "servfail" ? 2 : found === undefined ? 3 : 0
    const head = Buffer.alloc(12)
    query.copy(head, 0, 0, 2)
    // QR, AA, RD as asked, RA; then the code.
    head.writeUInt16BE(0x8480 | (query.readUInt16BE(2) & 0x0100) | code, 2)
    head.writeUInt16BE(1, 4)
    head.writeUInt16BE(texts.length, 6)
    return Buffer.concat([head, query.subarray(12, end + 4), ...texts.map(textRecord)])
  }
  udpServer.on("message", (query, from) => {
    const whole = answer(query)
    if (whole === null) return
    const isLong = whole.length > maxUdp
    if (isLong) {
      whole.writeUInt16BE(whole.readUInt16BE(2) | 0x0200, 2)
      whole.writeUInt16BE(0, 6)
    }
    const { end } = nameAt(whole, 12)
    udpServer.send(isLong ? whole.subarray(0, end + 4) : whole, from.port, from.address)
  })
  function serveTcp(socket: Socket): void {
    open.add(socket)
    let gathered = Buffer.alloc(0)
    socket.on("error", () => socket.destroy())
    socket.on("close", () => open.delete(socket))
    socket.on("data", chunk => {
      gathered = Buffer.concat([gathered, chunk])
      for (let size = sizeOf(gathered); size !== null; size = sizeOf(gathered)) {
        tcp.count++
        const whole = answer(gathered.subarray(2, size + 2))
        gathered = gathered.subarray(size + 2)
        const length = Buffer.alloc(2)
        length.writeUInt16BE(whole?.length ?? 0)
        if (whole !== null) socket.write(Buffer.concat([length, whole]))
      }
    })
  }

  await new Promise<void>((resolve, reject) => {
    tcpServer.once("error", reject)
    tcpServer.listen(port, address, resolve)
  })
  const bound = tcpServer.address()
  const both = typeof bound === "object" && bound !== null ? bound.port : port
  await new Promise<void>(resolve => udpServer.bind(both, address, resolve))
  return {
    ...{ records, asked, tcp, address, server: `${address}:${both}` },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      await new Promise<void>(resolve => udpServer.close(() => resolve()))
      await new Promise(resolve => tcpServer.close(resolve))
    },
  }
}

/** A text as it is published: in pieces of up to 255 bytes. */
export function inPieces(text: string): readonly string[] {
  return text.match(/.{1,255}/gs) ?? [""]
}

/** The TXT record that a key file's owner publishes for it. */
export function dkimRecord(pem: string): readonly string[] {
  const key = createPublicKey(pem)
  const der = key.export({ format: "der", type: "spki" })
  const isRsa = key.asymmetricKeyType === "rsa"
  const half = (isRsa ? der : der.subarray(-32)).toString("base64")
  return inPieces(`v=DKIM1; k=${isRsa ? "rsa" : "ed25519"}; p=${half}`)
}

function sizeOf(gathered: Buffer): number | null {
  if (gathered.length < 2) return null
  const size = gathered.readUInt16BE(0)
  return gathered.length >= size + 2 ? size : null
}

function nameAt(packet: Buffer, start: number): { readonly name: string; readonly end: number } {
  const labels: string[] = []
  let at = start
  for (let length = packet[at] ?? 0; length > 0; length = packet[at] ?? 0) {
    labels.push(packet.toString("latin1", at + 1, at + 1 + length))
    at += length + 1
  }
  return { name: labels.join(".").toLowerCase(), end: at + 1 }
}

/** Its name points back to the question's. TTL 60 s. */
function textRecord(pieces: readonly string[]): Buffer {
  const data = Buffer.concat(
    pieces.flatMap(piece => [Buffer.from([Buffer.byteLength(piece)]), Buffer.from(piece)]),
  )
  const head = Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, 0])
  head.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, data])
}
