import type { Fleet } from "../core/fleet.ts"
import type { Discussions, Forge } from "../core/forge.ts"
import type { IssueTracker } from "../core/issues.ts"
import { Problem } from "../core/problem.ts"
import type { Vault } from "../core/vault.ts"
import { fileForge } from "../propose/files.ts"
import type { Access } from "../propose/github/client.ts"
import type { Settings } from "../settings.ts"
import type { World } from "./vault-parts.ts"

/**
 * Where the proposals of a vault are shown: pull requests when it lies on the GitHub server and there is a token,
 * files when it is local, nowhere else.
 */
export async function forgeOf(
  settings: Settings,
  { review }: Fleet,
  vault: Vault,
  world: World,
): Promise<Forge | null> {
  if (vault.pages !== null) return fileForge(vault.pages)
  const access = await accessOf(settings, vault, world)
  if (access === null) return null
  // Loaded on demand: local vaults never need it.
  const { gitHub } = await import("../propose/github/index.ts")
  return gitHub({ ...access, labels: review.labels, reviewers: review.reviewers })
}

/** @throws Problem "settings/invalid" for a vault that lies elsewhere */
export async function trackerOf(settings: Settings, vault: Vault, world: World): Promise<IssueTracker> {
  const access = await accessOf(settings, vault, world)
  if (access === null) {
    throw new Problem("settings/invalid", "issues are asked for, and the vault is not on the GitHub server", {
      hint: "leave issues out, or give the vault's URL and a token",
    })
  }
  const { gitHubIssues } = await import("../propose/github/issues.ts")
  return gitHubIssues(access)
}

/** @throws Problem "settings/invalid" for a vault that lies elsewhere */
export async function discussionsOf(settings: Settings, vault: Vault, world: World): Promise<Discussions> {
  const discussions = await discussionsIn(settings, vault, world)
  if (discussions === null) {
    throw new Problem(
      "settings/invalid",
      "comments are asked for, and the vault is not on the GitHub server",
      {
        hint: "leave comment out, or give the vault's URL and a token",
      },
    )
  }
  return discussions
}

/** Null for a vault that lies elsewhere. */
export async function discussionsIn(
  settings: Settings,
  vault: Vault,
  world: World,
): Promise<Discussions | null> {
  const access = await accessOf(settings, vault, world)
  if (access === null) return null
  const { gitHubDiscussions } = await import("../propose/github/comments.ts")
  return gitHubDiscussions(access)
}

/** What is needed to speak with the GitHub server that the vault lies on; null when it lies elsewhere. */
async function accessOf(settings: Settings, vault: Vault, world: World): Promise<Access | null> {
  const { token, githubApi } = settings
  const server = settings.githubServer ?? "https://github.com"
  const repository = repositoryOn(server, vault.location)
  if (repository === null || token === null) return null
  // It brings WebSocket and fetch with it, which takes as long as all else that a local vault needs.
  const { default: http } = await import("node:http")
  // git reads the proxy variables itself; Node has to be told. Node before 24.14 cannot be.
  http.setGlobalProxyFromEnv?.(world.environment)
  return {
    ...repository,
    api: (githubApi ?? usualApi(server)).replace(/\/+$/, ""),
    token: () => token.revealText("for GitHub's API"),
    agent: `pmta-vault/${world.tool}`,
    intervalMs: settings.githubInterval,
    timeoutMs: settings.githubTimeoutMs,
  }
}

/** Owner and name of a repository from its URL, be it for HTTP or SSH; null for one on another server. */
export function repositoryOn(
  server: string,
  location: string,
): { readonly owner: string; readonly repo: string } | null {
  const base = serverUrl(server)
  const ssh = /^(?:ssh:\/\/)?(?:[\w.-]+@)([\w.-]+)(?::\d+)?[:/](.*)$/.exec(location)
  const url = ssh === null ? URL.parse(location) : null
  const isThere = url === null ? ssh?.[1]?.toLowerCase() === base.hostname : url.origin === base.origin
  const path = (url?.pathname ?? ssh?.[2] ?? "").replace(/^\//, "")
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(path) ?? []
  return isThere && owner !== undefined && repo !== undefined ? { owner, repo } : null
}

/** github.com and data residency have a host of their own for it, other servers a path. */
export function usualApi(server: string): string {
  const { hostname, origin } = serverUrl(server)
  if (hostname === "github.com") return "https://api.github.com"
  return hostname.endsWith(".ghe.com") ? `https://api.${hostname}` : `${origin}/api/v3`
}

function serverUrl(server: string): URL {
  const url = URL.parse(server)
  if (url !== null && /^https?:$/.test(url.protocol)) return url
  throw new Problem(
    "settings/invalid",
    `github-server is ${JSON.stringify(server.slice(0, 60))}, which is no URL`,
    {
      hint: "give one such as https://github.example.com",
    },
  )
}
