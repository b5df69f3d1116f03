#!/usr/bin/env node
import { i as exits, r as exitOf, t as Problem } from "./chunks/problem.js";
import { r as traceOf } from "./chunks/thrown.js";
import { t as version } from "./chunks/version.js";
import { t as readCliSettings } from "./chunks/settings.js";
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { readFileSync } from "node:fs";
// src/cli.ts
/** The terminal's door: reads settings, runs a command, shows its result. stdout is the result, stderr the talk. */
enableCompileCache(join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "pmta-vault"));
process.report.excludeEnv = true;
const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => stop.abort(new Problem("run/interrupted", "interrupted; nothing half-done is visible in the vault", { hint: "run it again: it takes up what is left to do" })));
const exitCode = await main().catch(async (error) => {
	process.stderr.write(await errorText(error));
	return exits[exitOf(error)].code;
});
process.exitCode = exitCode;
async function main() {
	const request = readCliSettings(process.argv.slice(2), process.env, (path) => readFileSync(path));
	const { command, positionals } = request;
	const [topic = ""] = positionals;
	if (command === "version") return say(`${version}\n`);
	if (command === "help") {
		const { helpText, topicOf } = await import("./chunks/help.js");
		return say(helpText(topicOf(topic), {
			color: isColored(request, process.stdout),
			width: process.stdout.columns ?? 100
		}));
	}
	if (command === "completion") {
		const { completionScript } = await import("./chunks/completion.js");
		return say(completionScript(topic));
	}
	const { runInTerminal } = await import("./chunks/terminal2.js");
	return await runInTerminal(request, isColored(request, process.stderr), stop.signal);
}
function say(text) {
	process.stdout.write(text);
	return 0;
}
function isColored({ settings }, stream) {
	if (settings.color !== "auto") return settings.color === "always";
	return stream.isTTY === true && (process.env["NO_COLOR"] ?? "") === "";
}
async function errorText(error) {
	if (error instanceof Problem) {
		const [{ problemText }, { paint }] = await Promise.all([import("./chunks/problem-text.js"), import("./chunks/paint.js")]);
		return problemText(error, paint(process.stderr.isTTY === true));
	}
	return `bug: ${traceOf(error)}\nThis is a bug of pmta-vault ${version}; please report it with the lines above.\n`;
}
export {};
