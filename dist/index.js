import "./chunks/auth.js";
import { i as exits, r as exitOf, t as Problem } from "./chunks/problem.js";
import { t as Secret } from "./chunks/secret.js";
import { r as traceOf } from "./chunks/thrown.js";
import { t as version } from "./chunks/version.js";
import { n as readActionSettings } from "./chunks/settings.js";
import { t as backupText } from "./chunks/backup-text2.js";
import { t as paint } from "./chunks/paint2.js";
import { n as printableLines, t as printable } from "./chunks/printable.js";
import { t as byGravity } from "./chunks/change.js";
import { t as changeWords } from "./chunks/change-words.js";
import { o as reasonCell, s as table, t as code } from "./chunks/markdown.js";
import { i as timeInWords, r as plural, t as bytesInWords } from "./chunks/printable2.js";
import { a as runCollect, i as runBackup, o as pinged, r as worldFor, t as runCommand } from "./chunks/terminal.js";
import { randomUUID } from "node:crypto";
import { writeFile as writeFile$1 } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as os from "os";
import os$2, { EOL as EOL$1 } from "os";
import * as crypto from "crypto";
import * as fs from "fs";
import { constants as constants$1, promises } from "fs";
import "path";
import * as events from "events";
import "child_process";
import "timers";
// node_modules/@actions/core/lib/utils.js
/**
* Sanitizes an input into a string so it can be passed into issueCommand safely
* @param input input to sanitize into a string
*/
function toCommandValue(input) {
	if (input === null || input === void 0) return "";
	else if (typeof input === "string" || input instanceof String) return input;
	return JSON.stringify(input);
}
/**
*
* @param annotationProperties
* @returns The command properties to send with the actual annotation command
* See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
*/
function toCommandProperties(annotationProperties) {
	if (!Object.keys(annotationProperties).length) return {};
	return {
		title: annotationProperties.title,
		file: annotationProperties.file,
		line: annotationProperties.startLine,
		endLine: annotationProperties.endLine,
		col: annotationProperties.startColumn,
		endColumn: annotationProperties.endColumn
	};
}
// node_modules/@actions/core/lib/command.js
/**
* Issues a command to the GitHub Actions runner
*
* @param command - The command name to issue
* @param properties - Additional properties for the command (key-value pairs)
* @param message - The message to include with the command
* @remarks
* This function outputs a specially formatted string to stdout that the Actions
* runner interprets as a command. These commands can control workflow behavior,
* set outputs, create annotations, mask values, and more.
*
* Command Format:
*   ::name key=value,key=value::message
*
* @example
* ```typescript
* // Issue a warning annotation
* issueCommand('warning', {}, 'This is a warning message');
* // Output: ::warning::This is a warning message
*
* // Set an environment variable
* issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
* // Output: ::set-env name=MY_VAR::some value
*
* // Add a secret mask
* issueCommand('add-mask', {}, 'secretValue123');
* // Output: ::add-mask::secretValue123
* ```
*
* @internal
* This is an internal utility function that powers the public API functions
* such as setSecret, warning, error, and exportVariable.
*/
function issueCommand(command, properties, message) {
	const cmd = new Command(command, properties, message);
	process.stdout.write(cmd.toString() + os.EOL);
}
function issue(name, message = "") {
	issueCommand(name, {}, message);
}
const CMD_STRING = "::";
var Command = class {
	constructor(command, properties, message) {
		if (!command) command = "missing.command";
		this.command = command;
		this.properties = properties;
		this.message = message;
	}
	toString() {
		let cmdStr = CMD_STRING + this.command;
		if (this.properties && Object.keys(this.properties).length > 0) {
			cmdStr += " ";
			let first = true;
			for (const key in this.properties) if (this.properties.hasOwnProperty(key)) {
				const val = this.properties[key];
				if (val) {
					if (first) first = false;
					else cmdStr += ",";
					cmdStr += `${key}=${escapeProperty(val)}`;
				}
			}
		}
		cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
		return cmdStr;
	}
};
function escapeData(s) {
	return toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}
