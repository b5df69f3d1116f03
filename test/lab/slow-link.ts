import { type AddressInfo, connect, createServer, type Socket } from "node:net"

export interface SlowLink extends AsyncDisposable {
  readonly address: string
  readonly port: number
}

/**
 * A way to a host that is as long as another continent: each byte arrives `oneWayMs` later, in both
 * directions, in order, at any bandwidth. The TCP handshake itself stays local.
 * @param handshake  true: the host is called as late as the first byte would come after a handshake over the way
 */
export async function slowLink(
  host: { readonly address: string; readonly port: number },
  oneWayMs: number,
  handshake = false,
): Promise<SlowLink> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, near => {
    near.on("error", () => near.destroy())
    if (handshake) setTimeout(() => call(near), 2 * oneWayMs)
    else call(near)
  })
  const call = (near: Socket) => {
    const far = connect({ host: host.address, port: host.port, noDelay: true, allowHalfOpen: true })
    near.setNoDelay(true)
    for (const [from, to] of [[near, far] as const, [far, near] as const]) {
      sockets.add(from)
      from.on("data", chunk => setTimeout(() => to.write(chunk), oneWayMs))
      from.on("end", () => setTimeout(() => to.end(), oneWayMs))
      from.on("error", () => to.destroy())
      from.on("close", () => sockets.delete(from))
    }
    near.resume()
  }
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve))
  return {
    address: "127.0.0.1",
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
