/** Colours of the terminal, or none. */
export interface Paint {
  readonly red: (text: string) => string
  readonly green: (text: string) => string
  readonly yellow: (text: string) => string
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
}

export function paint(color: boolean): Paint {
  const code = (on: number, off: number) => (text: string) =>
    color ? `\u001B[${on}m${text}\u001B[${off}m` : text
  return { red: code(31, 39), green: code(32, 39), yellow: code(33, 39), bold: code(1, 22), dim: code(2, 22) }
}
