/**
 * What `fleet.yml` may say, field by field: the source of the parser's checks and, through
 * `scripts/generate.ts`, of `fleet.schema.json`. What compares two places is in `rules.ts`.
 * Messages go on where the value stops: `"abc" is not …; do …`.
 */
import * as v from "valibot"
import { durationForm, durationPattern } from "../core/duration.ts"
import { didYouMean } from "../core/nearest.ts"
import { knownCategories, profileNames } from "./known.ts"
import { addressFault, hostNameForm, hostNamePattern, pathFault, userPattern, wordPattern } from "./names.ts"
import { recipientFault } from "./recipient.ts"
import { hostKeyFault, signerFault } from "./ssh-key.ts"

/** Texts of a form: the pattern is what JSON Schema can say of it, `fault` the whole truth. */
const form = (pattern: RegExp, fault: (text: string) => string | null) =>
  v.pipe(
    v.string(),
    v.regex(pattern, issue => fault(issue.input) ?? "is malformed"),
    v.rawCheck(({ dataset, addIssue }) => {
      const message = dataset.typed ? fault(dataset.value) : null
      if (message !== null) addIssue({ message })
    }),
  )

const text = (most: number) =>
  v.pipe(
    v.string(),
    v.nonEmpty("is empty"),
    v.maxLength(most, `is longer than ${most} characters`),
    v.regex(/^[^\0-\x1f\x7f]*$/, "has a control character"),
  )

const word = (what: string) =>
  v.pipe(
    v.string(),
    v.regex(wordPattern, `is not ${what}; use small letters, digits and dashes, a letter first`),
  )

const picked = <const T extends readonly string[]>(options: T) =>
  v.picklist(options, issue => {
    const near = typeof issue.input === "string" ? didYouMean(issue.input, options) : ""
    return `is not one of ${options.join(", ")}${near}`
  })

const some = <T extends v.GenericSchema>(item: T, remedy: string) =>
  v.pipe(v.array(item), v.minLength(1, `is an empty list; ${remedy}`))

const duration = v.pipe(v.string(), v.regex(durationPattern, `is not a duration; write ${durationForm}`))

/** A snapshot as `mta1/12`. */
export const pinPattern = /^([A-Za-z0-9._-]+)\/([1-9][0-9]{0,7})$/

const count = (what: string) =>
  v.exactOptional(
    v.pipe(
      v.number(),
      v.integer("is not whole"),
      v.minValue(0, "is below 0"),
      v.maxValue(100_000, "is above 100000"),
      v.description(what),
    ),
  )

const port = v.pipe(
  v.number(),
  v.integer("is not a port; use a whole number from 1 to 65535"),
  v.minValue(1, "is not a port; use a whole number from 1 to 65535"),
  v.maxValue(65_535, "is not a port; use a whole number from 1 to 65535"),
  v.description("Port of the SSH server; 22 unless told."),
)

/** What a host says for itself, or `defaults` for all of them. */
const shared = {
  user: v.exactOptional(
    v.pipe(
      v.string(),
      v.regex(userPattern, "is not a user name; use letters, digits, dots, dashes and underscores, up to 32"),
      v.description(
        "Account that logs in; pmta-backup unless told. `doctor` prints how to limit its rights.",
      ),
    ),
  ),
  port: v.exactOptional(port),
  profile: v.exactOptional(
    v.pipe(picked(profileNames), v.description("What the host runs; powermta unless told.")),
  ),
  jump: v.exactOptional(
    v.pipe(
      v.union([v.string(), v.literal(false)], "is neither the name of a host nor false"),
      v.description(
        "Host of this file to go through; its own host keys are checked too. `false`: go directly, in spite of the defaults.",
      ),
    ),
  ),
  tags: v.exactOptional(
    v.pipe(
      v.array(v.pipe(v.string(), v.regex(/^[^\s,]{1,60}$/, "is not a tag; use one word without commas"))),
      v.description("Words to select hosts by, as with `backup --tags eu`."),
    ),
  ),
  sudo: v.exactOptional(
    v.pipe(
      v.boolean(),
      v.description("Whether files are read through `sudo -n`; `doctor` prints the sudoers line."),
    ),
  ),
}

const host = v.strictObject({
  address: v.pipe(
    form(/^[!-~]+$/, addressFault),
    v.description("Host name, IPv4 or IPv6 address, without scheme or port."),
  ),
  hostKeys: v.pipe(
    some(
      form(/^(SHA256:[A-Za-z0-9+/]{43}|\S+ \S+( .*)?)$/, hostKeyFault),
      "write the keys of the host with `pmta-vault pin HOST`",
    ),
    v.description(
      "Public host keys (`ssh-ed25519 AAAA…`) or fingerprints (`SHA256:…`), one at least. `pmta-vault pin HOST` writes them.",
    ),
  ),
  ...shared,
  backup: v.exactOptional(
    v.pipe(
      v.boolean(),
      v.description("`false`: a jump host only. It is checked by `doctor` and gone through, never read."),
    ),
  ),
  spare: v.exactOptional(
    v.pipe(
      v.boolean(),
      v.description("`true`: a machine that drills may overwrite (`drill --target`). It is not backed up."),
    ),
  ),
})

