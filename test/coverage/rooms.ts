/** What the counts must reach, in percent of lines and of branches. */
export interface Room {
  readonly name: string
  /** whether a file, named from `src/`, is part of it */
  readonly holds: (file: string) => boolean
  readonly lines: number
  readonly branches: number
}

const masking =
  /^profiles\/powermta\/(grammar|lines|marks|mask|options|pem|plain-lines|secrets|settled|tokens|word-set|words)\.ts$/

/**
 * What was reached, never lowered. A line of the first four that never ran would be a promise nobody saw kept: about keys,
 * about what is written to hosts, deleted, shown.
 */
export const rooms: readonly Room[] = [
  { name: "seal", holds: file => file.startsWith("seal/"), lines: 100, branches: 100 },
  { name: "restore", holds: file => file.startsWith("restore/"), lines: 100, branches: 100 },
  { name: "retain", holds: file => file.startsWith("retain/"), lines: 100, branches: 100 },
  { name: "masking", holds: file => masking.test(file), lines: 100, branches: 100 },
  { name: "all of src", holds: () => true, lines: 98.5, branches: 95 },
]
