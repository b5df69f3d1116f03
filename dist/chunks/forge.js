import { t as Problem } from "./problem.js";
import { r as readMark } from "./mark.js";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
// src/propose/files.ts
/** Pages of a local vault's proposals: Markdown files beside the repository, in no branch. Judged with `accept`. */
const heldBackName = "held-back.md";
/** @param directory  made when there is something to write */
function fileForge(directory) {
	const path = (id) => join(directory, `${id}.md`);
	const put = async (file, text) => {
		await mkdir(directory, { recursive: true });
		await writeFile(file, `${text}\n`);
	};
	return {
		kind: "file",
		name: directory,
		requests: {
			reads: 0,
			writes: 0
		},
		async open() {
			const pages = (await readdir(directory).catch(() => [])).filter((name) => /^[0-9a-f]+\.md$/.test(name)).map((name) => name.slice(0, -3));
			return await Promise.all(pages.map(async (id) => ({
				id,
				url: path(id),
				mark: readMark(await readFile(path(id), "utf8"))
			})));
		},
		rejected: async () => [],
		async end(endings) {
			for (const { id } of endings) await rm(path(id), { force: true });
		},
		async write({ id, body }) {
			await put(path(id), body);
			return {
				url: path(id),
				warnings: []
			};
		},
		async holdBack(list) {
			const file = join(directory, heldBackName);
			if (list === null) await rm(file, { force: true });
			else await put(file, list);
			return [];
		},
		commit: null
	};
}
// src/wiring/forge.ts
/**
* Where the proposals of a vault are shown: pull requests when it lies on the GitHub server and there is a token,
* files when it is local, nowhere else.
*/
async function forgeOf(settings, { review }, vault, world) {
	if (vault.pages !== null) return fileForge(vault.pages);
	const access = await accessOf(settings, vault, world);
	if (access === null) return null;
	const { gitHub } = await import("./github.js");
	return gitHub({
		...access,
		labels: review.labels,
		reviewers: review.reviewers
	});
}
/** @throws Problem "settings/invalid" for a vault that lies elsewhere */
async function trackerOf(settings, vault, world) {
	const access = await accessOf(settings, vault, world);
	if (access === null) throw new Problem("settings/invalid", "issues are asked for, and the vault is not on the GitHub server", { hint: "leave issues out, or give the vault's URL and a token" });
	const { gitHubIssues } = await import("./issues.js");
	return gitHubIssues(access);
}
/** @throws Problem "settings/invalid" for a vault that lies elsewhere */
async function discussionsOf(settings, vault, world) {
	const discussions = await discussionsIn(settings, vault, world);
	if (discussions === null) throw new Problem("settings/invalid", "comments are asked for, and the vault is not on the GitHub server", { hint: "leave comment out, or give the vault's URL and a token" });
	return discussions;
}
/** Null for a vault that lies elsewhere. */
async function discussionsIn(settings, vault, world) {
	const access = await accessOf(settings, vault, world);
	if (access === null) return null;
	const { gitHubDiscussions } = await import("./comments.js");
	return gitHubDiscussions(access);
}
/** What is needed to speak with the GitHub server that the vault lies on; null when it lies elsewhere. */
async function accessOf(settings, vault, world) {
	const { token, githubApi } = settings;
	const server = settings.githubServer ?? "https://github.com";
	const repository = repositoryOn(server, vault.location);
	if (repository === null || token === null) return null;
	const { default: http } = await import("node:http");
	http.setGlobalProxyFromEnv?.(world.environment);
	return {
		...repository,
		api: (githubApi ?? usualApi(server)).replace(/\/+$/, ""),
		token: () => token.revealText("for GitHub's API"),
		agent: `pmta-vault/${world.tool}`,
		intervalMs: settings.githubInterval,
		timeoutMs: settings.githubTimeoutMs
	};
}
/** Owner and name of a repository from its URL, be it for HTTP or SSH; null for one on another server. */
function repositoryOn(server, location) {
	const base = serverUrl(server);
	const ssh = /^(?:ssh:\/\/)?(?:[\w.-]+@)([\w.-]+)(?::\d+)?[:/](.*)$/.exec(location);
	const url = ssh === null ? URL.parse(location) : null;
	const isThere = url === null ? ssh?.[1]?.toLowerCase() === base.hostname : url.origin === base.origin;
	const path = (url?.pathname ?? ssh?.[2] ?? "").replace(/^\//, "");
	const [, owner, repo] = /^([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(path) ?? [];
	return isThere && owner !== void 0 && repo !== void 0 ? {
		owner,
		repo
	} : null;
}
/** github.com and data residency have a host of their own for it, other servers a path. */
function usualApi(server) {
	const { hostname, origin } = serverUrl(server);
	if (hostname === "github.com") return "https://api.github.com";
	return hostname.endsWith(".ghe.com") ? `https://api.${hostname}` : `${origin}/api/v3`;
}
function serverUrl(server) {
	const url = URL.parse(server);
	if (url !== null && /^https?:$/.test(url.protocol)) return url;
	throw new Problem("settings/invalid", `github-server is ${JSON.stringify(server.slice(0, 60))}, which is no URL`, { hint: "give one such as https://github.example.com" });
}
export { trackerOf as a, repositoryOn as i, discussionsOf as n, usualApi as o, forgeOf as r, discussionsIn as t };
