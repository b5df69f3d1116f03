import { connect as connectTcp } from "node:net"
import type { Duplex } from "node:stream"
import ssh2 from "ssh2"
import type { Host } from "../../core/fleet.ts"
import { Problem } from "../../core/problem.ts"
import type { OfferedKey, SessionTimes } from "../../core/transport.ts"
import {
  hostKeyChanged,
  hostKeyTypes,
  isPinned,
  offeredKey,
  signatureAlgorithms,
  typesToAsk,
} from "./host-key.ts"

/** How to prove who we are: an unlocked private key, an agent's socket, or both. */
export interface Login {
  readonly key: ssh2.ParsedKey | null
  readonly agent: string | null
}

/** An authenticated connection. Ended by its owner. */
export interface Connection {
  readonly client: ssh2.Client
  readonly times: SessionTimes
}

/** Makes the stream below SSH: a TCP socket, or a channel through a jump host. */
export type Dial = (signal: AbortSignal) => Promise<Duplex>

export const dialTcp =
  (host: Host, timeoutMs: number): Dial =>
  signal =>
    new Promise((resolve, reject) => {
      // Without TCP_NODELAY each request waits for the answer to the one before.
      const socket = connectTcp({ host: host.address, port: host.port, noDelay: true, signal })
      socket.setTimeout(timeoutMs, () =>
        socket.destroy(Object.assign(new Error("timed out"), { code: "ETIMEDOUT" })),
      )
      socket.once("error", reject)
      socket.once("connect", () => {
        socket.setTimeout(0)
        socket.off("error", reject)
        resolve(socket)
      })
    })

/** Measured cheapest first among what is still sound; strict key exchange is ssh2's default since 1.15. */
const algorithms = {
  kex: [
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group14-sha256",
  ],
  cipher: [
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "chacha20-poly1305@openssh.com",
    "aes128-ctr",
    "aes256-ctr",
  ],
  hmac: ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512"],
  compress: ["none"],
} as const satisfies ssh2.Algorithms

/**
 * Connects and logs in. Every failure is a Problem that names the host.
 * @throws Problem "pull/host-key-changed" before anything but the key exchange was sent
 */
