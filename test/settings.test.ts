import { readdirSync, readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import { Problem } from "../src/core/problem.ts"
import { Secret } from "../src/core/secret.ts"
import { envName, flagName, keyOf, type SettingName, settingNames } from "../src/settings/names.ts"
import type { Setting } from "../src/settings/setting.ts"
import { settings as table } from "../src/settings/table.ts"
import { parseSize } from "../src/settings/value.ts"
import { normaliseKeyText, readActionSettings, readCliSettings } from "../src/settings.ts"

const noFile = (path: string): never => {
  throw Object.assign(new Error(`no ${path}`), { code: "ENOENT" })
}
const cli = (line: string, env: Record<string, string> = {}, files: Record<string, string> = {}) =>
  readCliSettings(line === "" ? [] : line.split(" "), env, path => files[path] ?? noFile(path))

function problemOf(run: () => unknown): Problem {
  try {
    run()
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown
    throw thrown
  }
  throw new Error("nothing was thrown")
}

describe("on the command line", () => {
  test("a command reads its flags, wherever they stand", () => {
    const { command, settings } = cli(
      "--vault /srv/vault backup --hosts=mta1,mta2 --concurrency 8 --no-propose",
    )
    expect(command).toBe("backup")
    expect(settings).toMatchObject({
      vault: "/srv/vault",
      hosts: ["mta1", "mta2"],
      concurrency: 8,
      propose: false,
    })
  })

  test("what nobody gives has its default, in the unit of its name", () => {
    expect(cli("backup").settings).toMatchObject({
      vault: "./vault",
      fleet: null,
      sshKey: null,
      hosts: [],
      propose: true,
      dryRun: false,
      concurrency: 0,
      compression: "zstd",
      store: "git",
      connectTimeoutMs: 20_000,
      hostTimeoutMs: 1_800_000,
      maxFileSizeBytes: 64 * 1024 ** 2,
      color: "auto",
    })
  })

  test("every setting has its own key, flag and environment name", () => {
    const { settings } = cli("backup")
    expect(Object.keys(settings)).toEqual(settingNames.map(keyOf))
    for (const names of [settingNames.map(keyOf), settingNames.map(flagName), settingNames.map(envName)]) {
      expect(new Set(names).size).toBe(settingNames.length)
    }
    for (const name of settingNames) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/)
    for (const { description } of Object.values(table)) expect(description).toMatch(/^[A-Z].*[^.]$/)
  })

  test("a flag wins over the environment, which wins over the default", () => {
    const env = { PMTA_VAULT_COMPRESSION: "gzip", PMTA_VAULT_VAULT: "/env", PMTA_VAULT_PROPOSE: "no" }
    expect(cli("backup --vault /flag", env).settings).toMatchObject({
      compression: "gzip",
      vault: "/flag",
      propose: false,
    })
    expect(cli("backup --propose", env).settings.propose).toBe(true)
  })

  test("an empty variable is one that is not set", () => {
    expect(cli("backup", { PMTA_VAULT_CONCURRENCY: "", PMTA_VAULT_PROPOSE: "" }).settings).toMatchObject({
      concurrency: 0,
      propose: true,
    })
  })

  test("the socket of the SSH agent comes from where ssh finds it, unless it is turned off", () => {
    expect(cli("backup", { SSH_AUTH_SOCK: "/run/agent" }).settings.sshAgent).toBe("/run/agent")
    expect(
      cli("backup", { SSH_AUTH_SOCK: "/run/agent", PMTA_VAULT_SSH_AGENT: "/mine" }).settings.sshAgent,
    ).toBe("/mine")
    expect(cli("backup", { SSH_AUTH_SOCK: "/run/agent", PMTA_VAULT_SSH_AGENT: "" }).settings.sshAgent).toBe(
      null,
    )
  })

  test("a setting that a command does not take is not read from the environment either", () => {
    expect(
      cli("demo", { PMTA_VAULT_SIGNING_KEY: "key", PMTA_VAULT_CONCURRENCY: "many" }).settings.signingKey,
    ).toBe(null)
  })

  test("lists are split by commas and lines, and the flag may be given several times", () => {
    expect(cli("backup --hosts a,b --hosts c", {}).settings.hosts).toEqual(["a", "b", "c"])
    expect(cli("backup", { PMTA_VAULT_TAGS: "eu\n us ,\n\neu" }).settings.tags).toEqual(["eu", "us"])
    const request = readCliSettings(
      ["init", "--signer", "ssh-ed25519 AAAA ops, berlin", "--signer", "ssh-ed25519 BBBB"],
      {},
      noFile,
    )
    expect(request.settings.signer).toEqual(["ssh-ed25519 AAAA ops, berlin", "ssh-ed25519 BBBB"])
  })

  test("hosts after the command are the hosts", () => {
    expect(cli("diff mta1 mta2")).toMatchObject({
      positionals: ["mta1", "mta2"],
      settings: { hosts: ["mta1", "mta2"] },
    })
    expect(problemOf(() => cli("diff mta1 --hosts mta2")).code).toBe("settings/invalid")
    expect(problemOf(() => cli("pin"))).toMatchObject({
      code: "settings/missing",
      hint: "usage: pmta-vault pin HOST…",
    })
    expect(problemOf(() => cli("backup mta1")).message).toContain('backup does not take "mta1"')
  })

  test("help is asked for in every customary way", () => {
    for (const line of ["", "help", "--help", "-h"])
      expect(cli(line)).toMatchObject({ command: "help", positionals: [] })
    for (const line of [
      "help backup",
      "backup --help",
      "backup -h --dry-run --color never",
      "--help backup",
    ]) {
      expect(cli(line)).toMatchObject({ command: "help", positionals: ["backup"] })
    }
    expect(cli("backup -h --color never").settings.color).toBe("never")
    for (const line of ["version", "--version", "-V"]) expect(cli(line).command).toBe("version")
    expect(problemOf(() => cli("help bakup")).message).toContain('did you mean "backup"?')
  })
})

