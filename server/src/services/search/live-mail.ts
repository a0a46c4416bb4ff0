import { setTimeout as sleep } from 'node:timers/promises'
import type { MailFilter } from './mail-filter.ts'
import type { LogPositions, MailLine, SearchStore } from './search-store.ts'

/** What happened in a second. */
export interface LiveRound {
  readonly lines: readonly MailLine[]
  /** Where to go on after this. */
  readonly positions: LogPositions
  /** Events that were passed over: more happened than can be shown. */
  readonly skipped: number
}

/** Events that are looked at in a round: nobody reads faster. */
const mostInRound = 500
const pauseMs = 1000

/** What happens to mail that fits, from a position on (null: from now on), until the signal ends it. */
export async function* liveMail(
  search: SearchStore,
  filter: MailFilter,
  from: LogPositions | null,
  signal: AbortSignal,
): AsyncGenerator<LiveRound> {
  let at = from
  while (!signal.aborted) {
    const { keys, positions, skipped } = await search.newer(at, mostInRound)
    const lines = keys.length === 0 ? [] : await search.pick(filter, keys)
    yield { lines, positions, skipped }
    at = positions
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined)
  }
}

/** Positions as the id of an event, `12-3`, and back; null: it is none. */
export function readPositions(id: string | undefined): LogPositions | null {
  const [, events, refusals] = /^(\d{1,15})-(\d{1,15})$/.exec(id ?? '') ?? []
  return events === undefined ? null : { events: Number(events), refusals: Number(refusals) }
}

export function positionsId({ events, refusals }: LogPositions): string {
  return `${events}-${refusals}`
}
