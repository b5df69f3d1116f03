import { o as __toESM } from "./rolldown-runtime.js";
import { n as require_light, r as Octokit, t as retry } from "./dist-bundle.js";
import { t as Problem } from "./problem.js";
import { n as cut } from "./markdown.js";
import { a as textBefore } from "./parts.js";
import { t as asError } from "./thrown.js";
// node_modules/@octokit/plugin-throttling/dist-bundle/index.js
var import_light = /* @__PURE__ */ __toESM(require_light(), 1);
var VERSION = "0.0.0-development";
var noop = () => Promise.resolve();
function wrapRequest(state, request, options) {
	return state.retryLimiter.schedule(doRequest, state, request, options);
}
async function doRequest(state, request, options) {
	const { pathname } = new URL(options.url, "http://github.test");
	const isAuth = isAuthRequest(options.method, pathname);
	const isWrite = !isAuth && options.method !== "GET" && options.method !== "HEAD";
	const isSearch = options.method === "GET" && pathname.startsWith("/search/");
	const isGraphQL = pathname.startsWith("/graphql");
	const jobOptions = ~~request.retryCount > 0 ? {
		priority: 0,
		weight: 0
	} : {};
	if (state.clustering) jobOptions.expiration = 6e4;
	if (isWrite || isGraphQL) await state.write.key(state.id).schedule(jobOptions, noop);
	if (isWrite && state.triggersNotification(pathname)) await state.notifications.key(state.id).schedule(jobOptions, noop);
	if (isSearch) await state.search.key(state.id).schedule(jobOptions, noop);
	const req = (isAuth ? state.auth : state.global).key(state.id).schedule(jobOptions, request, options);
	if (isGraphQL) {
		const res = await req;
		if (res.data.errors != null && res.data.errors.some((error) => error.type === "RATE_LIMITED")) throw Object.assign(/* @__PURE__ */ new Error("GraphQL Rate Limit Exceeded"), {
			response: res,
			data: res.data
		});
	}
	return req;
}
function isAuthRequest(method, pathname) {
	return method === "PATCH" && /^\/applications\/[^/]+\/token\/scoped$/.test(pathname) || method === "POST" && (/^\/applications\/[^/]+\/token$/.test(pathname) || /^\/app\/installations\/[^/]+\/access_tokens$/.test(pathname) || pathname === "/login/oauth/access_token");
}
var triggers_notification_paths_default = [
	"/orgs/{org}/invitations",
	"/orgs/{org}/invitations/{invitation_id}",
	"/orgs/{org}/teams/{team_slug}/discussions",
	"/orgs/{org}/teams/{team_slug}/discussions/{discussion_number}/comments",
	"/repos/{owner}/{repo}/collaborators/{username}",
	"/repos/{owner}/{repo}/commits/{commit_sha}/comments",
	"/repos/{owner}/{repo}/issues",
	"/repos/{owner}/{repo}/issues/{issue_number}/comments",
	"/repos/{owner}/{repo}/issues/{issue_number}/sub_issue",
	"/repos/{owner}/{repo}/issues/{issue_number}/sub_issues/priority",
	"/repos/{owner}/{repo}/pulls",
	"/repos/{owner}/{repo}/pulls/{pull_number}/comments",
	"/repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies",
	"/repos/{owner}/{repo}/pulls/{pull_number}/merge",
	"/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers",
	"/repos/{owner}/{repo}/pulls/{pull_number}/reviews",
	"/repos/{owner}/{repo}/releases",
	"/teams/{team_id}/discussions",
	"/teams/{team_id}/discussions/{discussion_number}/comments"
];
function routeMatcher(paths) {
	const regex2 = `^(?:${paths.map((path) => path.split("/").map((c) => c.startsWith("{") ? "(?:.+?)" : c).join("/")).map((r) => `(?:${r})`).join("|")})[^/]*$`;
	return new RegExp(regex2, "i");
}
var regex = routeMatcher(triggers_notification_paths_default);
var triggersNotification = regex.test.bind(regex);
var groups = {};
var createGroups = function(Bottleneck, common) {
	groups.global = new Bottleneck.Group({
		id: "octokit-global",
		maxConcurrent: 10,
		...common
	});
	groups.auth = new Bottleneck.Group({
		id: "octokit-auth",
		maxConcurrent: 1,
		...common
	});
	groups.search = new Bottleneck.Group({
		id: "octokit-search",
		maxConcurrent: 1,
		minTime: 2e3,
		...common
	});
	groups.write = new Bottleneck.Group({
		id: "octokit-write",
		maxConcurrent: 1,
		minTime: 1e3,
		...common
	});
	groups.notifications = new Bottleneck.Group({
		id: "octokit-notifications",
		maxConcurrent: 1,
		minTime: 3e3,
		...common
	});
};
function throttling(octokit, octokitOptions) {
	const { enabled = true, Bottleneck = import_light.default, id = "no-id", timeout = 12e4, connection } = octokitOptions.throttle || {};
	if (!enabled) return {};
	const common = { timeout };
	if (typeof connection !== "undefined") common.connection = connection;
	const state = Object.assign({
		clustering: connection != null,
		triggersNotification,
		fallbackSecondaryRateRetryAfter: 60,
		retryAfterBaseValue: 1e3,
		id
	}, octokitOptions.throttle);
	if (typeof state.onSecondaryRateLimit !== "function" || typeof state.onRateLimit !== "function") throw new Error(`octokit/plugin-throttling error:
        You must pass the onSecondaryRateLimit and onRateLimit error handlers.
        See https://octokit.github.io/rest.js/#throttling

        const octokit = new Octokit({
          throttle: {
            onSecondaryRateLimit: (retryAfter, options) => {/* ... */},
            onRateLimit: (retryAfter, options) => {/* ... */}
          }
        })
    `);
	let initialized = false;
	const initializeBottleneck = () => {
		if (initialized) return;
		initialized = true;
		if (groups.global == null) createGroups(Bottleneck, common);
		state.global = state.global ?? groups.global;
		state.auth = state.auth ?? groups.auth;
		state.search = state.search ?? groups.search;
		state.write = state.write ?? groups.write;
		state.notifications = state.notifications ?? groups.notifications;
		state.retryLimiter = state.retryLimiter ?? new Bottleneck();
		const events = {};
		const emitter = new Bottleneck.Events(events);
		events.on("secondary-limit", state.onSecondaryRateLimit);
		events.on("rate-limit", state.onRateLimit);
		events.on("error", (e) => octokit.log.warn("Error in throttling-plugin limit handler", e));
		state.retryLimiter.on("failed", async function(error, info) {
			const [state2, request, options] = info.args;
			const { pathname } = new URL(options.url, "http://github.test");
			if (!(pathname.startsWith("/graphql") && error.status !== 401 || error.status === 403 || error.status === 429)) return;
			const retryCount = ~~request.retryCount;
			request.retryCount = retryCount;
			options.request.retryCount = retryCount;
			const { wantRetry, retryAfter = 0 } = await (async function() {
				if (/\bsecondary rate\b/i.test(error.message)) {
					const retryAfter2 = Number(error.response.headers["retry-after"]) || state2.fallbackSecondaryRateRetryAfter;
					return {
						wantRetry: await emitter.trigger("secondary-limit", retryAfter2, options, octokit, retryCount),
						retryAfter: retryAfter2
					};
				}
				if (error.response.headers != null && error.response.headers["x-ratelimit-remaining"] === "0" || (error.response.data?.errors ?? []).some((error2) => error2.type === "RATE_LIMITED")) {
					const rateLimitReset = (/* @__PURE__ */ new Date(~~error.response.headers["x-ratelimit-reset"] * 1e3)).getTime();
					const retryAfter2 = Math.max(Math.ceil((rateLimitReset - Date.now()) / 1e3) + 1, 0);
					return {
						wantRetry: await emitter.trigger("rate-limit", retryAfter2, options, octokit, retryCount),
						retryAfter: retryAfter2
					};
				}
				return {};
			})();
			if (wantRetry) {
				request.retryCount++;
				return retryAfter * state2.retryAfterBaseValue;
			}
		});
	};
	octokit.hook.wrap("request", (request, options) => {
		initializeBottleneck();
		return wrapRequest(state, request, options);
	});
	return {};
}
throttling.VERSION = VERSION;
throttling.triggersNotification = triggersNotification;
// src/propose/github/trouble.ts
/** What GitHub refuses, in words that say what to change. Its own words are shown below, as data. */
/** @param error  what Octokit threw; anything that is no answer of GitHub is a broken connection */
function problemFor(error, doing, access) {
	const refusal = refusalOf(error);
	if (refusal === null) return asError(error);
	const name = `${access.owner}/${access.repo}`;
	const options = {
		data: [cut(textBefore(refusal.message, "\n"), 300)],
		cause: error
	};
	const say = (code, message, hint) => new Problem(code, message, {
		...options,
		hint
	});
	const { status, message, headers } = refusal;
	if (isRateLimit(refusal)) return say("propose/rate-limited", `GitHub's rate limit stopped us: it did not ${doing}`, waitHint(headers));
	if (/not permitted to create or approve pull requests/i.test(message)) return say("propose/not-permitted", `GitHub Actions may not create pull requests in ${name}`, "tick \"Allow GitHub Actions to create and approve pull requests\" in Settings › Actions › General, in the organisation too; or give the token of a GitHub App");
	switch (status) {
		case 401: return say("propose/token", `GitHub does not accept the token for ${name}`, "it may have expired; in a workflow leave `token` out, or give `token: ${{ github.token }}`");
		case 403: return say("propose/not-permitted", `the token may not ${doing} in ${name}`, "give the job `permissions: { contents: write, pull-requests: write, issues: write }`, or the token these rights");
		case 404: return say("propose/not-found", `GitHub has no ${name} for this token: it did not ${doing}`, "check the name in `vault`, and that the token covers this repository with `pull-requests: write`");
		case 409:
		case 410:
		case 422: return say("propose/refused", `GitHub refuses to ${doing} in ${name}`, hintFor(message));
		default: return say("propose/unavailable", `GitHub did not ${doing} for ${name}${status === 500 ? "" : ` (${status})`}`, "run again later: what is missing is made then; https://www.githubstatus.com says whether others wait too");
	}
}
/** Whether an error is an answer of GitHub with this status. */
function hasStatus(error, ...statuses) {
	const refusal = refusalOf(error instanceof Problem ? error.cause : error);
	return refusal !== null && statuses.includes(refusal.status);
}
function saysThat(error, words) {
	return words.test(refusalOf(error instanceof Problem ? error.cause : error)?.message ?? "");
}
function refusalOf(error) {
	if (!(error instanceof Error) || !("status" in error) || typeof error.status !== "number") return null;
	const response = "response" in error ? error.response : void 0;
	return {
		status: error.status,
		message: error.message,
		headers: response?.headers ?? {}
	};
}
function isRateLimit({ status, message, headers }) {
	if (status === 429) return true;
	return status === 403 && (/\brate limit\b/i.test(message) || headers["x-ratelimit-remaining"] === "0");
}
function waitHint(headers) {
	const reset = Number(headers["x-ratelimit-reset"]);
	return `run again ${reset > 0 ? `after ${(/* @__PURE__ */ new Date(reset * 1e3)).toISOString().slice(11, 16)} UTC` : "later"}: what is missing is made then; lower max-proposals if it happens often`;
}
function hintFor(message) {
	if (/verified signature/i.test(message)) return "the rule wants signed commits, and GitHub signs those of GITHUB_TOKEN and of Apps, not those of people's tokens: give one of the former";
	if (/repository rule violations|protected branch/i.test(message)) return "exempt the branches drift/* and bundles from the rule, or let the token bypass it";
	return "its words above say why; `pmta-vault backup` tries again";
}
// src/propose/github/client.ts
/**
* Octokit with its throttling and retry plugins, as GitHub asks integrators to behave. Counts what it sends, and
* never waits longer than the whole phase may take.
*/
/** One answer may take this long, ms; hosted GitHub answers or gives up after ten seconds. */
const answerMs = 3e4;
const maxTries = 2;
function client(access) {
	const requests = {
		reads: 0,
		writes: 0
	};
	let deadline = null;
	const started = () => {
		deadline ??= {
			signal: AbortSignal.timeout(access.timeoutMs),
			at: Date.now() + access.timeoutMs
		};
		return deadline;
	};
	const group = (minTime) => new import_light.default.Group({
		maxConcurrent: 1,
		minTime
	});
	const fits = (seconds, tried) => tried < maxTries && Date.now() + seconds * 1e3 < started().at;
	const octokit = new (Octokit.plugin(retry, throttling))({
		baseUrl: access.api,
		auth: access.token(),
		userAgent: access.agent,
		log: {
			debug() {},
			info() {},
			warn() {},
			error() {}
		},
		request: { fetch: async (url, options) => {
			if (options.method === "GET") requests.reads++;
			else requests.writes++;
			const { signal: late } = started();
			const signal = AbortSignal.any([late, AbortSignal.timeout(answerMs)]);
			try {
				return await fetch(url, {
					...options,
					signal
				});
			} catch (error) {
				throw late.aborted ? new DOMException("out of time", "AbortError") : error;
			}
		} },
		retry: {
			retryAfterBaseValue: access.intervalMs,
			doNotRetry: [
				400,
				401,
				403,
				404,
				410,
				422,
				429,
				451
			]
		},
		throttle: {
			write: group(access.intervalMs),
			notifications: group(3 * access.intervalMs),
			onRateLimit: (seconds, _options, _octokit, tried) => fits(seconds, tried),
			onSecondaryRateLimit: (seconds, _options, _octokit, tried) => fits(seconds, tried)
		}
	});
	return {
		requests,
		async call(doing, send, signal) {
			signal.throwIfAborted();
			const given = AbortSignal.any([signal, started().signal]);
			const stopped = Promise.withResolvers();
			const stop = () => stopped.reject(signal.aborted ? signal.reason : outOfTime(access, doing));
			given.addEventListener("abort", stop, { once: true });
			if (given.aborted) stop();
			try {
				return await Promise.race([send(octokit), stopped.promise]);
			} catch (error) {
				if (error === signal.reason || error instanceof Problem) throw error;
				throw problemFor(error, doing, access);
			} finally {
				given.removeEventListener("abort", stop);
			}
		}
	};
}
function outOfTime({ timeoutMs, owner, repo }, doing) {
	return new Problem("propose/unavailable", `GitHub was not done within ${Math.round(timeoutMs / 1e3)} s: it did not ${doing} for ${owner}/${repo}`, { hint: "run again later: what is missing is made then; github-timeout allows more time" });
}
export { hasStatus as n, saysThat as r, client as t };