describe("what cannot be meant is refused", () => {
  test.each([
    [
      "backup --host mta1",
      "settings/unknown",
      "backup does not take --host; restore, drill do; did you mean --hosts?",
    ],
    ["backup -x", "settings/unknown", "there is no flag -x"],
    ["bakcup", "settings/unknown", 'there is no command "bakcup"; did you mean "backup"?'],
    ["diff --dry-run", "settings/unknown", "diff does not take --dry-run; backup, prune do"],
    ["backup --yes", "settings/unknown", "backup does not take --yes; pin does"],
    ["backup --vault", "settings/invalid", "--vault has no value"],
    ["backup --vault --dry-run", "settings/invalid", "--vault has no value"],
    ["backup --vault=", "settings/invalid", "--vault has no value"],
    ["backup --dry-run=maybe", "settings/invalid", "--dry-run takes no value"],
    [
      "backup --concurrency many",
      "settings/invalid",
      '--concurrency is "many", where it has to be a whole number from 0 to 500',
    ],
    ["backup --concurrency 501", "settings/invalid", "a whole number from 0 to 500"],
    ["backup --compression zst", "settings/invalid", 'zstd or gzip; did you mean "zstd"?'],
    ["backup --connect-timeout 10", "settings/invalid", "a duration"],
    ["backup --max-file-size big", "settings/invalid", "a size"],
    ["backup --store directory", "settings/missing", "the directory store has no directory"],
    ["backup --store-path /x", "settings/invalid", "the store is git"],
    ["completion csh", "settings/invalid", 'completion does not know "csh"; did you mean "zsh"?'],
    ["accept", "settings/missing", "accept needs ID"],
  ])("%s", (line, code, message) => {
    const problem = problemOf(() => cli(line))
    expect(problem).toMatchObject({ code, exit: "usage" })
    expect(problem.message).toContain(message)
  })

  test("a wrong environment variable is named as such", () => {
    expect(problemOf(() => cli("backup", { PMTA_VAULT_DRY_RUN: "perhaps" })).message).toBe(
      'PMTA_VAULT_DRY_RUN is "perhaps", where it has to be true or false',
    )
  })

  test("an environment variable that is nearly ours is pointed out", () => {
    expect(cli("backup", { PMTA_VAULT_HOSTZ: "mta1" }).warnings).toEqual([
      'PMTA_VAULT_HOSTZ is set, but there is no such setting; did you mean "PMTA_VAULT_HOSTS"?',
    ])
  })

  test("an age identity in the surroundings of a run that seals is pointed out, by whatever name", () => {
    const identity = "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQ"
    const env = { PMTA_VAULT_IDENTITY: "x", SOPS_AGE_KEY: `# mine\n${identity}\n`, EDITOR: "vi" }
    for (const command of ["backup", "collect"]) {
      const { warnings } = cli(command, env)
      expect(warnings).toEqual([
        expect.stringMatching(/^PMTA_VAULT_IDENTITY holds an age identity: .* needs none/),
        expect.stringMatching(/^SOPS_AGE_KEY holds an age identity: .* needs none/),
      ])
      expect(warnings.join()).not.toContain("SECRET")
    }
    expect(cli("drill --host mta1", env).warnings).toEqual([])
    expect(cli("verify", env).warnings).toEqual([])
  })
})

