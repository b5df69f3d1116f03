import type { Entry } from "./file.ts"

/**
 * `create`: not there; `change`: other content or target; `rights`: equal content, other mode or owner; `extra`: on
 * the host and not in the backup, left alone; `blocked`: something of another kind is in the way.
 */
export type PlanAction = "create" | "change" | "rights" | "unchanged" | "extra" | "blocked"

/** What a restore would do with one path. */
export interface PlanStep {
  readonly action: PlanAction
  readonly path: string
  /** as it shall be; null for `extra` */
  readonly wanted: Entry | null
  /** as it is; null when it is not there */
  readonly found: Entry | null
}

/** A check that is run on the host after files changed. */
export interface HostCheck {
  readonly name: string
  /** for the shell, run as root */
  readonly command: string
  /** whether it makes sense only while the service runs */
  readonly needsService: boolean
  /** whether it counts only when it succeeded before the restore, too */
  readonly regression: boolean
}

/** What an MTA adds to a restore. */
export interface RestoreTraits {
  /** the program that its checks are made with */
  readonly program: string
  /** succeeds while the service runs */
  readonly isRunning: string
  /** makes a running service read its files again */
  readonly reload: string
  /** starts the service, and succeeds once it answers */
  readonly start: string
  readonly stop: string
  /**
   * What has to succeed on the host after a restore, in this order.
   * @param configs  restored config texts by path
   */
  checks(configs: ReadonlyMap<string, string>): readonly HostCheck[]
  /** Who owns what when the backup knows numbers only, by category. */
  rights(category: string): { readonly owner: string; readonly group: string; readonly mode: number | null }
  /** the category of licence files */
  readonly licenseCategory: string
  bindings(path: string, text: string): readonly LicenseBinding[]
}

/** What binds a licence to one machine, and what the vendor needs to issue it for another. */
export interface LicenseBinding {
  readonly path: string
  /** lower case; null for one that is not bound to a machine */
  readonly mac: string | null
  /** public fields by name, such as serial and licensee */
  readonly facts: Readonly<Record<string, string>>
}
