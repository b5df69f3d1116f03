/**
 * What a user runs is what the sources say: one bundle without anything to install, built the same twice, each package
 * in it locked and its licence told, and workflows that can do no more than they say.
 */
import { createHash } from "node:crypto"
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises"
import { isBuiltin } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { beforeAll, expect, test } from "vitest"
import { parse } from "yaml"
import { succeed } from "../lab/child.ts"
import { figures } from "./suite.ts"

const root = join(import.meta.dirname, "../..")
const text = (path: string) => readFile(join(root, path), "utf8")

interface Locked {
  readonly integrity?: string
  readonly resolved?: string
  readonly link?: boolean
  readonly hasInstallScript?: boolean
}
interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly allowScripts: Readonly<Record<string, boolean>>
}
interface Lock {
  readonly lockfileVersion: number
  readonly packages: Readonly<Record<string, Locked & Partial<Manifest>>>
}

let manifest: Manifest
let lock: Lock
beforeAll(async () => {
  manifest = JSON.parse(await text("package.json"))
  lock = JSON.parse(await text("package-lock.json"))
})
const locked = () => Object.entries(lock.packages).filter(([path]) => path !== "")

test("every package is locked with its digest, and comes from the registry", () => {
  expect(lock.lockfileVersion).toBe(3)
  const without = locked().filter(([, entry]) => !/^sha512-/.test(entry.integrity ?? ""))
  expect(without.map(([path]) => path)).toEqual([])
  const elsewhere = locked().filter(
    ([, { resolved, link }]) => link || (resolved && !/^https:\/\/registry\.npmjs\.org\//.test(resolved)),
  )
  expect(elsewhere).toEqual([])
  for (const kind of ["dependencies", "devDependencies"] as const)
    expect(lock.packages[""]?.[kind]).toEqual(manifest[kind])
})

test("only the packages that need one run a script when they are installed", () => {
  const scripted = locked().filter(([, { hasInstallScript }]) => hasInstallScript)
  const names = scripted.map(([path]) => path.replace(/^.*node_modules\//, "")).sort()
  expect(names).toEqual(Object.keys(manifest.allowScripts).sort())
  expect(Object.entries(manifest.allowScripts).filter(([, allowed]) => allowed)).toEqual([["node", true]])
})

/** A copy of what the build reads, elsewhere. */
async function copied(): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), "pmta-build-"))
  for (const name of ["src", "package.json", "rolldown.config.ts", "tsconfig.json"])
    await cp(join(root, name), join(place, name), { recursive: true })
  await symlink(join(root, "node_modules"), join(place, "node_modules"))
  return place
}

