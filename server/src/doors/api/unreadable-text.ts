/**
 * Where a text within JSON is one that cannot be kept as it came, as `/people/0/address`: it has a NUL, at which a
 * database or a mail header would end it, or half of a surrogate pair, which no UTF-8 has. Null: nowhere.
 */
export function unreadableTextAt(value: unknown, place = ''): string | null {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed() ? place : null
  if (typeof value !== 'object' || value === null) return null
  for (const [name, each] of Object.entries(value)) {
    const found = unreadableTextAt(each, `${place}/${name}`)
    if (found !== null) return found
  }
  return null
}
