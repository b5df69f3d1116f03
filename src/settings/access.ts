import type { Setting } from "./setting.ts"

const reaching = ["pin", "doctor", "backup", "diff", "restore"] as const
const reading = ["doctor", "backup", "diff"] as const

/** Where the vault is, which hosts are meant, and with which keys. */
export const accessSettings = {
  fleet: {
    type: "path",
    default: null,
    commands: [...reaching, "status", "prune", "verify"],
    group: "vault",
    placeholder: "FILE",
    description: "The fleet file; without it, fleet.yml on the main branch of the vault",
  },
  vault: {
    type: "text",
    default: "./vault",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub, not of JavaScript
    actionDefault: "${{ github.server_url }}/${{ github.repository }}",
    commands: ["init", "pin", "doctor", "backup", "diff", "accept", "status", "prune", "verify", "restore"],
    group: "vault",
    placeholder: "PATH|URL",
    description: "The vault: a git repository, local or behind a URL",
  },
  token: {
    type: "secret",
    default: null,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub, not of JavaScript
    actionDefault: "${{ github.token }}",
    commands: ["init", "pin", "doctor", "backup", "diff", "status", "prune", "verify", "restore"],
    group: "vault",
    placeholder: "TOKEN",
    description: "The token with which git reads and writes a vault behind an HTTP URL",
  },
  store: {
    type: "choice",
    choices: ["git", "directory", "artifact"],
    default: "git",
    commands: ["doctor", "backup", "status", "prune", "verify", "restore"],
    group: "vault",
    placeholder: "STORE",
    description:
      "Where the encrypted bundles rest: the bundles branch of the vault, a directory, or artifacts of GitHub Actions",
  },
  "store-path": {
    type: "path",
    default: null,
    commands: ["doctor", "backup", "status", "prune", "verify", "restore"],
    group: "vault",
    placeholder: "DIRECTORY",
    description: "The directory of the directory store",
  },
  "artifact-repository": {
    type: "text",
    default: null,
    commands: ["doctor", "backup", "verify", "restore"],
    group: "vault",
    placeholder: "OWNER/NAME",
    description:
      "The repository whose artifacts the artifact store uses; without it, this one or the vault's",
  },
  "artifact-retention-days": {
    type: "integer",
    range: [0, 400],
    default: "0",
    commands: ["backup"],
    group: "vault",
    placeholder: "DAYS",
    description: "How long the artifact store asks for artifacts to be kept; 0 leaves it to the repository",
  },
  recipient: {
    type: "list",
    default: null,
    commands: ["init"],
    group: "keys",
    placeholder: "AGE",
    description: "An age recipient (age1…) to write into the new fleet file; may be given several times",
  },
  signer: {
    type: "lines",
    default: null,
    commands: ["init"],
    group: "keys",
    placeholder: "KEY",
    description:
      "An OpenSSH public key that may sign snapshots, to write into the new fleet file; may be given several times",
  },
  "ssh-key": {
    type: "key",
    default: null,
    commands: reaching,
    group: "keys",
    placeholder: "KEY",
    description: "The private key that logs in to the hosts",
  },
  "ssh-key-passphrase": {
    type: "secret",
    default: null,
    commands: reaching,
    group: "keys",
    placeholder: "PASSPHRASE",
    description: "The passphrase of ssh-key",
  },
  "ssh-agent": {
    type: "path",
    default: null,
    otherEnv: "SSH_AUTH_SOCK",
    commands: reaching,
    group: "keys",
    placeholder: "SOCKET",
    description: "The socket of the SSH agent that logs in to the hosts when there is no ssh-key",
  },
  "signing-key": {
    type: "key",
    default: null,
    commands: [...reading, "prune"],
    group: "keys",
    placeholder: "KEY",
    description: "The private key that signs snapshots and keys the fingerprints of masked secrets",
  },
  "signing-key-passphrase": {
    type: "secret",
    default: null,
    commands: [...reading, "prune"],
    group: "keys",
    placeholder: "PASSPHRASE",
    description: "The passphrase of signing-key",
  },
  hosts: {
    type: "list",
    default: null,
    commands: [...reading, "verify"],
    group: "hosts",
    placeholder: "LIST",
    description: "Only these hosts of the fleet",
  },
  tags: {
    type: "list",
    default: null,
    commands: [...reading, "verify"],
    group: "hosts",
    placeholder: "LIST",
    description: "Only hosts that have one of these tags",
  },
  categories: {
    type: "list",
    default: null,
    commands: ["backup", "diff", "restore"],
    group: "hosts",
    placeholder: "LIST",
    description: "Only these categories, such as config,dkim",
  },
} as const satisfies Record<string, Setting>
