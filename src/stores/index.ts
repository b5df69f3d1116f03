/** The shelf of stores. The git vault is more than a store and is opened by itself. */
export { directory } from "./directory.ts"
export { type OpenOptions, openVault } from "./git/open.ts"
