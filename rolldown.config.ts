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

// Its types describe a CommonJS default that is not what Node gives.
const license = licensePlugin as unknown as (options: object) => RolldownPlugin

export default defineConfig({
  input: { index: "src/action.ts", cli: "src/cli.ts" },
  platform: "node",
  transform: { target: "node22.15" },
  plugins: [withoutNativeAddons, license({ thirdParty: { output: "dist/licenses.txt" } })],
  output: {
    dir: "dist",
    format: "esm",
    cleanDir: true,
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name].js",
  },
})
