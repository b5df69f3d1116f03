/**
 * A restore as a folder on the host: the new files, and shell scripts that a person can read and run. So what was
 * begun can be finished or undone there, whatever becomes of this program and of the connection.
 */
import { randomBytes } from "node:crypto"
import { certain } from "../core/certain.ts"
import type { Entry } from "../core/file.ts"
import { keyTime } from "../core/log.ts"
import type { Restorable } from "../core/restorable.ts"
import type { PlanStep } from "../core/restore-plan.ts"
import { tarEnd, tarHeader, tarPadding } from "../core/tar.ts"
import { isWork } from "./plan.ts"

export interface Job {
  /** absolute; holds `apply`, `undo`, `commit` and `state` */
  readonly folder: string
  /** a tar to be unpacked at `/`: the folder, for root alone */
  readonly archive: Buffer
}

export interface JobOptions {
  /** letters, digits and dashes */
  readonly id: string
  readonly title: string
  /** seconds since 1970 */
  readonly time: number
}

export const place = "/var/lib/pmta-vault-restore"

/** Its end is by chance: what another restore of the same plan keeps in its folder must not be taken for this one's. */
export function jobId(now: Date, planHash: string): string {
  return `${keyTime(now.toISOString())}-${planHash.slice(0, 8)}-${randomBytes(4).toString("hex")}`
}

export function makeJob(
  steps: readonly PlanStep[],
  items: readonly Restorable[],
  { id, title, time }: JobOptions,
): Job {
  const folder = `${place}/${id}`
  const contents = new Map(items.map(item => [item.entry.path, item]))
  const work = steps
    .filter(isWork)
    .map((step, index): Work => ({ ...step, entry: certain(step.wanted), index }))
  const files = work.flatMap(({ path, entry, index }) => {
    if (entry.kind !== "file") return []
    return [{ name: `files/${index}`, entry, content: certain(certain(contents.get(path)).content) }]
  })
  const own = { uid: 0, gid: 0, owner: "root", group: "root", mtime: time, target: "" }
  const parts: Uint8Array[] = []
  const add = (
    header: Omit<Parameters<typeof tarHeader>[0], "path" | "size">,
    name: string,
    bytes: Uint8Array,
  ) => {
    const path = name === "" ? folder.slice(1) : `${folder.slice(1)}/${name}`
    parts.push(
      tarHeader({ ...header, path, size: bytes.length }),
      bytes,
      Buffer.alloc(tarPadding(bytes.length)),
    )
  }
  const nothing = new Uint8Array()
  add({ ...own, kind: "directory", mode: 0o700 }, "", nothing)
  for (const name of ["files", "times"]) add({ ...own, kind: "directory", mode: 0o700 }, name, nothing)
  const scripts = {
    apply: applyScript(work, folder, title),
    undo: undoScript(work, folder),
    commit: commitScript(work, folder),
  }
  for (const [name, text] of Object.entries(scripts))
    add({ ...own, kind: "file", mode: 0o700 }, name, Buffer.from(text))
  const kept = work.filter(({ found }) => found !== null).map(({ path }) => `.${path}\0`)
  add({ ...own, kind: "file", mode: 0o600 }, "kept", Buffer.from(kept.join("")))
  for (const { name, entry, content } of files)
    add({ ...entry, kind: "file", target: "" }, name, content.reveal("send it to the host it came from"))
  return { folder, archive: Buffer.concat([...parts, tarEnd]) }
}

interface Work extends PlanStep {
  readonly entry: Entry
  readonly index: number
}

/** Beside its target, so that a rename replaces it in one step. No pattern of a config ends like this. */
const beside = (path: string, folder: string, index: number, what: "new" | "old") =>
  quoted(
    `${path.slice(0, path.lastIndexOf("/"))}/.pmta-vault-${folder.slice(place.length + 1)}-${index}.${what}`,
  )

export const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

const mode = ({ mode: bits }: Entry) => bits.toString(8).padStart(4, "0")
const owners = ({ owner, group }: Entry) => quoted(`${owner}:${group}`)
const isDirectory = ({ entry }: Work) => entry.kind === "directory"
const aboveOf = (work: readonly Work[]) =>
  [...new Set(work.map(({ path }) => path.slice(0, path.lastIndexOf("/")) || "/"))].sort()

/** Only one of the scripts at a time, also when the connection that started the first is gone. */
const begin = (folder: string) => `cd ${quoted(folder)} || exit 1
umask 077
trap '' HUP PIPE
if [ -z "\${PMTA_VAULT_LOCKED:-}" ] && command -v flock >/dev/null; then exec 9>lock; flock 9; fi
PMTA_VAULT_LOCKED=1; export PMTA_VAULT_LOCKED
`

