import { t as certain } from "./certain.js";
import { n as nearest, t as didYouMean } from "./nearest.js";
import { t as Problem } from "./problem.js";
import { r as parseDuration } from "./duration.js";
import { t as Secret } from "./secret.js";
import { n as matched } from "./parts.js";
import { n as systemCode } from "./thrown.js";
import { parseArgs } from "node:util";
// src/settings/commands.ts
const shells = [
	"bash",
	"zsh",
	"fish"
];
const everyHost = {
	name: "HOST",
	least: 0,
	most: Number.POSITIVE_INFINITY,
	setting: "hosts"
};
const table = {
	init: {
		summary: "Make a vault with a commented fleet.yml, and print the steps for the recovery kit",
		positional: null,
		example: "pmta-vault init --vault ./vault --recipient age1… --recipient age1…",
		exits: ["total"],
		inAction: false
	},
	pin: {
		summary: "Show the keys that hosts offer, and write them to fleet.yml once you have confirmed them",
		positional: {
			...everyHost,
			least: 1
		},
		example: "pmta-vault pin mta1 mta2",
		exits: [
			"partial",
			"total",
			"identity"
		],
		inAction: false
	},
	doctor: {
		summary: "Check settings, keys, reachability and rights, and print the lines for least privilege",
		positional: everyHost,
		example: "pmta-vault doctor --ssh-key-file ~/.ssh/backup mta1",
		exits: [
			"partial",
			"total",
			"identity"
		],
		inAction: true
	},
	backup: {
		summary: "Pull, seal, store and sign what the hosts have, and propose every drift for review",
		positional: null,
		example: "pmta-vault backup --ssh-key-file ~/.ssh/backup --signing-key-file ~/.ssh/signing",
		exits: [
			"partial",
			"total",
			"integrity",
			"identity"
		],
		inAction: true
	},
	diff: {
		summary: "Show what the hosts have and the accepted mirror has not",
		positional: everyHost,
		example: "pmta-vault diff mta1 --exit-code --ssh-key-file ~/.ssh/backup --signing-key-file ~/.ssh/signing",
		exits: [
			"partial",
			"total",
			"integrity",
			"identity",
			"drift"
		],
		inAction: true
	},
	verify: {
		summary: "Check every snapshot's signature and chain, and every bundle's hash; with --deep open some too",
		positional: everyHost,
		example: "pmta-vault verify --deep 20% --identity-file identity",
		exits: ["integrity", "total"],
		inAction: true
	},
	restore: {
		summary: "Restore a host from the vault: into a directory, as one sealed file, or over SSH by a confirmed plan",
		positional: null,
		example: "pmta-vault restore --to mta1 --identity-file identity --ssh-key-file ~/.ssh/root",
		exits: [
			"partial",
			"total",
			"integrity",
			"identity"
		],
		inAction: true
	},
	drill: {
		summary: "Rehearse a restore into a scratch directory or onto a spare host, prove that it works, and time it",
		positional: null,
		example: "pmta-vault drill --host mta1 --identity-file identity --signing-key-file signing-key",
		exits: [
			"partial",
			"total",
			"integrity",
			"identity",
			"objective"
		],
		inAction: true
	},
	accept: {
		summary: "Merge the proposal drift/ID of a local vault into its main branch",
		positional: {
			name: "ID",
			least: 1,
			most: 1,
			setting: null
		},
		example: "pmta-vault accept 3f2a9c1b",
		exits: ["total"],
		inAction: false
	},
	status: {
		summary: "Show how old the last good copy of each category is, what drifts, and what ends soon",
		positional: null,
		example: "pmta-vault status --html status.html",
		exits: [
			"total",
			"integrity",
			"objective"
		],
		inAction: true
	},
	prune: {
		summary: "Delete the snapshots, bundles and logs that the retention in fleet.yml no longer keeps",
		positional: null,
		example: "pmta-vault prune --dry-run --signing-key-file ~/.ssh/signing",
		exits: [
			"partial",
			"total",
			"integrity"
		],
		inAction: true
	},
	impact: {
		summary: "Show what a change did to deferrals: before and after it, by ISP and by source IP",
		positional: null,
		example: "pmta-vault impact --change 3f2a9c1b --window 4h",
		exits: ["total", "objective"],
		inAction: true
	},
	"plan-shards": {
		summary: "Share the hosts of a very large fleet among the jobs of a workflow's matrix, as JSON",
		positional: null,
		example: "pmta-vault plan-shards --fleet fleet.yml --shards 20",
		exits: ["total"],
		inAction: true
	},
	collect: {
		summary: "Write to the vault what capture jobs (`backup --capture`) read, as one run does, and propose drift",
		positional: {
			name: "DIR|FILE",
			least: 0,
			most: Number.POSITIVE_INFINITY,
			setting: "captures"
		},
		example: "pmta-vault collect captures --signing-key-file ~/.ssh/signing",
		exits: [
			"partial",
			"total",
			"integrity",
			"identity"
		],
		inAction: true
	},
	demo: {
		summary: "Run the whole story on an embedded fleet and a local vault, in a few seconds",
		positional: null,
		example: "pmta-vault demo",
		exits: ["partial", "total"],
		inAction: true
	},
	completion: {
		summary: "Print the completion script of a shell",
		positional: {
			name: "SHELL",
			least: 1,
			most: 1,
			setting: null,
			choices: shells
		},
		example: "eval \"$(pmta-vault completion bash)\"",
		exits: [],
		inAction: false
	},
	help: {
		summary: "Explain a command, its flags and its exit codes",
		positional: {
			name: "COMMAND",
			least: 0,
			most: 1,
			setting: null
		},
		example: "pmta-vault help backup",
		exits: [],
		inAction: false
	},
	version: {
		summary: "Print the version of pmta-vault",
		positional: null,
		example: "pmta-vault version",
		exits: [],
		inAction: false
	}
};
/** Every command by name, in the order in which help shows them. */
const commands = table;
/** What the Action's input `command` may be. */
const actionCommands = Object.keys(table).filter((name) => table[name].inAction);
const isCommand = (name) => Object.hasOwn(table, name);
/** Such as `pmta-vault diff [HOST…]`, without flags. */
function usageOf(name) {
	const { positional } = commands[name];
	if (positional === null) return `pmta-vault ${name}`;
	const words = positional.most > 1 ? `${positional.name}…` : positional.name;
	return `pmta-vault ${name} ${positional.least > 0 ? words : `[${words}]`}`;
}
// src/settings/access.ts
const reaching$1 = [
	"pin",
	"doctor",
	"backup",
	"diff",
	"restore",
	"drill"
];
const reading$1 = [
	"doctor",
	"backup",
	"diff"
];
/** Where the vault is, which hosts are meant, and with which keys. */
const accessSettings = {
	fleet: {
		type: "path",
		default: null,
		commands: [
			...reaching$1,
			"plan-shards",
			"collect",
			"status",
			"prune",
			"verify",
			"impact"
		],
		group: "vault",
		placeholder: "FILE",
		description: "The fleet file; without it, fleet.yml on the main branch of the vault"
	},
	vault: {
		type: "text",
		default: "./vault",
		actionDefault: "${{ github.server_url }}/${{ github.repository }}",
		commands: [
			"init",
			"pin",
			"doctor",
			"backup",
			"plan-shards",
			"collect",
			"diff",
			"accept",
			"status",
			"prune",
			"verify",
			"restore",
			"drill",
			"impact"
		],
		group: "vault",
		placeholder: "PATH|URL",
		description: "The vault: a git repository, local or behind a URL"
	},
	token: {
		type: "secret",
		default: null,
		actionDefault: "${{ github.token }}",
		commands: [
			"init",
			"pin",
			"doctor",
			"backup",
			"plan-shards",
			"collect",
			"diff",
			"status",
			"prune",
			"verify",
			"restore",
			"drill",
			"impact"
		],
		group: "vault",
		placeholder: "TOKEN",
		description: "The token with which git reads and writes a vault behind an HTTP URL"
	},
	store: {
		type: "choice",
		choices: [
			"git",
			"directory",
			"artifact"
		],
		default: "git",
		commands: [
			"doctor",
			"backup",
			"collect",
			"status",
			"prune",
			"verify",
			"restore",
			"drill"
		],
		group: "vault",
		placeholder: "STORE",
		description: "Where the encrypted bundles rest: the bundles branch of the vault, a directory, or artifacts of GitHub Actions"
	},
	"log-store": {
		type: "choice",
		choices: [
			"same",
			"git",
			"directory"
		],
		default: "same",
		commands: [
			"doctor",
			"backup",
			"collect",
			"status",
			"prune",
			"verify",
			"restore",
			"drill"
		],
		group: "vault",
		placeholder: "STORE",
		description: "Where accounting and other logs rest: where the bundles do, on the bundles branch of the vault, or in the directory; artifacts keep none"
	},
	"store-path": {
		type: "path",
		default: null,
		commands: [
			"doctor",
			"backup",
			"collect",
			"status",
			"prune",
			"verify",
			"restore",
			"drill"
		],
		group: "vault",
		placeholder: "DIRECTORY",
		description: "The directory of the directory store, of bundles or of logs"
	},
	"last-seen": {
		type: "path",
		default: null,
		commands: [
			"backup",
			"collect",
			"status",
			"verify",
			"restore"
		],
		group: "vault",
		placeholder: "FILE",
		description: "A file outside of the vault that remembers the newest snapshot of each host; a vault that went back behind it is refused"
	},
	"artifact-repository": {
		type: "text",
		default: null,
		commands: [
			"doctor",
			"backup",
			"collect",
			"status",
			"prune",
			"verify",
			"restore",
			"drill"
		],
		group: "vault",
		placeholder: "OWNER/NAME",
		description: "The repository whose artifacts the artifact store uses; without it, this one or the vault's"
	},
	"artifact-retention-days": {
		type: "integer",
		range: [0, 400],
		default: "0",
		commands: ["backup"],
		group: "vault",
		placeholder: "DAYS",
		description: "How long the artifact store asks for artifacts to be kept; 0 leaves it to the repository"
	},
	recipient: {
		type: "list",
		default: null,
		commands: ["init"],
		group: "keys",
		placeholder: "AGE",
		description: "An age recipient (age1…) to write into the new fleet file; may be given several times"
	},
	signer: {
		type: "lines",
		default: null,
		commands: ["init"],
		group: "keys",
		placeholder: "KEY",
		description: "An OpenSSH public key that may sign snapshots, to write into the new fleet file; may be given several times"
	},
	"ssh-key": {
		type: "key",
		default: null,
		commands: reaching$1,
		group: "keys",
		placeholder: "KEY",
		description: "The private key that logs in to the hosts"
	},
	"ssh-key-passphrase": {
		type: "secret",
		default: null,
		commands: reaching$1,
		group: "keys",
		placeholder: "PASSPHRASE",
		description: "The passphrase of ssh-key"
	},
	"ssh-agent": {
		type: "path",
		default: null,
		otherEnv: "SSH_AUTH_SOCK",
		commands: reaching$1,
		group: "keys",
		placeholder: "SOCKET",
		description: "The socket of the SSH agent that logs in to the hosts when there is no ssh-key"
	},
	"signing-key": {
		type: "key",
		default: null,
		commands: [
			...reading$1,
			"collect",
			"prune",
			"drill"
		],
		group: "keys",
		placeholder: "KEY",
		description: "The private key that signs snapshots and keys the fingerprints of masked secrets"
	},
	"signing-key-passphrase": {
		type: "secret",
		default: null,
		commands: [
			...reading$1,
			"collect",
			"prune",
			"drill"
		],
		group: "keys",
		placeholder: "PASSPHRASE",
		description: "The passphrase of signing-key"
	},
	hosts: {
		type: "list",
		default: null,
		commands: [
			...reading$1,
			"plan-shards",
			"collect",
			"verify",
			"impact"
		],
		group: "hosts",
		placeholder: "LIST",
		description: "Only these hosts of the fleet"
	},
	tags: {
		type: "list",
		default: null,
		commands: [
			...reading$1,
			"plan-shards",
			"collect",
			"verify",
			"impact"
		],
		group: "hosts",
		placeholder: "LIST",
		description: "Only hosts that have one of these tags"
	},
	categories: {
		type: "list",
		default: null,
		commands: [
			"backup",
			"diff",
			"restore"
		],
		group: "hosts",
		placeholder: "LIST",
		description: "Only these categories, such as config,dkim"
	}
};
// src/settings/drill.ts
/** How a drill is measured, whom it asks, and where its report goes. */
const drillSettings = {
	target: {
		type: "text",
		default: "scratch",
		commands: ["drill"],
		group: "run",
		placeholder: "scratch|HOST",
		description: "Where the drill restores to: a scratch directory, or a spare host of the fleet over SSH; it is put back afterwards"
	},
	keep: {
		type: "boolean",
		default: "false",
		commands: ["drill"],
		group: "run",
		placeholder: "",
		description: "Leave the spare host as restored; without it, it is put back as it was before the drill"
	},
	scratch: {
		type: "path",
		default: null,
		commands: ["drill"],
		group: "run",
		placeholder: "DIRECTORY",
		description: "Where the scratch directory is made; without it, in memory where there is room"
	},
	scenario: {
		type: "text",
		default: "hardware-failure",
		commands: ["drill"],
		group: "run",
		placeholder: "NAME",
		description: "The scenario of the policy in fleet.yml whose RTO the drill has to meet"
	},
	resolver: {
		type: "list",
		default: null,
		commands: [
			"drill",
			"backup",
			"collect",
			"diff"
		],
		group: "run",
		placeholder: "ADDRESS[:PORT]",
		description: "The DNS servers that are asked for DKIM records; without it, those of this machine"
	},
	evidence: {
		type: "boolean",
		default: "true",
		commands: ["drill"],
		group: "run",
		placeholder: "",
		description: "Sign the report and file it in the vault"
	},
	markdown: {
		type: "path",
		default: null,
		commands: ["drill"],
		group: "output",
		placeholder: "FILE",
		description: "Write the report as Markdown, as for an issue"
	}
};
// src/settings/github.ts
/** How proposals become pull requests. */
const githubSettings = {
	"max-proposals": {
		type: "integer",
		range: [1, 500],
		default: "20",
		commands: [
			"backup",
			"collect",
			"status"
		],
		group: "run",
		placeholder: "N",
		description: "How many proposals may be open at a time; what waits is listed in the summary and in one issue"
	},
	"github-server": {
		type: "text",
		default: null,
		actionDefault: "${{ github.server_url }}",
		otherEnv: "GITHUB_SERVER_URL",
		commands: [
			"backup",
			"collect",
			"status",
			"impact"
		],
		group: "vault",
		placeholder: "URL",
		description: "The GitHub server, https://github.com if not given; drift of a vault there is proposed as pull requests"
	},
	"github-api": {
		type: "text",
		default: null,
		actionDefault: "${{ github.api_url }}",
		otherEnv: "GITHUB_API_URL",
		commands: [
			"backup",
			"collect",
			"status",
			"impact"
		],
		group: "vault",
		placeholder: "URL",
		description: "The API of the GitHub server; without it, the usual one of that server"
	},
	"github-timeout": {
		type: "duration",
		default: "10m",
		commands: [
			"backup",
			"collect",
			"status",
			"impact"
		],
		group: "limits",
		placeholder: "DURATION",
		description: "Longest time for all requests to GitHub together"
	},
	"github-interval": {
		type: "integer",
		range: [0, 6e4],
		default: "1000",
		commands: [
			"backup",
			"collect",
			"status",
			"impact"
		],
		group: "limits",
		placeholder: "MS",
		description: "Milliseconds between two writes to GitHub, which asks for 1000; a server of your own may allow less"
	}
};
// src/settings/impact.ts
/** Which change impact is about, how far it looks, and from where on it says so. */
const impactSettings = {
	change: {
		type: "text",
		default: null,
		commands: ["impact"],
		group: "run",
		placeholder: "ID",
		description: "The change to look at: the id of a proposal, or the number of its pull request"
	},
	since: {
		type: "text",
		default: null,
		commands: ["impact"],
		group: "run",
		placeholder: "TIME",
		description: "The moment to look at, as with at: 2026-03-02T09:15Z, or how long ago, such as 3h"
	},
	window: {
		type: "duration",
		default: "4h",
		commands: ["impact"],
		group: "run",
		placeholder: "DURATION",
		description: "How long to look before the change and after it"
	},
	"investigate-above": {
		type: "integer",
		range: [0, 100],
		default: "5",
		commands: ["impact"],
		group: "run",
		placeholder: "PERCENT",
		description: "Deferral rate above which an ISP is to be looked into"
	},
	"reduce-above": {
		type: "integer",
		range: [0, 100],
		default: "15",
		commands: ["impact"],
		group: "run",
		placeholder: "PERCENT",
		description: "Deferral rate above which less is to be sent, and the change reviewed now"
	},
	"accounting-file": {
		type: "list",
		default: null,
		cliOnly: true,
		commands: ["impact"],
		group: "run",
		placeholder: "FILE",
		description: "Read these accounting files instead of the counts in the vault; may be given several times"
	},
	comment: {
		type: "boolean",
		default: "false",
		commands: ["impact"],
		group: "run",
		placeholder: "",
		description: "Write what merged changes did as one comment on each of their pull requests, kept up to date until the window is full and counted; with change, for that one"
	},
	picture: {
		type: "path",
		default: null,
		cliOnly: true,
		commands: ["impact"],
		group: "output",
		placeholder: "FILE",
		description: "Write the deferral rates over time to this file, as SVG"
	},
	follow: {
		type: "boolean",
		default: "false",
		cliOnly: true,
		commands: ["impact"],
		group: "output",
		placeholder: "",
		description: "Show the table again each minute until the window is full"
	}
};
// src/settings/restore.ts
/** What is restored or verified, where to, and what opens it. */
const restoreSettings = {
	identity: {
		type: "key",
		default: null,
		commands: [
			"verify",
			"restore",
			"drill"
		],
		group: "keys",
		placeholder: "IDENTITY",
		description: "The age identity that opens the bundles, as age-keygen wrote it"
	},
	host: {
		type: "text",
		default: null,
		commands: ["restore", "drill"],
		group: "hosts",
		placeholder: "HOST",
		description: "The host whose copies are restored"
	},
	at: {
		type: "text",
		default: "latest",
		commands: [
			"restore",
			"drill",
			"impact"
		],
		group: "hosts",
		placeholder: "latest|SEQUENCE|TIME",
		description: "The point in time: the newest snapshot, a number, or the newest before a time (ISO 8601); for impact, the moment to look at"
	},
	path: {
		type: "lines",
		default: null,
		commands: ["restore"],
		group: "hosts",
		placeholder: "PATH",
		description: "Only this file, or what this pattern matches; may be given several times"
	},
	"all-logs": {
		type: "boolean",
		default: "false",
		commands: ["restore"],
		group: "hosts",
		placeholder: "",
		description: "Also log files that had left the host by then; without it, of logs those that were on the host"
	},
	out: {
		type: "path",
		default: null,
		cliOnly: true,
		commands: ["restore"],
		group: "run",
		placeholder: "DIRECTORY",
		description: "Unpack into this empty directory"
	},
	bundle: {
		type: "path",
		default: null,
		commands: ["restore"],
		group: "run",
		placeholder: "FILE",
		description: "Write one file with the still sealed bundles, checksums and a runbook; needs no identity"
	},
	to: {
		type: "text",
		default: null,
		commands: ["restore"],
		group: "run",
		placeholder: "HOST",
		description: "Restore onto this host of the fleet over SSH; shows the plan, and applies it only with confirm"
	},
	confirm: {
		type: "text",
		default: null,
		commands: ["restore", "drill"],
		group: "run",
		placeholder: "HOST",
		description: "The name of the host again: to apply the plan whose plan-hash is given, or to drill onto a host that is in use"
	},
	"plan-hash": {
		type: "text",
		default: null,
		commands: ["restore"],
		group: "run",
		placeholder: "HASH",
		description: "The hash of the plan that was looked at; another plan is not applied"
	},
	"plan-file": {
		type: "path",
		default: null,
		commands: ["restore"],
		group: "run",
		placeholder: "FILE",
		description: "Write the plan to this new file, as JSON"
	},
	"restore-user": {
		type: "text",
		default: "root",
		commands: [
			"restore",
			"doctor",
			"drill"
		],
		group: "run",
		placeholder: "ACCOUNT",
		description: "The account that restores: root, or one with the sudo rule that doctor prints for it"
	},
	checks: {
		type: "lines",
		default: null,
		commands: ["restore", "drill"],
		group: "run",
		placeholder: "COMMAND",
		description: "A command that has to succeed on the host afterwards, in place of the standard ones; several allowed"
	},
	"without-license": {
		type: "boolean",
		default: "false",
		commands: ["restore"],
		group: "run",
		placeholder: "",
		description: "Go on without the licence, as on other hardware it has to be issued anew"
	},
	plan: {
		type: "boolean",
		default: "false",
		commands: ["restore"],
		group: "run",
		placeholder: "",
		description: "Show what would be restored, and write nothing"
	},
	deep: {
		type: "text",
		default: null,
		commands: ["verify"],
		group: "run",
		placeholder: "N%",
		description: "Also open this share of the bundles and check each file; every bundle has its turn"
	},
	"deep-turn": {
		type: "integer",
		range: [0, 1e9],
		default: "0",
		commands: ["verify"],
		group: "run",
		placeholder: "N",
		description: "Which turn it is, counting on with each run; 0 takes the number of the day"
	}
};
// src/settings/run.ts
const reaching = [
	"pin",
	"doctor",
	"backup",
	"diff",
	"restore",
	"drill"
];
const reading = [
	"doctor",
	"backup",
	"diff"
];
/** How a command runs, within which limits, and how it speaks. */
const runSettings = {
	"dry-run": {
		type: "boolean",
		default: "false",
		commands: ["backup", "prune"],
		group: "run",
		placeholder: "",
		description: "Say what would be stored, proposed or deleted, and write nothing"
	},
	capture: {
		type: "path",
		default: null,
		commands: ["backup"],
		group: "run",
		placeholder: "FILE",
		description: "Write what was read and sealed to this file, which `collect` takes to the vault, and nothing to the vault"
	},
	shards: {
		type: "integer",
		range: [1, 256],
		default: "8",
		commands: ["plan-shards"],
		group: "run",
		placeholder: "N",
		description: "How many capture jobs share the hosts"
	},
	captures: {
		type: "lines",
		default: null,
		commands: ["collect"],
		group: "run",
		placeholder: "DIR|FILE",
		description: "What the capture jobs wrote: files, or directories with files NAME.capture in them"
	},
	propose: {
		type: "boolean",
		default: "true",
		commands: ["backup", "collect"],
		group: "run",
		placeholder: "",
		description: "Propose drift for review"
	},
	compression: {
		type: "choice",
		choices: ["zstd", "gzip"],
		default: "zstd",
		commands: ["backup"],
		group: "run",
		placeholder: "METHOD",
		description: "How bundles are compressed before they are sealed"
	},
	snapshot: {
		type: "text",
		default: null,
		commands: ["diff"],
		group: "run",
		placeholder: "latest|SEQUENCE",
		description: "Compare what this snapshot saw instead of the live host"
	},
	"exit-code": {
		type: "boolean",
		default: "false",
		commands: ["diff"],
		group: "run",
		placeholder: "",
		description: "End with exit code 8 when there is drift"
	},
	"ping-url": {
		type: "secret",
		default: null,
		commands: [
			"backup",
			"collect",
			"status",
			"prune"
		],
		group: "output",
		placeholder: "URL",
		description: "A monitor that hears of start, success and failure, and raises the alarm when it hears nothing"
	},
	issues: {
		type: "boolean",
		default: "false",
		commands: ["status"],
		group: "output",
		placeholder: "",
		description: "Keep one issue per breach in the vault's repository on GitHub, and close it once it is healed"
	},
	html: {
		type: "path",
		default: null,
		commands: [
			"status",
			"drill",
			"impact"
		],
		group: "output",
		placeholder: "FILE",
		description: "Write the status, the drill's report, or the impact, as one page that needs nothing else"
	},
	prometheus: {
		type: "boolean",
		default: "false",
		cliOnly: true,
		commands: ["status"],
		group: "output",
		placeholder: "",
		description: "Print metrics in the text format of Prometheus instead of the table"
	},
	yes: {
		type: "boolean",
		default: "false",
		cliOnly: true,
		commands: ["pin"],
		group: "run",
		placeholder: "",
		description: "Write the keys that the hosts offer without asking; compare them first"
	},
	concurrency: {
		type: "integer",
		range: [0, 500],
		default: "0",
		commands: reading,
		group: "limits",
		placeholder: "N",
		description: "How many hosts are read at the same time; 0: a few for each core, and more while their answers are waited for"
	},
	"connect-timeout": {
		type: "duration",
		default: "20s",
		commands: reaching,
		group: "limits",
		placeholder: "DURATION",
		description: "Longest wait for a host to answer and let us in"
	},
	"idle-timeout": {
		type: "duration",
		default: "60s",
		commands: [
			...reading,
			"restore",
			"drill"
		],
		group: "limits",
		placeholder: "DURATION",
		description: "Longest silence of a host while it is being read"
	},
	"host-timeout": {
		type: "duration",
		default: "30m",
		commands: [
			...reading,
			"restore",
			"drill"
		],
		group: "limits",
		placeholder: "DURATION",
		description: "Longest time for one host altogether"
	},
	"max-file-size": {
		type: "size",
		default: "64MiB",
		commands: [
			"backup",
			"diff",
			"restore",
			"drill"
		],
		group: "limits",
		placeholder: "SIZE",
		description: "Largest file that is read whole; a larger one is reported, never cut"
	},
	"max-host-size": {
		type: "size",
		default: "1GiB",
		commands: [
			"backup",
			"diff",
			"restore",
			"drill"
		],
		group: "limits",
		placeholder: "SIZE",
		description: "Most bytes that are read from one host in one run, logs apart"
	},
	"max-log-rate": {
		type: "size",
		default: null,
		commands: ["backup"],
		group: "limits",
		placeholder: "SIZE",
		description: "Most bytes per second that are read of one host's logs; without it, as fast as it goes"
	},
	json: {
		type: "boolean",
		default: "false",
		cliOnly: true,
		commands: "all",
		group: "output",
		placeholder: "",
		description: "Print one JSON document on stdout"
	},
	quiet: {
		type: "boolean",
		default: "false",
		cliOnly: true,
		commands: "all",
		group: "output",
		placeholder: "",
		description: "Say nothing on stderr but warnings and errors"
	},
	color: {
		type: "choice",
		choices: [
			"auto",
			"always",
			"never"
		],
		default: "auto",
		cliOnly: true,
		commands: "all",
		group: "output",
		placeholder: "WHEN",
		description: "Whether text is coloured"
	}
};
// src/settings/table.ts
/** Every setting by name, in the order of help, action inputs and README. */
const settings = {
	...accessSettings,
	...restoreSettings,
	...drillSettings,
	...impactSettings,
	...runSettings,
	...githubSettings
};
// src/settings/names.ts
const settingNames = Object.keys(settings);
const settingAt = (name) => settings[name];
/** Whether its value must never be shown or given as argv text. */
const isSecret = (setting) => setting.type === "secret" || setting.type === "key";
/** The flag without its dashes: the name, or `NAME-file` for secrets. */
const flagName = (name) => isSecret(settings[name]) ? `${name}-file` : name;
const envName = (name) => `PMTA_VAULT_${name.toUpperCase().replaceAll("-", "_")}`;
/** The name in `Settings`. */
function keyOf(name) {
	const { type } = settingAt(name);
	const unit = type === "duration" ? "Ms" : type === "size" ? "Bytes" : "";
	return name.replaceAll(/-(.)/g, (_, letter) => letter.toUpperCase()) + unit;
}
/** The settings that a command takes, in the order of the table. */
function settingsOf(command) {
	return settingNames.filter((name) => commandsOf(name).includes(command));
}
/** The commands that take a setting; all of them for those of everybody. */
function commandsOf(name) {
	const taking = settingAt(name).commands;
	return taking === "all" ? Object.keys(commands) : taking;
}
// src/settings/action-contract.ts
/** The settings that the Action takes: what some command of it takes and what is not for terminals only. */
const actionSettings = settingNames.filter((name) => settingAt(name).cliOnly !== true && commandsOf(name).some((command) => actionCommands.includes(command)));
[`${actionCommands.join(", ")}`, ...actionSettings.map((name) => {
	const setting = settingAt(name);
	const forms = setting.type === "choice" ? ` (${setting.choices?.join(" or ")})` : "";
	return {
		name,
		description: setting.description + forms,
		default: setting.actionDefault ?? setting.default ?? ""
	};
})];
// src/settings/key-text.ts
/**
* A private key as programs want it, whatever a secret store or a clipboard made of it: LF line ends, one
* final newline, no byte order mark, and its lines back when they were lost to `\n` or blanks.
*/
function normaliseKeyText(text) {
	const lines = text.replace(/^\uFEFF/, "").replaceAll(/\r\n?/g, "\n").trim();
	const flat = matched(/^(-----BEGIN [A-Z0-9 ]+-----)(?:\\n|[ \t])*(.+?)(?:\\n|[ \t])*(-----END [A-Z0-9 ]+-----)(?:\\n)?$/, lines, "begin", "body", "end");
	if (flat === null) return `${lines}\n`;
	const { begin, body, end } = flat;
	return `${[
		begin,
		...body.split(/(?:\\n|[ \t])+/),
		end
	].join("\n")}\n`;
}
// src/settings/value.ts
const truths = [
	"true",
	"yes",
	"on",
	"1"
];
const falsehoods = [
	"false",
	"no",
	"off",
	"0"
];
const sizeUnits = {
	k: 1e3,
	m: 1e3 ** 2,
	g: 1e3 ** 3,
	t: 1e3 ** 4,
	ki: 1024,
	mi: 1024 ** 2,
	gi: 1024 ** 3,
	ti: 1024 ** 4
};
/**
* The value of a setting from its texts.
* @param texts   as given: several for a flag that was repeated, none for a setting nobody gave
* @param source  how the user named it, such as `--concurrency` or `PMTA_VAULT_CONCURRENCY`
* @throws        Problem "settings/invalid", which shows the text unless the setting is secret
*/
function readValue(setting, texts, source) {
	if (setting.type === "list") return distinct(texts.flatMap((text) => text.split(/[,\n]/)));
	if (setting.type === "lines") return distinct(texts.flatMap((text) => text.split("\n")));
	const text = texts.at(-1);
	if (text === void 0 || text === "") return null;
	switch (setting.type) {
		case "text":
		case "path": return text;
		case "key": return new Secret(normaliseKeyText(text));
		case "secret": return new Secret(text.replace(/\r?\n$/, ""));
		case "boolean": return truth(text, source);
		case "choice": return choice(text, certain(setting.choices), source);
		case "integer": return integer(text, certain(setting.range), source);
		case "duration": return parseDuration(text) ?? refuse(source, text, `a duration: a number with its unit, such as 90s, 30m, 24h, 7d or 1w`);
		case "size": return parseSize(text) ?? refuse(source, text, "a size: bytes, or a number with its unit, such as 64MiB, 500MB or 2G");
	}
}
/** @returns bytes; `64MiB` = 64·1024², `64MB` and `64M` = 64·1000²; null when the text is not a size above 0 */
function parseSize(text) {
	const parts = /^([1-9][0-9]{0,14})\s*(?:([kmgt]i?)b?|b)?$/i.exec(text);
	if (parts === null) return null;
	const bytes = Number(parts[1]) * (parts[2] === void 0 ? 1 : sizeUnits[parts[2].toLowerCase()]);
	return Number.isSafeInteger(bytes) ? bytes : null;
}
function truth(text, source) {
	const word = text.toLowerCase();
	if (truths.includes(word)) return true;
	return falsehoods.includes(word) ? false : refuse(source, text, "true or false");
}
function choice(text, choices, source) {
	return choices.includes(text) ? text : refuse(source, text, choices.join(" or ") + didYouMean(text, choices));
}
function integer(text, [least, most], source) {
	const value = /^[0-9]{1,15}$/.test(text) ? Number(text) : NaN;
	return value >= least && value <= most ? value : refuse(source, text, `a whole number from ${least} to ${most}`);
}
function distinct(words) {
	return [...new Set(words.map((word) => word.trim()).filter((word) => word !== ""))];
}
function refuse(source, text, wanted) {
	throw new Problem("settings/invalid", `${source} is ${JSON.stringify(text.slice(0, 60))}, where it has to be ${wanted}`, { hint: "`pmta-vault help COMMAND` says what each setting takes" });
}
// src/settings/resolve.ts
/**
* All settings, with defaults for what was not given.
* @param given       by setting name; only settings that the command takes
* @param defaultFor  the text that stands where nothing is given
* @throws            Problem "settings/invalid" or "settings/missing"
*/
function resolve(given, defaultFor) {
	const entries = settingNames.map((name) => {
		const { texts, source } = given.get(name) ?? standing(name, defaultFor(name));
		return [keyOf(name), readValue(settingAt(name), texts, source)];
	});
	const settings = Object.fromEntries(entries);
	refuseContradictions(settings);
	return settings;
}
const standing = (name, text) => ({
	texts: text === null ? [] : [text],
	source: name
});
function refuseContradictions(settings) {
	const { store, logStore, storePath, capture, dryRun } = settings;
	if (capture !== null && dryRun) throw new Problem("settings/invalid", "capture names a file to write, and a dry run writes nothing", { hint: "leave out one of them" });
	const hasDirectory = store === "directory" || logStore === "directory";
	if (hasDirectory && storePath === null) throw new Problem("settings/missing", "the directory store has no directory", { hint: "say with store-path where what is in it rests" });
	if (!hasDirectory && storePath !== null) throw new Problem("settings/invalid", `store-path is given, but the store is ${store}, which has no path`, { hint: "say store=directory or log-store=directory too, or leave store-path out" });
}
// src/settings/stray-identity.ts
/** What these do needs recipients alone. */
const sealing = [
	"backup",
	"plan-shards",
	"collect"
];
const identityPattern = /AGE-(?:SECRET-KEY|PLUGIN)-/i;
/**
* Variables that hand an age identity to a run that only seals, whatever they are called. A warning each, as a backup
* that is not made is the greater harm. The identity is not read, and what it is, is not shown.
*/
function strayIdentities(command, env) {
	if (!sealing.includes(command)) return [];
	const own = [envName("identity"), "INPUT_IDENTITY"];
	return Object.entries(env).filter(([name, value]) => value && (own.includes(name) || identityPattern.test(value))).map(([name]) => {
		return `${name.startsWith("INPUT_") ? `input ${name.slice(6).toLowerCase()}` : name} holds an age identity: ${command} needs none, and with it whoever gets at this machine opens every bundle; keep it where restores and drills run`;
	});
}
// src/settings/read-action.ts
/**
* What the inputs of an Action step ask for. Inputs that the command does not take are not read.
* @param env  the step's environment: `INPUT_…` with hyphens kept, and `GITHUB_…` for defaults
* @throws     Problem "settings/…", without the text of a secret
*/
function readActionSettings(env) {
	const command = inputOf(env, "command") || "backup";
	const known = actionCommands.find((name) => name === command);
	if (known === void 0) throw new Problem("settings/unknown", `input command: there is no ${JSON.stringify(command.slice(0, 60))} in the Action${didYouMean(command, actionCommands)}`, { hint: `it runs ${actionCommands.join(", ")}; the other commands are for the terminal` });
	const given = /* @__PURE__ */ new Map();
	for (const name of settingsOf(known)) {
		if (!actionSettings.includes(name)) continue;
		const { otherEnv } = settingAt(name);
		const text = inputOf(env, name) || (otherEnv === void 0 ? "" : env[otherEnv] ?? "");
		if (text !== "") given.set(name, {
			texts: [text],
			source: `input ${name}`
		});
	}
	const defaultFor = (name) => {
		const { actionDefault, default: standard } = settingAt(name);
		if (actionDefault === void 0 || !settingsOf(known).includes(name)) return standard;
		const filled = filledIn(actionDefault, env);
		if (filled !== null || standard === null) return filled;
		throw new Problem("settings/missing", `input ${name} is not given, and this is not a GitHub runner`, { hint: `give the input ${name}` });
	};
	return {
		command: known,
		settings: resolve(given, defaultFor),
		warnings: strayIdentities(known, env)
	};
}
/** @see actions/toolkit `core.getInput`: upper case, blanks to `_`, hyphens kept, value trimmed */
const inputOf = (env, name) => (env[`INPUT_${name.toUpperCase()}`] ?? "").trim();
/**
* A default of `action.yml` when the workflow gave the input as empty text, which the runner passes on:
* without this, `vault: ""` would mean a local directory that is gone when the job ends.
*/
function filledIn(template, env) {
	const keys = [...template.matchAll(/\$\{\{ github\.(\w+) \}\}/g)].map(([whole, key]) => [whole, `GITHUB_${certain(key).toUpperCase()}`]);
	if (keys.some(([, key]) => (env[key] ?? "") === "")) return null;
	return keys.reduce((text, [whole, key]) => text.replace(whole, () => certain(env[key])), template);
}
// src/settings/read-cli.ts
const flags = /* @__PURE__ */ new Map();
for (const name of settingNames) {
	const isSwitch = settingAt(name).type === "boolean";
	flags.set(flagName(name), {
		name,
		text: isSwitch ? "true" : null
	});
	if (isSwitch) flags.set(`no-${name}`, {
		name,
		text: "false"
	});
}
const options = Object.fromEntries([
	...[...flags].map(([flag, { text }]) => [flag, { type: text === null ? "string" : "boolean" }]),
	["help", {
		type: "boolean",
		short: "h"
	}],
	["version", {
		type: "boolean",
		short: "V"
	}]
]);
/**
* What a command line asks for. A flag wins over the environment, which wins over the default.
* @param argv  without node and script
* @throws      Problem "settings/…"; never shows a secret, nor the value of a flag it does not know
*/
function readCliSettings(argv, env, readFile) {
	const { tokens } = parseArgs({
		args: [...argv],
		options,
		strict: false,
		allowPositionals: true,
		tokens: true
	});
	const words = tokens.flatMap((token) => token.kind === "positional" ? [token.value] : []);
	const said = /* @__PURE__ */ new Map();
	for (const token of tokens) {
		if (token.kind !== "option") continue;
		const text = textOf(token, words[0]);
		const known = said.get(token.name);
		if (known === void 0) said.set(token.name, {
			rawName: token.rawName,
			texts: [text]
		});
		else known.texts.push(text);
	}
	const byFlag = said.has("version") ? "version" : said.has("help") ? "help" : null;
	const command = byFlag ?? (words[0] === void 0 ? "help" : commandOf(words[0]));
	const positionals = positionalsOf(command, byFlag === "version" ? [] : byFlag === "help" ? words.slice(0, 1) : words.slice(1));
	const given = new Map(fromEnvironment(command, env));
	for (const [flag, { rawName, texts }] of said) {
		const { name } = flags.get(flag) ?? {};
		if (name === void 0 || byFlag !== null && !commandsOf(name).includes(byFlag)) continue;
		if (!commandsOf(name).includes(command)) throw misplacedFlag(name, rawName, command);
		given.set(name, {
			texts: isSecret(settingAt(name)) ? [contentOf(certain(texts.at(-1)), rawName, readFile)] : texts,
			source: rawName
		});
	}
	const { setting = null, name = "" } = commands[command].positional ?? {};
	if (setting !== null && positionals.length > 0) {
		if (said.has(setting)) throw new Problem("settings/invalid", `${setting} are given twice: by --${setting} and after the command`, { hint: "name them in one place" });
		given.set(setting, {
			texts: positionals,
			source: name
		});
	}
	return {
		command,
		positionals,
		settings: resolve(given, (name) => settingAt(name).default),
		warnings: [...warningsOf(env), ...strayIdentities(command, env)]
	};
}
/** The text that an option stands for, once it is known to be one of ours and complete. */
function textOf(token, command) {
	if (token.name === "help" || token.name === "version") return "true";
	const flag = flags.get(token.name);
	if (flag === void 0 || !token.rawName.startsWith("--")) throw unknownFlag(token, command);
	if (flag.text !== null) {
		if (token.value === void 0) return flag.text;
		throw new Problem("settings/invalid", `${token.rawName} takes no value`, { hint: `write ${token.rawName}, or --no-${flag.name} for the opposite` });
	}
	const isList = ["list", "lines"].includes(settingAt(flag.name).type);
	if (token.value === void 0 || token.value === "" && !isList || token.inlineValue !== true && /^-./.test(token.value)) throw new Problem("settings/invalid", `${token.rawName} has no value`, { hint: `write ${token.rawName} ${placeholderOf(flag.name)}` });
	return token.value;
}
function unknownFlag({ name, rawName }, command) {
	const secret = settingNames.find((setting) => setting === name && isSecret(settingAt(setting)));
	if (secret !== void 0) return new Problem("settings/invalid", `${rawName} is secret, and a command line is seen by every user of the machine`, { hint: `write it to a file and give --${flagName(secret)} PATH, or set ${envName(secret)}` });
	const help = command !== void 0 && isCommand(command) ? `pmta-vault help ${command}` : "pmta-vault help";
	const near = nearest(name, flags.keys());
	return new Problem("settings/unknown", `there is no flag ${rawName}${near === null ? "" : `; did you mean --${near}?`}`, { hint: `see all flags with \`${help}\`` });
}
function commandOf(word) {
	if (isCommand(word)) return word;
	throw new Problem("settings/unknown", `there is no command ${JSON.stringify(word.slice(0, 60))}${didYouMean(word, Object.keys(commands))}`, { hint: "see all commands with `pmta-vault help`" });
}
function misplacedFlag(name, rawName, command) {
	const taking = commandsOf(name);
	const near = nearest(flagName(name), settingsOf(command).map(flagName));
	const meant = near === null ? "" : `; did you mean --${near}?`;
	const message = `${command} does not take ${rawName}; ${taking.join(", ")} ${taking.length === 1 ? "does" : "do"}${meant}`;
	return new Problem("settings/unknown", message, { hint: `see its flags with \`pmta-vault help ${command}\`` });
}
function positionalsOf(command, words) {
	const { positional } = commands[command];
	const hint = `usage: ${usageOf(command)}`;
	if (words.length < (positional?.least ?? 0)) throw new Problem("settings/missing", `${command} needs ${positional?.name}`, { hint });
	const extra = words[positional?.most ?? 0];
	if (extra !== void 0) throw new Problem("settings/invalid", `${command} does not take ${JSON.stringify(extra.slice(0, 60))}`, { hint });
	const choices = command === "help" ? Object.keys(commands) : positional?.choices;
	const wrong = words.find((word) => choices !== void 0 && !choices.includes(word));
	if (wrong === void 0) return words;
	const named = JSON.stringify(wrong.slice(0, 60));
	throw new Problem("settings/invalid", `${command} does not know ${named}${didYouMean(wrong, choices ?? [])}`, { hint: `it knows ${choices?.join(", ")}` });
}
function* fromEnvironment(command, env) {
	for (const name of settingsOf(command)) {
		const other = settingAt(name).otherEnv;
		const source = env[envName(name)] === void 0 && other !== void 0 ? other : envName(name);
		const text = env[source] ?? "";
		if (text !== "") yield [name, {
			texts: [text],
			source
		}];
	}
}
function warningsOf(env) {
	const known = settingNames.map(envName);
	return Object.keys(env).filter((name) => name.startsWith("PMTA_VAULT_") && !known.includes(name)).map((name) => `${name} is set, but there is no such setting${didYouMean(name, known)}`);
}
function contentOf(path, source, readFile) {
	let text;
	try {
		text = Buffer.from(readFile(path)).toString("utf8");
	} catch (cause) {
		throw new Problem("settings/unreadable", `${source}: ${path} cannot be read (${systemCode(cause)})`, {
			hint: "check that the file exists and that this user may read it",
			cause
		});
	}
	if (text.trim() !== "") return text;
	throw new Problem("settings/invalid", `${source}: ${path} is empty`, { hint: "put the secret into the file" });
}
const placeholderOf = (name) => isSecret(settingAt(name)) ? "PATH" : settingAt(name).placeholder;
export { isSecret as a, settingsOf as c, flagName as i, commands as l, readActionSettings as n, settingAt as o, envName as r, settingNames as s, readCliSettings as t, usageOf as u };
