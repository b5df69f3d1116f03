import { createServer, request as forward } from "node:http"
import { type AddressInfo, connect } from "node:net"

export interface Proxy extends AsyncDisposable {
  readonly url: string
  /** hosts that were asked for */
  readonly hosts: ReadonlySet<string>
}

/** An HTTP proxy behind which every name is one server on loopback: by CONNECT, and by whole URLs as git sends. */
export async function proxyTo(port: number): Promise<Proxy> {
  const hosts = new Set<string>()
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://none.invalid")
    hosts.add(url.hostname)
    const { method, headers } = request
    const onward = forward(
      { port, host: "127.0.0.1", path: url.pathname + url.search, method, headers },
      answer => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      },
    )
    onward.on("error", () => response.destroy())
    request.pipe(onward)
  })
  server.on("connect", (request, socket) => {
    hosts.add(request.url?.split(":")[0] ?? "")
    const onward = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n")
      onward.pipe(socket).pipe(onward)
    })
    for (const end of [onward, socket]) end.on("error", () => [onward, socket].map(other => other.destroy()))
  })
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hosts,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
