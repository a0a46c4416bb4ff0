/** Gives a line of a list the focus. `isMoved`: and brings it into sight. False: the line is not drawn yet. */
export function focusRow(body: HTMLElement | null, index: number, isMoved = false): boolean {
  const row = body?.querySelector<HTMLElement>(`[data-index="${index}"]`)
  const target = row?.querySelector<HTMLElement>('[data-row-link]') ?? row
  target?.focus({ preventScroll: true })
  // What sticks to the edges of the page covers lines that a list takes for seen.
  if (isMoved) row?.scrollIntoView({ block: 'nearest' })
  return target != null
}
