/** What the program needs to know again of its own proposals, as trailers at the end of their commit messages. */
export interface Trailers {
  readonly kind: "baseline" | "drift"
  readonly hosts: readonly string[]
  /** digest of the content proposed and of what it changes */
  readonly content: string
}

/** @param id  by which the commit is found on `main`, where a squash or a rebase leaves no name of its branch */
export function writeTrailers(id: string, { kind, hosts, content }: Trailers): string {
  return [
    `Pmta-Vault-Id: ${id}`,
    `Pmta-Vault-Kind: ${kind}`,
    `Pmta-Vault-Hosts: ${hosts.join(" ")}`,
    `Pmta-Vault-Content: ${content}`,
  ].join("\n")
}

/** Null when the newest commit of a branch is not the program's own: a person worked on it. */
export function readTrailers(message: string): Trailers | null {
  const text = message.trimEnd()
  const paragraph = text.slice(text.lastIndexOf("\n\n") + 1)
  const value = (name: string) => new RegExp(`^Pmta-Vault-${name}: (.*)$`, "m").exec(paragraph)?.[1]
  const [kind, hosts, content] = [value("Kind"), value("Hosts"), value("Content")]
  if ((kind !== "baseline" && kind !== "drift") || hosts === undefined || content === undefined) return null
  return { kind, hosts: hosts.split(" "), content }
}
