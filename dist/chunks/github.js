import { n as isEnded, r as readMark, t as endedText } from "./mark.js";
import { n as hasStatus, r as saysThat, t as client } from "./client.js";
import { t as Problem } from "./problem.js";
import { r as partAt } from "./parts.js";
// src/propose/github/held-back.ts
/** One issue that lists what the cap holds back, found again by its label. */
const label = "pmta-vault-held-back";
const title = "Drift that waits to be proposed";
const nothing = "Nothing is held back any more.";
/** @returns warnings: the list also stands in the summary, so trouble with the issue stops nothing */
async function holdBack(calls, target, list, signal) {
	try {
		const doing = "list its issues";
		const query = {
			...target,
			labels: label,
			state: "all",
			per_page: 10
		};
		const { data } = await calls.call(doing, (octokit) => octokit.request("GET /repos/{owner}/{repo}/issues", query), signal);
		const issue = data.find(({ pull_request }) => pull_request === void 0);
		if (issue === void 0) {
			if (list !== null) await open(calls, target, list, signal);
		} else if ((issue.body ?? "").replaceAll("\r", "") !== (list ?? nothing)) await update(calls, target, issue.number, list, signal);
		return [];
	} catch (error) {
		if (!(error instanceof Problem) || !hasStatus(error, 403, 404, 410)) throw error;
		if (error.code === "propose/rate-limited") throw error;
		return list === null ? [] : [`no issue lists what is held back: ${error.message}; ${error.hint}`];
	}
}
async function open(calls, target, body, signal) {
	await calls.call("open an issue", (octokit) => octokit.request("POST /repos/{owner}/{repo}/issues", {
		...target,
		title,
		body,
		labels: [label]
	}), signal);
}
/** A list that says something new is opened again, whoever closed the one before. */
async function update(calls, target, number, list, signal) {
	const state = list === null ? "closed" : "open";
	await calls.call(`update issue #${number}`, (octokit) => octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
		...target,
		issue_number: number,
		body: list ?? nothing,
		state
	}), signal);
}
// src/propose/github/on-pull.ts
/** What is put on a new pull request. Trouble with it is a warning: the pull request is there. */
const color = "d4a72c";
/** GitHub makes a missing label itself where the token may; elsewhere it is made first. */
async function addLabels(calls, target, number, labels, signal) {
	if (labels.length === 0) return [];
	const doing = `label pull request #${number}`;
	const add = () => calls.call(doing, (octokit) => octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", {
		...target,
		issue_number: number,
		labels: [...labels]
	}), signal);
	return await orWarning(async () => {
		try {
			await add();
		} catch (error) {
			if (!hasStatus(error, 404, 422)) throw error;
			for (const name of labels) await makeLabel(calls, target, name, signal);
			await add();
		}
	}, "no labels were added");
}
async function makeLabel(calls, target, name, signal) {
	try {
		await calls.call(`make the label ${JSON.stringify(name)}`, (octokit) => octokit.request("POST /repos/{owner}/{repo}/labels", {
			...target,
			name,
			color
		}), signal);
	} catch (error) {
		if (!hasStatus(error, 422)) throw error;
	}
}
async function requestReviews(calls, target, number, reviewers, signal) {
	if (reviewers.length === 0) return [];
	const teams = reviewers.filter((name) => name.includes("/")).map((name) => partAt(name, "/", 1));
	const users = reviewers.filter((name) => !name.includes("/"));
	return await orWarning(() => calls.call(`ask for reviews of pull request #${number}`, (octokit) => octokit.request("POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", {
		...target,
		pull_number: number,
		reviewers: users,
		team_reviewers: teams
	}), signal), "nobody was asked for a review");
}
/** Only what concerns this alone is a warning: without token or GitHub the run goes no further. */
async function orWarning(work, what) {
	try {
		await work();
		return [];
	} catch (error) {
		if (!(error instanceof Problem) || !hasStatus(error, 403, 404, 422)) throw error;
		if (error.code === "propose/rate-limited") throw error;
		return [`${what}: ${error.message}: ${error.data.join(" ")}`];
	}
}
// src/propose/github/verified-commit.ts
async function commitByApi(calls, target, writes, signal) {
	if (writes.length === 0) return;
	const main = await calls.call("show its branch main", (octokit) => octokit.request("GET /repos/{owner}/{repo}/commits/{ref}", {
		...target,
		ref: "heads/main"
	}), signal);
	for (const write of writes) {
		const doing = `write the branch drift/${write.id}`;
		const tree = await calls.call(doing, (octokit) => octokit.request("POST /repos/{owner}/{repo}/git/trees", {
			...target,
			base_tree: main.data.commit.tree.sha,
			tree: write.changes.map(treeItem)
		}), signal);
		const commit = await calls.call(doing, (octokit) => octokit.request("POST /repos/{owner}/{repo}/git/commits", {
			...target,
			message: write.message,
			tree: tree.data.sha,
			parents: [main.data.sha]
		}), signal);
		await calls.call(doing, (octokit) => moveBranch(octokit, target, write, commit.data.sha), signal);
	}
}
async function moveBranch(octokit, target, { id, replaces }, sha) {
	if (replaces === null) return await octokit.request("POST /repos/{owner}/{repo}/git/refs", {
		...target,
		ref: `refs/heads/drift/${id}`,
		sha
	});
	return await octokit.request("PATCH /repos/{owner}/{repo}/git/refs/{ref}", {
		...target,
		ref: `heads/drift/${id}`,
		sha,
		force: true
	});
}
function treeItem(change) {
	const folder = `hosts/${change.host}`;
	return "mirror" in change ? {
		path: folder,
		mode: "040000",
		type: "tree",
		sha: change.mirror
	} : {
		path: `${folder}/${change.path}`,
		mode: "100644",
		type: "blob",
		sha: change.blob
	};
}
// src/propose/github/index.ts
const prefix = "drift/";
const perPage = 100;
/** Of closed ones: what was refused longer ago than 500 closed pull requests is proposed again. */
const maxPages = 5;
function gitHub(options) {
	const { owner, repo } = options;
	const calls = client(options);
	const target = {
		owner,
		repo
	};
	/** open pull requests by id of their proposal */
	const pulls = /* @__PURE__ */ new Map();
	const list = async (doing, state, signal) => {
		const found = [];
		for (let page = 1; page <= maxPages; page++) {
			const order = {
				sort: "updated",
				direction: "desc"
			};
			const { data } = await calls.call(doing, (octokit) => octokit.request("GET /repos/{owner}/{repo}/pulls", {
				...target,
				state,
				...order,
				per_page: perPage,
				page
			}), signal);
			found.push(...data);
			if (data.length < perPage) break;
		}
		return found.filter(({ head, base }) => head.ref.startsWith(prefix) && head.repo?.full_name === base.repo.full_name);
	};
	const pageOf = (pull) => ({
		id: pull.head.ref.slice(6),
		url: pull.html_url,
		mark: readMark(pull.body)
	});
	const create = (octokit, { id, title, body }) => octokit.request("POST /repos/{owner}/{repo}/pulls", {
		...target,
		title,
		body,
		head: `${prefix}${id}`,
		base: "main"
	});
	const update = (octokit, number, { title, body }) => octokit.request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", {
		...target,
		pull_number: number,
		title,
		body
	});
	/** An answer that was lost on the way leaves a pull request behind: it is taken over. */
	const openOrTakeOver = async (page, signal) => {
		const doing = `open a pull request for ${prefix}${page.id}`;
		try {
			return (await calls.call(doing, (octokit) => create(octokit, page), signal)).data;
		} catch (error) {
			if (!hasStatus(error, 422) || !saysThat(error, /pull request already exists/i)) throw error;
			const head = `${owner}:${prefix}${page.id}`;
			const [pull] = (await calls.call(doing, (octokit) => octokit.request("GET /repos/{owner}/{repo}/pulls", {
				...target,
				head,
				state: "open"
			}), signal)).data;
			if (pull === void 0) throw error;
			return (await calls.call(doing, (octokit) => update(octokit, pull.number, page), signal)).data;
		}
	};
	return {
		kind: "pull-request",
		name: `GitHub ${owner}/${repo}`,
		requests: calls.requests,
		async open(signal) {
			const found = await list("list its open pull requests", "open", signal);
			for (const pull of found) pulls.set(pull.head.ref.slice(6), {
				number: pull.number,
				body: pull.body
			});
			return found.map(pageOf);
		},
		async rejected(signal) {
			return (await list("list its closed pull requests", "closed", signal)).filter((pull) => pull.merged_at === null && !isEnded(pull.body)).map(pageOf);
		},
		async end(endings, signal) {
			for (const { id, reason } of endings) {
				const pull = pulls.get(id);
				if (pull === void 0) continue;
				const doing = `close pull request #${pull.number}`;
				await calls.call(doing, (octokit) => octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
					...target,
					issue_number: pull.number,
					body: reason
				}), signal);
				await calls.call(doing, (octokit) => octokit.request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", {
					...target,
					pull_number: pull.number,
					state: "closed",
					body: endedText(pull.body)
				}), signal);
			}
		},
		async write(page, signal) {
			const known = pulls.get(page.id);
			if (known !== void 0) {
				const doing = `update pull request #${known.number}`;
				const { data } = await calls.call(doing, (octokit) => update(octokit, known.number, page), signal);
				return {
					url: data.html_url,
					warnings: []
				};
			}
			const pull = await openOrTakeOver(page, signal);
			const labels = await addLabels(calls, target, pull.number, options.labels, signal);
			const reviews = await requestReviews(calls, target, pull.number, options.reviewers, signal);
			return {
				url: pull.html_url,
				warnings: [...labels, ...reviews]
			};
		},
		holdBack: (text, signal) => holdBack(calls, target, text, signal),
		commit: (writes, signal) => commitByApi(calls, target, writes, signal)
	};
}
export { gitHub };
