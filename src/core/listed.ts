/**
 * `a, b and 3 more`: the first `most` of them.
 * @param write  how those that are named are written
 */
export function listed(
  items: readonly string[],
  most: number,
  write = (item: string): string => item,
): string {
  const more = items.length > most ? ` and ${items.length - most} more` : ""
  return items.slice(0, most).map(write).join(", ") + more
}
