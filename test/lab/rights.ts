import { finish } from "./child.ts"

/**
 * The words to put before a command so that it runs as root: none for root itself, else `sudo -n`.
 * @throws Error that says what to do when neither is possible
 */
export async function asRoot(): Promise<readonly string[]> {
  prefix ??= findPrefix()
  return await prefix
}

let prefix: Promise<readonly string[]> | undefined

async function findPrefix(): Promise<readonly string[]> {
  if (process.getuid?.() === 0) return []
  const trial = await finish("sudo", ["-n", "true"]).catch(() => null)
  if (trial?.code === 0) return ["sudo", "-n"]
  throw new Error(
    "the sshd lab makes mount namespaces and needs root rights: run as root, or allow `sudo -n` for this user",
  )
}
