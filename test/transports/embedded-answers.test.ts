/** The host of the demo answers whatever a client asks, and what is put into it has to make sense. */
import ssh2 from "ssh2"
import { expect, test } from "vitest"
import { makeKeyPair, serveHost } from "../../src/transports/ssh/embedded-host.ts"

const key = makeKeyPair()
const serve = async () =>
  await serveHost({
    user: "u",
    authorizedKey: key.publicLine,
    files: { "/etc/pmta/config": { content: "abc" } },
  })

/** What a call of SFTP gives: its answer, or the number of its refusal. */
const asked = async <T>(
  call: (done: (error: Error | null | undefined, answer?: T) => void) => void,
): Promise<T | number> =>
  await new Promise(resolve => {
    call((error, answer) => resolve(error ? (error as unknown as { code: number }).code : (answer as T)))
  })

test("requests that do not fit are refused one by one, and the session goes on", async () => {
  await using host = await serve()
  const client = new ssh2.Client()
  const ready = new Promise<void>((resolve, reject) => client.once("ready", resolve).once("error", reject))
  client.connect({ host: host.address, port: host.port, username: "u", privateKey: key.privateKey })
  await ready
  const sftp = (await asked<ssh2.SFTPWrapper>(done => client.sftp(done))) as ssh2.SFTPWrapper
  const { NO_SUCH_FILE, FAILURE, PERMISSION_DENIED } = ssh2.utils.sftp.STATUS_CODE
  const file = (await asked<Buffer>(done => sftp.open("/etc/pmta/config", "r", done))) as Buffer
  const folder = (await asked<Buffer>(done => sftp.opendir("/etc/pmta", done))) as Buffer
  expect(await asked<ssh2.Stats>(done => sftp.fstat(file, done))).toMatchObject({ size: 3 })
  expect(await asked(done => sftp.fstat(folder, done))).toBe(FAILURE)
  expect(await asked<string>(done => sftp.realpath("etc/../etc", done))).toBe("/etc")
  expect(await asked(done => sftp.readlink("/etc/pmta/config", done))).toBe(FAILURE)
  expect(await asked(done => sftp.readlink("/none", done))).toBe(NO_SUCH_FILE)
  expect(await asked(done => sftp.opendir("/none", done))).toBe(NO_SUCH_FILE)
  expect(await asked(done => sftp.readdir(file, done))).toBe(FAILURE)
  expect(await asked(done => sftp.open("/none", "r", done))).toBe(NO_SUCH_FILE)
  expect(await asked(done => sftp.open("/etc/pmta", "r", done))).toBe(FAILURE)
  expect(await asked(done => sftp.open("/etc/pmta/config", "w", done))).toBe(PERMISSION_DENIED)
  expect(await asked(done => sftp.mkdir("/x", done))).toBe(PERMISSION_DENIED)
  expect(await asked(done => sftp.read(folder, Buffer.alloc(4), 0, 4, 0, done))).toBe(FAILURE)
  expect(await asked(done => sftp.close(file, done))).not.toBe(FAILURE)
  expect(await asked(done => sftp.close(file, done))).toBe(FAILURE)
  const ended = new Promise<void>(resolve => client.once("close", () => resolve()))
  client.end()
  await ended
})

test("a file that cannot be is told to who makes it", async () => {
  await using host = await serve()
  const write =
    (path: string, owner = "root") =>
    () =>
      host.write(path, { content: "", owner })
  expect(write("etc/x")).toThrow("is not an absolute, normal path")
  expect(write("/etc/pmta")).toThrow("is a directory of the embedded host")
  expect(write("/etc/pmta/config/below")).toThrow("is a file of the embedded host, not a directory")
  expect(write("/etc/y", "nobody")).toThrow("has no account nobody")
  await expect(serveHost({ user: "u", authorizedKey: "no key", files: {} })).rejects.toThrow()
})
