/** The directives of PowerMTA 5.0 as data, and questions about them. Names it has not are "unknown", never wrong. */
import rows from "./directives.json" with { type: "json" }

/** What a value is made of: decides how it is compared, masked and followed. */
export type ValueKind =
  | "bool"
  | "int"
  | "int-or-unlimited"
  | "enum"
  | "duration"
  | "duration-list"
  | "rate"
  | "rate-list"
  | "data-rate"
  | "size"
  | "size-or-unlimited"
  | "cidr-int"
  | "cidr-rate"
  | "cidr-data-rate"
  | "cidr-text"
  | "host-text"
  | "name-list"
  | "list"
  | "record-types"
  | "record-fields"
  | "macro"
  | "domain-key"
  | "file"
  | "file-secret"
  | "method-secret"
  | "secret"
  | "include"
  | "directory"
  | "command"
  | "text"

export interface DirectiveDefinition {
  readonly name: string
  /** the tag it stands in; empty for the global level */
  readonly scope: string
  readonly type: ValueKind
  readonly default: string | null
  /** may be given several times, all of which count */
  readonly multi: boolean
  /** its value is, or may hold, a secret */
  readonly secret: boolean
  /** names a file, directory or program */
  readonly fileRef: boolean
  readonly deprecated: boolean
  /** takes effect after a restart only */
  readonly restart: boolean
  /** seen in real configs, in no guide */
  readonly undocumented: boolean
}

/** Rows are name, scope, type, default, flags; a flag is the first letter of a field above. */
export const directives: readonly DirectiveDefinition[] = rows.map(row => {
  const [name, scope, type, fallback, flags] = row as [string, string, ValueKind, string | null, string]
  return {
    name,
    scope,
    type,
    default: fallback,
    multi: flags.includes("m"),
    secret: flags.includes("s"),
    fileRef: flags.includes("f"),
    deprecated: flags.includes("d"),
    restart: flags.includes("r"),
    undocumented: flags.includes("u"),
  }
})

const byName = Map.groupBy(directives, directive => directive.name)
/** The first of each name and scope. */
const byScope = new Map<string, Map<string, DirectiveDefinition>>()
for (const [name, sameName] of byName) {
  byScope.set(name, new Map(sameName.toReversed().map(directive => [directive.scope, directive])))
}

/** The same name, as one text for all that ask. */
export function sharedName(name: string): string {
  return byName.get(name)?.[0]?.name ?? name
}

/** Whether any scope knows this name (lower case). */
export function isKnown(name: string): boolean {
  return byName.has(name)
}

/**
 * The definition of a directive in a scope, or the one of another scope when this scope does not list it.
 * @param name   lower case
 * @param scope  tag of the innermost block; empty for the global level
 */
export function definition(name: string, scope: string): DirectiveDefinition | null {
  return byScope.get(name)?.get(scope) ?? byName.get(name)?.[0] ?? null
}

/** Names whose value is a secret in some scope. */
export const secretNames: ReadonlySet<string> = new Set(
  directives.filter(({ type }) => type === "secret").map(({ name }) => name),
)

/** Every tag of the language; some have no directives of their own. */
export const knownTags: ReadonlySet<string> = new Set([
  ...directives.map(({ scope }) => scope).filter(scope => scope !== ""),
  "gm-imprinter",
  "sparkpost-analytics",
])
