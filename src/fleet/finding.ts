export type Path = readonly (string | number)[]

/** One thing that is wrong with a fleet file. */
export interface Finding {
  readonly path: Path
  /** whether the key itself is meant, or what stands there */
  readonly at: "key" | "value"
  /** what goes before the message; undefined: nothing is shown */
  readonly value?: unknown
  /** goes on where the value stops, and ends with the remedy */
  readonly message: string
}

/** A private key of any kind, from its first mark to the end of what can belong to it. */
export const privateKeyPattern =
  /AGE-(?:SECRET-KEY|PLUGIN)-[A-Z0-9-]{10,}|-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*/gi

/** Such as `hosts.mta1.hostKeys[0]`. */
export function showPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`
    const name = /^[\w-]+$/.test(step) ? step : JSON.stringify(step.slice(0, 60))
    return text === "" ? name : `${text}.${name}`
  }, "")
}

/** A value as the file has it, on one line, at most 60 characters; lists and maps by name only. */
export function showValue(value: unknown): string {
  if (value === null) return "nothing"
  if (Array.isArray(value)) return "a list"
  if (typeof value === "object") return "a map"
  if (typeof value !== "string") return String(value)
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value)
}

/** `path: value message`, without whatever looks like a private key. */
export function showFinding({ path, value, message }: Finding): string {
  const subject = value === undefined ? message : `${showValue(value)} ${message}`
  const line = path.length === 0 ? subject : `${showPath(path)}: ${subject}`
  return line.replaceAll(privateKeyPattern, "(a private key)")
}

/** Whether a value of the file is a map with text keys; not a list, not empty. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
