/** Public keys made for these tests; their private halves are gone. */
export const age1 = "age1ms6hum43tjfl8azwca2f9uzdctn728vst6k60xz2qa42tvyr8qlqczdelv"
export const age2 = "age1utmc775tquttqx2l9dajd5fv3tzhdz7qq3yeuw70g8ndln99kg9qpx02e8"
export const ed25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINgYLd120K0rVkJsB+GJ3//9m0F6KDh0sj2X8N5a5vTR"
export const ed25519Fingerprint = "SHA256:Cy7HUSI3WpJ2FMpV0LlOmwUyyPDleXfwI800rhGCsmw"
export const rsa =
  "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCPHgTl7ogPH//JeL7PwvlhuTtzThY/si0k4iHUkz0djUvq+sdddWrhl29SVLBk6w2naIfYWb1c07jSk5ivssgyEg7rmej0kogkB6gLTOAuwiOMYg0/pKQ6CzJA0LQdamZ9aW+PdZDRvoJNeo+SXna3khhhep+j5MgTkszqbszx3UTpJLOcB8ON4Zwk5FdFsNateJIqMTqD67/bp46X1RkFwuKQzdG3JQnZukklPYThEvO5bxyNUZP8oZcqlMBYyRDop4cHg77K9QyMUOFv73217TaV9hWwIz3DZ7V0RI/8mfPUj1dIlDWL9LYi1+nPwi9HsgmSvi0gAIAFdIqz6b5R"
export const weakRsa =
  "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDe6PybzlggZCq9IUjcqBWd29pbo1gaopx9EXM/Xw4NfBm1awdHd8K/e3cqE5FHl3MTYQhiSbe3xlftqx+SVqn0gTHebny1tKGkXoQP3L5lNaBZ4K9fZefsjb96UczuKd7SEriJmg3NTugCBuz+XfJzojAjXjQqR1a8pC2iA0v2VQ=="
export const ecdsa =
  "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBOqSJGnNUdp8dFilHA6b26a8fF5tZdI1VC7G+2eMJqDR///FvK8rdKtX2lJ39NQ1Wv1FMeTZf8MiPrrvxF7dSRv7hEGC5aEHvuPuW2GedgxoG/nIMe8ndSS3m7asHaM0rw=="

/** A fleet file that says everything once, and is right. */
export const whole = `# our fleet
version: 1
recipients: [${age1}, ${age2}]
signers:
  - ${ed25519} ci
defaults: { user: backup, jump: bastion }
hosts:
  mta1:
    address: 192.0.2.10   # Frankfurt
    hostKeys: ["${ed25519}"]
    tags: [eu]
  mta2:
    address: 2001:db8::2
    port: 2222
    user: other
    profile: powermta
    sudo: true
    jump: false
    hostKeys:
      - ${rsa} root@mta2
      - ${ecdsa}
  bastion:
    address: bastion.example.com
    hostKeys: [${ed25519Fingerprint}]
categories:
  accounting: { every: 24h, rpo: 2d, paths: [/var/log/pmta/acct*] }
  postfix: { paths: [/etc/postfix/**] }
policy: { rto: { hardware-failure: 3h, flood: 1w } }
retention: { daily: 14, yearly: 0 }
review: { group: host, labels: [drift], reviewers: [ops, acme/mail], ignore: [total-max-smtp-out] }
`

/** The least that is right, with `hosts` as given. */
export const withHosts = (hosts: string): string =>
  `version: 1\nrecipients: [${age1}, ${age2}]\nsigners: ["${rsa}"]\nhosts:\n${hosts}`

/** One host, with further lines of its own. */
export const withHost = (...lines: readonly string[]): string =>
  withHosts([`  mta1:`, `address: 192.0.2.10`, `hostKeys: ["${ed25519}"]`, ...lines].join("\n    "))
