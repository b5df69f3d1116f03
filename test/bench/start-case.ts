/** How long the Action takes from its start until it calls the first host. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { type AddressInfo, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { dist } from "../lab/cli.ts"
import { fleetYml } from "../lab/fleet-file.ts"
import { ageKey, sshKey } from "../lab/keys.ts"
import { nobody } from "../stories/setting.ts"
import type { Case } from "./cases.ts"
import type { Measure } from "./measure.ts"

export const startCase: Case = {
  name: "start",
  about:
    "the Action, backup with a local vault: from its start until a host is called, against an empty Node",
  async prepare() {
    const scratch = await mkdtemp(join(tmpdir(), "pmta-bench-"))
    const server = createServer(socket => socket.destroy())
    await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve))
    const [age, signer, login] = await Promise.all([ageKey(), sshKey("ed25519"), sshKey("ed25519")])
    const at = (name: string) => join(scratch, name)
    const host = { ...nobody("mta1"), address: "127.0.0.1", port: (server.address() as AddressInfo).port }
    await writeFile(
      at("fleet.yml"),
      fleetYml({ hosts: [host], recipients: [age.recipient], signers: [signer.publicKey] }),
    )
    const files = ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV", "GITHUB_STATE", "GITHUB_PATH"]
    for (const name of files) await writeFile(at(name), "")
    const env = {
      ...{ PATH: process.env["PATH"], HOME: scratch, CI: "true", GITHUB_ACTIONS: "true" },
      ...{ GITHUB_WORKSPACE: scratch, RUNNER_TEMP: scratch, GITHUB_RUN_ID: "1", GITHUB_RUN_ATTEMPT: "1" },
      ...{ GITHUB_REPOSITORY: "example/vault", GITHUB_SERVER_URL: "https://github.invalid" },
      ...Object.fromEntries(files.map(name => [name, at(name)])),
      ...{ INPUT_COMMAND: "backup", INPUT_FLEET: at("fleet.yml"), INPUT_VAULT: at("vault") },
      ...{ "INPUT_SSH-KEY": login.privateKey, "INPUT_SIGNING-KEY": signer.privateKey },
    }
    const untilCalled = async (): Promise<Measure> => {
      const started = performance.now()
      const child = spawn(process.execPath, [join(dist, "index.js")], { env, cwd: scratch, stdio: "ignore" })
      const ended = once(child, "exit")
      const called = await Promise.race([once(server, "connection").then(() => performance.now()), ended])
      child.kill("SIGKILL")
      await ended
      if (typeof called !== "number") throw new Error("the Action ended before it called the host")
      return { wallMs: called - started, cpuMs: Number.NaN, peakMb: Number.NaN }
    }
    return {
      scratch,
      contenders: [
        { name: "node -e 0", command: [process.execPath, "-e", "0"], prove: async () => undefined },
        {
          name: "ours, the Action, to the first host",
          command: [],
          measure: untilCalled,
          prove: async () => undefined,
        },
      ],
      async [Symbol.asyncDispose]() {
        server.close()
        await rm(scratch, { recursive: true, force: true })
      },
    }
  },
}
