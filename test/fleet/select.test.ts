import { expect, test } from "vitest"
import { parseFleet } from "../../src/fleet/parse.ts"
import { selectHosts } from "../../src/fleet/select.ts"
import { rsa, withHosts } from "./examples.ts"

const host = (name: string, tags: string, more = "") =>
  `  ${name}: { address: ${name}, hostKeys: ["${rsa}"], tags: [${tags}]${more} }\n`
const fleet = parseFleet(
  withHosts(
    host("mta1", "eu, big") +
      host("mta2", "us", ", jump: bastion") +
      host("mta3", "eu") +
      host("bastion", "eu, door", ", backup: false"),
  ),
  "fleet.yml",
)
const select = (hosts: readonly string[], tags: readonly string[], jumpHosts = false) =>
  selectHosts(fleet, { hosts, tags, jumpHosts }).map(({ name }) => name)

test("hosts are selected by name, by tag, or both, in the order of the file", () => {
  expect(select([], [])).toEqual(["mta1", "mta2", "mta3"])
  expect(select(["mta3", "mta1"], [])).toEqual(["mta1", "mta3"])
  expect(select([], ["eu"])).toEqual(["mta1", "mta3"])
  expect(select([], ["big", "us"])).toEqual(["mta1", "mta2"])
  expect(select(["mta1", "mta2"], ["eu"])).toEqual(["mta1"])
})

test("unknown names are refused with what was probably meant", () => {
  expect(() => select(["mta4", "mta1"], ["eo"])).toThrow(
    'the fleet has no host mta4; did you mean "mta1"?, and no tag eo; did you mean "eu"?',
  )
  expect(() => select(["mta2"], ["eu"])).toThrow("none of mta2 has one of the tags eu")
})

test("a host with backup: false counts where hosts are checked, not where they are read", () => {
  expect(select([], [], true)).toEqual(["mta1", "mta2", "mta3", "bastion"])
  expect(select(["bastion"], [], true)).toEqual(["bastion"])
  expect(() => select(["mta1", "bastion"], [])).toThrow(
    expect.objectContaining({
      code: "fleet/not-backed-up",
      message: expect.stringContaining("backup: false: bastion"),
      hint: expect.stringContaining("pmta-vault doctor bastion"),
    }),
  )
  expect(() => select([], ["door"])).toThrow("no host that is backed up has one of the tags door")
})
