/**
 * `node test/setup/index.ts`: sees to it that the programs the tests run are installed, with apt where
 * that is possible, and says what to do where it is not. Says nothing and is quick when all is there.
 */
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { missing, type Need } from "./needs.ts"

const path = process.env["PATH"] ?? ""
const isRoot = process.getuid?.() === 0
const lacking = missing(path)
process.exitCode = prepare(lacking.filter(need => need.optional !== true))
if (process.exitCode === 0) prepareOptional(lacking.filter(need => need.optional === true))

function prepare(lacking: readonly Need[]): number {
  const asRoot = rootWords()
  if (lacking.length > 0 && !install(lacking, asRoot)) return 1
  if (asRoot !== null) return 0
  say("the sshd lab needs root rights: run the tests as root, or allow `sudo -n` for this user")
  return 1
}

/** What some tests do without: tried once, and told when it is not to be had. */
function prepareOptional(lacking: readonly Need[]): void {
  const found = lacking.length === 0 || install(lacking, rootWords())
  if (!found) say(`tests that need ${lacking.map(need => need.program).join(", ")} will be skipped`)
}

function rootWords(): readonly string[] | null {
  if (isRoot) return []
  return sudoWorks() ? ["sudo", "-n"] : null
}

function install(lacking: readonly Need[], asRoot: readonly string[] | null): boolean {
  const packages = [...new Set(lacking.map(need => need.package))]
  const apt = ["apt-get", "install", "-y", "--no-install-recommends", ...packages]
  const names = lacking.map(need => need.program).join(", ")
  if (asRoot === null || !existsSync("/usr/bin/apt-get")) {
    say(`missing: ${names}`)
    say(`on Debian or Ubuntu run: sudo apt-get update && sudo ${apt.join(" ")}`)
    return false
  }
  say(`installing ${packages.join(", ")} for ${names}`)
  if (!run([...asRoot, "apt-get", "update", "-q"])) return false
  if (!run([...asRoot, "env", "DEBIAN_FRONTEND=noninteractive", ...apt])) return false
  const still = missing(path).filter(need => lacking.some(({ program }) => program === need.program))
  if (still.length > 0)
    say(`still missing after the installation: ${still.map(need => need.program).join(", ")}`)
  return still.length === 0
}

function run([command = "", ...args]: readonly string[]): boolean {
  const { status, error } = spawnSync(command, args, { stdio: ["ignore", 2, 2] })
  if (status === 0) return true
  say(`\`${[command, ...args].join(" ")}\` ${error === undefined ? `ended with ${status}` : error.message}`)
  return false
}

function sudoWorks(): boolean {
  return spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status === 0
}

function say(line: string): void {
  process.stderr.write(`setup: ${line}\n`)
}
