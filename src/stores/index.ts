/** The shelf of stores. The git vault is more than a store and is opened by itself. */
import type { RemovableStore } from "../core/store.ts"
import type { ArtifactOptions } from "./artifact/store.ts"

export {
  type Repository,
  type Runner,
  refuseEnterpriseServer,
  refuseShellStep,
  repositoryOf,
} from "./artifact/service.ts"
export { directory } from "./directory.ts"
export { type OpenOptions, openVault } from "./git/open.ts"

/** GitHub's client is loaded for those who use it only: it is larger than all the rest. */
export async function artifact(options: ArtifactOptions): Promise<RemovableStore> {
  const shelf = await import("./artifact/store.ts")
  return shelf.artifact(options)
}
