/**
 * What runs on a host that allows a command: one POSIX shell script, read-only, without installation.
 * It greets with `pmta-vault-reader 5 zstd`, or `plain` where the host has no zstd, and answers requests from
 * its input until that ends:
 *
 *     list BYTES MAX        request: lines `T/tree` and `G/pattern`
 *                           answer, first for the trees, then for what the patterns match: per entry three
 *                           NUL-ended fields `rf 640 0 2100 812 1700000000.5 4711 1700000000.7`, path, link
 *                           target, with `n` before it where something of it changed less than 2 seconds ago;
 *                           among the entries sha256sum's lines for files below MAX bytes; then the line `.`.
 *                           Below 0, for logs, a link that a pattern matches is shown as such, else as what it
 *                           leads to
 *     digest BYTES MAX SALT request: as above, and lines `LT/tree` and `LG/pattern`
 *                           answer: sha256sum's line of the answer to `list` without the lines of sha256sum in it,
 *                           followed by the salt; then, as it is, the answer to `list BYTES 0` of the latter lines
 *     names BYTES 0         request: numeric users, `;`, numeric groups, each a line
 *                           answer: their lines of passwd(5), `.`, their lines of group(5), `.`
 *     read BYTES 0          request: NUL-ended absolute paths
 *                           answer: a GNU tar of those files; then `done STATUS`
 *     tail BYTES FIRST MOST request: an absolute path
 *                           answer: `none`; or `at INODE COUNT`, COUNT bytes from FIRST on, at most MOST, in
 *                           pieces, maybe with some more of a file that grows, then `done SIZE`
 *     clock 0 0             answer: seconds since 1970
 *
 * A digest reads no content: whatever changes it, or brings a former file back, moves the time of change, which no
 * program can set. Only what changed twice within one tick of the file system's clock would look the same, which is
 * what the `n` is for: it is gone two seconds later, and with it what was said of that moment.
 *
 * With zstd the answers to `list` and `read`, and each piece of `tail`, are one zstd frame each. Without it they
 * are gathered to 32 KiB: sha256sum writes line by line, and each write would be an SSH packet of its own; and
 * a piece that ends early, as its file was cut, is filled up with zeros. Names come apart from the listing, as
 * find looks a group up again for each file. `tail` opens a file once and tells what it has opened: a file
 * renamed meanwhile is read on, and a link put in its place is not followed.
 *
 * Where the host has pzstd, which comes with zstd, one process makes all pieces of `tail`, of 2 MiB each, and puts
 * before each frame how long it is. Else they have 16 MiB, and a zstd each, to which they come in as large parts as a
 * pipe holds, for one thread where that zstd can; starting so many, and giving each its memory, costs the host more
 * than twice the time of the one.
 *
 * The same text serves as forced command in `authorized_keys`: whoever holds the key can read what the
 * account may read, and do nothing else. Every path reaches a program behind a leading `/` or `./`, so that
 * none can be taken for an option. No single quotes and no line ends within, to be quoted easily.
 *
 * Forced commands of former readers still serve. To 4, pzstd is nothing. Entries of 3 have no time of change, so its
 * digest is that of the whole answer to `list`, and it does not see the lines that begin with `L`.
 */
import { framedPieceBytes } from "../../core/log.ts"

/** 32 KiB a record: with smaller ones tar would write, and SSH encrypt, in more and smaller pieces. */
export const tarRecordBlocks = 64

export const readerGreeting = "pmta-vault-reader 5"
/** Without the sizes before frames; to read it, nothing is different. */
export const readerGreetingBefore = "pmta-vault-reader 4"
/** Without times of change; also what runs by sudo. */
export const formerGreeting = "pmta-vault-reader 3"

const fields = "%y %m %U %G %s %T@ %i %C@\\0%p\\0%l\\0"

