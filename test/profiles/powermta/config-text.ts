import fc from "fast-check"

const words = [
  ..."<domain x>|</domain>|<smtp-user u>|</smtp-user>|<pattern-list>|<bounce-category-patterns>|<acct-file |x|>".split(
    "|",
  ),
  ..."password|auth-password|tls-certificate|domain-key|command|host-name|unknown-key|masked:|masked:0123456789abcdef".split(
    "|",
  ),
  ...'#|"|\\"|,|=|:|/|/etc/pmta/a.pem|https://u:p@h/p?q=v|-----BEGIN A-----|-----END A-----|-p|--token=|Bearer'.split(
    "|",
  ),
  ..."A1b2C3d4E5f6A7b8C9|0123456789abcdef0123456789abcdef|passwort| |  |\t|\n|\n|\n|\r\n|\r|\ufeff|\u00a0|\ufffd|é".split(
    "|",
  ),
]

/** Text made of what the grammar and the mask look at, in any order. */
export const configText = fc.array(fc.constantFrom(...words), { maxLength: 40 }).map(parts => parts.join(""))

/** Any text that UTF-8 can hold: much of ASCII, the rest of every size. fast-check's own takes a second to set up. */
export const anyText = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.nat({ max: 0x7f }) },
      fc.nat({ max: 0xd7ff }),
      fc.integer({ min: 0xe000, max: 0x10_ffff }),
    ),
  )
  .map(points => String.fromCodePoint(...points))
