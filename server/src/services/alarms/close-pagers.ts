import { Turns } from '#ground/platform/turns.ts'
import type { GuardedFetch } from '#ground/platform/web/guarded-fetch.ts'
import type { Subscription } from './alarm-store.ts'
import { closeAtPager } from './close-at-pager.ts'
import { hasBegun } from './due-tellings.ts'
import type { NoticeStore } from './notice-store.ts'
import { endToldMs } from './tell-alarms.ts'

export interface ClosePagersParts {
  readonly notices: Pick<NoticeStore, 'unsettled'>
  /** Asks programs of others; each question has an end. */
  readonly fetch: GuardedFetch
  /** Now (ms). */
  readonly at: number
}

/** Incidents that are closed at a time. */
const atATime = 4

/**
 * Looks what pagers have open that is told them no more: their key goes with their place, so that nobody can close it
 * afterwards. To be asked before the change is made, and what it answers to be called when it is made and recorded. Whoever
 * is telling the pager at that moment sees the change himself, and closes it (tell-one.ts).
 * @param gone places of the subscription that are taken out, by their number
 * @returns closes it; answers how many incidents could not be closed, so that somebody does it at the pager
 */
export async function openAtPagers(
  { notices, fetch, at }: ClosePagersParts,
  subscription: Subscription,
  gone: readonly number[],
): Promise<() => Promise<number>> {
  const { id, targets } = subscription
  const pagers = gone.filter((n) => targets[n]?.form === 'pagerduty')
  if (pagers.length === 0) return async () => 0
  const own = (await notices.unsettled(at - endToldMs)).filter((each) => each.subscription === id)
  const told = own.flatMap((notice) =>
    notice.tellings
      .filter((each) => pagers.includes(each.target) && hasBegun(each))
      .filter((each) => notice.endedAt === null || each.toldRevision < notice.revision)
      .map((each) => ({ notice, n: each.target })),
  )
  const turns = new Turns(atATime, told.length)
  return async () =>
    (
      await Promise.all(
        told.map((each) => turns.take(() => closeAtPager(fetch, subscription, each.notice, each.n, at))),
      )
    ).filter((isClosed) => !isClosed).length
}
