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
 * What was reached once: raised when more is, never lowered. The aim is 100 for the first four, where a line that never
 * ran is a promise nobody saw kept: about keys, about what is written to hosts, deleted, shown; and 95 for all.
 */
export const rooms: readonly Room[] = [
  { name: "seal", holds: file => file.startsWith("seal/"), lines: 90, branches: 73 },
  { name: "restore", holds: file => file.startsWith("restore/"), lines: 72, branches: 61 },
  { name: "retain", holds: file => file.startsWith("retain/"), lines: 100, branches: 100 },
  { name: "masking", holds: file => masking.test(file), lines: 100, branches: 100 },
  { name: "all of src", holds: () => true, lines: 63, branches: 46 },
]