function applyScript(work: readonly Work[], folder: string, title: string): string {
  const files = work.filter(step => !isDirectory(step))
  const at = (step: Work, what: "new" | "old") => beside(step.path, folder, step.index, what)
  const directories = work.filter(isDirectory)
  return `#!/bin/sh
# pmta-vault: ${title.replaceAll(/[^\x20-\x7e]/g, "?")}
# Can be run again. To undo it: sh ${folder}/undo
${begin(folder)}set -eu
need() {
  [ -n "$1" ] && [ ! -d "$1" ] || return 0
  need "\${1%/*}"; printf '%s\\n' "$1" >>made; sync; mkdir "$1"; chmod 755 "$1"
}
absent() {
  [ ! -e "times/made-$1" ] && { [ -e "$2" ] || [ -L "$2" ]; } || return 0
  printf '%s\\n' "$2 was not there when the plan was made, and is there now"; exit 1
}
done=
trap '[ -n "$done" ] || sh ./undo' EXIT
trap 'exit 143' TERM INT
printf '%s\\n' "\${PMTA_VAULT_SESSION:-}" >session
echo applying >state
# What undoes this is on disk before anything is changed.
sync

# What is there now: times of directories, and a copy of all that changes.
${aboveOf(work)
  .map(
    (path, index) =>
      `[ -e times/${index} ] || [ ! -d ${quoted(path)} ] || touch -r ${quoted(path)} times/${index}`,
  )
  .join("\n")}
[ -e before.tar ] || { tar -c -p -f before.part -C / --no-recursion --no-unquote --null -T kept && mv before.part before.tar; }

# Directories.
${directories
  .map(({ path, entry, action }) => {
    const rights = `chown ${owners(entry)} ${quoted(path)}; chmod ${mode(entry)} ${quoted(path)}`
    return action === "create"
      ? `[ -d ${quoted(path)} ] || { need ${quoted(parentOf(path))}; mkdir ${quoted(path)}; }; ${rights}`
      : rights
  })
  .join("\n")}

# Everything new, whole and on disk, beside what it replaces.
${files
  .map(step =>
    [
      ...(step.found === null
        ? [`absent ${step.index} ${quoted(step.path)}`, `need ${quoted(parentOf(step.path))}`]
        : []),
      step.entry.kind === "link"
        ? `ln -sfn ${quoted(certain(step.entry.target))} ${at(step, "new")}; chown -h ${owners(step.entry)} ${at(step, "new")}`
        : `cp -p files/${step.index} ${at(step, "new")}`,
    ].join("\n"),
  )
  .join("\n")}
sync

# One rename each; the old file keeps a second name until all is well.
${files
  .map(step =>
    [
      ...(step.found === null
        ? [`: >times/made-${step.index}`]
        : [
            `[ -e ${at(step, "old")} ] || [ -L ${at(step, "old")} ] || ln -P ${quoted(step.path)} ${at(step, "old")} || cp -pP ${quoted(step.path)} ${at(step, "old")}`,
          ]),
      `mv -fT ${at(step, "new")} ${quoted(step.path)}`,
    ].join("\n"),
  )
  .join("\n")}
sync
echo applied >state
done=1
`
}

function undoScript(work: readonly Work[], folder: string): string {
  const files = work.filter(step => !isDirectory(step)).toReversed()
  const at = (step: Work, what: "new" | "old") => beside(step.path, folder, step.index, what)
  const made = [
    ...work.filter(step => step.action === "create" && isDirectory(step)).map(({ path }) => path),
  ].toReversed()
  return `#!/bin/sh
# pmta-vault: puts everything back as it was before the restore in this folder. Can be run again.
${begin(folder)}bad=0
# A second name of the same file, as when apply was cut off before its rename, is no move.
back() {
  if [ "$(stat -c %d:%i "$1")" = "$(stat -c %d:%i "$2" 2>/dev/null)" ]; then rm -f "$1"; else mv -fT "$1" "$2"; fi
}
[ -e state ] || { rm -rf files; echo undone >state; }
if [ "$(cat state)" = undone ]; then exit 0; fi
if [ "$(cat state)" = committed ]; then tar -x -p -f before.tar -C / --same-owner || bad=1; fi
${files
  .map(step =>
    step.found === null
      ? `if [ -e ${at(step, "new")} ] || [ -L ${at(step, "new")} ]; then rm -f ${at(step, "new")}
elif [ -e times/made-${step.index} ]; then rm -f ${quoted(step.path)}; fi || bad=1`
      : `if [ -e ${at(step, "old")} ] || [ -L ${at(step, "old")} ]; then back ${at(step, "old")} ${quoted(step.path)} || bad=1; fi
rm -f ${at(step, "new")} || bad=1`,
  )
  .join("\n")}
${work
  .filter(isDirectory)
  .flatMap(({ path, found }) =>
    found === null
      ? []
      : [`chown ${found.uid}:${found.gid} ${quoted(path)} && chmod ${mode(found)} ${quoted(path)} || bad=1`],
  )
  .join("\n")}
${made.map(path => `[ ! -d ${quoted(path)} ] || rmdir ${quoted(path)} || bad=1`).join("\n")}
[ ! -e made ] || tac made | while IFS= read -r path; do [ ! -d "$path" ] || rmdir "$path"; done || bad=1
${aboveOf(work)
  .map((path, index) => `[ ! -e times/${index} ] || touch -r times/${index} ${quoted(path)} || bad=1`)
  .join("\n")}
sync
[ "$bad" != 0 ] || echo undone >state
rm -rf files
exit "$bad"
`
}

/** With `left` as its argument it puts an end to a restore that nobody finished: no file of the host is touched. */
function commitScript(work: readonly Work[], folder: string): string {
  const files = work.filter(step => !isDirectory(step))
  return `#!/bin/sh
# pmta-vault: the restore in this folder stays. What was there before is in before.tar; undo still works.
${begin(folder)}set -eu
state=$(cat state)
case "\${1:-} $state" in " applied"|" committed"|"left "*) ;; *) echo "state is $state"; exit 1;; esac
# Without a copy nothing had been replaced yet. Before the old names go, it is on disk what undo has to do.
if [ -e before.tar ]; then echo committed >state; else echo undone >state; fi
sync
${files
  .flatMap(({ path, index, found }) => [
    ...(found === null ? [] : [`rm -f ${beside(path, folder, index, "old")}`]),
    `rm -f ${beside(path, folder, index, "new")}`,
  ])
  .join("\n")}
rm -rf files
sync
`
}

const parentOf = (path: string) => path.slice(0, path.lastIndexOf("/"))
