import type { LabHost } from "./sshd.ts"

/**
 * A stand-in for the commercial `pmta` command: it answers what a restore asks, and tells in
 * `/var/tmp/pmta-calls` what it was asked. A config with the word `BROKEN` fails `test config`; the service runs
 * while `/var/tmp/pmtad-runs` is there; it does not reload while the file that `/var/tmp/pmta-refuses` names is there.
 */
const script = `#!/bin/sh
# STAND-IN for PowerMTA's command, for tests only.
echo "$*" >>/var/tmp/pmta-calls
running() { test -e /var/tmp/pmtad-runs || { echo "Unable to connect to PowerMTA." >&2; exit 1; }; }
case "$1 $2" in
  "test config")
    test -r /etc/pmta/config || { echo "Error: cannot open /etc/pmta/config" >&2; exit 1; }
    if grep -n BROKEN /etc/pmta/config; then echo "Error in line 1 of /etc/pmta/config: unknown directive"; exit 1; fi
    for key in $(sed -n "s/^domain-key [^,]*, [^,]*, //p" /etc/pmta/config); do
      test -r "$key" || { echo "Error: cannot open $key"; exit 1; }
    done
    echo "Configuration OK." ;;
  "reload ")
    running
    if [ -e "$(cat /var/tmp/pmta-refuses 2>/dev/null)" ]; then echo "Error activating configuration"; exit 1; fi
    echo "Configuration reloaded." ;;
  "show status") running; echo "PowerMTA v5.0r8 (stand-in)" ;;
  "show license") running; grep -E "^(product|version|expires|mac):" /etc/pmta/license ;;
  "show vmta-settings") running; echo "settings of $3" ;;
  *) echo "stand-in: cannot $*" >&2; exit 64 ;;
esac
`

/** A stand-in for the service manager, which the hosts of the lab do not have. */
const services = `#!/bin/sh
# STAND-IN for systemctl, for tests only.
echo "systemctl $*" >>/var/tmp/pmta-calls
case "$*" in
  "start pmta") grep -q BROKEN /etc/pmta/config && exit 1; touch /var/tmp/pmtad-runs ;;
  "stop pmta") rm -f /var/tmp/pmtad-runs ;;
  *) exit 64 ;;
esac
`

export async function installPmta(host: LabHost, { running = true } = {}): Promise<void> {
  await host.write("/usr/local/bin/pmta", script, { mode: 0o755 })
  await host.write("/usr/local/bin/systemctl", services, { mode: 0o755 })
  if (running) await host.write("/var/tmp/pmtad-runs", "")
}

/** What the stand-in was asked since the last time. */
export async function pmtaCalls(host: LabHost): Promise<readonly string[]> {
  const text = await host.run("cat /var/tmp/pmta-calls 2>/dev/null; rm -f /var/tmp/pmta-calls")
  return text.split("\n").filter(line => line !== "")
}
