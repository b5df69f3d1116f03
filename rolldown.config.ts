import type { RolldownPlugin } from "rolldown"
import { defineConfig } from "rolldown"
import licensePlugin from "rollup-plugin-license"

/**
 * ssh2 tries its compiled add-ons inside try/catch and falls back to node:crypto. The stand-in must
 * throw: an empty module would look like a binding whose classes are undefined.
 */
const withoutNativeAddons: RolldownPlugin = {
  name: "without-native-addons",
  resolveId: id => (/\.node$|^cpu-features$/.test(id) ? "\0no-native-addon" : null),
  load: id => (id === "\0no-native-addon" ? 'throw new Error("built without native add-ons")' : null),
}

/**
 * ssh2 makes a cipher for each packet from a key in a Buffer. Node turns that into a key object each time, which
 * takes six times as long as making the cipher from a key object does (Node 24: 13 µs and 2 µs).
 */
const withKeyObjects: RolldownPlugin = {
  name: "with-key-objects",
  resolveId: (id, importer) =>
    id === "crypto" && importer?.endsWith("/ssh2/lib/protocol/crypto.js")
      ? "\0crypto-with-key-objects"
      : null,
  load: id => (id === "\0crypto-with-key-objects" ? cryptoWithKeyObjects : null),
}

const cryptoWithKeyObjects = `
import crypto from "node:crypto"
const objects = new WeakMap()
function keyObject(key) {
  let object = objects.get(key)
  if (object === undefined) objects.set(key, (object = crypto.createSecretKey(key)))
  return object
}
const { createHmac, randomFillSync, timingSafeEqual, getCiphers, getHashes } = crypto
const createCipheriv = (name, key, iv, options) => crypto.createCipheriv(name, keyObject(key), iv, options)
const createDecipheriv = (name, key, iv, options) => crypto.createDecipheriv(name, keyObject(key), iv, options)
export { createCipheriv, createDecipheriv, createHmac, randomFillSync, timingSafeEqual, getCiphers, getHashes }
`

/**
 * ssh2 brings agents for HTTP over SSH, which nobody here uses. An import of `node:http` loads all that Node has for the
 * web, WebSocket and fetch.
 */
const withoutHttpAgents: RolldownPlugin = {
  name: "without-http-agents",
  resolveId: (id, importer) =>
    /^https?$/.test(id) && importer?.endsWith("/ssh2/lib/http-agents.js") ? "\0no-http-agent" : null,
  load: id => (id === "\0no-http-agent" ? "export class Agent {}" : null),
}

/**
 * GitHub's artifact client tells all it does on stdout, where `--json` has its result. What it wants to have masked,
 * signatures in URLs, still reaches the runner, which reads stderr as well.
 */
const withQuietArtifactClient: RolldownPlugin = {
  name: "with-quiet-artifact-client",
  resolveId: (id, importer) =>
    id === "@actions/core" && importer?.includes("/@actions/artifact/") ? "\0quiet-core" : null,
  load: id => (id === "\0quiet-core" ? quietCore : null),
}

const quietCore = `
const quiet = () => {}
export { quiet as debug, quiet as error, quiet as info, quiet as notice, quiet as warning }
export function setSecret(text) {
  const escaped = text.replaceAll("%", "%25").replaceAll("\\r", "%0D").replaceAll("\\n", "%0A")
  if (process.env.GITHUB_ACTIONS === "true") process.stderr.write("::add-mask::" + escaped + "\\n")
}
`

// Its types describe a CommonJS default that is not what Node gives.
const license = licensePlugin as unknown as (options: object) => RolldownPlugin

/** How packages are changed for the bundle. */
export const adaptations = [withoutNativeAddons, withKeyObjects, withoutHttpAgents, withQuietArtifactClient]

export default defineConfig({
  input: {
    index: "src/action.ts",
    cli: "src/cli.ts",
    "chunks/counting-thread": "src/wiring/counting-thread.ts",
  },
  platform: "node",
  transform: { target: "node22.15" },
  plugins: [...adaptations, license({ thirdParty: { output: "dist/licenses.txt" } })],
  output: {
    dir: "dist",
    format: "esm",
    cleanDir: true,
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name].js",
  },
})
