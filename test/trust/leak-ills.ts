/** What goes wrong with a secret at hand: each of these prints an error, and none may print the secret. */
import { ageKey, sshKey } from "../lab/keys.ts"
import type { LeakStory } from "./leak-story.ts"
import { isFull, sized } from "./suite.ts"

type Ill = () => Promise<unknown>

/** Wrong keys, secrets in wrong places, and a GitHub that refuses. Independent of each other. */
export async function illsOf({ story, host, github, hidden, ...own }: LeakStory): Promise<readonly Ill[]> {
  const { run, act, keys, open } = own
  const { invented } = hidden
  const other = hidden.known("another identity", (await ageKey()).identity)
  const locked = await sshKey("ed25519", invented("passphrase of a key"))
  hidden.key("locked key", locked.privateKey)
  const file = async (name: string, text: string) => await story.file(name, `${text}\n`)
  const otherFile = await file("other-identity", other)
  const withLocked = [
    ...["--ssh-key-file", await file("locked", locked.privateKey)],
    ...["--signing-key-file", story.signingKeyFile],
  ]
  const wrong = await file("wrong", invented("a wrong passphrase"))
  const right = await file("right", invented("passphrase of a key"))
  const badToken = own.forGitHub(invented("a token that is not accepted"))
  const inUrl = github.url.replace("http://", `http://x:${invented("a token in a URL")}@`)
  const token = await file("token", github.token)
  const fleet = await fleets(own, story.signer, invented, other)
  const fleetFiles = await Promise.all(fleet.map((text, index) => file(`fleet-${index}.yml`, text)))
  const out = `${story.directory}/none`
  const write = `process.on("exit",()=>process.report.writeReport("node-"+process.pid+".json"))`
  const reporting = {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(write)} --report-directory=${own.watch.directory}/tmp`,
  }
  const more: readonly Ill[] = [
    () => run([4], "backup", [...withLocked, "--ssh-key-passphrase-file", right]),
    () => run([2], "backup", [...keys, "--signing-key", invented("a signing key on the command line")]),
    () => run([2, 4], "verify", [...open, "--vault", inUrl, "--token-file", token]),
    () => act([2], "verify", { deep: "100%", identity: invented("an identity that is none") }),
    () => act([2], "backup", { vault: inUrl }),
    () => act([0, 7], "status", {}, { env: reporting }),
  ]
  return [
    () => run([5], "verify", ["--deep", "100%", "--identity-file", otherFile]),
    () => run([5], "restore", ["--host", "mta1", "--out", out, "--identity-file", otherFile]),
    () => run([2], "backup", [...withLocked, "--ssh-key-passphrase-file", wrong]),
    // On the command line, where the program takes no secret.
    () => run([2], "backup", [...keys, "--token", invented("a token on the command line")]),
    () => run([2], "backup", [...keys, `--identity=${invented("an identity on the command line")}`]),
    // To the wrong place.
    () => run([2], "backup", [...keys, "--fleet", story.identityFile]),
    () => run([2], "backup", [...keys, "--fleet", story.sshKeyFile]),
    () => run([2], "verify", ["--deep", "100%", "--identity-file", story.sshKeyFile]),
    () =>
      run([2], "backup", ["--ssh-key-file", story.identityFile, "--signing-key-file", story.identityFile]),
    () => run([2], "backup", [...keys, "--ping-url-file", right]),
    ...fleetFiles.map(path => () => run([2], "backup", [...keys, "--fleet", path])),
    // GitHub refuses, and the vault's address has a token in it.
    async () =>
      run([4], "backup", [...keys, "--vault", github.url, "--token-file", await file("bad-token", badToken)]),
    () => run([2, 4], "backup", [...keys, "--vault", inUrl]),
    () => act([4], "backup", { token: badToken }),
    () => act([2], "backup", { "signing-key": invented("a signing key that is none") }),
    // Node's own report on itself, as one asks for it to find a fault, has the environment in it.
    () => run([0, 7], "status", [], { env: { ...reporting, PMTA_VAULT_SSH_KEY: own.sshKey } }),
    // Ended in the midst, as by a fault of the runtime: no dump may be left that has keys in it.
    ...sized(["ABRT"], ["ABRT", "SEGV", "KILL"]).map(
      signal => () =>
        run([0, 124, 137, 134, 139], "backup", keys, {
          by: ["timeout", "--preserve-status", "-s", signal, "0.15"],
        }),
    ),
    ...sized([], more),
  ]
}

/** Another host key, and a host that is away: last of all. */
export async function lastIlls({ run, act, keys, host, story }: LeakStory): Promise<void> {
  await host.rotateHostKeys()
  await Promise.all([run([6], "backup", keys), isFull && act([6], "backup")])
  await run([0], "pin", ["mta1", "--yes", "--ssh-key-file", story.sshKeyFile])
  await host.stop()
  await run([4], "backup", [...keys, "--connect-timeout", "1s"])
}

/** Fleet files into which somebody wrote a secret. */
async function fleets(
  { sshKey: login, identity }: Pick<LeakStory, "sshKey" | "identity">,
  signer: string,
  invented: (name: string) => string,
  other: string,
): Promise<readonly string[]> {
  const { recipient } = await ageKey()
  const whole = (lines: Readonly<Record<string, string>>) =>
    Object.values({
      version: "version: 1",
      recipients: `recipients: [${recipient}]`,
      signers: `signers: [${JSON.stringify(signer)}]`,
      hosts: "hosts:\n  mta1:\n    address: 192.0.2.1\n    hostKeys: [ssh-ed25519 AAAA]",
      ...lines,
    }).join("\n")
  const host = (line: string) => whole({ hosts: `hosts:\n  mta1:\n    address: 192.0.2.1\n    ${line}` })
  return [
    whole({ recipients: `recipients: [${identity}, ${other}]` }),
    whole({ signers: `signers: [${JSON.stringify(login)}]` }),
    host(`hostKeys: [${JSON.stringify(login)}]`),
    host(`password: ${invented("a password in the fleet file")}`),
    host(`password: "${invented("a password in a fleet file that is no YAML")}`),
    whole({ token: `token: ${invented("a token in the fleet file")}` }),
    whole({ env: `environment: { PMTA_VAULT_IDENTITY: ${identity} }` }),
  ]
}
