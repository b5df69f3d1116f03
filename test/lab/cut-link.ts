import { type AddressInfo, connect, createServer, type Socket } from "node:net"

export interface CutLink extends AsyncDisposable {
  readonly address: string
  readonly port: number
  /** connections that were cut so far */
  readonly cuts: number
}

/** A way to a host on which every connection breaks once the host has sent so many bytes, as when it is switched off. */
export async function cutLink(
  host: { readonly address: string; readonly port: number },
  afterBytes: number,
): Promise<CutLink> {
  const sockets = new Set<Socket>()
  let cuts = 0
  const server = createServer(near => {
    const far = connect({ host: host.address, port: host.port, noDelay: true })
    let left = afterBytes
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on("error", () => undefined)
      socket.on("close", () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far)
    far.on("data", chunk => {
      if (left < 0) return
      const part = chunk.subarray(0, left)
      left -= chunk.length
      near.write(part, () => {
        if (left >= 0) return
        cuts++
        near.destroy()
      })
    })
  })
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve))
  return {
    address: "127.0.0.1",
    port: (server.address() as AddressInfo).port,
    get cuts() {
      return cuts
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
