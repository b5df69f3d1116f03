/**
 * A stand-in for GitHub's artifact service: the Twirp calls, the block blobs behind signed URLs and the REST calls
 * that `@actions/artifact` and we make, over HTTP, for the unmodified client. It keeps what was uploaded over runs,
 * as a repository does. What it answers is what the client's source reads and GitHub's REST description says.
 */
import { createHash } from "node:crypto"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import type { Fault } from "./github/index.ts"

export interface LabArtifact {
  readonly id: number
  readonly run: number
  readonly name: string
  bytes: Buffer
  /** of its content, as the client said when it put it */
  type: string
  /** as the client said when it finished; null before */
  digest: string | null
  readonly createdAt: Date
  expiresAt: Date
  /** of a fork's run */
  isForeign: boolean
  isDeleted: boolean
}

/** What goes wrong; may be changed at any time. */
export interface ArtifactTrouble {
  /** so many of the next calls of the service answer with 503 */
  busy: number
  /** uploads are refused: the storage is used up */
  isFull: boolean
  /** REST answers 403, as without `actions: read` */
  isForbidden: boolean
  /** changes what is read of a blob */
  spoil: ((bytes: Buffer) => Buffer) | null
  /**
   * asked for each request; null: all is well
   * @param call      `CreateArtifact` and its like, `PUT blob`, `GET blob`, and `GET artifacts`, `GET artifact`,
   *                  `GET zip`, `DELETE artifact` of the REST API
   * @param artifact  its name; empty for a list of all
   */
  fault: (call: string, artifact: string) => Fault | null
}

export interface ArtifactService extends AsyncDisposable {
  readonly artifacts: readonly LabArtifact[]
  readonly trouble: ArtifactTrouble
  readonly repository: string
  readonly token: string
  readonly port: number
  /** what a runner gives a JavaScript action in a run; `asShell`: what a `run:` step gets */
  environment(run: number, asShell?: boolean): Readonly<Record<string, string>>
  /** Puts an artifact as somebody else does. */
  plant(name: string, bytes: Buffer, options: { readonly run: number; readonly isForeign: boolean }): void
}

export interface ServiceOptions {
  /** default: a free one */
  readonly port?: number
  /** the repository's limit, which is its default as well */
  readonly retentionDays?: number
}

const dayMs = 24 * 3600 * 1000

