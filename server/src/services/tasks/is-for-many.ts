/** An order for a few: as many as somebody chooses by hand on a page. */
export const few = 50

/**
 * Whether an order is for so many deliveries that others must not stand behind it: what it lets go has a line of its own,
 * and it takes no place of an order for a few.
 * @param total deliveries that it touches, as counted when it was given
 * @param isCounted whether that was all of them; nobody knows of the rest, so it counts as many
 */
export function isForMany(total: number, isCounted = true): boolean {
  return !isCounted || total > few
}
