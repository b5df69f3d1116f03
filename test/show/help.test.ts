import { spawnSync } from "node:child_process"
import { describe, expect, test } from "vitest"
import { exits } from "../../src/core/problem.ts"
import { settingNames } from "../../src/settings/names.ts"
import { type CommandName, commands, envName, settingsOf } from "../../src/settings.ts"
import { completionScript } from "../../src/show/completion.ts"
import { exitsOf, flagForm, helpText } from "../../src/show/help.ts"

const names = Object.keys(commands) as CommandName[]
const plain = { color: false, width: 100 }

describe("help", () => {
  test("of the program names every command and every exit code", () => {
    const text = helpText(null, plain)
    for (const name of names) expect(text).toContain(`  ${name} `)
    for (const { code, meaning } of Object.values(exits))
      expect(text).toMatch(new RegExp(`^  ${code} .*${meaning.slice(0, 10)}`, "m"))
  })

  test.each(names)("of %s has its flags, variables, exit codes and example", name => {
    const text = helpText(name, plain)
    expect(text).toContain(`pmta-vault ${name}`)
    expect(text).toContain(commands[name].example)
    for (const setting of settingNames)
      expect(text.includes(`  ${flagForm(setting)} `) || text.includes(`  ${flagForm(setting)}\n`)).toBe(
        settingsOf(name).includes(setting),
      )
    for (const setting of settingsOf(name)) expect(text).toContain(envName(setting))
    for (const exit of exitsOf(name)) expect(text).toMatch(new RegExp(`^  ${exits[exit].code} `, "m"))
  })

  test("fits the terminal, and is coloured only when asked", () => {
    for (const width of [60, 80, 100]) {
      for (const name of [null, ...names]) {
        const lines = helpText(name, { color: false, width }).split("\n")
        expect(lines.filter(line => line.length > width && !line.startsWith("  pmta-vault"))).toEqual([])
      }
    }
    expect(helpText("backup", plain)).not.toContain("\u001B")
    expect(helpText("backup", { color: true, width: 80 }).replaceAll(/\u001B\[\d+m/g, "")).toBe(
      helpText("backup", { color: false, width: 80 }),
    )
  })

  test("reads like this", () => {
    expect(helpText("accept", { color: false, width: 80 })).toMatchInlineSnapshot(`
      "Merge the proposal drift/ID of a local vault into its main branch

      Usage
        pmta-vault accept ID [flags]

      Example
        pmta-vault accept 3f2a9c1b

      Vault and fleet
        --vault PATH|URL                The vault: a git repository, local or behind a
                                        URL; ./vault unless told (PMTA_VAULT_VAULT)

      Output
        --json                          Print one JSON document on stdout
                                        (PMTA_VAULT_JSON)
        --quiet                         Say nothing on stderr but warnings and errors
                                        (PMTA_VAULT_QUIET)
        --color auto|always|never       Whether text is coloured; auto unless told
                                        (PMTA_VAULT_COLOR)

      Exit codes
        0    good
        1    a bug of pmta-vault: please report it
        2    usage, settings or fleet file
        4    all hosts failed, or the vault could not be written
        130  interrupted
      "
    `)
  })
})

describe("completion", () => {
  function complete(line: string): readonly string[] {
    const words = line.split(" ")
    const script = `${completionScript("bash")}
COMP_WORDS=(${words.map(word => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}
_pmta_vault; printf '%s\\n' "\${COMPREPLY[@]}"`
    const { stdout, stderr, status } = spawnSync("bash", ["--norc", "-u", "-c", script], {
      encoding: "utf8",
      cwd: import.meta.dirname,
    })
    expect(stderr).toBe("")
    expect(status).toBe(0)
    return stdout.split("\n").filter(word => word !== "")
  }

  test("in bash knows commands, flags, choices and files", () => {
    expect(complete("pmta-vault ")).toEqual(names)
    expect(complete("pmta-vault ba")).toEqual(["backup"])
    expect(complete("pmta-vault --")).toEqual(["--help", "--version"])
    expect(complete("pmta-vault backup --no")).toEqual(["--no-propose"])
    expect(complete("pmta-vault backup --ssh-key")).toEqual(["--ssh-key-file", "--ssh-key-passphrase-file"])
    expect(complete("pmta-vault diff --dry")).toEqual([])
    expect(complete("pmta-vault --vault x backup --comp")).toEqual(["--compression"])
    expect(complete("pmta-vault backup --compression ")).toEqual(["zstd", "gzip"])
    expect(complete("pmta-vault backup --fleet help")).toEqual(["help.test.ts"])
    expect(complete("pmta-vault collect help")).toEqual(["help.test.ts"])
    expect(complete("pmta-vault collect --captures help")).toEqual(["help.test.ts"])
    expect(complete("pmta-vault completion ")).toEqual(["bash", "zsh", "fish"])
    expect(complete("pmta-vault help vers")).toEqual(["version"])
    expect(complete("pmta-vault backup --concurrency ")).toEqual([])
  })

  test.each(["zsh", "fish"] as const)("in %s knows the same commands and flags", shell => {
    const script = completionScript(shell)
    for (const name of names) expect(script).toContain(name)
    for (const setting of settingNames) expect(script).toContain(flagForm(setting).split(" ")[0]?.slice(2))
    // Quotes that do not pair would break the whole script.
    for (const line of script.split("\n"))
      expect(line.replaceAll("\\'", "").split("'").length % 2, line).toBe(1)
  })
})
