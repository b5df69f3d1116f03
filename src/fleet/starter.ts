/**
 * The `fleet.yml` that `init` writes: right once a recipient, a signer and the first host are real.
 * @param recipients  age recipients; without one, the file says how to make it
 * @param signers     OpenSSH public key lines
 */
export function starterFleet({
  recipients,
  signers,
}: {
  readonly recipients: readonly string[]
  readonly signers: readonly string[]
}): string {
  return `# yaml-language-server: $schema=https://unpkg.com/pmta-vault/fleet.schema.json
# The fleet: which PowerMTA servers are backed up, for whom, and under which policy.
# No secret belongs in this file. Check it with: pmta-vault doctor
version: 1

# age public keys. Every bundle is sealed to all of them, and any one of their private halves opens it.
# Keep at least two, with one private half offline: age-keygen -o recovery-key.txt
recipients:${list(recipients, "age1…")}

# OpenSSH public keys that may sign snapshots: ssh-keygen -t ed25519 -f signing-key
signers:${list(signers, "ssh-ed25519 AAAA… backup")}

# What holds for every host that does not say otherwise.
defaults:
  user: pmta-backup
  port: 22
  profile: powermta

hosts:
  mta1:
    address: 192.0.2.10
    # The keys that prove that it is this host: pmta-vault pin mta1
    # hostKeys:
    #   - ssh-ed25519 AAAA…
    # jump: bastion            # another host of this file to go through
    # tags: [eu]               # to select hosts by: pmta-vault backup --tags eu
    # sudo: true               # read through sudo; pmta-vault doctor prints the sudoers line
    # backup: false            # a jump host only: gone through, never read
    # spare: true              # a machine that drills may overwrite: not backed up

# Changes to the categories of the profile, and further ones.
# categories:
#   accounting: { every: 24h, rpo: 24h, retention: { keep: 400d } }
#   postfix: { paths: ["/etc/postfix/**"] }

# Recovery time objectives by scenario.
# policy: { rto: { config-corruption: 30m, hardware-failure: 4h } }

# Which snapshots pmta-vault prune keeps; a category may have its own. Logs stay until they have a keep.
# retention: { last: 7, daily: 30, weekly: 8, monthly: 12, yearly: 2, pinned: [mta1/12], counts: 42d }

# How drift is proposed: one pull request for each change, host, file, or for the whole fleet.
# review: { group: change, labels: [drift], reviewers: [] }
`
}

const list = (items: readonly string[], example: string): string =>
  items.length === 0 ? ` []\n#  - ${example}` : items.map(item => `\n  - ${JSON.stringify(item)}`).join("")