describe("secrets", () => {
  const key =
    "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\nAAAABG5vbmU=\n-----END OPENSSH PRIVATE KEY-----\n"

  test("come from a file or the environment, and show nothing", () => {
    const { settings } = cli(
      "backup --ssh-key-file /k",
      { PMTA_VAULT_SIGNING_KEY: key, PMTA_VAULT_TOKEN: "ghp_1\n" },
      { "/k": key },
    )
    expect(settings.sshKey?.revealText("test")).toBe(key)
    expect(settings.signingKey?.revealText("test")).toBe(key)
    expect(settings.token?.revealText("test")).toBe("ghp_1")
    expect(`${JSON.stringify(settings)}${settings.token}`).not.toMatch(/ghp_1|b3Bl/)
  })

  test("are refused as text of the command line, and not repeated", () => {
    for (const line of [
      "backup --ssh-key hush-hush",
      "backup --token=hush-hush",
      "--signing-key hush-hush backup",
    ]) {
      const problem = problemOf(() => cli(line))
      expect(problem.hint).toMatch(/-file PATH, or set PMTA_VAULT_/)
      expect(JSON.stringify(problem)).not.toContain("hush")
    }
    expect(JSON.stringify(problemOf(() => cli("backup --ssh-kay=hush-hush")))).not.toContain("hush")
  })

  test("in a file that is missing or empty are a problem that names the file", () => {
    expect(problemOf(() => cli("backup --ssh-key-file /gone"))).toMatchObject({
      code: "settings/unreadable",
      message: "--ssh-key-file: /gone cannot be read (ENOENT)",
    })
    expect(problemOf(() => cli("backup --ssh-key-file /k", {}, { "/k": "\n" })).message).toContain(
      "/k is empty",
    )
  })

  test.each([
    ["CRLF", key.replaceAll("\n", "\r\n")],
    ["no final newline", key.trimEnd()],
    ["blank lines around and a byte order mark", `\uFEFF\n${key}\n\n`],
    ["newlines as \\n", key.replaceAll("\n", "\\n")],
    ["newlines as blanks", key.replaceAll("\n", " ").trim()],
  ])("that are keys get their lines back: %s", (_, text) => {
    expect(normaliseKeyText(text)).toBe(key)
  })
})

describe("in the Action", () => {
  const runner = { GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "acme/vault" }

  test("inputs keep their hyphens, and empty ones are not given", () => {
    const { command, settings } = readActionSettings({
      ...runner,
      INPUT_COMMAND: "backup",
      "INPUT_SSH-KEY": " -----BEGIN X-----\r\nAA\r\n-----END X----- ",
      "INPUT_DRY-RUN": "True",
      INPUT_HOSTS: "mta1\nmta2\n",
      INPUT_PROPOSE: "false",
      INPUT_COMPRESSION: "",
    })
    expect(command).toBe("backup")
    expect(settings).toMatchObject({
      dryRun: true,
      hosts: ["mta1", "mta2"],
      propose: false,
      compression: "zstd",
    })
    expect(settings.sshKey?.revealText("test")).toBe("-----BEGIN X-----\nAA\n-----END X-----\n")
  })

  test("the vault is the repository itself, never a directory that is gone after the job", () => {
    expect(readActionSettings({ ...runner, INPUT_VAULT: "" }).settings.vault).toBe(
      "https://github.com/acme/vault",
    )
    expect(problemOf(() => readActionSettings({})).code).toBe("settings/missing")
  })

  test("what needs a person is not run", () => {
    expect(problemOf(() => readActionSettings({ ...runner, INPUT_COMMAND: "pin" }))).toMatchObject({
      code: "settings/unknown",
    })
    expect(problemOf(() => readActionSettings({ ...runner, INPUT_CONCURRENCY: "x" })).message).toContain(
      "input concurrency",
    )
  })
})

