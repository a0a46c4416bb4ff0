import type { Location } from 'react-router'

/** What a link of a list notes in the history of the browser: the address that the list had, with its filters. */
export interface ListLeft {
  readonly listLeft: string
}

/** The note of a link on the page at this place. */
export function leaveList({ pathname, search }: Pick<Location, 'pathname' | 'search'>): ListLeft {
  return { listLeft: pathname + search }
}

/**
 * Where the way back to a list leads: to the list as it was left. To the plain one where a page was opened by itself,
 * or from a list on another page.
 * @param state of the history; whatever an earlier version has left there
 */
export function backTo(list: string, state: unknown): string {
  const left = (state as Partial<ListLeft> | null)?.listLeft
  return typeof left === 'string' && left.split('?')[0] === list ? left : list
}
