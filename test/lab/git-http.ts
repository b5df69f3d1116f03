/**
 * A git server as a person has one: `git http-backend` behind HTTP with Basic auth. Clone, push and
 * partial clone are real. Never call git synchronously from the process that runs this.
 */
import { execFileSync, spawn } from "node:child_process"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { succeed } from "./child.ts"

/** What goes wrong on the way; may be changed at any time. */
export interface Weather {
  /** before each answer begins */
  delayMs: number
  /** the connection is cut after so many bytes of an answer; null: never */
  cutAfterBytes: number | null
  /** the connection is cut after so many bytes of a request, null: never */
  cutUploadAfterBytes: number | null
  /** which requests the cuts are about; default all */
  cuts: (request: IncomingMessage) => boolean
  /** answers every request with this status; null: git answers */
  status: number | null
}

export interface GitHttp extends AsyncDisposable {
  /** `http://127.0.0.1:PORT/vault.git`, without credentials */
  readonly url: string
  /** the same with the token in it */
  readonly urlWithToken: string
  readonly token: string
  readonly bareDir: string
  /** answered or refused so far */
  readonly requests: number
  readonly weather: Weather
  /** Makes the server refuse pushes to these branches, default all, with these words; null: accept again. */
  refusePushes(words: string | null, branches?: string): Promise<void>
  /** Runs git in the bare repository; its stdout. */
  git(...args: readonly string[]): Promise<string>
}

/** A bare repository with an empty `main`, as a server keeps it. */
export interface BareRepository {
  readonly bareDir: string
  /** what `git http-backend` needs, besides the request's own variables */
  readonly env: NodeJS.ProcessEnv
  git(...args: readonly string[]): Promise<string>
  /** Runs before every push, as a shell script; null: none. */
  hook(script: string | null): Promise<void>
}

/** @param top  a new directory; the repository is at `name` below it */
export async function bareRepository(top: string, name: string): Promise<BareRepository> {
  const bareDir = join(top, name)
  const env = { PATH: process.env["PATH"], HOME: top, GIT_CONFIG_NOSYSTEM: "1", LANG: "C.UTF-8" }
  const git = async (...args: readonly string[]) =>
    (await succeed("git", ["-C", bareDir, ...args], { env })).toString()
  await succeed("git", ["init", "-q", "--bare", "-b", "main", bareDir], { env })
  for (const key of ["http.receivepack", "uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"])
    await git("config", key, "true")
  const path = join(bareDir, "hooks", "pre-receive")
  return {
    bareDir,
    env: { ...env, GIT_PROJECT_ROOT: top },
    git,
    async hook(script) {
      await rm(path, { force: true })
      if (script !== null) await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    },
  }
}

