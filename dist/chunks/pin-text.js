import { t as printable } from "./printable.js";
// src/show/pin-text.ts
/** The keys a person compares with what the host's console says. */
function pinText(hosts, { bold, green, yellow }) {
	return `${hosts.flatMap(({ name, keys }) => [bold(name), ...keys.map(({ algorithm, fingerprint, pinned }) => `  ${fingerprint}  ${printable(algorithm)}  ${pinned ? green("pinned") : yellow("new")}`)]).join("\n")}\nCompare them on each host's console: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\n`;
}
export { pinText };