/** Sends $n bytes from where descriptor 3 stands on, each piece by a zstd of its own. */
const byZstd = `while [ $n -gt 0 ]; do c=${framedPieceBytes}; if [ $n -lt $c ]; then c=$n; fi; C $c; n=$((n - c)); done`
/**
 * The same by one pzstd. Of a large file that nobody has written to for a minute it reads the rest by itself, which
 * saves a pipe, and a fifth of the time; it would not end where COUNT does if that grew nevertheless.
 */
const byPzstd = `if [ $z = zstd ] && [ $n -gt 0 ] && command -v pzstd >/dev/null; then
 if [ $n -gt ${framedPieceBytes} ] && [ $n = $(($(S %s) - $2)) ] && [ $(($(date +%s) - $(S %Y))) -gt 60 ]; then Q <&3;
 else dd bs=128k count=$n iflag=count_bytes status=none <&3 | Q; fi; else ${byZstd}; fi`

/**
 * @param newline  how $N, a line end, is made
 * @param pieces   how they are sent
 */
const opening = (newline: string, pieces: string) => `
LC_ALL=C; export LC_ALL; PATH=/usr/local/bin:/usr/bin:/bin; ${newline};
Z() { dd obs=32k status=none; }; z=plain;
C() { { head -c "$1" <&3; cat /dev/zero; } | head -c "$1"; };
if command -v zstd >/dev/null; then Z() { zstd -1 -q -c; }; z=zstd;
 C() { dd bs=128k count="$1" iflag=count_bytes status=none <&3 | zstd -1 $s -q -c; }; s=; fi;
S() { stat -L -c "$1" /dev/fd/3; };
B() { if [ "$(stat -c %F:%d:%i "$1")" != "regular file:$(S %d:%i)" ]; then echo none; return; fi;
 n=$(($(S %s) - $2)); if [ $n -lt 0 ]; then n=0; fi; if [ $n -gt $3 ]; then n=$3; fi; echo "at $(S %i) $n";
 dd iflag=skip_bytes skip="$2" count=0 status=none <&3;
 ${pieces}; echo "done $(S %s)"; };
K() { case $2$3 in *[!0-9]*|"") exit 64;; esac;
 if [ -z "$k" ]; then k=1; { renice -n 19 -p $$; ionice -c 3 -p $$;
 if zstd --single-thread -q -c </dev/null; then s=--single-thread; fi; } >/dev/null 2>&1; fi;
 if [ -f "$1" ] && [ ! -h "$1" ] && [ -r "$1" ]; then { B "$@"; } 3<"$1" || echo none; else echo none; fi; };
`
// Where sshd takes any variable of a client, this one would let tar run commands.
const listing = `
unset TAR_OPTIONS; Q() { pzstd -1 -p 1 -q -c; };
F() { find $H "$@" $D "(" "(" -newerct "2 seconds ago" -printf n -o -true ")"
 "(" "(" -type l -o -type d -readable -executable -o ! -type d -readable ")" -printf "r${fields}"
 -o -printf "u${fields}" ")" ")" $X; };
L() { if [ $# != 0 ]; then F "$@"; fi; echo .; };
A() { set -f; set --; D=; H=-H; for i in $R; do case $i in \${P}T/*) i=\${i#*T};
 if [ -e "$i" ] || [ -L "$i" ]; then set -- "$@" "$i"; fi;; esac; done; L "$@";
 set --; D="-maxdepth\${N}0"; if [ "$max" = 0 ]; then H=-P; fi; for i in $R; do case $i in \${P}G/*) set +f;
 for f in \${i#*G}; do if [ -e "$f" ] || [ -L "$f" ]; then set -- "$@" "$f"; fi; done; set -f;; esac; done; L "$@"; };
I() { R=; while [ "$size" -gt 0 ] && IFS= read -r i; do R=$R$N$i; size=$((size - \${#i} - 1)); done; };
`
const loop = (greeting: string) => `
echo "${greeting} $z";
while IFS=" " read -r verb size max salt; do
 case "$size$max" in *[!0-9]*|"") exit 64;; esac; IFS=$N;
 case $verb in
`
const verbs = `
 names) R=$(head -c "$size"); case $R in *[!0-9\\;"$N"]*) exit 64;; esac; set -f;
 getent passwd \${R%%;*}; echo .; getent group \${R#*;}; echo .;;
 clock) date +%s;;
 *) exit 64;; esac;
done`

