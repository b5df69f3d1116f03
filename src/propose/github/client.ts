/**
 * Octokit with its throttling and retry plugins, as GitHub asks integrators to behave. Counts what it sends, and
 * never waits longer than the whole phase may take.
 */
import { Octokit } from "@octokit/core"
import { retry } from "@octokit/plugin-retry"
import { throttling } from "@octokit/plugin-throttling"
// What the plugin itself uses: no second copy in the bundle.
import Bottleneck from "bottleneck/light.js"
import { Problem } from "../../core/problem.ts"
import { problemFor } from "./trouble.ts"

export interface Access {
  /** such as `https://api.github.com` */
  readonly api: string
  readonly owner: string
  readonly repo: string
  readonly token: () => string
  /** such as `pmta-vault/0.1.0` */
  readonly agent: string
  /** between two writes, ms; GitHub asks for 1000. Pull requests and comments take three times as long */
  readonly intervalMs: number
  /** for all requests together, ms */
  readonly timeoutMs: number
}

export interface Client {
  readonly requests: { readonly reads: number; readonly writes: number }
  /**
   * @param doing  what the requests are for, to follow "GitHub did not"
   * @throws       Problem "propose/…", with GitHub's answer as its cause for the caller to judge
   */
  call<T>(doing: string, send: (octokit: Octokit) => Promise<T>, signal: AbortSignal): Promise<T>
}

/** One answer may take this long, ms; hosted GitHub answers or gives up after ten seconds. */
const answerMs = 30_000
const maxTries = 2

export function client(access: Access): Client {
  const requests = { reads: 0, writes: 0 }
  let deadline: { readonly signal: AbortSignal; readonly at: number } | null = null
  const started = () => {
    deadline ??= { signal: AbortSignal.timeout(access.timeoutMs), at: Date.now() + access.timeoutMs }
    return deadline
  }
  const group = (minTime: number) => new Bottleneck.Group({ maxConcurrent: 1, minTime })
  const fits = (seconds: number, tried: number) =>
    tried < maxTries && Date.now() + seconds * 1000 < started().at
  const octokit = new (Octokit.plugin(retry, throttling))({
    baseUrl: access.api,
    auth: access.token(),
    userAgent: access.agent,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    request: {
      fetch: async (url: string, options: RequestInit) => {
        if (options.method === "GET") requests.reads++
        else requests.writes++
        const { signal: late } = started()
        const signal = AbortSignal.any([late, AbortSignal.timeout(answerMs)])
        try {
          return await fetch(url, { ...options, signal })
        } catch (error) {
          // By this name the plugins know that there is nothing to try again.
          throw late.aborted ? new DOMException("out of time", "AbortError") : error
        }
      },
    },
    // Limits, 429 among them, are the throttling plugin's to wait for.
    retry: { retryAfterBaseValue: access.intervalMs, doNotRetry: [400, 401, 403, 404, 410, 422, 429, 451] },
    throttle: {
      write: group(access.intervalMs),
      notifications: group(3 * access.intervalMs),
      onRateLimit: (seconds, _options, _octokit, tried) => fits(seconds, tried),
      onSecondaryRateLimit: (seconds, _options, _octokit, tried) => fits(seconds, tried),
    },
  })
  return {
    requests,
    async call(doing, send, signal) {
      signal.throwIfAborted()
      const given = AbortSignal.any([signal, started().signal])
      const stopped = Promise.withResolvers<never>()
      const stop = () => stopped.reject(signal.aborted ? signal.reason : outOfTime(access, doing))
      given.addEventListener("abort", stop, { once: true })
      if (given.aborted) stop()
      try {
        return await Promise.race([send(octokit), stopped.promise])
      } catch (error) {
        if (error === signal.reason || error instanceof Problem) throw error
        throw problemFor(error, doing, access)
      } finally {
        given.removeEventListener("abort", stop)
      }
    },
  }
}

function outOfTime({ timeoutMs, owner, repo }: Access, doing: string): Problem {
  return new Problem(
    "propose/unavailable",
    `GitHub was not done within ${Math.round(timeoutMs / 1000)} s: it did not ${doing} for ${owner}/${repo}`,
    {
      hint: "run again later: what is missing is made then; github-timeout allows more time",
    },
  )
}
