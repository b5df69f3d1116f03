import { expect, test } from "vitest"
import {
  announcesSecret,
  isKeeperName,
  isSecretName,
  proseSecrets,
  saysSecret,
  valueSecrets,
  whole,
} from "../../../src/profiles/powermta/secrets.ts"
import { textsOf } from "./spans.ts"

/** What is hidden of a comment. */
const inProse = (text: string) => textsOf(text, proseSecrets(text, 0))
/** What is hidden of a statement `name value`, as texts. */
const inValue = (text: string, block = "", first = true) => {
  const name = /^\S+/.exec(text)?.[0] ?? ""
  return textsOf(text, valueSecrets(text, name.length, name.toLowerCase(), first, block))
}

const saying = [
  ..."passwd|Password|passwort|pass: x|pass = x|passphrase|passcode|passcode:|pw|pwd|secret|token|api key|api-key|api_key".split(
    "|",
  ),
  ..."apikey|credentials|private key|private-key|access_key|accesskey|encryption key|signing key|bearer|authorization".split(
    "|",
  ),
  ..."contraseña|senha|mot de passe|парол|Пароль".split("|"),
]
for (const words of saying) {
  test(`a comment that says "${words}" is hidden whole`, () => {
    const text = `see ${words} of 2024`
    expect(inProse(text)).toEqual([text])
    expect(saysSecret(text)).toBe(true)
  })
}

test("a comment that only has such letters in other words stays", () => {
  const others = [
    "compass north",
    "pass on",
    "passage",
    "spwds",
    "pwdx",
    "senhas",
    "resenha",
    "private",
    "access",
    "keys",
    "api",
  ]
  for (const words of others) {
    expect(inProse(`see ${words} of 2024`), words).toEqual([])
    expect(saysSecret(words), words).toBe(false)
  }
  // The scheme alone is only looked at more closely.
  expect(saysSecret("basic")).toBe(true)
  expect(inProse("see basic rules")).toEqual(["rules"])
})

test("a comment that ends in such a word announces its secret", () => {
  const endings = [
    "password",
    "passwort",
    "passwd",
    "passphrase",
    "pw",
    "pwd",
    "secret",
    "token",
    "credential",
    "credentials",
  ]
  for (const word of endings) {
    for (const end of ["", ":", "=", " :", " =", "  ", ": "])
      expect(announcesSecret(`the ${word}${end}`), word + end).toBe(true)
    expect(announcesSecret(`the ${word} of yesterday`), word).toBe(false)
    expect(announcesSecret(`the ${word}${" ".repeat(50)}`), word).toBe(false)
  }
  expect(announcesSecret("the api key")).toBe(true)
  expect(announcesSecret("the token is")).toBe(true)
  expect(announcesSecret("the tokens are")).toBe(true)
  expect(announcesSecret("the answer is")).toBe(false)
  expect(announcesSecret(`the token ${"of all the people who were here before us ".repeat(3)}is`)).toBe(true)
})

test("a comment that is a mark, or a setting with one, is left; a setting is hidden from its value on", () => {
  expect(inProse("masked:0123456789abcdef  ")).toEqual([])
  expect(inProse("password hunter2 x  ")).toEqual(["hunter2 x"])
  expect(inProse("smtp-server-tls-certificate /a.pem hunter2 ")).toEqual(["hunter2"])
  expect(inProse("smtp-server-tls-certificate /a.pem")).toEqual([])
  const text = "## token abc  "
  expect(textsOf(text, proseSecrets(text, 3))).toEqual(["token abc"])
})

test("whatever follows the start of a part is hidden, but for blanks around it and marks", () => {
  const hidden = (text: string, start: number) => textsOf(text, whole(text, start))
  expect(hidden("ab  cd ef \t", 2)).toEqual(["cd ef"])
  expect(hidden("ab  ", 2)).toEqual([])
  expect(hidden("ab", 2)).toEqual([])
  expect(hidden("ab masked:01234567", 2)).toEqual([])
  expect(hidden("ab \ufeff\u200bcd", 2)).toEqual(["cd"])
})

