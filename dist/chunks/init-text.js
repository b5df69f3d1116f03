// src/show/init-text.ts
/** What to do after `init`, so that the day of the disaster finds two people with an identity each. */
function initText(location, recipients) {
	return `A vault is in ${location}; its fleet.yml waits for your hosts.
${recipients >= 2 ? "" : `
Recovery kit: the vault opens with an age identity and with nothing else. Make two, on machines that run no
backups, and keep one offline:

  age-keygen -o identity-1.txt       # prints its public key, age1…
  age-keygen -o identity-2.txt       # on another machine; print it, put it into a safe

Put both public keys under recipients: in fleet.yml. Never copy an identity to the machine that backs up.
Once a quarter, open the newest bundle with the offline one: docs/OPERATIONS.md says how.
`}
Next:
  1. edit ${location}/fleet.yml: recipients, signers, hosts
  2. pmta-vault pin HOST…            compare and write the host keys
  3. git -C ${location} commit -am "fleet: name the hosts"
  4. pmta-vault doctor               prints what each host still needs
  5. pmta-vault backup
`;
}
export { initText };
