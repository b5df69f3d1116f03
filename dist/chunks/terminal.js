import { i as exits, t as Problem } from "./problem.js";
import { n as systemCode } from "./thrown.js";
import { t as version } from "./version.js";
import { t as certain } from "./certain.js";
import { a as textBefore } from "./parts.js";
import { t as didYouMean } from "./nearest.js";
import { t as printable } from "./printable.js";
import { i as timeInWords, t as bytesInWords } from "./printable2.js";
import { t as paint } from "./paint2.js";
import { t as require_dist } from "./dist.js";
import { C as withoutComment } from "./rules.js";
import { d as openVault, s as readFleetFile, u as vaultOptions } from "./vault-parts.js";
import { t as _usingCtx } from "./usingCtx.js";
import { writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { createInterface } from "node:readline/promises";
import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
// src/fleet/pin.ts
var import_dist = require_dist();
/**
* @param text  a fleet file that YAML can read
* @param host  a name under `hosts:`
* @param keys  public key lines or fingerprints: all that the host is to have from now on
* @returns     the text with the host's `hostKeys` replaced or added; lines of keys that stay are untouched
* @throws      Problem "fleet/no-such-host"; "fleet/invalid" where the file is written in a way that has to be
*              edited by hand, such as an alias in the place of the host
*/
function pinHostKeys(text, host, keys) {
	const document = (0, import_dist.parseDocument)(text, { prettyErrors: false });
	const hosts = (0, import_dist.isMap)(document.contents) ? document.contents.get("hosts", true) : void 0;
	if (!(0, import_dist.isMap)(hosts)) throw byHand(host, "hosts is not a map");
	const pair = hosts.items.find(({ key }) => nameOf(key) === host);
	if (pair === void 0) {
		const names = hosts.items.map(({ key }) => nameOf(key));
		throw new Problem("fleet/no-such-host", `the fleet has no host ${host}${didYouMean(host, names)}`, { hint: `hosts are ${names.join(", ")}` });
	}
	if (!(0, import_dist.isMap)(pair.value)) throw byHand(host, (0, import_dist.isAlias)(pair.value) ? "it is an alias" : "it has no address yet");
	const pinned = withKeys(text, pair.value, keys, host);
	if (!saysTheSame(text, pinned, host, keys)) throw byHand(host, "its layout is unusual");
	return pinned;
}
/** Whether the edited text is the old one but for the keys of this host, and those are the wanted ones. */
function saysTheSame(before, after, host, keys) {
	const path = [
		"hosts",
		host,
		"hostKeys"
	];
	const read = (text) => (0, import_dist.parseDocument)(text, { prettyErrors: false });
	const [old, edited] = [read(before), read(after)];
	if (edited.errors.length > 0) return false;
	const list = edited.getIn(path);
	const found = (0, import_dist.isSeq)(list) ? list.items.map((item) => withoutComment(nameOf(item))) : [];
	old.deleteIn(path);
	edited.deleteIn(path);
	const wanted = new Set(keys.map(withoutComment));
	return new Set(found).symmetricDifference(wanted).size === 0 && JSON.stringify(edited) === JSON.stringify(old);
}
function withKeys(text, entry, keys, host) {
	const pair = entry.items.find(({ key }) => nameOf(key) === "hostKeys");
	const eol = text.includes("\r\n") ? "\r\n" : "\n";
	if (pair === void 0) return withPair(text, entry, keys, eol);
	if ((0, import_dist.isSeq)(pair.value) && pair.value.flow !== true && keys.length > 0) return withItems(text, pair.value, keys, eol);
	if ((0, import_dist.isAlias)(pair.value)) throw byHand(host, "its hostKeys are an alias");
	const [start, end] = rangeOf(pair.value);
	if (!((0, import_dist.isScalar)(pair.value) && pair.value.value === null && start === end)) return splice(text, start, end, flow(keys));
	const colon = text.indexOf(":", rangeOf(pair.key)[1]) + 1;
	return splice(text, colon, colon, ` ${flow(keys)}`);
}
/** A host without `hostKeys` gets them after its last key. */
function withPair(text, entry, keys, eol) {
	const last = entry.items.at(-1);
	if (entry.flow === true || last === void 0) {
		const close = text.lastIndexOf("}", rangeOf(entry)[1] - 1);
		const before = text.slice(0, close).trimEnd();
		return `${before}${before.endsWith("{") ? " " : before.endsWith(",") ? " " : ", "}hostKeys: ${flow(keys)}${text.slice(before.length, close) || " "}${text.slice(close)}`;
	}
	const first = rangeOf(entry.items[0]?.key)[0];
	const indent = " ".repeat(first - lineStart(text, first));
	const lines = [`${indent}hostKeys:`, ...keys.map((key) => `${indent}  - ${scalar(key)}`)];
	return insertLines(text, contentEnd(last), lines, eol);
}
/** A block list keeps the lines of keys that stay, loses those of keys that go, and gets the rest at its end. */
function withItems(text, list, keys, eol) {
	const wanted = new Map(keys.map((key) => [withoutComment(key), key]));
	const staying = list.items.filter((item) => (0, import_dist.isScalar)(item) && wanted.has(withoutComment(String(item.value))));
	for (const item of staying) wanted.delete(withoutComment(nameOf(item)));
	const first = rangeOf(list)[0];
	const indent = text.slice(lineStart(text, first), first).replace(/[^ ]/g, " ");
	const added = [...wanted.values()].map((key) => `${indent}- ${scalar(key)}`);
	let edited = insertLines(text, rangeOf(list.items.at(-1))[1], added, eol);
	for (const item of list.items.toReversed()) {
		if (staying.includes(item)) continue;
		const [start, end] = rangeOf(item);
		edited = splice(edited, lineStart(edited, start), lineEnd(edited, end), "");
	}
	return edited;
}
function insertLines(text, offset, lines, eol) {
	if (lines.length === 0) return text;
	const at = lineEnd(text, offset);
	const isLastLine = at === text.length && !text.endsWith("\n");
	const block = lines.join(eol);
	return splice(text, at, at, isLastLine ? `${eol}${block}` : `${block}${eol}`);
}
/** Where the text of a pair ends, without comments and blank lines behind it. */
function contentEnd(pair) {
	const { value } = pair;
	if (((0, import_dist.isMap)(value) || (0, import_dist.isSeq)(value)) && value.flow !== true) {
		const last = value.items.at(-1);
		if (last !== void 0) return (0, import_dist.isMap)(value) ? contentEnd(last) : rangeOf(last)[1];
	}
	return (0, import_dist.isScalar)(value) && value.value === null ? rangeOf(pair.key)[1] : rangeOf(value)[1];
}
const splice = (text, start, end, by) => text.slice(0, start) + by + text.slice(end);
const lineStart = (text, offset) => text.lastIndexOf("\n", offset - 1) + 1;
/** After the newline of the line that holds what ends at `offset`; a block scalar's end is behind its newline. */
function lineEnd(text, offset) {
	if (text[offset - 1] === "\n") return offset;
	const newline = text.indexOf("\n", offset);
	return newline === -1 ? text.length : newline + 1;
}
/** @param node  out of a parsed file, where each has its place */
function rangeOf(node) {
	const [start, end] = certain(node.range);
	return [start, end];
}
const nameOf = (node) => (0, import_dist.isScalar)(node) ? String(node.value) : "";
/** Keys and fingerprints have no quotes, colons with blanks or other marks, but a comment may. */
const scalar = (key) => /^[A-Za-z][\w+/=:@. -]*[\w+/=]$/.test(key) && !key.includes(": ") ? key : JSON.stringify(key);
const flow = (keys) => `[${keys.map((key) => JSON.stringify(key)).join(", ")}]`;
function byHand(host, reason) {
	return new Problem("fleet/invalid", `the keys of host ${host} cannot be written into the file: ${reason}`, { hint: `edit hosts.${host}.hostKeys by hand` });
}
// src/flows/pin.ts
async function pin(file, tools) {
	const text = await tools.read();
	const hosts = await tools.offered(text);
	const silent = hosts.find(({ keys }) => keys.length === 0);
	if (silent !== void 0) throw new Problem("pull/no-algorithm", `${silent.host.name} offers no host key of a type that is safe to pin`, { hint: "make an Ed25519 key on it: `ssh-keygen -A`, then restart its SSH server" });
	const wanted = await tools.confirm(hosts);
	if (wanted) await tools.write(hosts.reduce((before, { host, keys }) => pinHostKeys(before, host.name, keys.map(({ algorithm, base64 }) => `${algorithm} ${base64}`)), text));
	return {
		command: "pin",
		file,
		hosts: hosts.map(({ host, keys }) => ({
			host: host.name,
			keys: keys.map(({ algorithm, fingerprint, pinned }) => ({
				algorithm,
				fingerprint,
				pinned
			}))
		})),
		written: wanted
	};
}
// src/show/progress.ts
/** Turns events into progress: hosts done, bytes, time left on a terminal; a line per host that failed elsewhere. */
function progress(screen, { yellow, red, dim }, nowMs) {
	let total = 0;
	let done = 0;
	let bytes = 0;
	const started = nowMs();
	const status = () => {
		const elapsed = nowMs() - started;
		const left = done === 0 || done === total ? "" : `, about ${timeInWords(elapsed / done * (total - done))} left`;
		screen.status?.(dim(`${done}/${total} hosts, ${bytesInWords(bytes)}${left}`));
	};
	return (event) => {
		switch (event.kind) {
			case "run-started":
				total = event.hosts.length;
				break;
			case "host-bytes":
				bytes += event.bytes;
				break;
			case "host-retried":
				screen.line(`${yellow("retry:")} ${printable(event.problem.message)}; attempt ${event.attempt + 1}`);
				break;
			case "host-finished":
				done++;
				if (event.problem !== null && screen.status === null) screen.line(`${red("failed:")} ${printable(event.problem.message)}`);
				break;
			case "warning":
				screen.line(`${yellow("warning:")} ${event.host === null ? "" : `${event.host}: `}${printable(event.message)}`);
				break;
			case "step": screen.line(printable(event.message));
		}
		status();
	};
}
// src/wiring/ping.ts
/**
* Tells a monitor outside how a run went: `URL/start`, then `URL` or `URL/fail` with the summary. The URL is a secret:
* who has it can say that all is well. The monitor raises the alarm when it hears nothing.
*/
/** healthchecks keeps 100 kB of a body; the head of a summary says what there is to know. */
const maxBodyCharacters = 1e4;
const attempts = 3;
const timeoutMs = 1e4;
const betweenMs = 1e3;
/**
* Runs a piece of work between two pings. Anything but exit `good`, thrown or told, is a failure. Success is said last
* of all, so that a failure is never followed by it.
* @param url   null: no pings
* @param work  all that the run does, the writing of its results included
*/
async function pinged(url, observe, work, ending) {
	if (url === null) return await work();
	const ping = pinger(url, observe);
	const started = ping("/start", "");
	try {
		const result = await work();
		const { exit, text } = ending(result);
		await started;
		await ping(exit === "good" ? "" : "/fail", text);
		return result;
	} catch (error) {
		await started;
		await ping("/fail", failureText(error));
		throw error;
	}
}
/** @throws Problem "settings/invalid" for what is no URL; never shows it */
function pinger(url, observe) {
	const base = URL.parse(url.revealText("to ping it"));
	if (base === null || !/^https?:$/.test(base.protocol)) throw new Problem("settings/invalid", "ping-url is no http or https URL", { hint: "copy it again from the monitor" });
	return async (path, text) => {
		const target = new URL(base);
		target.pathname = `${base.pathname.replace(/\/$/, "")}${path}`;
		const body = stripVTControlCharacters(text).slice(0, maxBodyCharacters);
		let trouble = "";
		for (let attempt = 1; attempt <= attempts; attempt++) {
			trouble = await post(target, body);
			if (trouble === "") return;
			if (attempt < attempts) await setTimeout(betweenMs * attempt);
		}
		observe({
			kind: "warning",
			host: null,
			message: `the monitor of ping-url could not be told ${path === "" ? "the success" : path.slice(1)}: ${trouble}`
		});
	};
}
/** @returns what went wrong, without the URL; empty when nothing did */
async function post(target, body) {
	try {
		const signal = AbortSignal.timeout(timeoutMs);
		const response = await fetch(target, {
			method: "POST",
			body,
			redirect: "manual",
			signal
		});
		await response.body?.cancel();
		return response.ok ? "" : `it answers ${response.status}`;
	} catch (error) {
		return error instanceof Error && error.name === "TimeoutError" ? "it does not answer" : `no connection (${systemCode(error.cause)})`;
	}
}
function failureText(error) {
	if (!(error instanceof Problem)) return "a bug of pmta-vault: see the log of the run";
	return [
		error.message,
		...error.data,
		`hint: ${error.hint}`
	].join("\n");
}
// src/wiring/runner.ts
/** What the variables of a GitHub Actions runner say; without a runner, nothing. */
function runnerOf(env) {
	return {
		hasRuntimeToken: (env["ACTIONS_RUNTIME_TOKEN"] ?? "") !== "",
		hasResultsUrl: (env["ACTIONS_RESULTS_URL"] ?? "") !== "",
		serverUrl: env["GITHUB_SERVER_URL"] ?? "",
		repository: env["GITHUB_REPOSITORY"] ?? "",
		runId: Number(env["GITHUB_RUN_ID"] ?? 0)
	};
}
// src/wiring.ts
/**
* Puts the parts together: the only room that names concrete adapters. What a command does not need is not
* loaded: each function brings in its own story.
*/
async function runBackup(settings, world, signal) {
	const { backupWith, captureWith } = await import("./backing-up.js");
	const { capture } = settings;
	return capture === null ? await backupWith(settings, world, signal) : await captureWith(settings, capture, world, signal);
}
async function runPlanShards(settings, world, signal) {
	const { planShardsWith } = await import("./sharding.js");
	return await planShardsWith(settings, world, signal);
}
async function runCollect(settings, world, signal) {
	const { collectWith } = await import("./sharding.js");
	return await collectWith(settings, world, signal);
}
async function runDiff(settings, world, signal) {
	try {
		var _usingCtx$1 = _usingCtx();
		const [{ diff }, { txtLookup }, { assemble, knownCategories }] = await Promise.all([
			import("./diff.js"),
			import("./txt-lookup.js"),
			import("./parts3.js")
		]);
		const parts = await assemble(settings, world, {
			create: false,
			jumpHosts: false
		}, signal);
		const vault = _usingCtx$1.a(parts.vault);
		const transport = _usingCtx$1.a(parts.transport);
		const request = {
			hosts: parts.hosts,
			width: parts.width,
			snapshot: settings.snapshot
		};
		const only = knownCategories(settings.categories, parts.fleet, parts.profile);
		const lookup = txtLookup(settings.resolver, signal);
		return await diff(request, {
			...parts,
			transport,
			vault,
			only,
			lookup
		}, signal);
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
async function runDoctor(settings, world, signal) {
	try {
		var _usingCtx3 = _usingCtx();
		const [{ doctor }, { ownChecks }, { isJump }, { privilegeLines, restoreLines }, made] = await Promise.all([
			import("./doctor.js"),
			import("./checks.js"),
			import("./rules2.js"),
			import("./ssh2.js"),
			import("./parts3.js")
		]);
		const parts = settings.fleet !== null && await made.isAbsent(settings.vault) ? await made.assembleWithoutVault(settings, world) : await made.assemble(settings, world, {
			create: false,
			jumpHosts: true
		}, signal);
		const vault = _usingCtx3.a(parts.vault);
		const transport = _usingCtx3.a(parts.transport);
		const publicKey = made.loginKey(settings)?.publicLine ?? "ssh-ed25519 AAAA… (the public key of ssh-key)";
		const checks = await ownChecks(settings, world, parts, vault);
		const leastPrivilege = (host, roots, named, logs) => [...privilegeLines(publicKey, host, isJump(host.name, parts.fleet), roots, named, logs), ...restoreLines(publicKey, host, settings.restoreUser)];
		return await doctor(parts.hosts, parts.width, {
			...parts,
			transport,
			checks,
			leastPrivilege
		}, signal);
	} catch (_) {
		_usingCtx3.e = _;
	} finally {
		await _usingCtx3.d();
	}
}
async function runStatus(settings, world, signal) {
	const { statusWith } = await import("./retention.js");
	return await statusWith(settings, world, signal);
}
async function runPrune(settings, world, signal) {
	const { pruneWith } = await import("./retention.js");
	return await pruneWith(settings, world, signal);
}
async function runVerify(settings, world, signal) {
	const { verifyStored } = await import("./stored.js");
	return await verifyStored(settings, world, signal);
}
async function runRestore(settings, world, signal) {
	const { restoreStored } = await import("./restoring.js");
	return await restoreStored(settings, world, signal);
}
async function runDrill(settings, world, signal) {
	const { drillStored } = await import("./drilling.js");
	return await drillStored(settings, world, signal);
}
async function runAccept(settings, id, world, signal) {
	try {
		var _usingCtx4 = _usingCtx();
		return await _usingCtx4.a(await openVault(vaultOptions(settings, world, false), signal)).accept(id.replace(/^drift\//, ""), signal);
	} catch (_) {
		_usingCtx4.e = _;
	} finally {
		await _usingCtx4.d();
	}
}
async function runImpact(settings, world, signal) {
	const { impactWith } = await import("./impact2.js");
	return await impactWith(settings, world, signal);
}
async function runImpactComments(settings, world, signal) {
	const { impactCommentsWith } = await import("./impact2.js");
	return await impactCommentsWith(settings, world, signal);
}
async function runDemo(settings, world, signal) {
	const { demoWith } = await import("./demo2.js");
	return await demoWith({
		runBackup,
		runDiff,
		runVerify,
		runRestore,
		runDrill,
		runAccept
	}, settings, world, signal);
}
/** @returns the text of the new fleet file */
async function runInit(settings, world, signal) {
	try {
		var _usingCtx5 = _usingCtx();
		const { starterFleet } = await import("./starter.js");
		const fleet = starterFleet({
			recipients: settings.recipient,
			signers: settings.signer
		});
		const vault = _usingCtx5.a(await openVault(vaultOptions(settings, world, true), signal));
		await vault.addFleet(fleet, signal);
		return {
			location: vault.location,
			fleet
		};
	} catch (_) {
		_usingCtx5.e = _;
	} finally {
		await _usingCtx5.d();
	}
}
/** What `pin` shows before anything is written. */
async function offeredKeys(text, file, settings, world, signal) {
	try {
		var _usingCtx6 = _usingCtx();
		const [{ parseFleet }, { selectHosts }, { fingerprintOf, isPinned }, { transportOf }] = await Promise.all([
			import("./parse2.js"),
			import("./select.js"),
			import("./ssh2.js"),
			import("./parts3.js")
		]);
		const hosts = selectHosts(parseFleet(text, file, { allowUnpinned: true }), {
			hosts: settings.hosts,
			tags: [],
			jumpHosts: true
		});
		const transport = _usingCtx6.a(transportOf(settings, world));
		return await Promise.all(hosts.map(async (host) => {
			return {
				host,
				keys: (await transport.offeredKeys(host, signal)).map((key) => ({
					...key,
					fingerprint: fingerprintOf(key),
					pinned: isPinned(key, host.hostKeys)
				}))
			};
		}));
	} catch (_) {
		_usingCtx6.e = _;
	} finally {
		await _usingCtx6.d();
	}
}
/** Where the fleet file lies for a person to edit. */
function fleetPath(settings) {
	return settings.fleet ?? join(settings.vault, "fleet.yml");
}
// src/terminal.ts
/** The half of the terminal's door that is loaded when a command has work to do. */
setFlagsFromString("--semi-space-growth-factor=1");
setFlagsFromString("--no-incremental-marking");
setFlagsFromString("--heap-growing-percent=100");
/** How often `--follow` looks again. */
const followMs = 6e4;
/** @returns the exit code */
async function runInTerminal(request, color, signal) {
	const colors = paint(color);
	const screen = screenOf(request);
	for (const warning of request.warnings) screen.line(`${colors.yellow("warning:")} ${warning}`);
	const observe = progress(screen, colors, () => performance.now());
	const world = worldFor({
		scratch: tmpdir(),
		observe,
		run: null
	});
	const work = async () => {
		const result = await runCommand(request, world, colors, signal);
		screen.status?.("");
		if (request.settings.json) process.stdout.write(`${JSON.stringify(result.report, null, 2)}\n`);
		else process.stdout.write(result.text);
		return result;
	};
	const { exit } = await pinged(request.settings.pingUrl, world.observe, work, (ending) => ending);
	return exits[exit].code;
}
/** Runs one command and puts its result in words. */
async function runCommand({ command, positionals, settings }, world, colors, signal) {
	switch (command) {
		case "backup": {
			const report = await runBackup(settings, world, signal);
			const { backupText } = await import("./backup-text.js");
			return {
				report,
				text: backupText(report, colors),
				exit: report.exit
			};
		}
		case "plan-shards": {
			const matrix = await runPlanShards(settings, world, signal);
			return {
				report: {
					command,
					matrix
				},
				text: `${JSON.stringify(matrix)}\n`,
				exit: "good"
			};
		}
		case "collect": {
			const report = await runCollect(settings, world, signal);
			const { backupText } = await import("./backup-text.js");
			return {
				report,
				text: backupText(report, colors),
				exit: report.exit
			};
		}
		case "diff": {
			const report = await runDiff(settings, world, signal);
			const { diffText } = await import("./diff-text.js");
			const exit = report.exit === "drift" && !settings.exitCode ? "good" : report.exit;
			return {
				report,
				text: diffText(report, colors),
				exit
			};
		}
		case "doctor": {
			const report = await runDoctor(settings, world, signal);
			const { doctorText } = await import("./doctor-text.js");
			return {
				report,
				text: doctorText(report, colors),
				exit: report.exit
			};
		}
		case "verify": {
			const report = await runVerify(settings, world, signal);
			const { verifyText } = await import("./verify-text.js");
			return {
				report,
				text: verifyText(report, colors),
				exit: report.exit
			};
		}
		case "restore": {
			const report = await runRestore(settings, world, signal);
			const { restoreText } = await import("./restore-text.js");
			return {
				report,
				text: restoreText(report, colors),
				exit: report.exit
			};
		}
		case "drill": {
			const { report, filed, markdown } = await runDrill(settings, world, signal);
			const { drillText } = await import("./drill-text.js");
			const text = drillText(report, filed, colors);
			return {
				report: {
					...report,
					filed
				},
				text,
				summary: markdown,
				exit: report.exit
			};
		}
		case "accept": {
			const report = {
				command,
				...await runAccept(settings, certain(positionals[0]), world, signal)
			};
			return {
				report,
				text: `accepted: ${textBefore(report.message, "\n")}\n`,
				exit: "good"
			};
		}
		case "status": {
			const report = await runStatus(settings, world, signal);
			if (settings.html !== null) {
				const { statusPage } = await import("./status-page.js");
				await writeOut(settings.html, statusPage(report));
			}
			const [{ statusText, statusMetrics }, { statusSummary }] = await Promise.all([import("./status-text2.js"), import("./status-summary.js")]);
			return {
				report,
				text: settings.prometheus ? statusMetrics(report) : statusText(report, colors),
				exit: report.exit,
				summary: statusSummary(report)
			};
		}
		case "prune": {
			const report = await runPrune(settings, world, signal);
			const { pruneText } = await import("./prune-text.js");
			return {
				report,
				text: pruneText(report, colors),
				exit: report.exit
			};
		}
		case "init": {
			const report = {
				command,
				...await runInit(settings, world, signal)
			};
			const { initText } = await import("./init-text.js");
			return {
				report,
				text: initText(report.location, settings.recipient.length),
				exit: "good"
			};
		}
		case "pin": return await runPin(settings, world, colors, signal);
		case "impact": {
			if (settings.comment) {
				const report = await runImpactComments(settings, world, signal);
				const { impactCommentsMarkdown, impactCommentsText } = await import("./impact-comments2.js");
				return {
					report,
					text: impactCommentsText(report, colors),
					summary: impactCommentsMarkdown(report),
					exit: report.exit
				};
			}
			const report = await runImpact(settings, world, signal);
			const { impactText } = await import("./impact-text.js");
			const { impactMarkdown } = await import("./impact-markdown.js");
			if (settings.picture !== null) {
				const { impactSvg } = await import("./impact-svg.js");
				await writeOut(settings.picture, impactSvg(report));
			}
			if (settings.html !== null) {
				const { impactPage } = await import("./impact-page.js");
				await writeOut(settings.html, impactPage(report));
			}
			const text = impactText(report, colors);
			if (settings.follow && !report.isFull) {
				if (!settings.json) process.stdout.write(process.stdout.isTTY ? `\u001B[H\u001B[2J${text}` : text);
				const left = report.after.to * 1e3 - world.now().getTime() + 1e3;
				await setTimeout(Math.min(followMs, left), void 0, { signal }).catch(() => signal.throwIfAborted());
				return await runCommand({
					command,
					positionals,
					settings
				}, world, colors, signal);
			}
			return {
				report,
				text,
				exit: report.exit,
				summary: impactMarkdown(report)
			};
		}
		case "demo": {
			const report = await runDemo(settings, world, signal);
			return {
				report,
				text: `vault: ${report.vault}\n`,
				exit: report.exit
			};
		}
		default: throw new Error(`${command} has no story`);
	}
}
async function writeOut(path, text) {
	await writeFile(path, text).catch((cause) => {
		throw new Problem("settings/unreadable", `${path} cannot be written (${cause.code})`, {
			cause,
			hint: "check the directory's owner, mode and free space"
		});
	});
}
async function runPin(settings, world, colors, signal) {
	const file = fleetPath(settings);
	const { pinText } = await import("./pin-text.js");
	const shown = (hosts) => pinText(hosts.map(({ host, keys }) => ({
		name: host.name,
		keys
	})), colors);
	const report = await pin(file, {
		read: () => readFleetFile(file),
		write: (text) => writeFile(file, text),
		offered: (text) => offeredKeys(text, file, settings, world, signal),
		confirm: async (hosts) => {
			if (settings.yes) return true;
			process.stderr.write(shown(hosts));
			if (process.stdin.isTTY !== true) return false;
			const lines = createInterface({
				input: process.stdin,
				output: process.stderr
			});
			const answer = await lines.question(`Write them to ${file}? Type yes: `, { signal });
			lines.close();
			return answer.trim() === "yes";
		}
	});
	return {
		report,
		text: report.written ? `written to ${file}; commit it once it is right\n` : `nothing written; give --yes once you have compared them\n`,
		exit: "good"
	};
}
/** Variables that git and the programs it starts may see; none of them is a secret. */
const shownToGit = [...[
	"PATH",
	"HOME",
	"TMPDIR",
	"XDG_CONFIG_HOME",
	"SSH_AUTH_SOCK"
], ...[
	"https_proxy",
	"http_proxy",
	"no_proxy",
	"GIT_HTTP_LOW_SPEED_LIMIT",
	"GIT_HTTP_LOW_SPEED_TIME"
]];
/** The outside world as both doors give it; a door adds what is its own. */
function worldFor(own) {
	return {
		environment: Object.fromEntries(shownToGit.flatMap((name) => process.env[name] === void 0 ? [] : [[name, process.env[name]]])),
		now: () => /* @__PURE__ */ new Date(),
		tool: version,
		runner: runnerOf(process.env),
		width: Math.max(4, 2 * availableParallelism()),
		...own
	};
}
/** On a terminal the last line is progress; with --quiet or --json only warnings and errors are said. */
function screenOf({ settings }) {
	const isTerminal = process.stderr.isTTY === true && !settings.quiet && !settings.json;
	const clear = isTerminal ? "\r\x1B[K" : "";
	return {
		line: (text) => process.stderr.write(`${clear}${text}\n`),
		status: isTerminal ? (text) => process.stderr.write(`${clear}${text}`) : null
	};
}
export { runCollect as a, runBackup as i, runInTerminal as n, pinged as o, worldFor as r, runCommand as t };
