import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { hostFiles } from "../lab/fixtures.ts"
import { fleetYml } from "../lab/fleet-file.ts"
import { ageKey, sshKey } from "../lab/keys.ts"
import type { LabFiles } from "../lab/place.ts"
import { slowLink } from "../lab/slow-link.ts"
import { knownHost } from "../lab/ssh.ts"
import type { LabHost } from "../lab/sshd.ts"
import { sshdFleet } from "../lab/sshd-fleet.ts"

/** A fleet of lab hosts with real content, and the keys and files that all contenders use. */
export interface Ground extends AsyncDisposable {
  readonly scratch: string
  readonly hosts: readonly LabHost[]
  /** what each host holds: content by absolute path */
  readonly contents: ReadonlyMap<string, ReadonlyMap<string, string>>
  readonly recipient: string
  readonly identityFile: string
  readonly signingKeyFile: string
  readonly knownHosts: string
  readonly fleetFile: string
}

/**
 * @param count     hosts
 * @param oneWayMs  that each byte takes to a host, and back
 */
export async function ground(count: number, oneWayMs = 0): Promise<Ground> {
  const scratch = await mkdtemp(join(tmpdir(), "pmta-bench-"))
  try {
    const contents = new Map<string, ReadonlyMap<string, string>>()
    const files: LabFiles[] = []
    for (let index = 0; index < count; index++) {
      const content = await hostFiles({ seed: `mta${index + 1}`, domains: 300, keys: 200, pool: 200 })
      files.push(content.files)
      contents.set(
        `mta${index + 1}`,
        new Map(Object.entries(content.files).map(([path, text]) => [path, String(text)])),
      )
    }
    const [fleet, first, second, signer] = await Promise.all([
      sshdFleet(count, { files: index => files[index] ?? {} }),
      ageKey(),
      ageKey(),
      sshKey("ed25519"),
    ])
    const links = await Promise.all(
      oneWayMs === 0 ? [] : fleet.hosts.map(host => slowLink(host, oneWayMs, true)),
    )
    const hosts = fleet.hosts.map((host, index) => {
      const { address, port } = links[index] ?? host
      return { ...host, hostKeys: host.hostKeys, address, port }
    })
    const at = (name: string) => join(scratch, name)
    await writeFile(at("identity"), `${first.identity}\n`, { mode: 0o600 })
    await writeFile(at("signing-key"), signer.privateKey, { mode: 0o600 })
    await writeFile(at("known_hosts"), hosts.map(host => `${knownHost(host)}\n`).join(""))
    const recipients = [first.recipient, second.recipient]
    await writeFile(at("fleet.yml"), fleetYml({ hosts, recipients, signers: [`${signer.publicKey} bench`] }))
    return {
      scratch,
      hosts,
      contents,
      recipient: first.recipient,
      identityFile: at("identity"),
      signingKeyFile: at("signing-key"),
      knownHosts: at("known_hosts"),
      fleetFile: at("fleet.yml"),
      [Symbol.asyncDispose]: async () => {
        for (const link of links) await link[Symbol.asyncDispose]()
        await fleet[Symbol.asyncDispose]()
        await rm(scratch, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await rm(scratch, { recursive: true, force: true })
    throw error
  }
}
