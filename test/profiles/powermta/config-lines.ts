import fc from "fast-check"
import { directives, knownTags } from "../../../src/profiles/powermta/directives.ts"

const pick = (...choices: readonly string[]) => fc.constantFrom(...choices)
const join = (...parts: readonly fc.Arbitrary<string>[]) => fc.tuple(...parts).map(texts => texts.join(""))

const names = fc.constantFrom(...new Set(directives.map(({ name }) => name)))
const tags = fc.constantFrom(...knownTags)
/** Names with a slip of the pen in them, in capitals, or of another alphabet that folds to theirs. */
const slips = fc
  .tuple(names, fc.nat(30), pick("", "x", "_", "\u212a", "J", "-", "0"))
  .map(([name, at, put]) => name.slice(0, at) + put + name.slice(at + 1))
const secretNames = pick(
  "password",
  "auth-password",
  "api-key",
  "tls-certificate",
  "privacy-policy",
  "command",
)
const anyName = fc.oneof(
  { weight: 6, arbitrary: names },
  { weight: 2, arbitrary: secretNames },
  slips,
  names.map(name => name.toUpperCase()),
  pick("unheard-of", "x-token", "/re x/", "*", "mail-from", "header"),
)

/** Runs whose length is about that from which a word is suspect. */
const runs = fc
  .tuple(
    fc.constantFrom(8, 9, 10, 14, 15, 16, 17, 23, 24, 31, 32, 33, 40),
    pick("a1B2c3D4", "deadbeef0", "Zq/x-", "aB="),
  )
  .map(([length, unit]) => unit.repeat(9).slice(0, length))
const tokens = pick(
  ..."AKIAIOSFODNN7EXAMPLE|xoxb-0123456789|eyJhbGciOi.x|eyJhbGciOi|SG.0123456789.a|SG0123456789|s.abcdefghijklmnopqrstuvwx|hvs.abcdefghijklmnop".split(
    "|",
  ),
  ..."https://u:p@h/p?q=v|http://h|a://|:://x|key-0123456789abcdef01234567|masked:0123456789abcdef|masked:".split(
    "|",
  ),
)
const plainWords = pick(
  ..."yes|20|5000/h|4d12h|10m,10m|gmail.com|/etc/pmta/a.pem|/etc/pmta/dkim/long.sender.example.pem|198.51.100.7/32|{auth}|[10.0.0.1]:25".split(
    "|",
  ),
  ...'"a b"|"|\\"|a,|,|=|:|a=b|mode=backoff,x=y|/^421 .*/|<pattern-list>|<|>|$domain|café|\u2028x|\u0085y|\u00a0|\ufeff|\u200bz|\v|\f|\r|\0'.split(
    "|",
  ),
)
const proseWords = pick(
  ...'the|old|a|ticket|pass|passwort|pw|basic|Basic|is|see|customers\'|(why)|say "x"|12:30|note:|pass:|user=|token|key|api key|bearer'.split(
    "|",
  ),
  ..."password|passwd|-p|-px|--token|--token=x|-u|a:b|senha|secret:|authorization|well-known|a--b|;-p|`-p|(--key|tls-certificate|passwrod|API-key".split(
    "|",
  ),
)
const blanks = pick(" ", " ", "\t", "  ", "")
const wordsOf = (word: fc.Arbitrary<string>) =>
  fc.array(join(blanks, word), { maxLength: 5 }).map(words => words.join(""))
const values = wordsOf(
  fc.oneof(
    { weight: 6, arbitrary: plainWords },
    runs,
    tokens,
    fc.string({ unit: "grapheme-ascii", maxLength: 12 }),
  ),
)
const remarks = join(
  pick("#", "# ", "##  ", "#\t", "# # "),
  wordsOf(
    fc.oneof(
      { weight: 6, arbitrary: proseWords },
      { weight: 2, arbitrary: plainWords },
      runs,
      tokens,
      anyName,
      fc.string({ unit: "grapheme-ascii", maxLength: 8 }),
    ),
  ),
)
const remarkOrNone = fc.oneof({ weight: 3, arbitrary: fc.constant("") }, join(blanks, remarks))
const openings = join(
  pick("<", "<", "</", "< "),
  fc.oneof(tags, pick("smtp-user", "domain", "acct-file", "pattern-list", "Domain", "domain_x", "password")),
  fc.oneof(fc.constant(""), values),
  pick(">", ">", "> ", ">  password x", ""),
)
const realistic = pick(
  "max-smtp-out 20",
  "    source-ip-max-msg-rate 198.51.100.7/32 500/h  # abcdefghijkl",
  "domain-key s2020, a.example, /etc/pmta/dkim/a.example.pem",
  "<domain gmail.com>",
  "</domain>",
  "<smtp-user feeder>",
  "</smtp-user>",
  "retry-after 10m,",
  "20m",
  '    password "s3cr3t"',
  "password",
  "",
  "    ",
  "# the password is",
  "# abc def",
)
const pem = pick("-----BEGIN PRIVATE KEY-----", "# -----BEGIN X-----", "QUJD", "-----END PRIVATE KEY-----")

/** One line as configs have it, or nearly so, without its line end. */
export const configLine = fc.oneof(
  { weight: 6, arbitrary: realistic },
  { weight: 6, arbitrary: join(blanks, anyName, pick(" ", " ", "\t", "=", ""), values, remarkOrNone) },
  { weight: 3, arbitrary: join(blanks, openings, remarkOrNone) },
  { weight: 3, arbitrary: join(blanks, remarks) },
  { weight: 1, arbitrary: join(blanks, values) },
  { weight: 1, arbitrary: pem },
)

/** Texts of such lines; each line end of its own. */
export const configLines = fc
  .array(fc.tuple(configLine, pick("\n", "\n", "\n", "\r\n", "\n\n")), { maxLength: 14 })
  .map(lines => lines.map(parts => parts.join("")).join(""))
