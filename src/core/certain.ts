/**
 * What is there by the way the code around it goes, which its type cannot say. A default in its place would go on with
 * what is wrong.
 * @throws Error  a bug of this program
 */
export function certain<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error("something that must be there is not")
  return value
}
