import { expect, test } from "vitest"
import { isPlainValue, isTelling, optionSpans } from "../../../src/profiles/powermta/options.ts"
import { textsOf } from "./spans.ts"

/** What is found of a command line, as texts. */
const found = (text: string) => textsOf(text, optionSpans(text, 100), 100)

test("a name tells of a secret by one of these words in it, whatever its case", () => {
  const words = [
    "pass",
    "pwd",
    "secret",
    "token",
    "key",
    "auth",
    "cred",
    "api",
    "private",
    "signature",
    "bearer",
  ]
  for (const word of words) {
    expect(isTelling(`x-${word}-y`), word).toBe(true)
    expect(isTelling(word.toUpperCase()), word).toBe(true)
    expect(found(`/opt/x --x-${word} abc v`), word).toEqual(["abc"])
  }
  for (const name of ["author", "authors", "verbose", "user", ""]) expect(isTelling(name), name).toBe(false)
  expect(isTelling("authority")).toBe(true)
})

test("the simplest values are no secrets, quoted or not", () => {
  for (const value of ["yes", "no", "true", "false", "never", "unlimited", "none", "auto", "on", "off", ""]) {
    for (const form of [value, value.toUpperCase(), `"${value}"`, ` ${value}\t`])
      expect(isPlainValue(form)).toBe(true)
    expect(isPlainValue(`${value}x1`)).toBe(false)
    expect(isPlainValue(`x1${value}`)).toBe(false)
  }
})

test("the value follows behind a blank, `=` or `:`", () => {
  for (const option of ["-token", "--token", "--my.to-ken_token"]) {
    expect(found(`x ${option} abc v`)).toEqual(["abc"])
    expect(found(`x ${option}=abc v`)).toEqual(["abc"])
    expect(found(`x ${option}:abc v`)).toEqual(["abc"])
  }
  expect(found("TOKEN=abc x")).toEqual(["abc"])
  expect(found("  TOKEN=abc x")).toEqual(["abc"])
  expect(found("_token=abc")).toEqual(["abc"])
  expect(found("token abc")).toEqual([])
  expect(found("--verbose abc")).toEqual([])
  // Another option is no value, nor is the end.
  expect(found("x --token --verbose abc")).toEqual([])
  expect(found("x --token -abc")).toEqual(["-abc"])
  expect(found("x --token")).toEqual([])
  expect(found("x --token=")).toEqual([])
})

test("in a word that holds several, the first that tells counts", () => {
  expect(found("user=a,password=abc,b=c x")).toEqual(["abc,b=c"])
  expect(found("user=a,b=c")).toEqual([])
  expect(found("x-key.user=a")).toEqual(["a"])
  expect(found("--data=token=abc")).toEqual(["abc"])
})

test("-p and -P take a password, next to them or not, but are other options as well", () => {
  for (const option of ["-p", "-P"]) {
    expect(found(`x ${option} abc v`)).toEqual(["abc"])
    expect(found(`x ${option}abc v`)).toEqual(["abc"])
    expect(found(`x "${option}abc" v`)).toEqual(["abc"])
  }
  const others = ["path", "port", "print", "proto", "protocol", "prefix", "priority", "pid", "pretty"]
  for (const name of others) {
    expect(found(`x -${name} abc`), name).toEqual([])
    expect(found(`x -${name}s abc`), name).toEqual([`${name.slice(1)}s`])
  }
})

test("schemes and headers: what follows is the secret", () => {
  for (const scheme of ["Bearer", "basic", "BASIC"])
    expect(found(`x ${scheme} abc v`), scheme).toEqual(["abc"])
  expect(found("x bearers abc v")).toEqual([])
  expect(found(`-H "Authorization: Bearer abc" v`)).toEqual(["Bearer abc"])
  expect(found(`-H 'X-Api-Key:   abc def' v`)).toEqual(["abc def"])
  expect(found("Authorization: Bearer abc def")).toEqual(["Bearer abc def"])
  expect(found("Accept: text/plain")).toEqual([])
})

test("-u has a password when there is a colon in its value", () => {
  expect(found("curl -u user:abc https://h")).toEqual(["user:abc"])
  expect(found("curl -u  user:abc")).toEqual(["user:abc"])
  expect(found("curl -u user https://h")).toEqual([])
  expect(found("curl -U user:abc")).toEqual([])
  expect(found("curl -u")).toEqual([])
  expect(found("curl --user user:abc")).toEqual([])
})

test("quotes, escapes and what opens a command are no part of a value", () => {
  for (const [open, close] of [
    ['"', '"'],
    ["'", "'"],
    ['\\"', '\\"'],
  ] as const) {
    expect(found(`x --token ${open}ab cd${close} v`), open).toEqual(["ab cd"])
    expect(found(`x --token=${open}ab cd${close} v`), open).toEqual(["ab cd"])
    // One that is never closed ends with the text.
    expect(found(`x --token ${open}ab cd`), open).toEqual(["ab cd"])
  }
  for (const opener of ["|", ";", "&", "(", "`", "'", '"', "\\"]) {
    expect(found(`x ${opener}--token abc`), opener).toEqual(["abc"])
    expect(found(`x ${opener}-p abc`), opener).toEqual(["abc"])
  }
  for (const blank of [" ", "\t", "\v", "\f", "\r", "\n", "\u00a0", "\u2003"])
    expect(found(`x${blank}--token${blank}abc${blank}v`), JSON.stringify(blank)).toEqual(["abc"])
  expect(found("x\u0007--token abc")).toEqual([])
})

test("paths of the system and marks are left as they are", () => {
  expect(found("x --key /etc/pmta/a.pem v")).toEqual([])
  expect(found("x --key /elsewhere/a.pem v")).toEqual(["/elsewhere/a.pem"])
  expect(found("x --token masked:0123456789abcdef v")).toEqual([])
  expect(found("x --token=masked:0123456789abcdef v")).toEqual([])
  expect(found("token=masked:0123456789abcdef,v")).toEqual(["masked:0123456789abcdef,v"])
  // A mark is no name, but what only looks like one is.
  expect(found("unmasked-token-masked:01234567 v")).toEqual([])
  expect(found("token-masked:0123456 v")).toEqual(["0123456"])
  expect(found("token-masked:01234567g v")).toEqual(["01234567g"])
})

test("in a URL names count up to the scheme alone", () => {
  expect(found("x url:https://h/token=abc v")).toEqual([])
  expect(found("x token=https://h/abc v")).toEqual(["https://h/abc"])
})
