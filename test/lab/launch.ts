/**
 * Starts one host: a chroot of its own in mount, UTS and PID namespaces of its own. Its life hangs on a
 * pipe: when the pipe closes (dispose, or the death of this process) the host's first process ends, the
 * kernel ends all others, and its directory is removed. Nothing outside of that directory is written.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process"
import { lstatSync } from "node:fs"
import type { Readable, Writable } from "node:stream"
import { asRoot } from "./rights.ts"

export interface Machine extends AsyncDisposable {
  /** its first process, as this machine counts processes; what `nsenter -t` takes */
  readonly pid: number
  /** sends a word to its first process and waits for the answer */
  order(word: "start" | "stop"): Promise<void>
}

export interface MachineOptions {
  readonly hostname: string
  /** absolute; holds `initial.tar`, `fstab` and an empty `root`; removed at the end */
  readonly directory: string
}

export async function launch(options: MachineOptions): Promise<Machine> {
  const script = ["sh", "-c", outside, "lab", options.directory, options.hostname, inside, first]
  const [command = "sh", ...args] = [...(await asRoot()), ...script]
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], detached: true })
  child.stdin.on("error", () => undefined)
  const answers = answersOf(child)
  const ended = new Promise<void>(resolve => child.on("close", () => resolve()))
  const pid = Number(await answers.next())
  return {
    pid,
    async order(word) {
      child.stdin.write(`${word}\n`)
      await answers.next()
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await ended
    },
  }
}

/**
 * What is mounted in the host's root: this machine's programs, read-only, and its devices; all else is
 * the host's own. `mount -a` does all of it in one process.
 * @param binds    `[source, target]` directories of the host
 * @param without  programs that the host shall not have
 */
export function fstab(
  root: string,
  binds: readonly (readonly [string, string])[],
  without: readonly string[],
): string {
  const plain = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"].filter(isDirectory)
  return `${[
    ...["/usr", ...plain, "/etc/alternatives"].map(path => `${path} ${root}${path} none bind,ro 0 0`),
    `${root}/own-local ${root}/usr/local none bind 0 0`,
    ...["/dev", "/sys"].map(path => `${path} ${root}${path} none rbind 0 0`),
    `proc ${root}/proc proc defaults 0 0`,
    ...binds.map(([source, target]) => `${root}${source} ${root}${target} none bind 0 0`),
    ...without.map(path => `/dev/null ${root}${path} none bind 0 0`),
  ].join("\n")}\n`
}

const isDirectory = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

/** One line of the child's stdout per call; its end is an error that shows what it said on stderr. */
function answersOf(child: ChildProcessByStdio<Writable, Readable, Readable>) {
  let stdout = ""
  let stderr = ""
  let ended = false
  let wake: () => void = () => undefined
  child.stdout.on("data", chunk => {
    stdout += chunk
    wake()
  })
  child.stderr.on("data", chunk => {
    stderr += chunk
  })
  const end = () => {
    ended = true
    wake()
  }
  child.on("close", end)
  child.on("error", error => {
    stderr += error.message
    end()
  })
  return {
    async next(): Promise<string> {
      for (;;) {
        const newline = stdout.indexOf("\n")
        if (newline >= 0) {
          const line = stdout.slice(0, newline)
          stdout = stdout.slice(newline + 1)
          return line
        }
        if (ended) throw new Error(`the lab host ended before it answered\n${stderr}`)
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
    },
  }
}

/** As root, in the machine's own namespaces: fill the directory, run the host, remove the directory. */
const outside = `
directory=$1 hostname=$2 inside=$3 first=$4
tar -xpf "$directory/initial.tar" -C "$directory/root" --numeric-owner || exit
unshare --mount --uts --pid --fork --kill-child --propagation private \\
  sh -c "$inside" lab "$directory" "$hostname" "$first"
status=$?
rm -rf --one-file-system "$directory"
exit $status
`

/** As the first process of the new namespaces: build the root, tell the outer process id, change root. */
const inside = `
set -e
directory=$1 hostname=$2 first=$3
# The old /proc still counts processes as the machine does.
read -r pid rest </proc/self/stat
mount -a --fstab "$directory/fstab"
cd "$directory/root"
echo "$hostname" >proc/sys/kernel/hostname
echo "$pid"
exec chroot . /bin/sh -c "$first"
`

/**
 * After the change of root: start and stop sshd when told, end when the pipe does. The first process does nothing but
 * wait: it is the one that ends what logins leave behind, and a host of many logins would fill the machine's table of
 * processes.
 */
const first = `
cd /
exec 3<&0
while read -r word; do
  case $word in
    start) /usr/sbin/sshd -D -E /run/sshd.log </dev/null >/dev/null 2>&1 3<&- & ;;
    stop) kill -s KILL -- -1; wait; rm -f /run/sshd.pid ;;
  esac
  echo "$word"
done <&3 &
exec 3<&- </dev/null
wait
`