export async function openConnection(
  host: Host,
  dial: Dial,
  login: Login,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Connection> {
  const offered: OfferedKey[] = []
  for (const types of typesToAsk(host.hostKeys)) {
    if (offered.some(key => types.length === 1 && types[0] === key.algorithm)) continue
    const attempt = await attemptLogin(host, dial, login, types, timeoutMs, signal)
    if (attempt.kind === "open") return attempt.connection
    if (attempt.kind === "other-key") offered.push(attempt.offered)
  }
  if (offered.length === 0) {
    // No key of a pinned type. Ask for any, to tell a host with other keys from one we cannot talk to.
    const any = await askHostKey(host, dial, hostKeyTypes, timeoutMs, signal)
    if (any === null) throw noCommonAlgorithm(host)
    offered.push(any)
  }
  throw hostKeyChanged(host, offered)
}

function noCommonAlgorithm(host: Host): Problem {
  return new Problem(
    "pull/no-algorithm",
    `${host.name} shares no SSH algorithm with pmta-vault, or does not speak SSH`,
    {
      hint: `needed: curve25519 or ECDH, AES-GCM, AES-CTR or ChaCha20, no SHA-1; compare with \`ssh -vv -p ${host.port} ${host.address}\``,
    },
  )
}

/** The key of these types that a host offers, or null when it has none. Nothing is sent after the key exchange. */
export async function askHostKey(
  host: Host,
  dial: Dial,
  types: readonly string[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<OfferedKey | null> {
  const nobody = { ...host, hostKeys: [] }
  const attempt = await attemptLogin(nobody, dial, { key: null, agent: null }, types, timeoutMs, signal)
  return attempt.kind === "other-key" ? attempt.offered : null
}

type Attempt =
  | { readonly kind: "open"; readonly connection: Connection }
  | { readonly kind: "other-key"; readonly offered: OfferedKey }
  | { readonly kind: "no-such-type" }

async function attemptLogin(
  host: Host,
  dial: Dial,
  login: Login,
  types: readonly string[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Attempt> {
  signal.throwIfAborted()
  const started = performance.now()
  const socket = await dial(signal).catch((error: unknown) => {
    // A jump host on the way has told its own trouble.
    throw signal.aborted ? signal.reason : error instanceof Problem ? error : unreachable(host, error)
  })
  const client = new ssh2.Client()
  const abort = () => client.destroy()
  signal.addEventListener("abort", abort, { once: true })
  let handshakeDone = started
  let verified: OfferedKey | null = null
  let other: OfferedKey | null = null
  try {
    await new Promise<void>((resolve, reject) => {
      client.on("handshake", () => {
        handshakeDone = performance.now()
      })
      client.once("ready", resolve)
      client.on("error", reject)
      client.once("close", () => reject(new Error("the connection was closed")))
      client.connect({
        sock: socket as never,
        username: host.user,
        authHandler: authentication(host, login),
        hostVerifier: (blob: Buffer, verdict: (valid: boolean) => void) => {
          const key = offeredKey(blob)
          if (isPinned(key, host.hostKeys)) verified = key
          else other = key
          verdict(verified !== null)
        },
        algorithms: {
          ...algorithms,
          serverHostKey: signatureAlgorithms(types),
        } as unknown as ssh2.Algorithms,
        readyTimeout: timeoutMs,
        keepaliveInterval: 15_000,
        keepaliveCountMax: 4,
      })
    })
  } catch (error) {
    client.destroy()
    socket.destroy()
    if (signal.aborted) throw signal.reason
    if (other !== null) return { kind: "other-key", offered: other }
    const problem = loginProblem(host, login, error, verified !== null, timeoutMs)
    if (problem === "no-such-type") return { kind: "no-such-type" }
    throw problem
  } finally {
    signal.removeEventListener("abort", abort)
  }
  // After login errors end the channels in use, which report them; without a listener they would be fatal.
  client.removeAllListeners("error").on("error", () => {})
  const times = { connectMs: handshakeDone - started, authMs: performance.now() - handshakeDone }
  return { kind: "open", connection: { client, times } }
}

/** The key is offered at once; ssh2's own order asks for "none" first, which costs a round trip. */
function authentication(host: Host, login: Login): ssh2.AuthHandlerMiddleware {
  const methods: unknown[] = []
  if (login.key !== null) methods.push({ type: "publickey", username: host.user, key: login.key })
  if (login.agent !== null) methods.push({ type: "agent", username: host.user, agent: login.agent })
  return ((_left: unknown, _partial: unknown, next: (method: unknown) => void) =>
    next(methods.shift() ?? false)) as ssh2.AuthHandlerMiddleware
}

/** What ssh2 adds to its errors. */
interface SshError extends Error {
  readonly level?: string
  readonly code?: string
}

function loginProblem(
  host: Host,
  { key, agent }: Login,
  thrown: unknown,
  verified: boolean,
  timeoutMs: number,
): Problem | "no-such-type" {
  const error = thrown as SshError
  if (error.level === "agent") {
    return new Problem("settings/unreadable", `the SSH agent at ${agent} does not answer`, {
      cause: error,
      hint: "start one with `ssh-agent` and `ssh-add`, or give --ssh-key-file PATH",
    })
  }
  if (error.level === "client-authentication") {
    const held = key === null ? "does the agent hold the key (`ssh-add -l`)? else " : ""
    return new Problem("pull/refused-key", `${host.name} refuses the key for ${host.user}`, {
      cause: error,
      hint: `${held}put the public key into ~${host.user}/.ssh/authorized_keys on ${host.name}; \`pmta-vault doctor ${host.name}\` prints the line`,
    })
  }
  if (error.level === "client-timeout") {
    return new Problem("pull/stalled", `${host.name} did not finish the login within ${timeoutMs / 1000} s`, {
      cause: error,
      hint: "is the host overloaded? raise connect-timeout if it is only slow",
    })
  }
  // Before the key exchange has ended, a handshake error means that both sides share no algorithm.
  if (error.level === "handshake" && !verified) return "no-such-type"
  return unreachable(host, error)
}

/** Causes that may be gone a moment later; a retry is worth it. */
const transient = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPIPE",
  "EAI_AGAIN",
])

export function isTransient(problem: unknown): boolean {
  if (!(problem instanceof Problem)) return false
  if (problem.code === "pull/stalled") return true
  if (problem.code !== "pull/unreachable") return false
  const cause = problem.cause as SshError | undefined
  return cause?.code === undefined || transient.has(cause.code)
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  ETIMEDOUT: "no answer in time",
  EHOSTUNREACH: "no route to host",
  ENETUNREACH: "network unreachable",
  ENOTFOUND: "name not found",
  EAI_AGAIN: "name service does not answer",
}

function unreachable(host: Host, thrown: unknown): Problem {
  const error = thrown as SshError
  const reason = reasons[error.code ?? ""] ?? "the connection was closed before the login"
  return new Problem(
    "pull/unreachable",
    `${host.name} (${host.address}:${host.port}) cannot be reached: ${reason}`,
    {
      cause: error,
      hint: `check address, port and firewall: \`ssh -v -p ${host.port} ${host.user}@${host.address} true\``,
    },
  )
}