const rules = {
  last: count("Newest snapshots that stay whatever their age; 7 unless told."),
  daily: count("Days of which one snapshot stays; 30 unless told."),
  weekly: count("Weeks of which one snapshot stays; 8 unless told."),
  monthly: count("Months of which one snapshot stays; 12 unless told."),
  yearly: count("Years of which one snapshot stays; 2 unless told."),
}

const retention = v.strictObject({
  ...rules,
  counts: v.exactOptional(
    v.pipe(
      duration,
      v.description("How long the counts of accounting stay, which `impact` compares; 42d unless told."),
    ),
  ),
  pinned: v.exactOptional(
    v.pipe(
      v.array(
        v.pipe(v.string(), v.regex(pinPattern, "is not a snapshot; write host/number, such as mta1/12")),
      ),
      v.description("Snapshots that stay, as host/number."),
    ),
  ),
})

const recipients = some(
  form(/^age1[a-z0-9]+$/, recipientFault),
  "make a key with `age-keygen` and add its age1… line",
)

const category = v.strictObject({
  every: v.exactOptional(
    v.pipe(
      duration,
      v.description(
        "How often a log category is due, such as 24h, which is what it is unless told. All others are due in each run.",
      ),
    ),
  ),
  rpo: v.exactOptional(
    v.pipe(duration, v.description("Recovery point objective: how old its last copy may be.")),
  ),
  paths: v.exactOptional(
    v.pipe(
      some(form(/^\/[^\0-\x1f\x7f]+$/, pathFault), "name a path, or leave the key out"),
      v.description("Absolute patterns (`*`, `?`, `[…]`, `**`) instead of the profile's."),
    ),
  ),
  retention: v.exactOptional(
    v.pipe(
      v.strictObject({
        ...rules,
        keep: v.exactOptional(
          v.pipe(
            duration,
            v.description(
              "Of a log category, and its only rule: how long a file stays once its newest byte was read and it has left the host, such as 400d; for ever unless told.",
            ),
          ),
        ),
      }),
      v.description("Rules of its own; what it does not say is as under `retention`."),
    ),
  ),
  recipients: v.exactOptional(
    v.pipe(
      recipients,
      v.description("age public keys that this category is sealed to, instead of the fleet's."),
    ),
  ),
})

const review = v.strictObject({
  group: v.exactOptional(
    v.pipe(
      picked(["change", "host", "file", "fleet"]),
      v.description(
        "What shares one proposal: the same change on several hosts (default), a host, a file, or everything.",
      ),
    ),
  ),
  labels: v.exactOptional(
    v.pipe(v.array(text(50)), v.description("Labels of the pull requests; made if missing.")),
  ),
  reviewers: v.exactOptional(
    v.pipe(
      v.array(
        v.pipe(
          v.string(),
          v.regex(
            /^[A-Za-z0-9-]+(\/[A-Za-z0-9._-]+)?$/,
            "is neither a GitHub user nor org/team; leave @ out",
          ),
        ),
      ),
      v.description("GitHub users or org/team who are asked to review."),
    ),
  ),
  ignore: v.exactOptional(
    v.pipe(
      v.array(text(200)),
      v.description("Scope paths or directive names whose changes are not proposed."),
    ),
  ),
})

export const fleetSchema = v.strictObject({
  version: v.pipe(
    v.literal(1, "is not a version of this file that is known; write 1"),
    v.description("Version of this file's form."),
  ),
  recipients: v.pipe(
    recipients,
    v.description(
      "age public keys. Every bundle is sealed to all of them; keep the private half of one offline.",
    ),
  ),
  signers: v.pipe(
    some(form(/^ssh-(ed25519|rsa) \S+( .*)?$/, signerFault), "add the .pub line of the signing key"),
    v.description("OpenSSH public keys that may sign snapshots."),
  ),
  defaults: v.exactOptional(
    v.pipe(v.strictObject(shared), v.description("What holds for every host that does not say otherwise.")),
  ),
  hosts: v.pipe(
    v.record(v.pipe(v.string(), v.regex(hostNamePattern, hostNameForm)), host),
    v.minEntries(1, "has no host; add one as `mta1: { address: … }`"),
    v.description("The servers, by the name that vault, proposals and reports use."),
  ),
  categories: v.exactOptional(
    v.pipe(
      v.record(word("a category name"), category),
      v.description(`Changes to the profile's categories (${knownCategories.join(", ")}), and further ones.`),
    ),
  ),
  policy: v.exactOptional(
    v.pipe(
      v.strictObject({
        rto: v.exactOptional(
          v.pipe(
            v.record(word("a scenario"), duration),
            v.description("Recovery time objectives by scenario, such as `hardware-failure: 4h`."),
          ),
        ),
      }),
      v.description("What a disaster may cost; drills are measured by it."),
    ),
  ),
  retention: v.exactOptional(v.pipe(retention, v.description("Which snapshots `prune` keeps."))),
  review: v.exactOptional(v.pipe(review, v.description("How drift is proposed."))),
})

/** `fleet.yml` as data, once it is valid. */
export type FleetFile = v.InferOutput<typeof fleetSchema>
export type HostEntry = FleetFile["hosts"][string]
