import { randomInt } from "node:crypto"
import { createServer } from "node:net"

/** High enough to need no rights, below the range that the kernel gives to outgoing connections. */
const labPort = 20_022

let next = randomInt(2 ** 23)

/**
 * A loopback address on which nobody listens at the lab's port. The start is random in 127.64.0.0 to
 * 127.191.255.255, so that parallel workers and runs on one machine do not meet.
 */
export async function freeAddress(): Promise<{ readonly address: string; readonly port: number }> {
  for (;;) {
    next = (next + 1) % 2 ** 23
    const low = next & 0xff
    if (low === 0 || low === 255) continue
    const address = `127.${64 + (next >> 16)}.${(next >> 8) & 0xff}.${low}`
    if (await canBind(address, labPort)) return { address, port: labPort }
  }
}

async function canBind(address: string, port: number): Promise<boolean> {
  const server = createServer()
  const bound = await new Promise<boolean>(resolve => {
    server.once("error", () => resolve(false))
    server.listen({ host: address, port, exclusive: true }, () => resolve(true))
  })
  if (bound) await new Promise(resolve => server.close(resolve))
  return bound
}
