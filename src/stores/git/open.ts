import { randomBytes } from "node:crypto"
import { mkdir, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { Problem } from "../../core/problem.ts"
import type { Vault } from "../../core/vault.ts"
import { importer } from "./importer.ts"
import { type Git, git } from "./process.ts"
import { branches, type Publish, publishLocally } from "./references.ts"
import { cloneRemote, isRemote, withoutCredentials } from "./remote.ts"
import { gitVault } from "./vault.ts"

export interface OpenOptions {
  /** path of a local repository, or URL of a remote one */
  readonly location: string
  readonly environment: Readonly<Record<string, string>>
  readonly token: Git["token"]
  /** where a clone of a remote vault may lie for the time of the run: ciphertext and masked text only */
  readonly scratch: string
  /** whether a local vault that is not there is made */
  readonly create: boolean
  readonly now: () => Date
}

/** What a new vault's `main` holds, besides `fleet.yml`. */
const firstFiles: Readonly<Record<string, string>> = {
  "README.md": `# Vault

Made by pmta-vault. \`main\` holds \`fleet.yml\` and the accepted, masked config of each host; the branch
\`bundles\` holds the sealed copies and the signed snapshots; each branch \`drift/…\` is a change to review.
`,
  // The mirror is kept byte for byte, whatever the line ends of a host's files are.
  ".gitattributes": "hosts/** -text\n",
}

export async function openVault(options: OpenOptions, signal: AbortSignal): Promise<Vault> {
  const { environment, token, now } = options
  if (isRemote(options.location)) {
    refuseCredentials(options.location)
    const remote = await cloneRemote(options.location, { environment, token }, options.scratch, signal)
    const location = withoutCredentials(options.location)
    await ensureMain(remote.git, remote.publish, now, signal)
    return await gitVault({ location, git: remote.git, publish: remote.publish, workTree: null, remote, now })
  }
  const location = resolve(options.location)
  const found =
    (await findRepository(location)) ??
    (options.create ? await createRepository(location, environment, now, signal) : null)
  if (found === null) throw notAVault(location)
  const repo: Git = { dir: found.dir, environment, token: null }
  const publish = publishLocally(repo)
  return await gitVault({ location, git: repo, publish, workTree: found.workTree, remote: null, now })
}

interface Repository {
  readonly dir: string
  readonly workTree: string | null
}

/** Only the place that was named counts: git's own search would find a repository around it. */
async function findRepository(location: string): Promise<Repository | null> {
  const exists = (path: string) =>
    stat(path).then(
      () => true,
      () => false,
    )
  if (await exists(join(location, ".git"))) return { dir: join(location, ".git"), workTree: location }
  if ((await exists(join(location, "HEAD"))) && (await exists(join(location, "objects")))) {
    return { dir: location, workTree: null }
  }
  return null
}

async function createRepository(
  location: string,
  environment: Readonly<Record<string, string>>,
  now: () => Date,
  signal: AbortSignal,
): Promise<Repository> {
  const content = await readdir(location).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null
    throw notAVault(location)
  })
  // An empty directory may be a mount point, which nothing can be renamed to.
  if (content?.length === 0) await fill(location, environment, now, signal)
  if (content === null) {
    await mkdir(dirname(location), { recursive: true })
    const beside = `${location}.new-${randomBytes(6).toString("hex")}`
    try {
      await mkdir(beside)
      await fill(beside, environment, now, signal)
      await syncAll(beside)
      // Another run that makes the same vault and is faster wins; it is complete once it has its name.
      await rename(beside, location).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error
      })
      await sync(dirname(location))
    } finally {
      await rm(beside, { recursive: true, force: true })
    }
  }
  const made = await findRepository(location)
  if (made === null) throw notAVault(location)
  return made
}

/** git does not sync what `init` writes: after a power cut the name could stand for a repository without its HEAD. */
async function syncAll(directory: string): Promise<void> {
  const below = await readdir(directory, { recursive: true, withFileTypes: true })
  for (const item of below.filter(entry => entry.isFile() || entry.isDirectory()))
    await sync(join(item.parentPath, item.name))
  await sync(directory)
}

async function sync(path: string): Promise<void> {
  await using handle = await open(path, "r")
  await handle.sync()
}

/** Makes an ordinary repository with `main` checked out in an empty directory. */
async function fill(
  directory: string,
  environment: Readonly<Record<string, string>>,
  now: () => Date,
  signal: AbortSignal,
): Promise<void> {
  const repo: Git = { dir: join(directory, ".git"), environment, token: null }
  const inTree = `--work-tree=${directory}`
  await git(repo, [inTree, "init", "--quiet", "-b", "main"], "", signal)
  // Ciphertext has no deltas; git would spend its time looking for them.
  await mkdir(join(repo.dir, "info"), { recursive: true })
  await writeFile(join(repo.dir, "info", "attributes"), "*.age -delta\n")
  await ensureMain(repo, publishLocally(repo), now, signal)
  await git(repo, [inTree, "reset", "--quiet", "--hard", "main"], "", signal)
}

async function ensureMain(repo: Git, publish: Publish, now: () => Date, signal: AbortSignal): Promise<void> {
  if ((await branches(repo, signal)).has("refs/heads/main")) return
  const writer = importer(repo, 1)
  const changes = []
  for (const [path, text] of Object.entries(firstFiles)) {
    changes.push({ path, blob: await writer.blob(Buffer.from(text)) })
  }
  const time = Math.floor(now().getTime() / 1000)
  const to = await writer.commit({ parents: [], message: "vault: begin\n", time, changes })
  await writer.close()
  await publish([{ ref: "refs/heads/main", from: null, to }])
}

/** git would have them among its arguments, and in the settings of the clone on disk. */
function refuseCredentials(url: string): void {
  if (!/^https?:/i.test(url) || withoutCredentials(url) === url) return
  throw new Problem("settings/invalid", `the URL of the vault ${withoutCredentials(url)} has a token in it`, {
    hint: "leave it out of the URL, and give it by --token-file PATH or PMTA_VAULT_TOKEN; make a new one: others may have seen it",
  })
}

function notAVault(location: string): Problem {
  return new Problem("vault/not-a-vault", `${location} is no git repository`, {
    hint: `make one with \`pmta-vault init --vault ${location}\`; an existing directory must be empty`,
  })
}