/** @param options  `parent`: where the repository lies, such as a disk of its own; default the temporary directory */
export async function gitHttp(
  options: { readonly token?: string; readonly parent?: string } = {},
): Promise<GitHttp> {
  const token = options.token ?? "lab-token"
  const top = await mkdtemp(join(options.parent ?? tmpdir(), `pmta-lab-git-${process.pid}-`))
  const { bareDir, env, git, hook } = await bareRepository(top, "vault.git")

  const weather: Weather = {
    ...{ delayMs: 0, cutAfterBytes: null, cutUploadAfterBytes: null, cuts: () => true, status: null },
  }
  let requests = 0
  const server = createServer(async (request, response) => {
    requests++
    if (!isAllowed(request.headers.authorization, token)) return refuse(response)
    if (weather.delayMs > 0) await pause(weather.delayMs)
    if (weather.status !== null) return void response.writeHead(weather.status).end()
    const isCut = weather.cuts(request)
    if (isCut && weather.cutUploadAfterBytes !== null) cutUpload(request, weather.cutUploadAfterBytes)
    return serveGit(request, response, { env, cutAfterBytes: isCut ? weather.cutAfterBytes : null })
  })
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/vault.git`,
    urlWithToken: `http://x-access-token:${token}@127.0.0.1:${port}/vault.git`,
    token,
    bareDir,
    get requests() {
      return requests
    },
    weather,
    refusePushes: (words, branches = "") =>
      hook(
        words === null
          ? null
          : `grep -q ' refs/heads/${branches}' || exit 0\ncat >&2 <<'END'\n${words}\nEND\nexit 1`,
      ),
    git,
    async [Symbol.asyncDispose]() {
      await closed(server)
      await rm(top, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

function cutUpload(request: IncomingMessage, afterBytes: number): void {
  let received = 0
  request.on("data", (chunk: Buffer) => {
    received += chunk.length
    if (received > afterBytes) request.destroy()
  })
}

/** `basic` in any case: git writes it as its configuration has it. The user name does not matter. */
export function isAllowed(header: string | undefined, token: string): boolean {
  const encoded = /^basic (.+)$/i.exec(header ?? "")?.[1]
  return encoded !== undefined && Buffer.from(encoded, "base64").toString("utf8").split(":")[1] === token
}

export function refuse(response: ServerResponse): void {
  response.writeHead(401, { "www-authenticate": 'Basic realm="lab"' }).end("a token is needed\n")
}

interface Backend {
  readonly env: NodeJS.ProcessEnv
  readonly cutAfterBytes: number | null
  /** below the project root; default: that of the request */
  readonly path?: string
}

/**
 * Itself and not by way of `git`, whose end does not end it: once the request is cut off, it reads the end of its input
 * again and again, for ever.
 */
const backend = join(execFileSync("git", ["--exec-path"]).toString().trim(), "git-http-backend")

/** One request through `git http-backend`, a CGI program (RFC 3875). */
export function serveGit(
  request: IncomingMessage,
  response: ServerResponse,
  { env, cutAfterBytes, path }: Backend,
): void {
  const url = new URL(request.url ?? "/", "http://localhost")
  const { headers } = request
  const child = spawn(backend, [], {
    env: {
      ...env,
      GIT_HTTP_EXPORT_ALL: "1",
      REQUEST_METHOD: request.method ?? "GET",
      PATH_INFO: path ?? decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: headers["content-type"] ?? "",
      ...(headers["content-length"] === undefined ? {} : { CONTENT_LENGTH: headers["content-length"] }),
      HTTP_CONTENT_ENCODING: headers["content-encoding"] ?? "",
      GIT_PROTOCOL: String(headers["git-protocol"] ?? ""),
      REMOTE_USER: "lab",
      REMOTE_ADDR: "127.0.0.1",
    },
    stdio: ["pipe", "pipe", "ignore"],
  })
  child.stdin.on("error", () => undefined)
  request.pipe(child.stdin)
  response.on("close", () => child.kill())
  let head = Buffer.alloc(0)
  let sent = 0
  const send = (chunk: Buffer) => {
    const rest = cutAfterBytes === null ? chunk.length : Math.max(0, cutAfterBytes - sent)
    sent += chunk.length
    response.write(chunk.subarray(0, rest), () => {
      if (rest < chunk.length) response.destroy()
    })
  }
  child.stdout.on("data", (chunk: Buffer) => {
    if (response.headersSent) return send(chunk)
    head = Buffer.concat([head, chunk])
    const end = head.indexOf("\r\n\r\n")
    if (end < 0) return
    const fields = head
      .subarray(0, end)
      .toString("latin1")
      .split("\r\n")
      .map(line => line.split(": ", 2))
    const status = fields.find(([name]) => name?.toLowerCase() === "status")?.[1]
    for (const [name = "", value = ""] of fields)
      if (name.toLowerCase() !== "status") response.setHeader(name, value)
    response.writeHead(Number.parseInt(status ?? "200", 10))
    response.flushHeaders()
    if (head.length > end + 4) send(head.subarray(end + 4))
  })
  child.on("close", () => (response.headersSent ? response.end() : response.writeHead(500).end()))
  child.on("error", () => response.destroy())
}

export async function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
}