function escapeProperty(s) {
	return toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/:/g, "%3A").replace(/,/g, "%2C");
}
// node_modules/@actions/core/lib/file-command.js
function issueFileCommand(command, message) {
	const filePath = process.env[`GITHUB_${command}`];
	if (!filePath) throw new Error(`Unable to find environment variable for file command ${command}`);
	if (!fs.existsSync(filePath)) throw new Error(`Missing file at path: ${filePath}`);
	fs.appendFileSync(filePath, `${toCommandValue(message)}${os.EOL}`, { encoding: "utf8" });
}
function prepareKeyValueMessage(key, value) {
	const delimiter = `ghadelimiter_${crypto.randomUUID()}`;
	const convertedValue = toCommandValue(value);
	if (key.includes(delimiter)) throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
	if (convertedValue.includes(delimiter)) throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
	return `${key}<<${delimiter}${os.EOL}${convertedValue}${os.EOL}${delimiter}`;
}
// node_modules/@actions/core/lib/summary.js
var __awaiter$6 = function(thisArg, _arguments, P, generator) {
	function adopt(value) {
		return value instanceof P ? value : new P(function(resolve) {
			resolve(value);
		});
	}
	return new (P || (P = Promise))(function(resolve, reject) {
		function fulfilled(value) {
			try {
				step(generator.next(value));
			} catch (e) {
				reject(e);
			}
		}
		function rejected(value) {
			try {
				step(generator["throw"](value));
			} catch (e) {
				reject(e);
			}
		}
		function step(result) {
			result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
		}
		step((generator = generator.apply(thisArg, _arguments || [])).next());
	});
};
const { access, appendFile, writeFile } = promises;
const SUMMARY_ENV_VAR = "GITHUB_STEP_SUMMARY";
var Summary = class {
	constructor() {
		this._buffer = "";
	}
	/**
	* Finds the summary file path from the environment, rejects if env var is not found or file does not exist
	* Also checks r/w permissions.
	*
	* @returns step summary file path
	*/
	filePath() {
		return __awaiter$6(this, void 0, void 0, function* () {
			if (this._filePath) return this._filePath;
			const pathFromEnv = process.env[SUMMARY_ENV_VAR];
			if (!pathFromEnv) throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
			try {
				yield access(pathFromEnv, constants$1.R_OK | constants$1.W_OK);
			} catch (_a) {
				throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
			}
			this._filePath = pathFromEnv;
			return this._filePath;
		});
	}
	/**
	* Wraps content in an HTML tag, adding any HTML attributes
	*
	* @param {string} tag HTML tag to wrap
	* @param {string | null} content content within the tag
	* @param {[attribute: string]: string} attrs key-value list of HTML attributes to add
	*
	* @returns {string} content wrapped in HTML element
	*/
	wrap(tag, content, attrs = {}) {
		const htmlAttrs = Object.entries(attrs).map(([key, value]) => ` ${key}="${value}"`).join("");
		if (!content) return `<${tag}${htmlAttrs}>`;
		return `<${tag}${htmlAttrs}>${content}</${tag}>`;
	}
	/**
	* Writes text in the buffer to the summary buffer file and empties buffer. Will append by default.
	*
	* @param {SummaryWriteOptions} [options] (optional) options for write operation
	*
	* @returns {Promise<Summary>} summary instance
	*/
	write(options) {
		return __awaiter$6(this, void 0, void 0, function* () {
			const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
			const filePath = yield this.filePath();
			yield (overwrite ? writeFile : appendFile)(filePath, this._buffer, { encoding: "utf8" });
			return this.emptyBuffer();
		});
	}
	/**
	* Clears the summary buffer and wipes the summary file
	*
	* @returns {Summary} summary instance
	*/
	clear() {
		return __awaiter$6(this, void 0, void 0, function* () {
			return this.emptyBuffer().write({ overwrite: true });
		});
	}
	/**
	* Returns the current summary buffer as a string
	*
	* @returns {string} string of summary buffer
	*/
	stringify() {
		return this._buffer;
	}
	/**
	* If the summary buffer is empty
	*
	* @returns {boolen} true if the buffer is empty
	*/
	isEmptyBuffer() {
		return this._buffer.length === 0;
	}
	/**
	* Resets the summary buffer without writing to summary file
	*
	* @returns {Summary} summary instance
	*/
	emptyBuffer() {
		this._buffer = "";
		return this;
	}
	/**
	* Adds raw text to the summary buffer
	*
	* @param {string} text content to add
	* @param {boolean} [addEOL=false] (optional) append an EOL to the raw text (default: false)
	*
	* @returns {Summary} summary instance
	*/
	addRaw(text, addEOL = false) {
		this._buffer += text;
		return addEOL ? this.addEOL() : this;
	}
	/**
	* Adds the operating system-specific end-of-line marker to the buffer
	*
	* @returns {Summary} summary instance
	*/
	addEOL() {
		return this.addRaw(EOL$1);
	}
	/**
	* Adds an HTML codeblock to the summary buffer
	*
	* @param {string} code content to render within fenced code block
	* @param {string} lang (optional) language to syntax highlight code
	*
	* @returns {Summary} summary instance
	*/
	addCodeBlock(code, lang) {
		const attrs = Object.assign({}, lang && { lang });
		const element = this.wrap("pre", this.wrap("code", code), attrs);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML list to the summary buffer
	*
	* @param {string[]} items list of items to render
	* @param {boolean} [ordered=false] (optional) if the rendered list should be ordered or not (default: false)
	*
	* @returns {Summary} summary instance
	*/
	addList(items, ordered = false) {
		const tag = ordered ? "ol" : "ul";
		const listItems = items.map((item) => this.wrap("li", item)).join("");
		const element = this.wrap(tag, listItems);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML table to the summary buffer
	*
	* @param {SummaryTableCell[]} rows table rows
	*
	* @returns {Summary} summary instance
	*/
	addTable(rows) {
		const tableBody = rows.map((row) => {
			const cells = row.map((cell) => {
				if (typeof cell === "string") return this.wrap("td", cell);
				const { header, data, colspan, rowspan } = cell;
				const tag = header ? "th" : "td";
				const attrs = Object.assign(Object.assign({}, colspan && { colspan }), rowspan && { rowspan });
				return this.wrap(tag, data, attrs);
			}).join("");
			return this.wrap("tr", cells);
		}).join("");
		const element = this.wrap("table", tableBody);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds a collapsable HTML details element to the summary buffer
	*
	* @param {string} label text for the closed state
	* @param {string} content collapsable content
	*
	* @returns {Summary} summary instance
	*/
	addDetails(label, content) {
		const element = this.wrap("details", this.wrap("summary", label) + content);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML image tag to the summary buffer
	*
	* @param {string} src path to the image you to embed
	* @param {string} alt text description of the image
	* @param {SummaryImageOptions} options (optional) addition image attributes
	*
	* @returns {Summary} summary instance
	*/
	addImage(src, alt, options) {
		const { width, height } = options || {};
		const attrs = Object.assign(Object.assign({}, width && { width }), height && { height });
		const element = this.wrap("img", null, Object.assign({
			src,
			alt
		}, attrs));
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML section heading element
	*
	* @param {string} text heading text
	* @param {number | string} [level=1] (optional) the heading level, default: 1
	*
	* @returns {Summary} summary instance
	*/
	addHeading(text, level) {
		const tag = `h${level}`;
		const allowedTag = [
			"h1",
			"h2",
			"h3",
			"h4",
			"h5",
			"h6"
		].includes(tag) ? tag : "h1";
		const element = this.wrap(allowedTag, text);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML thematic break (<hr>) to the summary buffer
	*
	* @returns {Summary} summary instance
	*/
	addSeparator() {
		const element = this.wrap("hr", null);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML line break (<br>) to the summary buffer
	*
	* @returns {Summary} summary instance
	*/
	addBreak() {
		const element = this.wrap("br", null);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML blockquote to the summary buffer
	*
	* @param {string} text quote text
	* @param {string} cite (optional) citation url
	*
	* @returns {Summary} summary instance
	*/
	addQuote(text, cite) {
		const attrs = Object.assign({}, cite && { cite });
		const element = this.wrap("blockquote", text, attrs);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML anchor tag to the summary buffer
	*
	* @param {string} text link text/content
	* @param {string} href hyperlink
	*
	* @returns {Summary} summary instance
	*/
	addLink(text, href) {
		const element = this.wrap("a", text, { href });
		return this.addRaw(element).addEOL();
	}
};
const summary = new Summary();
const { chmod, copyFile, lstat, mkdir, open, readdir, rename, rm, rmdir, stat, symlink, unlink } = fs.promises;
process.platform;
fs.constants.O_RDONLY;
process.platform;
events.EventEmitter;
events.EventEmitter;
os$2.platform();
os$2.arch();
// node_modules/@actions/core/lib/core.js
var __awaiter = function(thisArg, _arguments, P, generator) {
	function adopt(value) {
		return value instanceof P ? value : new P(function(resolve) {
			resolve(value);
		});
	}
	return new (P || (P = Promise))(function(resolve, reject) {
		function fulfilled(value) {
			try {
				step(generator.next(value));
			} catch (e) {
				reject(e);
			}
		}
		function rejected(value) {
			try {
				step(generator["throw"](value));
			} catch (e) {
				reject(e);
			}
		}
		function step(result) {
			result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
		}
		step((generator = generator.apply(thisArg, _arguments || [])).next());
	});
};
/**
* The code to exit an action
*/
var ExitCode;
(function(ExitCode) {
	/**
	* A code indicating that the action was successful
	*/
	ExitCode[ExitCode["Success"] = 0] = "Success";
	/**
	* A code indicating that the action was a failure
	*/
	ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
/**
* Registers a secret which will get masked from logs
*
* @param secret - Value of the secret to be masked
* @remarks
* This function instructs the Actions runner to mask the specified value in any
* logs produced during the workflow run. Once registered, the secret value will
* be replaced with asterisks (***) whenever it appears in console output, logs,
* or error messages.
*
* This is useful for protecting sensitive information such as:
* - API keys
* - Access tokens
* - Authentication credentials
* - URL parameters containing signatures (SAS tokens)
*
* Note that masking only affects future logs; any previous appearances of the
* secret in logs before calling this function will remain unmasked.
*
* @example
* ```typescript
* // Register an API token as a secret
* const apiToken = "abc123xyz456";
* setSecret(apiToken);
*
* // Now any logs containing this value will show *** instead
* console.log(`Using token: ${apiToken}`); // Outputs: "Using token: ***"
* ```
*/
function setSecret(secret) {
	issueCommand("add-mask", {}, secret);
}
/**
* Sets the value of an output.
*
* @param     name     name of the output to set
* @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
*/
function setOutput(name, value) {
	if (process.env["GITHUB_OUTPUT"] || "") return issueFileCommand("OUTPUT", prepareKeyValueMessage(name, value));
	process.stdout.write(os.EOL);
	issueCommand("set-output", { name }, toCommandValue(value));
}
/**
* Sets the action status to failed.
* When the action exits it will be with an exit code of 1
* @param message add error issue message
*/
function setFailed(message) {
	process.exitCode = ExitCode.Failure;
	error(message);
}
/**
* Adds an error issue
* @param message error issue message. Errors will be converted to string via toString()
* @param properties optional properties to add to the annotation.
*/
function error(message, properties = {}) {
	issueCommand("error", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
* Adds a warning issue
* @param message warning issue message. Errors will be converted to string via toString()
* @param properties optional properties to add to the annotation.
*/
function warning(message, properties = {}) {
	issueCommand("warning", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
* Writes info to log with console.log.
* @param message info message
*/
function info(message) {
	process.stdout.write(message + os.EOL);
}
/**
* Begin an output group.
*
* Output until the next `groupEnd` will be foldable in this group
*
* @param name The name of the output group
*/
function startGroup(name) {
	issue("group", name);
}
/**
* End an output group.
*/
function endGroup() {
	issue("endgroup");
}
/**
* Wrap an asynchronous function call in a group.
*
* Returns the same type as the function itself.
*
* @param name The name of the group
* @param fn The function to wrap in the group
*/
function group(name, fn) {
	return __awaiter(this, void 0, void 0, function* () {
		startGroup(name);
		let result;
		try {
			result = yield fn();
		} finally {
			endGroup();
		}
		return result;
	});
}
// src/show/summary.ts
/** A backup as GitHub's job summary. All that comes from hosts is hostile: it is shown as code, never as Markdown. */
/** GitHub refuses a summary above 1 MiB; a character may be three bytes. */
const maxCharacters = 34e4;
const maxChanges = 50;
function backupSummary(report) {
	const failed = report.hosts.filter(({ status }) => status === "failed" || status === "partial");
	const text = [
		`## pmta-vault: ${failed.length === 0 ? "all hosts are safe" : `${failed.length} of ${plural(report.hosts.length, "host")} need a look`}`,
		"",
		"| host | result | snapshot | sealed anew | read | time |",
		"| --- | --- | --- | --- | --- | --- |",
		...report.hosts.map(hostRow),
		...failed.length === 0 ? [] : [
			"",
			"### What went wrong",
			"",
			...failed.flatMap(problemLines)
		],
		...captureLines(report),
		...reviewLines(report),
		...report.proposals.length === 0 ? [] : [
			"",
			"### Drift",
			"",
			...report.proposals.flatMap(proposalLines)
		],
		...report.warnings.length === 0 ? [] : [
			"",
			"### Warnings",
			"",
			...report.warnings.map((line) => `- ${code(line)}`)
		],
		"",
		`${plural(report.hosts.length, "host")} in ${timeInWords(report.ms.total)}.${forgeText(report)}`,
		""
	].join("\n");
	return text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters).replace(/\n[^\n]*$/, "")}\n\n… cut: the rest is in the log.\n`;
}
function forgeText({ forge }) {
	if (forge === null || forge.reads + forge.writes === 0) return "";
	return ` ${forge.name}: ${plural(forge.reads, "read")}, ${plural(forge.writes, "write")}.`;
}
const marks = {
	stored: "✅ stored",
	unchanged: "✅ unchanged",
	partial: "⚠️ partial",
	failed: "❌ failed"
};
function hostRow(host) {
	const stored = host.categories.filter(({ status }) => status === "stored").map(({ name, files }) => `${name} ${files}`);
	const time = host.ms === null ? "" : timeInWords(host.ms.total);
	return `| ${code(host.host)} | ${marks[host.status]} | ${host.sequence ?? ""} | ${stored.join(", ")} | ${bytesInWords(host.bytes)} | ${time} |`;
}
function problemLines(host) {
	return host.problems.flatMap((problem) => [
		`- ${code(problem.message)} (${problem.code})`,
		...problem.data.map((line) => `  - ${code(line)}`),
		`  - next: ${code(problem.hint)}`
	]);
}
const proposalMarks = {
	created: "🆕 new",
	updated: "🔁 updated",
	kept: "⏳ open",
	removed: "✅ gone",
	"left-alone": "✋ left alone: someone else's commit is on its branch",
	rejected: "🚫 refused; live, and not proposed again until it differs",
	"held-back": "⏸️ held back: too many proposals are open"
};
function proposalLines(proposal) {
	const name = code(`drift/${proposal.id}`);
	const link = proposal.url?.startsWith("http") ? `[${name}](${proposal.url})` : name;
	const head = `**${code(proposal.title)}** — ${link}, ${proposalMarks[proposal.action]}`;
	if (proposal.changes.length === 0 || proposal.action === "removed") return [head, ""];
	const changes = byGravity(proposal.changes);
	const rows = changes.slice(0, maxChanges).map((change) => {
		const words = changeWords(change);
		const cells = [
			words.place,
			words.name,
			words.before,
			words.after
		].map((text) => code(text));
		return [
			words.risk.level,
			...cells,
			reasonCell(words)
		];
	});
	const more = changes.length - rows.length;
	return [
		head,
		"",
		table([
			"risk",
			"where",
			"setting",
			"accepted",
			"now",
			"why it matters"
		], rows),
		"",
		...more > 0 ? [`and ${more} more changes`, ""] : []
	];
}
/** What a command said, for the summary page: indented, so that nothing in it is Markdown. */
function textSummary(command, text) {
	return `## pmta-vault ${command}\n\n${text.slice(0, maxCharacters).trimEnd().split("\n").map((line) => `    ${line}`).join("\n")}\n`;
}
function captureLines({ capture, captures }) {
	const refused = captures.flatMap(({ problem }) => problem ?? []);
	return [
		...capture === null ? [] : ["", `The vault is as it was: this waits in ${code(capture)} to be collected.`],
		...refused.length === 0 ? [] : [
			"",
			"### Captures that were refused",
			""
		],
		...refused.map((problem) => `- ${code(problem.message)} (${problem.code})`)
	];
}
/** Drift that could not be proposed: a cause of its own, after the copies are safe. */
function reviewLines({ reviewProblem }) {
	if (reviewProblem === null) return [];
	const { message, code: name, hint, data } = reviewProblem;
	return [
		"",
		"### Drift could not be proposed",
		"",
		"The copies of this run are safe in the vault.",
		"",
		`- ${code(message)} (${name})`,
		...data.map((line) => `  - ${code(line)}`),
		`  - next: ${code(hint, 600)}`
	];
}
// src/action.ts
/** The Action's door: reads inputs, runs a command, writes summary, annotations and outputs. */
process.report.excludeEnv = true;
const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => stop.abort(new Problem("run/interrupted", "interrupted; nothing half-done is visible in the vault", { hint: "run it again: it takes up what is left to do" })));
/** GitHub shows ten errors and ten warnings of a step. */
const maxAnnotatedHosts = 7;
/** What came up during the run is in the report once more. */
const warned = /* @__PURE__ */ new Set();
await main().catch((error) => {
	if (error instanceof Problem) {
		for (const line of error.data) info(printable(line));
		setFailed(printable(`${error.message} (${error.code}); ${error.hint}`));
	} else {
		info(printableLines(traceOf(error)));
		setFailed(`this is a bug of pmta-vault ${version}; please report it with the lines above`);
	}
	process.exitCode = exits[exitOf(error)].code;
});
async function main() {
	const request = readActionSettings(process.env);
	maskSecrets(request);
	for (const warning of request.warnings) warnOnce(printable(warning), {});
	const world = worldOf();
	const { settings } = request;
	const { exit } = await pinged(settings.pingUrl, world.observe, () => run(request, world), (ending) => ending);
	process.exitCode = exits[exit].code;
}
async function run({ command, settings }, world) {
	if (command === "backup" || command === "collect") {
		const work = command === "backup" ? runBackup : runCollect;
		const report = await group(command, () => work(settings, world, stop.signal));
		await showBackup(report);
		return {
			exit: report.exit,
			text: backupText(report, paint(false))
		};
	}
	const report = await runCommand({
		command,
		positionals: [],
		settings
	}, world, paint(false), stop.signal);
	sayVerbatim(report.text);
	setOutput("report", await writeReport(report.report));
	if (command === "plan-shards") setOutput("matrix", report.text.trim());
	await summary.addRaw(report.summary ?? textSummary(command, report.text)).write();
	if (report.exit !== "good") setFailed(`${command}: ${exits[report.exit].meaning}`);
	return report;
}
/** Before the first use: from here on the runner replaces them in every line of the log. */
function maskSecrets({ settings }) {
	for (const value of Object.values(settings)) {
		if (!(value instanceof Secret) || value.size === 0) continue;
		const text = value.revealText("tell the runner to mask it");
		setSecret(text);
		for (const line of text.split("\n").filter((part) => part.trim().length > 8)) setSecret(line);
	}
}
async function showBackup(report) {
	info(backupText(report, paint(false)).trimEnd());
	const troubled = report.hosts.filter(({ problems }) => problems.length > 0);
	for (const { host, problems, status } of troubled.slice(0, maxAnnotatedHosts)) {
		const say = status === "failed" ? error : warning;
		for (const { message, hint } of problems) say(problemLine({
			message,
			hint
		}), { title: host });
	}
	const more = troubled.length - maxAnnotatedHosts;
	if (more > 0) error(`${more} more hosts are in trouble; the summary names them`);
	for (const warning of report.warnings) warnOnce(printable(warning), {});
	for (const { problem } of report.captures) if (problem !== null) error(problemLine(problem), { title: "a capture was refused" });
	const unproposed = report.reviewProblem;
	if (unproposed !== null) error(problemLine(unproposed), { title: "drift could not be proposed" });
	const failed = report.hosts.filter(({ status }) => status === "failed" || status === "partial").map(({ host }) => host);
	const path = await writeReport(report);
	const outputs = {
		changed: String(report.changed),
		"pull-requests": JSON.stringify(pullRequests(report)),
		snapshots: JSON.stringify(Object.fromEntries(report.hosts.map(({ host, sequence }) => [host, sequence]))),
		"failed-hosts": JSON.stringify(failed),
		report: path
	};
	for (const [name, value] of Object.entries(outputs)) setOutput(name, value);
	await summary.addRaw(backupSummary(report)).write();
	if (failed.length > 0) setFailed(`${failed.length} of ${report.hosts.length} hosts: ${exits[report.exit].meaning}`);
	else if (unproposed !== null) setFailed("the copies are safe, but drift could not be proposed");
}
function problemLine({ message, hint }) {
	return printable(`${message}; ${hint}`);
}
/** Hosts' own text, such as a diff, may hold lines that the runner would take for its commands. */
function sayVerbatim(text) {
	const token = randomUUID();
	info(`::stop-commands::${token}\n${text.trimEnd()}\n::${token}::`);
}
async function writeReport(report) {
	const path = join(process.env["RUNNER_TEMP"] || tmpdir(), "pmta-vault-report.json");
	await writeFile$1(path, `${JSON.stringify(report, null, 2)}\n`);
	return path;
}
/** No titles: they hold words of hosts, and outputs end up in scripts. */
function pullRequests({ forge, proposals }) {
	if (forge === null) return [];
	return proposals.flatMap(({ id, action, url, hosts }) => {
		const number = Number(/\/pull\/(\d+)$/.exec(url ?? "")?.[1]);
		return Number.isNaN(number) ? [] : [{
			number,
			url,
			branch: `drift/${id}`,
			operation: action,
			hosts
		}];
	});
}
function worldOf() {
	const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = process.env;
	return worldFor({
		scratch: process.env["RUNNER_TEMP"] || tmpdir(),
		observe: log,
		run: run === void 0 ? null : `${server}/${repository}/actions/runs/${run}`
	});
}
function log(event) {
	if (event.kind === "host-retried") info(printable(`retry: ${event.problem.message}; attempt ${event.attempt + 1}`));
	if (event.kind === "warning") warnOnce(printable(event.message), event.host === null ? {} : { title: event.host });
	if (event.kind === "step") info(printable(event.message));
}
function warnOnce(message, properties) {
	if (warned.has(message)) return;
	warned.add(message);
	warning(message, properties);
}
export {};
