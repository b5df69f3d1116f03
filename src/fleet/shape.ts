/** What a fleet file says, field by field, against `schema.ts`. */
import * as v from "valibot"
import { didYouMean } from "../core/nearest.ts"
import { type Finding, isMap, type Path } from "./finding.ts"
import { reservedNames } from "./names.ts"
import { fleetSchema } from "./schema.ts"

/** All that is wrong with single fields; places are compared in `rules.ts`. */
export function shapeFindings(data: unknown): readonly Finding[] {
  const own = [...ownFindings(fleetSchema as Shape, data, [])]
  const isNoMap = new Set(
    own.filter(({ value }) => value !== undefined).map(({ path }) => JSON.stringify(path)),
  )
  const issues = v.safeParse(fleetSchema, data, { abortPipeEarly: true }).issues ?? []
  const others = issues.map(findingOf).filter(({ path, at, message }) => {
    const inside = path.some((_, index) => isNoMap.has(JSON.stringify(path.slice(0, index))))
    return message !== "" && !inside && (at === "key" || !isNoMap.has(JSON.stringify(path)))
  })
  return [...own, ...others]
}

/** What of valibot's schemas is needed to walk them. */
interface Shape {
  readonly type: string
  readonly entries?: Readonly<Record<string, Shape>>
  readonly wrapped?: Shape
  readonly item?: Shape
  readonly value?: Shape
}

/**
 * What valibot does not say: each unknown key (it stops at the first), lists in the place of maps (it takes
 * them for maps), and names that it skips silently.
 */
function* ownFindings(shape: Shape, value: unknown, path: Path): Iterable<Finding> {
  if (shape.type === "exact_optional" && shape.wrapped !== undefined) {
    yield* ownFindings(shape.wrapped, value, path)
  } else if (shape.type === "array" && shape.item !== undefined && Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* ownFindings(shape.item, item, [...path, index])
  } else if (shape.entries === undefined && shape.type !== "record") {
    return
  } else if (!isMap(value)) {
    yield { path, at: "value", value, message: "stands where a map (`key: value` lines) is expected" }
  } else {
    for (const [key, inner] of Object.entries(value)) {
      const known = shape.entries === undefined ? shape.value : own(shape.entries, key)
      const here = [...path, key]
      if (shape.entries === undefined && reservedNames.includes(key)) {
        yield { path: here, at: "key", message: "is a reserved word and cannot be a name; choose another" }
      } else if (known !== undefined) {
        yield* ownFindings(known, inner, here)
      } else {
        const keys = Object.keys(shape.entries ?? {})
        const near = didYouMean(key, keys) || `; known here are ${keys.join(", ")}`
        yield { path: here, at: "key", message: `is not a known key${near}` }
      }
    }
  }
}

const own = (entries: Readonly<Record<string, Shape>>, key: string): Shape | undefined =>
  Object.hasOwn(entries, key) ? entries[key] : undefined

/** A valibot issue in our words; an empty message for what `ownFindings` says better. */
function findingOf(issue: v.BaseIssue<unknown>): Finding {
  const steps = issue.path ?? []
  const path = steps.map(({ key }) => key as string | number)
  const last = steps.at(-1)
  if (issue.expected === "never") return { path, at: "key", message: "" }
  if (last?.type === "object" && last.origin === "key") {
    // In a record the key itself is malformed; in an object it is missing.
    if (issue.input !== undefined) return { path, at: "key", message: issue.message }
    return { path: path.slice(0, -1), at: "key", message: `has no ${String(last.key)}; add it` }
  }
  if (issue.kind === "schema" && issue.message.startsWith("Invalid type")) {
    return { path, at: "value", value: issue.input, message: wrongType(String(issue.expected), issue.input) }
  }
  // "is an empty list; …" and "has no host; …" need no value in front of them.
  const value = typeof issue.input === "object" && issue.input !== null ? undefined : issue.input
  return { path, at: "value", ...(value === undefined ? {} : { value }), message: issue.message }
}

function wrongType(expected: string, value: unknown): string {
  if (value === null) return "is given; fill it in, or remove the key"
  switch (expected) {
    case "string":
      return `stands where text is expected${typeof value === "object" ? "" : "; put it in quotes"}`
    case "number":
      return `stands where a number is expected${/^[0-9]+$/.test(String(value)) ? "; leave out the quotes" : ""}`
    case "boolean":
      return "stands where true or false is expected, without quotes"
    case "Array":
      return `stands where a list is expected${typeof value === "object" ? "" : "; put it in [brackets]"}`
    default:
      return "stands where something else is expected"
  }
}
