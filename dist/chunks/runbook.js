import { n as printableLines } from "./printable.js";
import { r as plural, t as bytesInWords } from "./printable2.js";
// src/show/runbook.ts
/** The page that lies in a restore bundle: how to bring this host back with stock tools. Tests run its commands. */
function runbook(facts) {
	return [...[
		head(facts),
		settings(facts),
		check(facts),
		open(facts),
		place(facts),
		after(facts)
	], scenarios(facts)].join("\n");
}
function head({ host, sequence, takenAt, categories, tool }) {
	const rows = categories.map(({ name, file, files, bytes, capturedAt }) => `| ${name} | \`${file}\` | ${plural(files, "file")}, ${bytesInWords(bytes)} | ${capturedAt} |`);
	const recipients = [...new Set(categories.flatMap((category) => category.recipients))];
	return `# Restore ${host}

Written by pmta-vault ${tool} for snapshot ${sequence} of ${host}, taken ${takenAt}. Nothing here needs pmta-vault or
GitHub: \`age\`, \`zstd\` or \`gzip\`, \`tar\`, \`ssh-keygen\`, \`sha256sum\`, \`jq\` and \`ssh\` do. Run the blocks one after the
other with \`bash\`, in this directory, on a machine that you trust with the keys of this host.

| category | sealed file | holds | read from the host, last found equal |
| --- | --- | --- | --- |
${rows.join("\n")}

It opens with the identity of any of these recipients, from the recovery kit:

${recipients.map((recipient) => `    ${recipient}`).join("\n")}
`;
}
function settings({ host, reach }) {
	const port = reach === null ? 22 : reach.port;
	const address = reach === null ? "ADDRESS" : reach.address;
	return `## 1. What you have

Put in the path of your identity. The host is reached as root; a rebuilt host has new SSH keys, and then the line in
\`known_hosts\` has to be replaced by what its console shows.

\`\`\`bash settings
IDENTITY=identity.txt
SSH="ssh -p ${port}${reach === null ? "" : " -o UserKnownHostsFile=known_hosts"} root@${address}"   # ${host}
\`\`\`
`;
}
function check({ snapshotFile }) {
	return `## 2. Is it what was backed up?

\`allowed_signers\` came with this file. Compare it with \`signers\` in a copy of fleet.yml that you trust: whoever could
write this file could write that list.

\`\`\`bash check
set -euo pipefail
sha256sum --quiet -c SHA256SUMS
ssh-keygen -Y verify -f allowed_signers -I pmta-vault -n pmta-vault -s ${snapshotFile}.sig < ${snapshotFile}
for sealed in bundles/*; do
  sum=$(sha256sum < "$sealed" | cut -d ' ' -f 1)
  grep -q "\\"sha256\\": \\"$sum\\"" ${snapshotFile} || { echo "$sealed is not what was signed" >&2; exit 1; }
done
\`\`\`
`;
}
function open({ categories }) {
	return `## 3. Open it

As root if owners are to be kept. \`out\` then holds secrets in clear.

\`\`\`bash open
set -euo pipefail
umask 077
mkdir out manifests
${categories.map(({ name, file }) => `age -d -i "$IDENTITY" ${file} | ${unpackerOf(file)} | tar -xp -C out
mv out/.pmta-vault/manifest.json manifests/${name}.json`).join("\n")}
rmdir out/.pmta-vault
jq -r '.files[] | select(.sha256) | "\\(.sha256)  out\\(.path)"' manifests/*.json | sha256sum --quiet -c
\`\`\`
`;
}
const unpackerOf = (file) => file.endsWith(".tar.gz.age") ? "gzip -d" : "zstd -d";
function place({ categories }) {
	return `## 4. Put it on the host

Install PowerMTA first, so that the user and group \`pmta\` exist. A copy of what is there is kept.

\`\`\`bash place
set -euo pipefail
$SSH 'test ! -e /etc/pmta || cp -a /etc/pmta "/etc/pmta.before-$(date +%s)"'
${categories.map(({ file }) => `age -d -i "$IDENTITY" ${file} | ${unpackerOf(file)} |
  $SSH 'tar -xp --no-overwrite-dir --exclude=.pmta-vault -C /'`).join("\n")}
\`\`\`
`;
}
function after({ license }) {
	return `## 5. Check, start, clean up

\`\`\`bash start
set -euo pipefail
$SSH 'pmta test config && { pmta reload || systemctl start pmta; } && pmta show status && pmta show license'
\`\`\`

${license === null ? "The vault has no facts of a licence for this host." : `On other hardware the vendor has to issue the licence anew. Send these facts, the old MAC among them, with the new
MAC (\`ip link\`):

${printableLines(license.trimEnd()).replace(/^/gm, "    ")}`}

Then remove \`out\`, \`manifests\` and the identity from this machine. Queued mail is not in the backup: it is on the old
disk, or nowhere.
`;
}
/** One category alone, straight into place; nothing when the archive has none of it. */
function placeOne(categories, name) {
	const found = categories.find((category) => category.name === name);
	if (found === void 0) return `This file has no \`${name}\`; make one that has, with \`restore --bundle\`.\n`;
	return `\`\`\`bash place-${name}
set -euo pipefail
age -d -i "$IDENTITY" ${found.file} | ${unpackerOf(found.file)} |
  $SSH 'tar -xp --no-overwrite-dir --exclude=.pmta-vault -C /'
\`\`\`
`;
}
function scenarios({ categories, objectives }) {
	const within = (scenario) => {
		const time = objectives.get(scenario);
		return time === void 0 ? "" : ` (promised within ${time})`;
	};
	return `## 6. What happened, and what to do

**Config corruption**${within("config-corruption")}. Steps 1 and 2, then the config alone, then step 5. At most the
changes since this snapshot are lost.

${placeOne(categories, "config")}
**Hardware failure**${within("hardware-failure")}. Install the system and PowerMTA, replace the line in \`known_hosts\`,
then steps 1 to 5; have the licence issued anew. Lost is what came after this snapshot, and the queue.

**DKIM key loss**${within("dkim-key-loss")}. Steps 1 and 2, then the keys alone, then step 5:

${placeOne(categories, "dkim")}
When a key is lost here too, or was seen by others, make a new one under a new selector, publish the record, wait for
DNS, put the key to \`/etc/pmta/dkim/\`, mode 0640, \`root:pmta\`, and name it in a \`domain-key\` line:

\`\`\`bash dkim-new-key
set -euo pipefail
umask 077
: "\${SELECTOR:=s$(date +%Y%m%d)}" "\${DOMAIN:?set DOMAIN to the domain of the key}"
openssl genrsa -out "$SELECTOR.pem" 2048
PUBLIC=$(openssl rsa -in "$SELECTOR.pem" -pubout -outform DER | base64 -w 0)
echo "$SELECTOR._domainkey.$DOMAIN. IN TXT ("
echo "v=DKIM1; k=rsa; p=$PUBLIC" | fold -w 250 | sed 's/.*/  "&"/'
echo ")"
\`\`\`

**Licence expiry**${within("license-expiry")}. Ask the vendor with the facts above; put the file to \`/etc/pmta/license\`,
mode 0640, \`root:pmta\`; then step 5. Nothing is lost.

**Datacenter failure**${within("datacenter-failure")}. Steps 1 to 5 on a machine elsewhere, with its address in \`SSH\`.
Then change \`smtp-source-host\`, \`smtp-listener\` and the DNS to the new addresses, and warm them up. Lost is what came
after this snapshot, and the queue.
`;
}
export { runbook };
