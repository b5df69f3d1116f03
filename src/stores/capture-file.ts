/**
 * A capture file: a tar that stock `tar` opens, `objects/<SHA-256>` first and the signed record last. A reader that
 * finds the record has the whole file.
 */

import { createHash, randomBytes } from "node:crypto"
import { type FileHandle, open, rename, rm } from "node:fs/promises"
import type { CaptureReader, CaptureWriter } from "../core/capture-file.ts"
import { Problem } from "../core/problem.ts"
import type { Store } from "../core/store.ts"
import { tarBlock, tarEnd, tarHeader, tarPadding } from "../core/tar.ts"
import { MalformedTar, plainTarEntry } from "../core/tar-reader.ts"
import { systemCode } from "../core/thrown.ts"
import type { StagedBlob, Vault } from "../core/vault.ts"
import { writeWhole } from "../core/write-whole.ts"

const recordName = "capture.json"
const signatureName = "capture.json.sig"
const folder = "objects/"
/** A record of many hosts with many log segments has some MiB. */
const maxRecordBytes = 256 * 1024 * 1024
const maxSignatureBytes = 64 * 1024

interface Place {
  readonly at: number
  readonly size: number
}

/** @param committed  the vault's store: what earlier runs left is there, and names are not taken twice */
export async function writeCaptureFile(path: string, committed: Store): Promise<CaptureWriter> {
  const partial = `${path}.partial-${randomBytes(6).toString("hex")}`
  const file = await open(partial, "wx+", 0o600).catch((cause: unknown) => {
    throw notWritten(path, cause)
  })
  const objects = new Map<string, Promise<Place>>()
  const keys = new Map<string, string>()
  let end = 0

  // Its place is known before anything is written, so that many hosts can write at a time.
  async function append(name: string, bytes: Uint8Array): Promise<Place> {
    const header = tarHeader({ ...common, path: name, size: bytes.length })
    const place = { at: end + header.length, size: bytes.length }
    const start = end
    end = place.at + bytes.length + tarPadding(bytes.length)
    try {
      await writeWhole(file, header, start)
      await writeWhole(file, bytes, place.at)
      await writeWhole(file, Buffer.alloc(tarPadding(bytes.length)), place.at + bytes.length)
    } catch (cause) {
      throw notWritten(path, cause)
    }
    return place
  }
  async function keep(bytes: Uint8Array): Promise<string> {
    const sha256 = hashOf(bytes)
    const known = objects.get(sha256) ?? append(`${folder}${sha256}`, bytes)
    objects.set(sha256, known)
    await known
    return sha256
  }
  const stage: Vault["stage"] = async (content, _isNew, signal) => {
    signal.throwIfAborted()
    return { blob: await keep(content) }
  }
  let isOpen = true
  async function close(): Promise<void> {
    if (isOpen) await file.close()
    isOpen = false
  }
  return {
    store: {
      name: committed.name,
      async put(key, bytes, signal) {
        signal.throwIfAborted()
        const before = keys.get(key)
        const sha256 = await keep(bytes)
        if (before !== undefined && before !== sha256) {
          throw new Problem("store/refused", `${key} exists with other content`, {
            hint: "run again: names hold the time",
          })
        }
        keys.set(key, sha256)
        return { store: committed.name, key, size: bytes.length, sha256 }
      },
      async get(key, signal, sha256) {
        signal.throwIfAborted()
        const own = await objects.get(keys.get(key) ?? "")
        return own === undefined ? await committed.get(key, signal, sha256) : await readAll(file, own)
      },
      async list(prefix, signal) {
        const own = [...keys.keys()].filter(key => key.startsWith(prefix))
        return [...new Set([...own, ...(await committed.list(prefix, signal))])].sort()
      },
    },
    stage,
    async stageMirror({ removed, written }, isNew, signal) {
      const staged = new Map<string, StagedBlob>()
      for await (const [path, content] of written) staged.set(path, await stage(content, isNew, signal))
      return { removed, written: staged }
    },
    async finish(record, signature) {
      await append(recordName, record)
      await append(signatureName, Buffer.from(signature))
      try {
        await writeWhole(file, tarEnd, end)
        await file.sync()
        await close()
        await rename(partial, path)
      } catch (cause) {
        throw notWritten(path, cause)
      }
    },
    async [Symbol.asyncDispose]() {
      await close()
      await rm(partial, { force: true })
    },
  }
}

/** @throws Problem "shard/unreadable"; "shard/malformed" for what is no capture file, or not a whole one */
export async function openCaptureFile(path: string): Promise<CaptureReader> {
  const file = await open(path, "r").catch((cause: NodeJS.ErrnoException) => {
    throw new Problem("shard/unreadable", `${path} cannot be read (${systemCode(cause)})`, {
      cause,
      hint: "look at the job that should have written it",
    })
  })
  try {
    const places = await placesOf(file)
    const [record, signature] = [places.get(recordName), places.get(signatureName)]
    if (record === undefined || signature === undefined) throw new MalformedTar("it has no record")
    if (record.size > maxRecordBytes || signature.size > maxSignatureBytes)
      throw new MalformedTar("its record is too large")
    return {
      record: await readAll(file, record),
      signature: Buffer.from(await readAll(file, signature)).toString("utf8"),
      async object(sha256) {
        const place = places.get(`${folder}${sha256}`)
        const bytes = place === undefined ? null : await readAll(file, place)
        if (bytes !== null && hashOf(bytes) === sha256) return bytes
        const what = bytes === null ? "is not in it" : "is not what was signed"
        throw new Problem(
          "shard/altered",
          `${path} was changed: its object ${sha256.slice(0, 16)}… ${what}`,
          {
            hint: "find out who could write to it; run the shard again, then collect",
          },
        )
      },
      [Symbol.asyncDispose]: () => file.close(),
    }
  } catch (cause) {
    await file.close()
    if (!(cause instanceof MalformedTar)) throw cause
    throw new Problem("shard/malformed", `${path} is no whole capture file: ${cause.message}`, {
      cause,
      hint: "run the shard again, then collect",
    })
  }
}

const common = {
  ...{ kind: "file" as const, mode: 0o644, uid: 0, gid: 0, owner: "root", group: "root" },
  ...{ target: "", mtime: 0 },
}

/** By names in the archive; contents are passed over. */
async function placesOf(file: FileHandle): Promise<ReadonlyMap<string, Place>> {
  const places = new Map<string, Place>()
  for (let at = 0; ; ) {
    const entry = plainTarEntry(await readAll(file, { at, size: tarBlock }))
    if (entry === null) return places
    places.set(entry.path, { at: at + tarBlock, size: entry.size })
    at += tarBlock + entry.size + tarPadding(entry.size)
  }
}

async function readAll(file: FileHandle, { at, size }: Place): Promise<Buffer> {
  if (at + size > (await file.stat()).size) throw new MalformedTar("it is cut off")
  const bytes = Buffer.alloc(size)
  for (let done = 0; done < size; ) {
    const { bytesRead } = await file.read(bytes, done, size - done, at + done)
    if (bytesRead === 0) throw new MalformedTar("it is cut off")
    done += bytesRead
  }
  return bytes
}

const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")

function notWritten(path: string, cause: unknown): Problem {
  const code = systemCode(cause)
  return code === "ENOSPC" || code === "EDQUOT"
    ? new Problem("store/full", `the disk is full: ${path} cannot be written`, {
        cause,
        hint: "make room and run again; the vault is as it was",
      })
    : new Problem("settings/unreadable", `${path} cannot be written (${code})`, {
        cause,
        hint: "name a file in a directory that exists and may be written, with --capture FILE",
      })
}