export async function artifactService({
  retentionDays = 90,
  port: wantedPort = 0,
}: ServiceOptions = {}): Promise<ArtifactService> {
  const repository = "example/vault"
  const token = "ghs_lab_artifact_token"
  const artifacts: LabArtifact[] = []
  const blocks = new Map<string, Buffer>()
  const trouble: ArtifactTrouble = {
    ...{ busy: 0, isFull: false, isForbidden: false, spoil: null, fault: () => null },
  }
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      process.stderr.write(`artifact service: ${String(error)}\n`)
      response.destroy()
    })
  })
  await new Promise<void>(resolve => server.listen(wantedPort, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`

  const make = (name: string, run: number, wanted: Date | null): LabArtifact => {
    const createdAt = new Date()
    const most = new Date(createdAt.getTime() + retentionDays * dayMs)
    const made = {
      ...{ id: artifacts.length + 1, run, name, bytes: Buffer.alloc(0), digest: null, createdAt },
      type: "application/octet-stream",
      expiresAt: wanted !== null && wanted < most ? wanted : most,
      ...{ isForeign: false, isDeleted: false },
    }
    artifacts.push(made)
    return made
  }
  const present = () => artifacts.filter(({ isDeleted, digest }) => !isDeleted && digest !== null)

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", origin)
    const body = await received(request)
    const fault = trouble.fault(...asked(url, body, request.method ?? "GET"))
    if (fault === "hang") return
    if (fault === "drop") return void response.destroy()
    if (fault !== null) return json(response, fault.status, fault.body as object)
    if (url.pathname.startsWith("/twirp/")) return twirp(url, JSON.parse(body.toString()), request, response)
    if (url.pathname.startsWith("/blob/")) return blob(url, body, request, response)
    if (url.pathname.startsWith(`/repos/${repository}/actions/`)) return rest(url, request, response)
    json(response, 404, { message: "Not Found" })
  }

  /** What a request is for, and which artifact it is about. */
  function asked(url: URL, body: Buffer, method: string): [call: string, artifact: string] {
    const parts = url.pathname.split("/")
    const last = parts.at(-1) ?? ""
    const nameOf = (id: string | undefined) => artifacts[Number(id) - 1]?.name ?? ""
    if (parts[1] === "twirp") {
      const {
        name,
        name_filter: filter,
        id_filter: id,
      } = JSON.parse(body.toString()) as Record<string, string>
      return [last, name ?? filter ?? nameOf(id)]
    }
    if (parts[1] === "blob") return [`${method} blob`, nameOf(last)]
    if (last === "artifacts") return ["GET artifacts", url.searchParams.get("name") ?? ""]
    return last === "zip" ? ["GET zip", nameOf(parts.at(-2))] : [`${method} artifact`, nameOf(last)]
  }

  function twirp(
    url: URL,
    body: Record<string, unknown>,
    request: IncomingMessage,
    response: ServerResponse,
  ) {
    if (trouble.busy > 0) {
      trouble.busy--
      return json(response, 503, { code: "unavailable", msg: "busy" })
    }
    const run = Number(String(body["workflow_run_backend_id"]).slice("run-".length))
    if (request.headers.authorization !== `Bearer ${runtimeToken(run)}`)
      return json(response, 401, { code: "unauthenticated", msg: "wrong token" })
    const own = artifacts.filter(found => found.run === run && !found.isDeleted)
    const name = String(body["name"] ?? "")
    switch (url.pathname.split("/").at(-1)) {
      case "CreateArtifact": {
        if (trouble.isFull)
          return json(response, 403, {
            code: "resource_exhausted",
            msg: "insufficient usage to create artifact",
          })
        if (own.some(found => found.name === name))
          return json(response, 409, {
            code: "already_exists",
            msg: "an artifact with this name already exists on the workflow run",
          })
        const wanted = body["expires_at"]
        const made = make(name, run, typeof wanted === "string" ? new Date(wanted) : null)
        return json(response, 200, {
          ok: true,
          signed_upload_url: `${origin}/blob/${made.id}?sig=lab%2Fsecret`,
        })
      }
      case "FinalizeArtifact": {
        const made = own.find(found => found.name === name)
        if (made === undefined) return json(response, 404, { code: "not_found", msg: "no such artifact" })
        if (Number(body["size"] ?? 0) !== made.bytes.length)
          return json(response, 400, { code: "invalid_argument", msg: "size" })
        made.digest = String(body["hash"])
        return json(response, 200, { ok: true, artifact_id: String(made.id) })
      }
      case "ListArtifacts": {
        const id = body["id_filter"]
        const wanted = body["name_filter"]
        const found = present().filter(
          made =>
            made.run === run &&
            (id === undefined || String(made.id) === id) &&
            (wanted === undefined || made.name === wanted),
        )
        return json(response, 200, { artifacts: found.map(monolith) })
      }
      case "GetSignedArtifactURL": {
        const made = present().find(found => found.run === run && found.name === name)
        if (made === undefined) return json(response, 404, { code: "not_found", msg: "no such artifact" })
        return json(response, 200, { name, signed_url: `${origin}/blob/${made.id}?sig=lab%2Fsecret` })
      }
      case "DeleteArtifact": {
        const made = present().find(found => found.run === run && found.name === name)
        if (made === undefined) return json(response, 404, { code: "not_found", msg: "no such artifact" })
        made.isDeleted = true
        return json(response, 200, { ok: true, artifact_id: String(made.id) })
      }
      default:
        return json(response, 404, { code: "bad_route", msg: url.pathname })
    }
  }

  const monolith = (made: LabArtifact) => ({
    workflow_run_backend_id: `run-${made.run}`,
    workflow_job_run_backend_id: `job-${made.run}`,
    ...{ database_id: String(made.id), name: made.name, size: String(made.bytes.length) },
    ...{ created_at: made.createdAt.toISOString(), digest: made.digest },
  })

  /** Put Blob, Put Block, Put Block List, Get Blob. */
  function blob(url: URL, body: Buffer, request: IncomingMessage, response: ServerResponse) {
    const made = artifacts[Number(url.pathname.split("/").at(-1)) - 1]
    if (made === undefined || url.searchParams.get("sig") !== "lab/secret") return json(response, 403, {})
    if (request.method === "GET") {
      const bytes = trouble.spoil?.(made.bytes) ?? made.bytes
      const disposition = `attachment; filename="${made.name}"; filename*=UTF-8''${encodeURIComponent(made.name)}`
      response.writeHead(200, {
        "content-type": made.type,
        "content-disposition": disposition,
      })
      return void response.end(bytes)
    }
    made.type = String(request.headers["x-ms-blob-content-type"] ?? made.type)
    const kind = url.searchParams.get("comp")
    if (kind === "block") blocks.set(`${made.id} ${url.searchParams.get("blockid")}`, body)
    else if (kind === "blocklist") {
      const ids = [...body.toString().matchAll(/<Latest>([^<]*)<\/Latest>/g)].map(([, id = ""]) => id)
      made.bytes = Buffer.concat(ids.map(id => blocks.get(`${made.id} ${id}`) ?? Buffer.alloc(0)))
    } else made.bytes = body
    response.writeHead(201, { etag: '"lab"', "last-modified": new Date().toUTCString() }).end()
  }

  function rest(url: URL, request: IncomingMessage, response: ServerResponse) {
    if (!String(request.headers.authorization).endsWith(token))
      return json(response, 401, { message: "Bad credentials" })
    if (trouble.isForbidden) return json(response, 403, { message: "Resource not accessible by integration" })
    const [kind, id, zip] = url.pathname.slice(`/repos/${repository}/actions/`.length).split("/")
    const run = kind === "runs" ? Number(id) : null
    const known = present().filter(made => (run === null ? true : made.run === run))
    if (kind === "artifacts" && id !== undefined) {
      const made = known.find(found => String(found.id) === id)
      if (made === undefined) return json(response, 404, { message: "Not Found" })
      if (request.method === "DELETE") {
        made.isDeleted = true
        return void response.writeHead(204).end()
      }
      if (zip === undefined) return json(response, 200, described(made))
      if (made.expiresAt < new Date()) return json(response, 410, { message: "Artifact has expired" })
      return void response.writeHead(302, { location: `${origin}/blob/${made.id}?sig=lab%2Fsecret` }).end()
    }
    const name = url.searchParams.get("name")
    const named = known.filter(made => name === null || made.name === name).reverse()
    const size = Number(url.searchParams.get("per_page") ?? 30)
    const page = Number(url.searchParams.get("page") ?? 1)
    const more = page * size < named.length
    const next = new URL(url)
    next.searchParams.set("page", String(page + 1))
    if (more) response.setHeader("link", `<${next.href}>; rel="next"`)
    const shown = named.slice((page - 1) * size, page * size)
    json(response, 200, { total_count: named.length, artifacts: shown.map(described) })
  }

  const described = (made: LabArtifact) => ({
    ...{ id: made.id, node_id: `A_${made.id}`, name: made.name, size_in_bytes: made.bytes.length },
    url: `${origin}/repos/${repository}/actions/artifacts/${made.id}`,
    archive_download_url: `${origin}/repos/${repository}/actions/artifacts/${made.id}/zip`,
    ...{ expired: made.expiresAt < new Date(), digest: made.digest },
    ...{ created_at: made.createdAt.toISOString(), updated_at: made.createdAt.toISOString() },
    expires_at: made.expiresAt.toISOString(),
    workflow_run: {
      ...{ id: made.run, repository_id: 1, head_repository_id: made.isForeign ? 2 : 1 },
      ...{ head_branch: "main", head_sha: "0".repeat(40) },
    },
  })

  return {
    ...{ artifacts, trouble, repository, token, port },
    environment: (run, asShell = false) => ({
      ...(asShell ? {} : { ACTIONS_RUNTIME_TOKEN: runtimeToken(run), ACTIONS_RESULTS_URL: `${origin}/` }),
      // The client takes `*.localhost` for GitHub, and git finds its way there as well.
      GITHUB_SERVER_URL: `http://github.localhost:${port}`,
      ...{ GITHUB_API_URL: origin, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: String(run) },
      GITHUB_RETENTION_DAYS: String(retentionDays),
    }),
    plant(name, bytes, { run, isForeign }) {
      const made = make(name, run, null)
      made.bytes = bytes
      made.digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`
      made.isForeign = isForeign
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** A JWT whose scope names run and job; nobody checks its signature. */
function runtimeToken(run: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")
  return `${part({ alg: "none" })}.${part({ scp: `Actions.Results:run-${run}:job-${run}` })}.lab`
}

async function received(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
}
