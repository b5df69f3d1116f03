/** Trees of git's. Source: gitdatamodel(7); their order is that of `base_name_compare` in git's tree.c. */

interface Folder {
  readonly blobs: Map<string, string>
  readonly folders: Map<string, Folder>
}

/**
 * @param blobs  ids by path
 * @param write  takes the content of one tree, and gives its id
 * @returns      the id of the tree with all of them
 */
export async function writeTree(
  blobs: ReadonlyMap<string, string>,
  write: (content: Buffer) => Promise<string>,
): Promise<string> {
  const root = emptyFolder()
  for (const [path, blob] of blobs) {
    const names = path.split("/")
    const name = names.pop() ?? ""
    let folder = root
    for (const outer of names) {
      const inner = folder.folders.get(outer) ?? emptyFolder()
      folder.folders.set(outer, inner)
      folder = inner
    }
    folder.blobs.set(name, blob)
  }
  return await writeFolder(root, write)
}

const emptyFolder = (): Folder => ({ blobs: new Map(), folders: new Map() })

async function writeFolder(
  { blobs, folders }: Folder,
  write: (content: Buffer) => Promise<string>,
): Promise<string> {
  const items: { readonly order: Buffer; readonly bytes: Buffer }[] = []
  for (const [name, folder] of folders)
    items.push(treeItem("40000", name, `${name}/`, await writeFolder(folder, write)))
  for (const [name, blob] of blobs) if (!folders.has(name)) items.push(treeItem("100644", name, name, blob))
  items.sort((a, b) => Buffer.compare(a.order, b.order))
  return await write(Buffer.concat(items.map(({ bytes }) => bytes)))
}

const treeItem = (mode: string, name: string, order: string, id: string) => ({
  order: Buffer.from(order),
  bytes: Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, "hex")]),
})