test("two builds in two places give the bytes that are committed, and name each licence", {
  timeout: 180_000,
}, async () => {
  const places = [await copied(), await copied()]
  try {
    const built: { packages: string[]; hashes: Record<string, string> }[] = []
    for (const place of places) {
      const script = join(root, "test/trust/build-twice.ts")
      built.push(
        JSON.parse((await succeed(process.execPath, [script, place], { timeoutMs: 120_000 })).toString()),
      )
    }
    const [one, two] = built
    expect(one?.hashes).toEqual(two?.hashes)
    const committed = await readdir(join(root, "dist"), { recursive: true, withFileTypes: true })
    const files = committed.filter(file => file.isFile()).map(file => join(file.parentPath, file.name))
    expect(files.map(path => path.slice(root.length + 1)).sort()).toEqual(
      Object.keys(one?.hashes ?? {}).sort(),
    )
    for (const path of files) {
      const hash = createHash("sha256")
        .update(await readFile(path))
        .digest("hex")
      expect(one?.hashes[path.slice(root.length + 1)], path).toBe(hash)
    }
    const licences = await text("dist/licenses.txt")
    const told = new Set([...licences.matchAll(/^Name: (.+)$/gm)].map(([, name]) => name))
    expect(one?.packages.filter(name => !told.has(name))).toEqual([])
    const kinds = [...licences.matchAll(/^Name: (.+)\nVersion: .*\nLicense: (.+)$/gm)]
    const free = /^\(?(MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|BlueOak-1\.0\.0|Unlicense|MIT-0)\b/
    const odd = kinds
      .filter(([, , kind = ""]) => !free.test(kind))
      .map(([, name, kind]) => `${name}: ${kind}`)
    // It is part of GitHub's artifact client, and its author names no licence in it.
    expect(odd).toEqual(["buffers: null"])
    figures(
      "supply chain",
      `2 builds in 2 places and the committed dist: ${files.length} files, byte for byte the same; ${one?.packages.length} bundled packages, each named with its licence or with none`,
    )
  } finally {
    for (const place of places) await rm(place, { recursive: true, force: true })
  }
})

test("what is shipped asks for no package when it runs", async () => {
  const files = await readdir(join(root, "dist"), { recursive: true, withFileTypes: true })
  const asked = new Set<string>()
  for (const file of files.filter(({ name }) => name.endsWith(".js"))) {
    const code = await readFile(join(file.parentPath, file.name), "utf8")
    for (const [, name = ""] of code.matchAll(/^import (?:[^"\n]* from )?"([^"]+)"|^import\("([^"]+)"\)/gm))
      if (!name.startsWith(".")) asked.add(name)
  }
  expect([...asked].filter(name => !isBuiltin(name))).toEqual([])
})

test("the package of a release installs nothing else, and runs", { timeout: 120_000 }, async () => {
  const place = await mkdtemp(join(tmpdir(), "pmta-pack-"))
  try {
    for (const name of [
      "dist",
      "docs",
      "workflows",
      "action.yml",
      "fleet.schema.json",
      "LICENSE",
      "README.md",
    ])
      await cp(join(root, name), join(place, "source", name), { recursive: true })
    // As the release workflow does.
    const {
      dependencies: _,
      devDependencies: __,
      scripts: ___,
      allowScripts: ____,
      ...rest
    } = JSON.parse(await text("package.json"))
    await writeFile(join(place, "source/package.json"), JSON.stringify(rest))
    const env = { ...process.env, HOME: place, npm_config_cache: join(place, "cache") }
    const packed = await succeed("npm", ["pack", "--silent", "--pack-destination", place], {
      cwd: join(place, "source"),
      env,
    })
    const archive = join(place, packed.toString().trim().split("\n").at(-1) ?? "")
    await succeed("npm", ["install", "--offline", "--no-audit", "--prefix", join(place, "there"), archive], {
      env,
    })
    expect(await readdir(join(place, "there/node_modules"))).toEqual(
      [".bin", ".package-lock.json", "pmta-vault"].sort(),
    )
    const said = await succeed(process.execPath, [
      join(place, "there/node_modules/pmta-vault/dist/cli.js"),
      "version",
    ])
    expect(said.toString()).toContain(rest.version)
  } finally {
    await rm(place, { recursive: true, force: true })
  }
})

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>
  readonly permissions: Readonly<Record<string, string>>
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly permissions?: Readonly<Record<string, string>>
        readonly steps: readonly {
          readonly uses?: string
          readonly run?: string
          readonly with?: Readonly<Record<string, unknown>>
        }[]
      }
    >
  >
}

/** What each job of this project's own workflows may do, besides reading the repository. */
const rights: Readonly<Record<string, object>> = {
  "ci.yml check": {},
  "release.yml build": {},
  "release.yml publish": { actions: "read", attestations: "write", contents: "write", "id-token": "write" },
}

test("the project's own workflows pin what they run, and may do only what is listed", async () => {
  const found: Record<string, object> = {}
  for (const name of await readdir(join(root, ".github/workflows"))) {
    const source = await text(`.github/workflows/${name}`)
    const { on, permissions, jobs } = parse(source) as Workflow
    expect(
      Object.keys(on).filter(event => !["push", "pull_request"].includes(event)),
      name,
    ).toEqual([])
    for (const right of Object.values(permissions)) expect(right, name).toBe("read")
    for (const line of source.match(/^.*\buses:.*$/gm) ?? [])
      expect(line).toMatch(/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
    for (const [job, { permissions: own = {}, steps }] of Object.entries(jobs)) {
      found[`${name} ${job}`] = Object.fromEntries(
        Object.entries(own).filter(([key, right]) => right !== "read" || key !== "contents"),
      )
      for (const { uses, run, with: given } of steps) {
        if (uses?.startsWith("actions/checkout@")) expect(given?.["persist-credentials"], name).toBe(false)
        // What somebody else may choose reaches a shell as a variable only.
        expect(run ?? "", name).not.toMatch(/\$\{\{/)
      }
    }
  }
  expect(found).toEqual(rights)
})

// Of a list "without dev" npm leaves out yaml and valibot, as packages for the development ask for them, too.
test("the release has a list of what is in it", { timeout: 120_000 }, async () => {
  const place = await mkdtemp(join(root, "node_modules/.sbom-"))
  try {
    for (const name of ["package.json", "package-lock.json"]) await cp(join(root, name), join(place, name))
    // Links, not copies: what is pruned goes from here alone.
    const link = `mkdir node_modules && find .. -mindepth 1 -maxdepth 1 ! -name '.sbom-*' -exec cp -al -t node_modules {} +`
    await succeed("sh", ["-ec", link], { cwd: place })
    // As the release workflow does.
    const source = parse(await text(".github/workflows/release.yml")) as Workflow
    const script =
      source.jobs["build"]?.steps.map(({ run }) => run ?? "").find(run => run.includes("npm sbom")) ?? ""
    const words = script.split("\n").filter(line => /npm (pkg delete devDependencies|prune|sbom)/.test(line))
    const listing = words.join("\n").replace(/ > .*/, "")
    const env = { ...process.env, npm_config_offline: "true", npm_config_loglevel: "silent" }
    const sbom = JSON.parse(
      (await succeed("sh", ["-ec", listing], { cwd: place, env })).toString().replace(/^[^{]*/, ""),
    )
    const names = new Set(
      sbom.components.map(({ group, name }: { group?: string; name: string }) =>
        group ? `${group}/${name}` : name,
      ),
    )
    expect(sbom.bomFormat).toBe("CycloneDX")
    for (const name of Object.keys(manifest.dependencies)) expect(names, name).toContain(name)
    for (const name of ["vitest", "rolldown", "node"]) expect(names).not.toContain(name)
  } finally {
    await rm(place, { recursive: true, force: true })
  }
})

test("known weaknesses of what is bundled stop a push and a release, before anything is packed", async () => {
  for (const name of ["ci.yml", "release.yml"]) {
    const { jobs } = parse(await text(`.github/workflows/${name}`)) as Workflow
    const commands = Object.values(jobs).flatMap(({ steps }) => steps.map(({ run = "" }) => run))
    const at = (command: string) => commands.findIndex(run => run.split("\n").includes(command))
    expect(at("npm audit --omit=dev --audit-level=high"), name).toBeGreaterThan(at("bash .ci/run"))
    if (name === "ci.yml") continue
    const packs = commands.findIndex(run => run.includes("npm pack"))
    expect(at("npm audit signatures")).toBeGreaterThan(0)
    expect(at("npm audit signatures")).toBeLessThan(packs)
  }
})
