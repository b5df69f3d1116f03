/** Ansible as far as its core goes: a tar on each host, fetched, removed, and sealed. */
import { rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Ground } from "../ground.ts"
import type { Contender } from "../measure.ts"
import { type Exchange, exchanges, proveSealed } from "./classic.ts"

export async function ansible(ground: Ground, exchange: Exchange): Promise<Contender> {
  const out = join(ground.scratch, "ansible")
  const [inventory, playbook, config] = [`${out}.ini`, `${out}.yml`, `${out}.cfg`]
  const [host] = ground.hosts
  const ssh = `-F none -o UserKnownHostsFile=${ground.knownHosts} -o IdentitiesOnly=yes ${exchanges[exchange].join(" ")}`
  await writeFile(
    inventory,
    [
      ...ground.hosts.map(
        ({ name, address, port }) => `${name} ansible_host=${address} ansible_port=${port}`,
      ),
      "[all:vars]",
      `ansible_user=${host?.user}`,
      `ansible_ssh_private_key_file=${host?.clientKey}`,
      `ansible_ssh_common_args="${ssh}"`,
      "ansible_python_interpreter=/usr/bin/python3",
      "",
    ].join("\n"),
  )
  const file = "/tmp/pmta.tar.gz"
  await writeFile(
    playbook,
    JSON.stringify([
      {
        hosts: "all",
        gather_facts: false,
        tasks: [
          { command: `tar czf ${file} -C / etc/pmta` },
          { fetch: { src: file, dest: `${out}/{{ inventory_hostname }}.tar.gz`, flat: true } },
          { file: { path: file, state: "absent" } },
        ],
      },
    ]),
  )
  await writeFile(config, "[ssh_connection]\npipelining = True\n")
  const seal = `for f in ${out}/*.tar.gz; do age -r ${ground.recipient} -o $f.age $f; done`
  return {
    name: `ansible -f8 tar, fetch, age, ${exchange}`,
    command: ["sh", "-c", `ansible-playbook -f8 -i ${inventory} ${playbook} >/dev/null && ${seal}`],
    env: {
      ANSIBLE_CONFIG: config,
      ANSIBLE_HOME: `${out}.home`,
      HOME: `${out}.home`,
      ANSIBLE_LOCALHOST_WARNING: "0",
    },
    prepare: async () => await rm(out, { recursive: true, force: true }),
    prove: async () => await proveSealed(ground, out),
  }
}
