/** What a runbook is written from. Public: no file names of secret categories, no content. */
export interface RunbookFacts {
  readonly host: string
  readonly sequence: number
  /** ISO 8601 */
  readonly takenAt: string
  /** null when fleet.yml does not list the host any more */
  readonly reach: { readonly address: string; readonly port: number } | null
  readonly categories: readonly {
    readonly name: string
    /** in the archive, such as `bundles/config.tar.zst.age` */
    readonly file: string
    readonly files: number
    readonly bytes: number
    readonly capturedAt: string
    readonly recipients: readonly string[]
  }[]
  /** of the snapshot in the archive, such as `snapshots/00000002.json` */
  readonly snapshotFile: string
  /** public facts of the licence as YAML; null when there are none */
  readonly license: string | null
  /** recovery time objectives in words, by scenario */
  readonly objectives: ReadonlyMap<string, string>
  readonly tool: string
}
