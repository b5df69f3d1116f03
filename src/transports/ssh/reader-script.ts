/**
 * What runs on a host that allows a command: one POSIX shell script, read-only, without installation.
 * It greets with `pmta-vault-reader 2 zstd`, or `plain` where the host has no zstd, and answers requests from
 * its input until that ends:
 *
 *     list BYTES MAX        request: lines `T/tree` and `G/pattern`
 *                           answer, first for the trees, then for what the patterns match: per entry three
 *                           NUL-ended fields `rf 640 0 2100 812 1700000000.5`, path, link target; among
 *                           the entries sha256sum's lines for files below MAX bytes; then the line `.`
 *     digest BYTES MAX SALT request: as above
 *                           answer: sha256sum's line of the answer to `list`, followed by the salt
 *     names BYTES 0         request: numeric users, `;`, numeric groups, each a line
 *                           answer: their lines of passwd(5), `.`, their lines of group(5), `.`
 *     read BYTES 0          request: NUL-ended absolute paths
 *                           answer: a GNU tar of those files; then `done STATUS`
 *     clock 0 0             answer: seconds since 1970
 *
 * With zstd the answers to `list` and `read` are one zstd frame each, without it they are gathered to
 * 32 KiB: sha256sum writes line by line, and each write would be an SSH packet of its own, encrypted and
 * decrypted on its own. Names come apart from the listing, as find looks a group up again for each file.
 *
 * The same text serves as forced command in `authorized_keys`: whoever holds the key can read what the
 * account may read, and do nothing else. Every path reaches a program behind a leading `/` or `./`, so that
 * none can be taken for an option. No single quotes and no line ends within, to be quoted easily.
 */
/** 32 KiB a record: with smaller ones tar would write, and SSH encrypt, in more and smaller pieces. */
export const tarRecordBlocks = 64

export const readerGreeting = "pmta-vault-reader 2"

export const readerScript = `
LC_ALL=C; export LC_ALL; PATH=/usr/local/bin:/usr/bin:/bin; N=$(printf "\\nx"); N=\${N%x};
F() { find -H "$@" $D "("
 "(" -type l -o -type d -readable -executable -o ! -type d -readable ")" -printf "r%y %m %U %G %s %T@\\0%p\\0%l\\0"
 -o -printf "u%y %m %U %G %s %T@\\0%p\\0%l\\0" ")" -type f -readable -size "-\${max}c" -exec sha256sum {} +; };
L() { if [ $# != 0 ]; then F "$@"; fi; echo .; };
A() { set -f; set --; D=; for i in $R; do case $i in T/*) set -- "$@" "\${i#T}";; esac; done; L "$@";
 set --; D="-maxdepth\${N}0"; for i in $R; do case $i in G/*) set +f;
 for f in \${i#G}; do if [ -e "$f" ] || [ -L "$f" ]; then set -- "$@" "$f"; fi; done; set -f;; esac; done; L "$@"; };
Z() { dd obs=32k status=none; }; z=plain;
if command -v zstd >/dev/null; then Z() { zstd -1 -q -c; }; z=zstd; fi;
echo "${readerGreeting} $z";
while IFS=" " read -r verb size max salt; do
 case "$size$max" in *[!0-9]*|"") exit 64;; esac; IFS=$N;
 case $verb in
 list) R=$(head -c "$size"); A | Z;;
 digest) R=$(head -c "$size"); { A; printf %s "$salt"; } | sha256sum;;
 names) R=$(head -c "$size"); case $R in *[!0-9\\;"$N"]*) exit 64;; esac; set -f;
 getent passwd \${R%%;*}; echo .; getent group \${R#*;}; echo .;;
 read) { head -c "$size" | sed -z "s|^|.|" | tar -c -f - -H gnu -b ${tarRecordBlocks} -C / --no-recursion --hard-dereference
 --no-unquote --null -T -; echo "done $?"; } | Z;;
 clock) date +%s;;
 *) exit 64;; esac;
done`
  .trim()
  .replace(/\s*\n\s*/g, " ")

/** The command of an exec request; the login shell may be any that knows single quotes. */
export const readerCommand = `exec /bin/sh -c '${readerScript}'`

/**
 * The one command that a host with `sudo: true` runs as root: a tar of fixed paths. No `=` and no quotes
 * within, as sudoers would need them escaped.
 * @param paths  absolute, literal; sorted here, so that equal sets give one command
 */
export function sudoTarCommand(paths: readonly string[]): string {
  return ["/usr/bin/tar", ...sudoTarArguments(paths)].map(quoteWord).join(" ")
}

/** One list for the command and for the line that allows it: sudo compares them word by word. */
function sudoTarArguments(paths: readonly string[]): readonly string[] {
  const names = [...new Set(paths)].sort().map(path => path.slice(1))
  const options = `-c -f - -H gnu -b ${tarRecordBlocks} --hard-dereference -C / --`
  return [...options.split(" "), ...names]
}

function quoteWord(word: string): string {
  return /^[\w@%+:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** The sudoers line that allows exactly that command. */
export function sudoersLine(user: string, paths: readonly string[]): string {
  // sudoers(5): wildcards and these separators are escaped with a backslash within arguments.
  const escaped = sudoTarArguments(paths).map(word => word.replace(/[\\,:=*?[\]! ]/g, "\\$&"))
  return `${user} ALL=(root) NOPASSWD: /usr/bin/tar ${escaped.join(" ")}`
}

/** The `authorized_keys` line that lets a key run the reader and nothing else. */
export function authorizedKeysReaderLine(publicKey: string): string {
  return `restrict,command="${readerScript.replaceAll('"', '\\"')}" ${publicKey}`
}

/** The same for a host that reads through `sudo`. */
export function authorizedKeysSudoLine(publicKey: string, paths: readonly string[]): string {
  return `restrict,command="sudo -n ${sudoTarCommand(paths).replaceAll('"', '\\"')}" ${publicKey}`
}

/** The same for an account that may only speak SFTP; `-R` is sftp-server's read-only switch. */
export function authorizedKeysSftpLine(publicKey: string): string {
  return `restrict,command="internal-sftp -R" ${publicKey}`
}
