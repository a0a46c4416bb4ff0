/**
 * Whether something is still as it was read before: rows of one kind have their fields in one order, so their text
 * tells them apart. For writing within the transaction that looks. @param seen undefined: it may be anything by now
 */
export function isAsSeen(now: object | null | undefined, seen: object | null | undefined): boolean {
  return seen === undefined || JSON.stringify(now ?? null) === JSON.stringify(seen)
}
