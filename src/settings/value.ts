import { certain } from "../core/certain.ts"
import { durationForm, parseDuration } from "../core/duration.ts"
import { didYouMean } from "../core/nearest.ts"
import { Problem } from "../core/problem.ts"
import { Secret } from "../core/secret.ts"
import { normaliseKeyText } from "./key-text.ts"
import type { Setting } from "./setting.ts"

const truths = ["true", "yes", "on", "1"]
const falsehoods = ["false", "no", "off", "0"]
const sizeUnits = {
  k: 1000,
  m: 1000 ** 2,
  g: 1000 ** 3,
  t: 1000 ** 4,
  ki: 1024,
  mi: 1024 ** 2,
  gi: 1024 ** 3,
  ti: 1024 ** 4,
}

/**
 * The value of a setting from its texts.
 * @param texts   as given: several for a flag that was repeated, none for a setting nobody gave
 * @param source  how the user named it, such as `--concurrency` or `PMTA_VAULT_CONCURRENCY`
 * @throws        Problem "settings/invalid", which shows the text unless the setting is secret
 */
export function readValue(setting: Setting, texts: readonly string[], source: string): unknown {
  if (setting.type === "list") return distinct(texts.flatMap(text => text.split(/[,\n]/)))
  if (setting.type === "lines") return distinct(texts.flatMap(text => text.split("\n")))
  // A flag that is given twice says what the last one says, as with most commands.
  const text = texts.at(-1)
  if (text === undefined || text === "") return null
  switch (setting.type) {
    case "text":
    case "path":
      return text
    case "key":
      return new Secret(normaliseKeyText(text))
    case "secret":
      return new Secret(text.replace(/\r?\n$/, ""))
    case "boolean":
      return truth(text, source)
    case "choice":
      return choice(text, certain(setting.choices), source)
    case "integer":
      return integer(text, certain(setting.range), source)
    case "duration":
      return parseDuration(text) ?? refuse(source, text, `a duration: ${durationForm}`)
    case "size":
      return (
        parseSize(text) ??
        refuse(source, text, "a size: bytes, or a number with its unit, such as 64MiB, 500MB or 2G")
      )
  }
}

/** @returns bytes; `64MiB` = 64·1024², `64MB` and `64M` = 64·1000²; null when the text is not a size above 0 */
export function parseSize(text: string): number | null {
  const parts = /^([1-9][0-9]{0,14})\s*(?:([kmgt]i?)b?|b)?$/i.exec(text)
  if (parts === null) return null
  const bytes =
    Number(parts[1]) *
    (parts[2] === undefined ? 1 : sizeUnits[parts[2].toLowerCase() as keyof typeof sizeUnits])
  return Number.isSafeInteger(bytes) ? bytes : null
}

function truth(text: string, source: string): boolean {
  const word = text.toLowerCase()
  if (truths.includes(word)) return true
  return falsehoods.includes(word) ? false : refuse(source, text, "true or false")
}

function choice(text: string, choices: readonly string[], source: string): string {
  return choices.includes(text)
    ? text
    : refuse(source, text, choices.join(" or ") + didYouMean(text, choices))
}

function integer(text: string, [least, most]: readonly [number, number], source: string): number {
  const value = /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN
  return value >= least && value <= most
    ? value
    : refuse(source, text, `a whole number from ${least} to ${most}`)
}

function distinct(words: readonly string[]): readonly string[] {
  return [...new Set(words.map(word => word.trim()).filter(word => word !== ""))]
}

function refuse(source: string, text: string, wanted: string): never {
  throw new Problem(
    "settings/invalid",
    `${source} is ${JSON.stringify(text.slice(0, 60))}, where it has to be ${wanted}`,
    { hint: "`pmta-vault help COMMAND` says what each setting takes" },
  )
}
