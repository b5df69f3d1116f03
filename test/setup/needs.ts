import { accessSync, constants, existsSync } from "node:fs"
import { delimiter, isAbsolute, join } from "node:path"

/** What the tests run besides Node, and the Debian package that has it. */
export interface Need {
  /** its name, or its path where another of that name may come first */
  readonly program: string
  readonly package: string
  /** other programs that do as well */
  readonly or?: readonly string[]
  /** where a package lies that has no program of its own */
  readonly file?: string
  /** true: tests that need it are skipped without it, and say so */
  readonly optional?: boolean
}

export const needs: readonly Need[] = [
  { program: "sshd", package: "openssh-server" },
  { program: "ssh", package: "openssh-client" },
  { program: "ssh-keygen", package: "openssh-client" },
  { program: "age", package: "age" },
  { program: "age-keygen", package: "age" },
  { program: "zstd", package: "zstd" },
  { program: "gzip", package: "gzip" },
  { program: "tar", package: "tar" },
  { program: "git", package: "git" },
  { program: "git-http-backend", package: "git" },
  { program: "openssl", package: "openssl" },
  { program: "opendkim-testmsg", package: "opendkim-tools" },
  { program: "sudo", package: "sudo" },
  { program: "unshare", package: "util-linux" },
  { program: "nsenter", package: "util-linux" },
  { program: "mount", package: "mount" },
  { program: "jq", package: "jq" },
  { program: "curl", package: "curl" },
  { program: "ps", package: "procps" },
  { program: "time", package: "time" },
  { program: "cc", package: "build-essential" },
  {
    program: "chromium",
    package: "chromium",
    or: ["chromium-browser", "google-chrome-stable", "google-chrome"],
    optional: true,
  },
  {
    program: "/usr/bin/python3",
    package: "python3-prometheus-client",
    file: "/usr/lib/python3/dist-packages/prometheus_client",
    optional: true,
  },
]

/** Where programs are that an ordinary account has not in its PATH. */
const elsewhere = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/lib/git-core", "/usr/libexec/git-core"]

/** @param path  as in the environment */
export function missing(path: string): readonly Need[] {
  const directories = [...path.split(delimiter).filter(Boolean), ...elsewhere]
  return needs.filter(
    ({ program, or = [], file }) =>
      (file !== undefined && !existsSync(file)) ||
      ![program, ...or].some(name => isProgram(name, directories)),
  )
}

const isProgram = (name: string, directories: readonly string[]): boolean =>
  isAbsolute(name) ? isExecutable(name) : directories.some(directory => isExecutable(join(directory, name)))

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
