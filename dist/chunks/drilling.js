import { t as certain } from "./certain.js";
import { t as Problem } from "./problem.js";
import { n as systemCode } from "./thrown.js";
import { r as readIdentities } from "./identity.js";
import { t as openStored } from "./stored2.js";
import { t as _usingCtx } from "./usingCtx.js";
import { writeFile } from "node:fs/promises";
// src/wiring/drilling.ts
/** A drill and its report: what can be refused is refused before the vault is opened. */
async function drillStored(settings, world, signal) {
	try {
		var _usingCtx$1 = _usingCtx();
		if (settings.host === null) throw new Problem("settings/missing", "drill does not know which host to restore", { hint: "give --host HOST; `pmta-vault verify` lists the hosts that the vault has" });
		const identities = readIdentities(settings.identity);
		const signingKey = settings.evidence ? await evidenceKey(settings) : null;
		const [{ drill }, { txtLookup }, messages, { drillMarkdown }] = await Promise.all([
			import("./drill.js"),
			import("./txt-lookup.js"),
			import("./dkim-message.js"),
			import("./drill-markdown.js")
		]);
		const lookup = txtLookup(settings.resolver, signal);
		const parts = await openStored(settings, world, signal);
		const vault = _usingCtx$1.a(parts.vault);
		const spare = _usingCtx$1.a(await spareOf(settings, parts.fleet, world));
		const request = {
			host: settings.host,
			at: settings.at,
			identities,
			scenario: settings.scenario,
			scratch: settings.scratch
		};
		const tools = {
			...parts,
			vault,
			lookup,
			messages: {
				sign: messages.signedMessage,
				verify: messages.verifyMessage
			},
			about: {
				tool: world.tool,
				run: world.run
			}
		};
		const report = await drill(request, spare.spare, tools, signal);
		const markdown = drillMarkdown(report);
		await writeReports(settings, report, markdown);
		if (signingKey === null) return {
			report,
			markdown,
			filed: null
		};
		const { fileEvidence } = await import("./evidence.js");
		return {
			report,
			markdown,
			filed: await fileEvidence(report, {
				...parts,
				vault,
				signingKey,
				markdown: drillMarkdown
			}, signal)
		};
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
/** The way to the spare host, when the drill is to go onto one. */
async function spareOf(settings, fleet, world) {
	if (settings.target === "scratch") {
		if (settings.keep || settings.confirm !== null || settings.checks.length > 0) throw new Problem("settings/invalid", "keep, confirm and checks are about a spare host", { hint: "give --target HOST, or leave them out" });
		return {
			spare: null,
			[Symbol.asyncDispose]: async () => {}
		};
	}
	const [{ transportOf }, { selectHosts }] = await Promise.all([import("./parts3.js"), import("./select.js")]);
	const host = certain(selectHosts(fleet, {
		hosts: [settings.target],
		tags: [],
		jumpHosts: true
	})[0]);
	const transport = transportOf(settings, world);
	const { confirm, keep, checks } = settings;
	return {
		spare: {
			request: {
				target: {
					...host,
					user: settings.restoreUser
				},
				confirm,
				keep,
				checks
			},
			tools: {
				transport,
				commandTimeoutMs: settings.idleTimeoutMs * .9,
				say: (message) => world.observe({
					kind: "step",
					message
				})
			}
		},
		[Symbol.asyncDispose]: async () => await transport[Symbol.asyncDispose]()
	};
}
async function evidenceKey(settings) {
	if (settings.signingKey === null) throw new Problem("settings/missing", "the drill's report is filed in the vault signed, and there is no signing-key", { hint: "give --signing-key-file FILE, or --no-evidence" });
	const { unlockSigningKey } = await import("./parts3.js");
	return unlockSigningKey(settings);
}
/** Before it is filed: when the vault does not take it, the report is there all the same. */
async function writeReports(settings, report, markdown) {
	if (settings.markdown !== null) await writeReport("markdown", settings.markdown, markdown);
	if (settings.html === null) return;
	const { drillPage } = await import("./drill-page.js");
	await writeReport("html", settings.html, drillPage(report));
}
async function writeReport(setting, path, text) {
	await writeFile(path, text).catch((cause) => {
		throw new Problem("settings/invalid", `${setting}: ${path} cannot be written (${systemCode(cause)})`, {
			cause,
			hint: "name a file in a directory that is there and that this account may write"
		});
	});
}
export { drillStored };
