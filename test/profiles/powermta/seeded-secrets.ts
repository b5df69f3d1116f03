/** Configs with secrets planted wherever one may stand: every directive that takes one, comments, every kind of file. */
import { directives } from "../../../src/profiles/powermta/directives.ts"
import { type Dice, diceOf } from "../../lab/random.ts"

export interface Planted {
  /** where it stands, in words */
  readonly place: string
  readonly secret: string
  readonly path: string
  /** the text of the file around it; the secret is at every `SECRET` */
  readonly text: string
}

/** Secrets as people and programs make them. */
const shapes: readonly ((dice: Dice) => string)[] = [
  dice => `Zq${dice.letters(8)}`,
  dice => `zq-${dice.letters(5)}-${dice.letters(6)}`,
  dice => `zq${Array.from({ length: 38 }, () => "0123456789abcdef"[dice.below(16)]).join("")}`,
  dice => `zQ${dice.letters(30)}==`,
  dice => `zq_${dice.letters(7)}!$%`,
]

const secretKinds = new Set(["secret", "file-secret", "method-secret", "command"])
const before: Readonly<Record<string, string>> = {
  secret: "",
  "file-secret": "/etc/pmta/tls/a.pem ",
  "method-secret": "siphash ",
  command: "/opt/app/run --password ",
}

/** Lines with a secret in them, for each directive that may hold one, in the block it belongs to. */
function directiveLines(): readonly [place: string, line: string][] {
  const kept = directives.filter(({ type }) => secretKinds.has(type))
  return kept.flatMap(({ name, scope, type }) => {
    const inBlock = (line: string) => (scope === "" ? line : `<${scope} a>\n  ${line}\n</${scope}>`)
    const line = `${name} ${before[type]}SECRET`
    return [
      [`${scope || "global"} ${name}`, inBlock(line)],
      [`${scope || "global"} ${name}, in quotes`, inBlock(`${name} ${before[type]}"SECRET"`)],
      [`${scope || "global"} ${name}, in capitals`, inBlock(line.replace(name, name.toUpperCase()))],
      [`${scope || "global"} ${name}, commented out`, inBlock(`#   ${line}`)],
      [`${scope || "global"} ${name}, commented out twice`, inBlock(`## # ${line}`)],
      [`${scope || "global"} ${name}, in another block`, `<domain x.example>\n${line}\n</domain>`],
    ] satisfies [string, string][]
  })
}

/** Any directive may hold a URL or a command with a secret in it, or a comment that tells one. */
function everyDirective(): readonly [place: string, line: string][] {
  return directives.flatMap(({ name, scope }, index) => {
    const lines = [
      `${name} value # the old password was SECRET`,
      `${name} https://user:SECRET@host.example/path`,
      `${name} https://host.example/hook?token=SECRET`,
    ]
    const line = lines[index % lines.length] ?? ""
    return [
      [`${scope || "global"} ${name}: ${line}`, scope === "" ? line : `<${scope} a>\n${line}\n</${scope}>`],
    ]
  })
}

const others: readonly [string, string][] = [
  ["a comment", "# the password of the relay is SECRET"],
  ["a comment, other order", "# SECRET = relay passwd"],
  ["a comment over two lines", "# password:\n#   SECRET"],
  ["a comment behind a tag", "<domain x> # token SECRET\n</domain>"],
  ["an unknown directive", "new-api-token SECRET"],
  ["an unknown directive with a file", "shared-secret /etc/pmta/x SECRET"],
  ["a slip of the pen", "auth-pasword SECRET"],
  ["an unknown block", "<credentials a>\n  token SECRET\n</credentials>"],
  ["a pipe", "<acct-file |/opt/x --api-key=SECRET>\n</acct-file>"],
  ["a pipe in quotes", '<acct-file "|/opt/x --secret SECRET -v">\n</acct-file>'],
  [
    "a header of a pipe",
    "<acct-file |curl -H 'Authorization: Bearer SECRET' https://a.example>\n</acct-file>",
  ],
  ["an include", "include https://config:SECRET@config.example/a.conf"],
  ["a webhook", "<acct-file x>\nhttp-webhook-url https://a.example/in?sig=SECRET\n</acct-file>"],
  ["a password without its block's end", "<smtp-user u>\n  password SECRET"],
  ["a continued value", "password a,\n   SECRET"],
  ["a value on the next line", "password\n   SECRET"],
  ["a key in PEM", "# -----BEGIN RSA PRIVATE KEY-----\n# SECRET\n# -----END RSA PRIVATE KEY-----"],
]

/** Kinds of config files; what is planted is spread over them. */
const paths = [
  "/etc/pmta/config",
  "/etc/pmta/config-defaults",
  "/etc/pmta/conf.d/a.conf",
  "/etc/pmta/vmtas/b.conf",
  "/home/pmta/included.txt",
]

/** At least 500 of them; equal for every run. */
export function plantedSecrets(): readonly Planted[] {
  const dice = diceOf("planted in everything")
  return [...directiveLines(), ...everyDirective(), ...others].map(([place, text], index) => {
    // A line of a key is made of letters and digits only; another line ends the key.
    const shape = shapes[text.includes("PRIVATE KEY") ? 0 : index % shapes.length]
    const secret = shape?.(dice) ?? ""
    return { place, secret, path: paths[index % paths.length] ?? "", text }
  })
}
