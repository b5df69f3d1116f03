/**
 * What is there by the way the code around it goes, which its type cannot say. A default in its place would go on with
 * what is wrong.
 * @throws Error  a bug of this program
 */
export function certain<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error("something that must be there is not")
  return value
}

/** The item of a list of one; null for any other number of them. */
export const onlyOne = <T>(items: readonly T[]): T | null => (items.length === 1 ? certain(items[0]) : null)
