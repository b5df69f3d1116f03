/** A lab host whose login shell is traced: what the program starts there, any user of the host can see with `ps`. */
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { type Piece, recorded } from "../lab/leak-places.ts"
import type { LabFiles } from "../lab/place.ts"
import type { LabHost } from "../lab/sshd.ts"
import { stopper } from "../lab/stop-at.ts"

const shell = `#!/bin/sh
export STOP_AT_RECORD=$(mktemp /opt/seen/records/XXXXXXXX)
printf '%s\\n' "$@" >"$STOP_AT_RECORD.command"
exec /opt/seen/stop-at 0 all /dev/null "" -- /bin/sh "$@"
`

/** Further files of a host that is to be watched. */
export async function watchingShell(): Promise<LabFiles> {
  const program = await readFile(await stopper())
  return {
    "/opt/seen/sh": { content: shell, mode: 0o755, owner: "root", group: "root" },
    "/opt/seen/stop-at": { content: program, mode: 0o755, owner: "root", group: "root" },
  }
}

/** @param host  one that has the files of `watchingShell` */
export async function watchSessions(host: LabHost, users: readonly string[]): Promise<void> {
  const names = users.join("|")
  await host.run(
    `mkdir -m 1777 /opt/seen/records && sed -i -E 's#^((${names}):.*:)[^:]*$#\\1/opt/seen/sh#' /etc/passwd`,
  )
}

/**
 * Commands, arguments and environments of all sessions, and what they wrote outside of the directories in which the
 * host keeps its secrets.
 */
export async function* sessionsOf(host: LabHost, own: readonly string[]): AsyncGenerator<Piece> {
  const records = join(host.root, "opt/seen/records")
  for (const name of await readdir(records)) {
    const bytes = await readFile(join(records, name))
    if (name.endsWith(".command")) {
      yield { place: `command on ${host.name}`, bytes }
      continue
    }
    for (const { kind, to, bytes: content } of recorded(bytes))
      if (kind === "started" || !own.some(place => to.startsWith(place)))
        yield { place: `${kind} on ${host.name}: ${to}`, bytes: content }
  }
}
