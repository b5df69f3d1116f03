import { t as certain } from "./certain.js";
import { t as _usingCtx } from "./usingCtx.js";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
// src/flows/demo-files.ts
const secret = {
	mode: 416,
	owner: "root",
	group: "pmta"
};
const keys = /* @__PURE__ */ new Map();
/** One invented server: a config with a password, a domain file, a DKIM key, a licence. */
function demoFiles(host) {
	return {
		"/etc/pmta/config": {
			content: configText(host, 6),
			...secret
		},
		"/etc/pmta/domains/example.com.conf": {
			content: `# signed mail of one customer
domain-key s2026, example.com, /etc/pmta/dkim/example.com.private
relay-domain example.com
`,
			...secret
		},
		"/etc/pmta/dkim/example.com.private": {
			content: keyOf(host),
			...secret
		},
		"/etc/pmta/license": {
			content: `product: PowerMTA
version: 5.0
platform: linux-intel
mac: 00:00:5e:00:53:01
licensee: Example Sender Ltd
serial: 000001
comment: INVENTED - NOT A VALID KEY
issued: 2026-01-01
expires: never
check: INVENTEDINVENTEDINVENT==
`,
			...secret
		}
	};
}
/** The main config with another limit for gmail.com. */
function withLimit(files, limit) {
	const { content } = certain(files["/etc/pmta/config"]);
	return {
		content: content.replace("max-smtp-out 6", `max-smtp-out ${limit}`),
		...secret
	};
}
function configText(host, limit) {
	return `# ${host}: an invented server
postmaster ops@example.com
host-name ${host}.example.com
run-as-root no
include /etc/pmta/domains/*.conf

<smtp-user feeder>
    password "demo-only-${host}-Xk3v9Qp"
</smtp-user>
<source {auth}>
    always-allow-relaying yes
</source>
<domain gmail.com>
    max-smtp-out ${limit}
    max-msg-rate 500/h
</domain>
<domain *>
    max-smtp-out 20
    bounce-after 4d12h
</domain>
<acct-file /var/log/pmta/acct.csv>
    records d,b,t
</acct-file>
`;
}
function keyOf(host) {
	const known = keys.get(host);
	if (known !== void 0) return known;
	const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
	const pem = privateKey.export({
		type: "pkcs8",
		format: "pem"
	});
	keys.set(host, pem);
	return pem;
}
// src/flows/demo.ts
/** The main job on an embedded fleet: two hosts in this process, a vault in a new directory, nothing else touched. */
const user = "pmta-backup";
async function demo(tools) {
	try {
		var _usingCtx$1 = _usingCtx();
		const directory = await mkdtemp(join(tmpdir(), "pmta-vault-demo-"));
		const [vault, fleet] = [join(directory, "vault"), join(directory, "fleet.yml")];
		const login = tools.makeKeyPair();
		const [first, second] = await Promise.all([tools.makeIdentity(), tools.makeIdentity()]);
		const serve = (name) => tools.serveHost({
			user,
			authorizedKey: login.publicLine,
			files: demoFiles(name)
		});
		const mta1 = _usingCtx$1.a(await serve("mta1"));
		const mta2 = _usingCtx$1.a(await serve("mta2"));
		await writeFile(fleet, fleetText([first.recipient, second.recipient], login.publicLine, {
			mta1,
			mta2
		}));
		const run = {
			fleet,
			vault,
			key: login.privateKey
		};
		tools.say("1. two hosts answer over SSH on this machine; the first backup seals them into a new vault");
		const baseline = await tools.backUp(run);
		const proposal = certain(baseline.proposals[0]);
		tools.say(`   ${sealedLine(baseline)}; baseline on branch drift/${proposal.id}`);
		await tools.accept(vault, proposal.id);
		tools.say("   the baseline is accepted: it is what later runs are compared with");
		tools.say("2. someone raises max-smtp-out for gmail.com on both hosts; the second backup notices");
		for (const [name, host] of [["mta1", mta1], ["mta2", mta2]]) host.write("/etc/pmta/config", withLimit(demoFiles(name), 8));
		const changed = await tools.backUp(run);
		const drift = certain(changed.proposals[0]);
		tools.say(`   ${sealedLine(changed)}; drift/${drift.id}: ${drift.title}`);
		for (const line of (await tools.drift(run)).trimEnd().split("\n")) tools.say(`   ${line}`);
		tools.say("3. a third backup finds nothing new, and writes no bundle");
		const quiet = await tools.backUp(run);
		tools.say(`   ${sealedLine(quiet)}`);
		tools.say("4. everything in the vault is verified, with an identity that the backups never had");
		const verified = await tools.verify(run, first.identity);
		tools.say(`   ${verified.snapshots} snapshots, ${verified.bundles} bundles, ${certain(verified.deep).files} files opened and hashed`);
		tools.say("5. mta1 is restored into a directory, as if the server were gone");
		const out = join(directory, "mta1");
		await tools.restore(run, "mta1", first.identity, out);
		const expected = {
			...demoFiles("mta1"),
			"/etc/pmta/config": withLimit(demoFiles("mta1"), 8)
		};
		const restored = await Promise.all(Object.entries(expected).map(async ([path, { content }]) => await readFile(join(out, path), "utf8") === content));
		tools.say(`   ${restored.length} files in ${out}`);
		tools.say("6. a drill restores mta1 once more, into memory, and proves that the server would work");
		const { report: drilled, filed } = await tools.drill(run, "mta1", first.identity);
		for (const { name, verdict, summary } of drilled.proofs) tools.say(`   ${name}: ${verdict}; ${summary}`);
		tools.say(`   ${drilled.ms} ms; the demo asks no DNS, so that the key stays a weak point`);
		tools.say(`   the report is in the vault: git -C ${vault} show bundles:${certain(filed).replace(/json$/, "md")}`);
		const proofs = {
			"both hosts were backed up": baseline.exit === "good" && baseline.hosts.length === 2,
			"the drift is one proposal for both hosts": changed.proposals.length === 1 && drift.hosts.length === 2,
			"the unchanged run sealed nothing": quiet.hosts.every(({ status }) => status === "unchanged"),
			"all that was stored is what was signed": verified.exit === "good" && verified.snapshots === 6,
			"every restored file is what the host had": restored.every((equal) => equal),
			"the drill found the server fit to come back": drilled.verdict === "weak" && drilled.objective.isMet
		};
		for (const [proof, holds] of Object.entries(proofs)) tools.say(`${holds ? "ok " : "NOT"} ${proof}`);
		tools.say(`look around: git -C ${vault} log --all --oneline`);
		const exit = Object.values(proofs).every((holds) => holds) ? "good" : "total";
		return {
			command: "demo",
			vault,
			backups: [
				baseline,
				changed,
				quiet
			],
			proofs,
			exit
		};
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
function sealedLine({ hosts, ms }) {
	const sealed = hosts.flatMap(({ categories }) => categories.filter(({ status }) => status === "stored"));
	return `${hosts.length} hosts, ${sealed.length} bundles sealed, ${(ms.total / 1e3).toFixed(1)} s`;
}
function fleetText(recipients, signer, hosts) {
	const entries = Object.entries(hosts).flatMap(([name, { address, port, hostKey }]) => [
		`  ${name}:`,
		`    address: ${address}`,
		`    port: ${port}`,
		`    hostKeys: ["${hostKey}"]`
	]);
	return [
		"version: 1",
		`recipients: [${recipients.join(", ")}]`,
		`signers: ["${signer}"]`,
		"hosts:",
		...entries,
		""
	].join("\n");
}
export { demo };
