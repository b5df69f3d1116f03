/** GitHub's published OpenAPI description as a judge of what is asked and answered. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Ajv, type ValidateFunction } from "ajv"

type Node = Readonly<Record<string, unknown>>

interface Operation {
  readonly path: string
  readonly method: string
  readonly pattern: RegExp
  readonly parameters: readonly Node[]
  readonly body: Node | null
  readonly responses: Readonly<Record<string, Node>>
}

export interface Asked {
  readonly method: string
  /** below the API's root, encoded */
  readonly path: string
  readonly query: URLSearchParams
  readonly body: unknown
}

const description = JSON.parse(readFileSync(join(import.meta.dirname, "openapi.json"), "utf8")) as Node
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true })
const compiled = new Map<Node, ValidateFunction>()

const operations: readonly Operation[] = Object.entries(
  description["paths"] as Record<string, Record<string, Node>>,
).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    path,
    method: method.toUpperCase(),
    // The last parameter of a path may hold slashes, as branches do.
    pattern: new RegExp(`^${path.replace(/\{ref\}$/, "(.+)").replaceAll(/\{\w+\}/g, "([^/]+)")}$`),
    parameters: ((operation["parameters"] ?? []) as Node[]).map(resolved),
    body: schemaOf(operation["requestBody"]),
    responses: operation["responses"] as Record<string, Node>,
  })),
)

/** The operation that a request is for; null when GitHub's description (as cut) has none. */
export function operationFor({ method, path }: Asked): Operation | null {
  return operations.find(operation => operation.method === method && operation.pattern.test(path)) ?? null
}

/** What is wrong with a request: unknown fields and query names count as wrong. */
export function faultsOfRequest(operation: Operation, { query, body }: Asked): readonly string[] {
  const known = new Map(
    operation.parameters
      .filter(parameter => parameter["in"] === "query")
      .map(item => [String(item["name"]), item]),
  )
  const inQuery = [...query].flatMap(([name, value]) => {
    const parameter = known.get(name)
    if (parameter === undefined) return [`unknown query name ${name}`]
    const options = (parameter["schema"] as Node | undefined)?.["enum"] as readonly unknown[] | undefined
    return options !== undefined && !options.includes(value) ? [`query ${name} is ${value}`] : []
  })
  if (operation.body === null) return body === undefined ? inQuery : [...inQuery, "a body where none belongs"]
  const names = Object.keys((resolved(operation.body)["properties"] ?? {}) as Node)
  const unknown =
    names.length === 0 || typeof body !== "object" || body === null || Array.isArray(body)
      ? []
      : Object.keys(body).filter(name => !names.includes(name))
  return [...inQuery, ...unknown.map(name => `unknown field ${name}`), ...faults(operation.body, body)]
}

export function faultsOfResponse(operation: Operation, status: number, body: unknown): readonly string[] {
  const response = operation.responses[String(status)]
  if (response === undefined) return status >= 400 ? [] : [`status ${status} is not described`]
  const schema = schemaOf(resolved(response))
  return schema === null ? [] : faults(schema, body)
}

/** A smallest answer of an operation, to be filled with what is known. */
export function sampleAnswer(operation: Operation, status: number): unknown {
  const schema = schemaOf(resolved(operation.responses[String(status)] ?? {}))
  return schema === null ? {} : sample(schema)
}

/** As `sampleAnswer`, of one item where the answer is a list. */
export function sampleItem(operation: Operation, status: number): Record<string, unknown> {
  const schema = resolved(schemaOf(resolved(operation.responses[String(status)] ?? {})) ?? {})
  return sample((schema["items"] ?? schema) as Node) as Record<string, unknown>
}

function faults(schema: Node, value: unknown): readonly string[] {
  const validate = compiled.get(schema) ?? ajv.compile(standalone(schema))
  compiled.set(schema, validate)
  if (validate(value)) return []
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(" "),
  )
}

function schemaOf(holder: unknown): Node | null {
  const content = ((holder ?? {}) as Node)["content"] as Readonly<Record<string, Node>> | undefined
  return (content?.["application/json"]?.["schema"] as Node | undefined) ?? null
}

function resolved(node: Node): Node {
  const reference = node["$ref"]
  if (typeof reference !== "string") return node
  const path = reference.split("/").slice(1)
  return resolved(path.reduce<unknown>((value, key) => (value as Node)[key], description) as Node)
}

/** A JSON Schema of OpenAPI 3.0's dialect, with all that it refers to. */
function standalone(schema: Node): object {
  return { ...(translated(schema) as object), components: translated(description["components"]) }
}

function translated(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(translated)
  if (typeof value !== "object" || value === null) return value
  const { nullable, ...rest } = value as Node
  const node = Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, translated(item)]))
  return nullable === true ? { anyOf: [{ type: "null" }, node] } : node
}

function sample(given: Node): unknown {
  const schema = resolved(given)
  if (schema["nullable"] === true) return null
  const [first] =
    ((schema["enum"] ?? schema["oneOf"] ?? schema["anyOf"]) as readonly unknown[] | undefined) ?? []
  if (schema["enum"] !== undefined) return first
  if (first !== undefined) return sample(first as Node)
  const all = schema["allOf"] as readonly Node[] | undefined
  if (all !== undefined) return Object.assign({}, ...all.map(part => sample(part) as object))
  switch (schema["type"]) {
    case "string":
      return schema["format"] === "date-time" ? "2026-01-01T00:00:00Z" : "https://github.invalid/sample"
    case "integer":
    case "number":
      return 1
    case "boolean":
      return false
    case "array":
      return []
    default: {
      const properties = (schema["properties"] ?? {}) as Readonly<Record<string, Node>>
      const required = (schema["required"] ?? []) as readonly string[]
      return Object.fromEntries(required.map(name => [name, sample(properties[name] ?? {})]))
    }
  }
}