test("one slip of the pen in the name of a secret makes it none the less one", () => {
  expect(isSecretName("password")).toBe(true)
  for (const slip of [
    "passwor",
    "assword",
    "passsword",
    "xpassword",
    "passwordx",
    "passw0rd",
    "pasword",
    "passwrod",
    "apssword",
  ])
    expect(isSecretName(slip), slip).toBe(true)
  for (const other of [
    "passwo",
    "passwodr1",
    "passwordxx",
    "dpasswor",
    "apsswrod",
    "drowssap",
    "passxyrd",
    "pass",
    "",
  ])
    expect(isSecretName(other), other).toBe(false)
  // A name that is known as something else is what it is.
  expect(isSecretName("auth-username")).toBe(false)
})

test("names that keep a secret behind their first word count in comments, with slips", () => {
  expect(isKeeperName("smtp-server-tls-certificate")).toBe(true)
  expect(isKeeperName("privacy-policy")).toBe(true)
  expect(isKeeperName("password")).toBe(true)
  expect(isKeeperName("passwrod")).toBe(true)
  expect(isKeeperName("smtp-server-tls-certificates")).toBe(false)
  expect(isKeeperName("host-name")).toBe(false)
  expect(isKeeperName("")).toBe(false)
})

test("the kind of a setting says which part of its value is secret", () => {
  expect(inValue("password a b")).toEqual(["a b"])
  expect(inValue("smtp-server-tls-certificate /a.pem b c")).toEqual(["b c"])
  expect(inValue('smtp-server-tls-certificate "/a b.pem" c')).toEqual(["c"])
  // On a line that goes on, all is behind the first word.
  expect(inValue("smtp-server-tls-certificate b c", "", false)).toEqual(["b c"])
  expect(inValue("privacy-policy siphash b")).toEqual(["b"])
  expect(inValue("domain-key s, d, /etc/A1b2C3d4E5f6G7h8J9k0L1m2N3p4Q5r6.pem")).toEqual([])
  expect(inValue("include https://u:p@h.example/A1b2C3d4E5f6G7h8J9k0")).toEqual([
    "u:p",
    "A1b2C3d4E5f6G7h8J9k0",
  ])
  expect(inValue("domain-key A1b2C3d4E5f6G7h8J9k0L1m2N3p4Q5r6, d, /k")).toEqual([
    "A1b2C3d4E5f6G7h8J9k0L1m2N3p4Q5r6",
  ])
  expect(inValue("host-name A1b2C3d4E5f6G7h8")).toEqual([])
  expect(inValue("host-name A1b2C3d4E5f6G7h8J9k0L1m2N3p4Q5r6")).toEqual(["A1b2C3d4E5f6G7h8J9k0L1m2N3p4Q5r6"])
})

test("of what no guide knows, the name or the block says whether it is secret", () => {
  expect(inValue("my-token abc def")).toEqual(["abc def"])
  expect(inValue("my-thing abc def")).toEqual([])
  for (const block of ["smtp-user", "vault", "signals", "transmissions-api"])
    expect(inValue("my-thing abc def", block), block).toEqual(["abc def"])
  expect(inValue("my-thing abc def", "domain")).toEqual([])
  // Simple values and paths are none, also there.
  for (const value of ["yes", "unlimited", "/etc/pmta/x"])
    expect(inValue(`my-token ${value}`), value).toEqual([])
  expect(inValue("my-thing --password abc")).toEqual(["abc"])
  expect(inValue("A1b2C3d4E5f6G7h8 abc")).toEqual(["A1b2C3d4E5f6G7h8"])
  expect(inValue("a:ghp_aaaaaaaaaaaaaaaa abc")).toEqual(["a:ghp_aaaaaaaaaaaaaaaa"])
})
