/**
 * What runs on a host while it is restored: a shell script that reads requests from its input until that ends.
 *
 *     facts BYTES 0    request: lines `U user`, `G group`, `P program`
 *                      answer: lines `hostname NAME`, `mac ADDRESS`, and those of the request that exist; then `.`
 *     look BYTES 0     request: NUL-ended paths, each behind `./`
 *                      answer: a GNU tar of what is there, at and below; then `done STATUS`
 *     put BYTES 0      request: a tar, unpacked at `/`
 *     run BYTES LIMIT  request: a command for the shell, ended after LIMIT seconds
 *                      answer to both: `STATUS BYTES`, then as many bytes of what was said
 *
 * It is handed over in two steps. A shell that reads its commands from a pipe may read ahead, so the first line,
 * which is all that is there to read, replaces it by one that takes exactly what it is told to take.
 */
import { tarRecordBlocks } from "./reader-script.ts"

export const workbenchGreeting = "pmta-vault-workbench 1"

/** The first line for the shell. */
export const workbenchStart = `exec /bin/sh -c 'echo "${workbenchGreeting}"; read -r n && eval "$(head -c "$n")"'\n`

export const workbenchScript = `
LC_ALL=C; export LC_ALL; PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
umask 077; cd /
PMTA_VAULT_SESSION="$$ $(sed 's/.*) //' /proc/$$/stat 2>/dev/null | cut -d ' ' -f 20)"; export PMTA_VAULT_SESSION
[ "$(id -u)" = 0 ] || { echo "no root"; exit 1; }
echo root
N=$(printf "\\nx"); N=\${N%x}
answer() { printf "%s %s\\n" "$1" "$(printf %s "$2" | head -c 65536 | wc -c)"; printf %s "$2" | head -c 65536; }
while IFS=" " read -r verb size limit; do
 case "$size$limit" in *[!0-9]*|"") exit 64;; esac
 case $verb in
 facts)
  asked=$(head -c "$size"); echo "hostname $(uname -n)"
  for f in /sys/class/net/*/address; do if [ -r "$f" ]; then echo "mac $(cat "$f")"; fi; done
  set -f; IFS=$N
  for line in $asked; do name=\${line#? }
   case $line in
   U*) getent passwd -- "$name";; G*) getent group -- "$name";; P*) command -v -- "$name";; *) false;;
   esac >/dev/null 2>&1 && printf "%s\\n" "$line"
  done
  set +f; echo .;;
 look)
  head -c "$size" | xargs -0 -r sh -c "for p; do if [ -e \\"\\$p\\" ] || [ -L \\"\\$p\\" ]; then
   find -H \\"\\$p\\" '(' -type f -o -type l -o -type d ')' -print0; fi; done" sh |
  tar -c -f - -H gnu -b ${tarRecordBlocks} -C / --no-recursion --hard-dereference --no-unquote --null -T - 2>/dev/null
  echo "done $?";;
 put) said=$(head -c "$size" | { tar -x -p -f - -C / --same-owner 2>&1; s=$?; cat >/dev/null; exit $s; }); answer $? "$said";;
 run) command=$(head -c "$size"); said=$(timeout "$limit" /bin/sh -c "$command" </dev/null 2>&1); answer $? "$said";;
 *) exit 64;; esac
done`.trim()

/** What starts the shell: root as itself, any other account through the one line that sudo has for it. */
export const workbenchCommand = (user: string) => (user === "root" ? "exec /bin/sh" : "exec sudo -n /bin/sh")

/** The sudoers line that allows it. It is root in all but name: for an account that does nothing but restore. */
export const workbenchSudoersLine = (user: string) => `${user} ALL=(root) NOPASSWD: /bin/sh ""`