/** The third of the characters that a shell splits words at when it starts: a process less than to have one printed. */
const newlineOfShell = `N=\${IFS#??}`
/** What stands in sudoers is changed by hand with each change here. */
const newlineForSudo = `N=$(printf "\\nx"); N=\${N%x}`

export const readerScript = onOneLine(`${opening(newlineOfShell, byPzstd)}${listing}${loop(readerGreeting)}
 list) I; P=; X="-type\${N}f\${N}-readable\${N}-size\${N}-\${max}c\${N}-exec\${N}sha256sum\${N}{}\${N}+"; A | Z;;
 digest) I; P=; X=; { A; printf %s "$salt"; } | sha256sum; P=L; max=0; A;;
 read) { head -c "$size" | sed -z "s|^|.|" | tar -c -f - -H gnu -b ${tarRecordBlocks} -C / --no-recursion --hard-dereference
 --no-unquote --null -T -; echo "done $?"; } | Z;;
 tail) f=$(head -c "$size"; echo x); f=\${f%x}; case $f in /*) K "$f" "$max" "$salt";; *) exit 64;; esac;;
${verbs}`)

const logFields = "%y %m %U %G %s %T@ %i\\0$d/%P\\0%l\\0"

/**
 * The part of it that a host with `sudo: true` runs as root, for the log files that lie in one directory, its
 * only argument: `list`, whatever is asked for, gives what lies there, and `tail` reads only that.
 */
const sudoLogScript = onOneLine(`${opening(newlineForSudo, byZstd)} d=$1;
${loop(formerGreeting)}
 list) head -c "$size" >/dev/null;
 { find "$d/" -mindepth 1 -maxdepth 1 -printf "r${logFields}"; echo .; echo .; } | Z;;
 tail) f=$(head -c "$size"; echo x); f=\${f%x};
 if [ "\${f%/*}" = "$d" ]; then K "$f" "$max" "$salt"; else exit 64; fi;;
${verbs}`)

/** @param directory  absolute, as `isSudoDirectory` wants it */
export function sudoLogCommand(directory: string): string {
  return `sudo -n /bin/sh -c '${sudoLogScript}' sh ${quoteWord(directory)}`
}

/** What would mean something to find's format, or to the line in sudoers, is no directory for it. */
export const isSudoDirectory = (path: string) => /^\/[\w@+:,./ -]+$/.test(path)

/** The sudoers line that allows exactly that command. */
export function sudoersLogLine(user: string, directory: string): string {
  const words = ["/bin/sh", "-c", sudoLogScript, "sh", directory].map(escapedForSudoers)
  return `${user} ALL=(root) NOPASSWD: ${words.join(" ")}`
}

/** sudoers(5): separators are escaped once; wildcards, and the backslash itself, once more for fnmatch(3). */
function escapedForSudoers(word: string): string {
  return word.replace(/[\\,:=*?[\]! #]/g, char => (char === "\\" ? "\\\\\\\\" : `\\${char}`))
}

function onOneLine(script: string): string {
  return script.trim().replace(/\s*\n\s*/g, " ")
}

/**
 * The command of an exec request; the login shell may be any that knows single quotes and `&&`. Where it is `sh` itself,
 * as for accounts that `useradd` makes, it runs the script: to start another takes a tenth of what an unchanged host
 * costs beside its login.
 */
export const readerCommand = `test "$SHELL" = /bin/sh && eval '${readerScript}; exit'; exec /bin/sh -c '${readerScript}'`

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
  const escaped = sudoTarArguments(paths).map(escapedForSudoers)
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
