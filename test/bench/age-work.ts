/** `node age-work seal RECIPIENT FILE OUT`, `… open IDENTITY FILE OUT`: what the program does with a bundle, and no more. */
import { createReadStream } from "node:fs"
import { open, readFile } from "node:fs/promises"
import { Secret } from "../../src/core/secret.ts"
import { encryption } from "../../src/seal/age.ts"
import { decrypt, readIdentities } from "../../src/seal/identity.ts"

const [verb, key = "", file = "", out = ""] = process.argv.slice(2)
const pieceBytes = 1024 * 1024

await using to = await open(out, "w")
if (verb === "seal") {
  const sealing = await encryption([key])
  await to.writeFile(sealing.head)
  for await (const piece of createReadStream(file, { highWaterMark: pieceBytes }))
    await to.writev([...sealing.add(piece as Buffer)])
  await to.writev([...sealing.end()])
} else {
  const opened = await decrypt(await readFile(file), readIdentities(new Secret(await readFile(key))))
  if (typeof opened === "string") throw new Error(opened)
  await to.writeFile(opened)
}
