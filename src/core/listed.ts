/** `a, b and 3 more`: the first `most` of them. */
export function listed(items: readonly string[], most: number): string {
  const more = items.length - most
  return more > 0 ? `${items.slice(0, most).join(", ")} and ${more} more` : items.join(", ")
}
