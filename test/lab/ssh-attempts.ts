/** What a client may ask of an SSH server besides what it is there for, each asked in the protocol's own words. */
import ssh2 from "ssh2"
import type { SshTarget } from "./ssh.ts"

/** A login with the host's key checked, as stock ssh does it. */
export async function loggedIn(host: SshTarget, privateKey: string): Promise<ssh2.Client> {
  const client = new ssh2.Client()
  const pinned = Buffer.from(host.hostKeys.ed25519.split(" ")[1] ?? "", "base64")
  await new Promise<void>((resolve, reject) => {
    client.once("ready", resolve).once("error", reject)
    client.connect({
      ...{ host: host.address, port: host.port, username: host.user, privateKey },
      // Nobody answers there; it is asked for only once the server has said yes.
      ...{ agent: "/nonexistent/agent", readyTimeout: 20_000 },
      algorithms: { serverHostKey: ["ssh-ed25519"] },
      hostVerifier: (key: Buffer) => key.equals(pinned),
    })
  })
  return client
}

type Asked = (client: ssh2.Client, host: SshTarget, answer: (error?: Error | null) => void) => void

/** By what is asked for. Each is a request of its own that a server may grant or refuse. */
export const requests: Readonly<Record<string, Asked>> = {
  "pseudo-terminal": (client, _, answer) => void client.exec("true", { pty: true }, answer),
  X11: (client, _, answer) => void client.exec("true", { x11: true }, answer),
  "agent forwarding": (client, _, answer) =>
    void client.exec("true", { agentForward: true } as ssh2.ExecOptions, answer),
  "a port of the host's network": (client, { address, port }, answer) =>
    void client.forwardOut("127.0.0.1", 1, address, port, answer),
  "a port of the host itself": (client, _, answer) => void client.forwardIn("127.0.0.1", 0, answer),
  "a socket to something on the host": (client, _, answer) =>
    void client.openssh_forwardOutStreamLocal("/run/some.sock", answer),
  "a socket of the host": (client, _, answer) =>
    void client.openssh_forwardInStreamLocal("/tmp/some.sock", answer),
  "another subsystem": (client, _, answer) => void client.subsys("netconf", answer),
}

/** As RFC 4254 numbers them: the first is a refusal, with the second it was tried. */
const reasons: Readonly<Record<number, string>> = { 1: "prohibited", 2: "connect failed" }

/** @returns `granted`, or why not, in the client's words and with the server's reason where there is one */
export async function asked(client: ssh2.Client, host: SshTarget, what: string): Promise<string> {
  return await new Promise(resolve =>
    requests[what]?.(client, host, error => {
      const reason = reasons[Number((error as { reason?: number } | null)?.reason)]
      resolve(error ? (reason ?? error.message) : "granted")
    }),
  )
}

type SftpAsked = (sftp: ssh2.SFTPWrapper, home: string, answer: (error?: Error | null) => void) => void

/** By what would change. `home` has a file `own` and a directory `folder` that the account may change. */
export const changes: Readonly<Record<string, SftpAsked>> = {
  "a new file": (sftp, home, answer) => void sftp.open(`${home}/new`, "w", answer),
  "a file written over": (sftp, home, answer) => void sftp.open(`${home}/own`, "r+", answer),
  "a file cut to nothing": (sftp, home, answer) => void sftp.open(`${home}/own`, "w", answer),
  "a file appended to": (sftp, home, answer) => void sftp.open(`${home}/own`, "a", answer),
  "a renamed file": (sftp, home, answer) => void sftp.rename(`${home}/own`, `${home}/other`, answer),
  "a renamed file, by the extension": (sftp, home, answer) =>
    void sftp.ext_openssh_rename(`${home}/own`, `${home}/other`, answer),
  "a removed file": (sftp, home, answer) => void sftp.unlink(`${home}/own`, answer),
  "a new directory": (sftp, home, answer) => void sftp.mkdir(`${home}/made`, answer),
  "a removed directory": (sftp, home, answer) => void sftp.rmdir(`${home}/folder`, answer),
  "a link": (sftp, home, answer) => void sftp.symlink("/etc/shadow", `${home}/link`, answer),
  "a hard link": (sftp, home, answer) =>
    void sftp.ext_openssh_hardlink(`${home}/own`, `${home}/hard`, answer),
  "a mode": (sftp, home, answer) => void sftp.chmod(`${home}/own`, 0o777, answer),
  "an owner": (sftp, home, answer) => void sftp.chown(`${home}/own`, 0, 0, answer),
  "a time": (sftp, home, answer) => void sftp.utimes(`${home}/own`, 1, 1, answer),
  "a size": (sftp, home, answer) =>
    void sftp.setstat(`${home}/own`, { size: 0 } as ssh2.InputAttributes, answer),
  "a mode, through a handle": (sftp, home, answer) =>
    void sftp.open(`${home}/own`, "r", (error, handle) =>
      error ? answer(error) : void sftp.fchmod(handle, 0o777, answer),
    ),
}

/** Extensions are asked for whether the server offers them or not. */
export async function sftpOf(client: ssh2.Client): Promise<ssh2.SFTPWrapper> {
  const sftp = await new Promise<ssh2.SFTPWrapper>((resolve, reject) =>
    client.sftp((error, opened) => (error ? reject(error) : resolve(opened))),
  )
  const offered = (sftp as unknown as { readonly _extensions: Record<string, string> })._extensions
  for (const name of ["posix-rename", "hardlink"]) offered[`${name}@openssh.com`] = "1"
  return sftp
}

export async function changed(sftp: ssh2.SFTPWrapper, home: string, what: string): Promise<string> {
  return await new Promise(resolve =>
    changes[what]?.(sftp, home, error => resolve(error ? `refused: ${error.message}` : "granted")),
  )
}