test("sizes are decimal or binary as their unit says", () => {
  expect(["1", "10B", "2k", "64MiB", "500MB", "1 GiB", "2T"].map(parseSize)).toEqual([
    1, 10, 2000, 67_108_864, 500_000_000, 1_073_741_824, 2e12,
  ])
  expect(["0", "-1", "1.5G", "MiB", "1QB", "999999999999999T"].map(parseSize)).toEqual([
    null,
    null,
    null,
    null,
    null,
    null,
  ])
})

test("what is collected is named after the command or by a flag, and a capture is no dry run", () => {
  expect(cli("collect one.capture two").settings.captures).toEqual(["one.capture", "two"])
  expect(cli("collect --captures one").settings.captures).toEqual(["one"])
  expect(problemOf(() => cli("collect one --captures two")).message).toContain("captures are given twice")
  expect(problemOf(() => cli("backup --capture f --dry-run")).message).toContain("a dry run writes nothing")
})

test("action.yml, flags and environment read the same settings", () => {
  const { inputs, outputs, runs } = parse(readFileSync("action.yml", "utf8"))
  expect(runs).toEqual({ using: "node24", main: "dist/index.js" })
  const names = ["changed", "pull-requests", "snapshots", "failed-hosts", "matrix", "report"]
  expect(Object.keys(outputs)).toEqual(names)
  const cliOnly = [
    ...["recipient", "signer", "out", "accounting-file", "picture", "follow"],
    ...["prometheus", "yes", "json", "quiet", "color"],
  ]
  expect(Object.keys(inputs)).toEqual(["command", ...settingNames.filter(name => !cliOnly.includes(name))])
  const sample = {
    text: "x",
    path: "/x",
    list: "a,b",
    lines: "a",
    integer: "7",
    duration: "7s",
    size: "7",
    secret: "s",
    key: "k",
  }
  for (const name of settingNames) {
    const { type, commands, ...setting }: Setting = table[name]
    const text = type === "boolean" ? "true" : type === "choice" ? (setting.choices?.[0] ?? "") : sample[type]
    const taking =
      commands === "all" ? "backup" : (commands.find(command => command === "backup") ?? commands[0])
    const more = name === "store-path" ? { store: "directory" } : {}
    const given = { [name]: text, ...more }
    const flags = Object.entries(given).map(([key, value]) =>
      type === "boolean" ? `--${key}` : `--${flagName(key as SettingName)}=${value}`,
    )
    const byFlag = readCliSettings(
      [taking ?? "", "mta1", ...flags].filter(word => taking === "pin" || word !== "mta1"),
      {},
      () => text,
    )
    const env = Object.fromEntries(
      Object.entries(given).map(([key, value]) => [envName(key as SettingName), value]),
    )
    const byEnv = readCliSettings([taking ?? "", ...(taking === "pin" ? ["mta1"] : [])], env, noFile)
    const key = keyOf(name)
    expect(shown(byEnv.settings[key]), name).toEqual(shown(byFlag.settings[key]))
    if (cliOnly.includes(name)) continue
    const input = Object.fromEntries(
      Object.entries({ command: taking, vault: "v", ...given }).map(([key, value]) => [
        `INPUT_${key.toUpperCase()}`,
        value,
      ]),
    )
    expect(shown(readActionSettings(input).settings[key]), name).toEqual(shown(byFlag.settings[key]))
  }
})

const shown = (value: unknown) => (value instanceof Secret ? value.revealText("test").trim() : value)

test("nothing heavy is behind settings and help", () => {
  const heavy = /from "(yaml|valibot|ssh2|age-encryption|@actions\/core)"/
  const files = [
    "settings.ts",
    "show/help.ts",
    "show/completion.ts",
    ...readdirSync("src/settings").map(name => `settings/${name}`),
  ]
  for (const file of files) expect(readFileSync(`src/${file}`, "utf8")).not.toMatch(heavy)
})
