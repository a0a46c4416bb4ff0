import { assertSeen, changedMeanwhile } from '#services/directory/directory-order.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { inAlarms, type Subscription, type Target } from './alarm-store.ts'
import { openAtPagers } from './close-pagers.ts'
import { checkQuietHours, type QuietHours } from './quiet-hours.ts'
import {
  type AlarmOrder,
  checkTargets,
  closeRecorded,
  shownSubscription,
  subscriptionInReach,
} from './subscribe.ts'
import { checkTarget, longestStepMs, type NewTarget } from './target.ts'

/** A place that stays, by where it stands now (from 0): its address and its secret are not said again. */
export interface KeptTarget {
  readonly keeps: number
  readonly afterMs: number
}

/** What is to be another; absent: it stays. */
export interface SubscriptionChange {
  readonly names?: readonly string[]
  readonly targets?: readonly (NewTarget | KeptTarget)[]
  readonly quiet?: QuietHours | null
}

/**
 * Changes who is told and how. Places that stay go on in conversations where they were; new ones hear of what is open,
 * and what a pager that is taken out has open is closed there.
 * @throws OrderError not-found, wrong; changed: somebody was faster; conflict: a place that stays cannot be read
 */
export async function changeSubscription(
  order: AlarmOrder,
  id: string,
  { names, targets, quiet }: SubscriptionChange,
): Promise<Subscription> {
  const before = await subscriptionInReach(order, id)
  assertSeen(order, before, 'the subscription')
  const chosen = targets?.map((each) => choose(order, before, each)) ?? before.targets.map(standing)
  assertReadable(chosen)
  const ordered = checkTargets(chosen.map((each) => each.target))
  const after: Subscription = {
    ...before,
    names: names ?? before.names,
    targets: ordered,
    quiet: quiet === undefined ? before.quiet : quiet && checkQuietHours(quiet),
  }
  const moved = before.targets.map((_each, n) => {
    const kept = chosen.find((each) => each.from === n)
    return kept ? ordered.indexOf(kept.target) : null
  })
  const gone = moved.flatMap((to, from) => (to === null ? [from] : []))
  const closePagers = await openAtPagers(order, before, gone)
  const change = inAlarms.changeSubscription(after, before, moved)
  const isChanged = await changeRecorded(order, change, {
    ...{ what: 'alarm-subscription-changed', tenant: after.tenant },
    detail: { before: shownSubscription(before), after: shownSubscription(after) },
  })
  if (!isChanged) throw changedMeanwhile('the subscription')
  await closeRecorded(order, after, closePagers)
  return after
}

interface Chosen {
  readonly target: Target
  /** Where it stood; null: it is new. */
  readonly from: number | null
}

const standing = (target: Target, from: number): Chosen => ({ target, from })

/** What does not open under the key of this site is kept as it is: the right key may come back. */
function assertReadable(chosen: readonly Chosen[]): void {
  const places = chosen.flatMap(({ target, from }) =>
    target.address === '' && from !== null ? [from + 1] : [],
  )
  if (places.length > 0)
    throw new OrderError(
      'conflict',
      `the address of place ${places.join(' and ')} cannot be read: it was sealed with another sealing.key; put that key back, or take the place out and name it anew`,
    )
}

function choose({ allowed }: AlarmOrder, before: Subscription, given: NewTarget | KeptTarget): Chosen {
  if (!('keeps' in given)) return { target: checkTarget(given, allowed), from: null }
  const { keeps, afterMs } = given
  const kept = before.targets[keeps]
  if (!kept) throw new OrderError('wrong', `there is no place ${keeps} that could stay; the first one is 0`)
  if (!Number.isInteger(afterMs) || afterMs < 0 || afterMs > longestStepMs)
    throw new OrderError('wrong', 'a step comes within a day')
  return { target: { ...kept, afterMs }, from: keeps }
}
