import { t as certain } from "./certain.js";
import { r as parseDuration } from "./duration.js";
import { n as matched } from "./parts.js";
import { t as Problem } from "./problem.js";
import { n as systemCode } from "./thrown.js";
import { n as skipReasons } from "./traffic.js";
import { t as selectHosts } from "./select2.js";
import { n as impact, r as impactOfDays } from "./impact.js";
import { t as profiles } from "./profiles.js";
import { d as openVault, n as fleetFor, o as profileOf, u as vaultOptions } from "./vault-parts.js";
import { t as _usingCtx } from "./usingCtx.js";
import { open } from "node:fs/promises";
import { basename } from "node:path";
// src/wiring/impact.ts
/** Impact needs the vault only: no key, no host. With accounting files at hand, not even that. */
async function impactWith(settings, world, signal) {
	try {
		var _usingCtx$1 = _usingCtx();
		const of = subjectOf(settings, world.now());
		const request = ofSettings(settings);
		if (settings.accountingFile.length > 0) {
			if (of.kind === "change") throw momentNeeded("with accounting files there is no vault to look a change up in");
			const days = await countFiles(settings.accountingFile, world, signal);
			return impactOfDays(days, {
				...request,
				of
			}, world.now());
		}
		const vault = _usingCtx$1.a(await openVault(vaultOptions(settings, world, false), signal));
		const fleet = await fleetFor(settings, vault, world, signal);
		const hosts = settings.hosts.length + settings.tags.length > 0 ? selectHosts(fleet, {
			...settings,
			jumpHosts: false
		}).map(({ name }) => name) : [];
		const { discussionsIn } = await import("./forge2.js");
		const discussions = await discussionsIn(settings, vault, world);
		const tools = {
			vault,
			fleet,
			profile: profileOf(fleet),
			now: world.now,
			discussions
		};
		return await impact({
			...request,
			of,
			hosts
		}, tools, signal);
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
async function impactCommentsWith(settings, world, signal) {
	try {
		var _usingCtx3 = _usingCtx();
		const { change, at, since, accountingFile, hosts, tags } = settings;
		if ([
			at === "latest" ? null : at,
			since,
			...accountingFile,
			...hosts,
			...tags
		].some((text) => text !== null)) throw new Problem("settings/invalid", "a comment is about a merged change, on all hosts that it touches", { hint: "with --comment give --change ID, or nothing for all changes that were merged lately" });
		const vault = _usingCtx3.a(await openVault(vaultOptions(settings, world, false), signal));
		const fleet = await fleetFor(settings, vault, world, signal);
		const [{ commentImpacts }, { discussionsOf }] = await Promise.all([import("./impact-comments.js"), import("./forge2.js")]);
		const discussions = await discussionsOf(settings, vault, world);
		const tools = {
			vault,
			fleet,
			profile: profileOf(fleet),
			now: world.now,
			discussions
		};
		return await commentImpacts({
			...ofSettings(settings),
			change
		}, tools, signal);
	} catch (_) {
		_usingCtx3.e = _;
	} finally {
		await _usingCtx3.d();
	}
}
const ofSettings = (settings) => ({
	windowSeconds: settings.windowMs / 1e3,
	hosts: [],
	thresholds: {
		investigate: settings.investigateAbove / 100,
		reduce: settings.reduceAbove / 100
	}
});
/** One of `change`, `at` and `since`. */
function subjectOf({ change, at, since }, now) {
	const [given, ...more] = [change, ...[at === "latest" ? null : at, since]].filter((text) => text !== null);
	if (given === void 0 || more.length > 0) throw momentNeeded("impact is of one change, or of one moment");
	return change !== null ? {
		kind: "change",
		name: given
	} : {
		kind: "moment",
		at: momentOf(given, now)
	};
}
function momentNeeded(message) {
	return new Problem("settings/missing", message, { hint: "give one of --change ID, --at TIME, --since TIME" });
}
/** @returns  seconds since 1970 */
function momentOf(text, now) {
	const ago = parseDuration(text);
	if (ago !== null) return (now.getTime() - ago) / 1e3;
	const found = matched(/^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d):?((?:\d\d)?)$/, text, "day", "clock", "zone", "minutes");
	const offset = found?.zone === "Z" ? "Z" : `${found?.zone}:${found?.minutes || "00"}`;
	const time = found === null ? NaN : Date.parse(`${found.day}T${found.clock}${offset}`);
	if (!Number.isNaN(time)) return time / 1e3;
	throw new Problem("settings/invalid", `${JSON.stringify(text.slice(0, 40))} is not a moment`, { hint: "write it as 2026-03-02T09:15Z, with its offset as 2026-03-02T09:15+01:00, or as how long ago: 3h" });
}
async function countFiles(files, world, signal) {
	const counter = certain(profiles.get("powermta")).traffic("local", [], world.now().getTime());
	const chunk = Buffer.alloc(262144);
	for (const file of files) {
		const tap = counter.tap(basename(file));
		try {
			try {
				var _usingCtx4 = _usingCtx();
				const opened = _usingCtx4.a(await open(file));
				for (let read = 1; read > 0; tap.push(chunk.subarray(0, read))) {
					signal.throwIfAborted();
					read = (await opened.read(chunk, 0, chunk.length)).bytesRead;
				}
			} catch (_) {
				_usingCtx4.e = _;
			} finally {
				await _usingCtx4.d();
			}
		} catch (cause) {
			signal.throwIfAborted();
			const reason = systemCode(cause);
			throw new Problem("settings/unreadable", `${file} cannot be read (${reason})`, {
				cause,
				hint: "accounting files are not readable by everybody: run as a user who may"
			});
		}
		tap.end();
	}
	for (const { file, reason, count, example } of counter.skipped()) {
		const message = `${file}: ${count} not counted, ${skipReasons[reason]}; the first begins at byte ${example}`;
		world.observe({
			kind: "warning",
			host: null,
			message
		});
	}
	return counter.days();
}
export { impactCommentsWith, impactWith };
