/** `node floor-client FLEET KEY WIDTH`: logs in to all hosts, so many at a time, runs `true`, and says on how many. */
import { readFile } from "node:fs/promises"
import ssh2 from "ssh2"
import { parseFleet } from "../../../src/fleet/parse.ts"
import { dialTcp, openConnection } from "../../../src/transports/ssh/connection.ts"

const [fleetFile = "", keyFile = "", width = "8"] = process.argv.slice(2)
const timeoutMs = 20_000
const key = parsedKey(await readFile(keyFile))
const hosts = parseFleet(await readFile(fleetFile, "utf8"), fleetFile).hosts.values()
const signal = new AbortController().signal
let reached = 0

function parsedKey(content: Buffer): ssh2.ParsedKey {
  const key = ssh2.utils.parseKey(content)
  if (key instanceof Error) throw key
  return key
}

async function one(): Promise<void> {
  for (const host of hosts) {
    const { client } = await openConnection(
      host,
      dialTcp(host, timeoutMs),
      { key, agent: null },
      timeoutMs,
      signal,
    )
    const code = await new Promise<number>((resolve, reject) =>
      client.exec("true", (error, channel) => {
        if (error) return reject(error)
        channel.on("exit", resolve).resume()
      }),
    )
    if (code === 0) reached++
    client.end()
  }
}

await Promise.all(Array.from({ length: Number(width) }, one))
process.stdout.write(`${reached}\n`)
