/**
 * The states of mail, as a table that runs.
 *
 * A delivery (one message for one recipient) is at every moment in exactly one state:
 *
 *   waiting      ours to bring on: queued, in an attempt, still being inspected, or parked for our own fault
 *   delivered    the next hop took it
 *   returned     given up for good and reported to the sender; its content is kept for a while
 *   quarantined  inbound mail set aside by a verdict
 *   held         stopped for a person to look at
 *   sealed       handed to the portal for encrypted mail
 *   discarded    dropped by a policy that the reason names
 *
 * What survives a crash is the row; claimed work is waiting work with a lease, and a lease ends by itself.
 * Every change goes through `assertTransition`, is written together with its ledger event and its entry in
 * the books in one transaction, and so cannot be half done.
 */
export const deliveryStates = [
  'waiting',
  'delivered',
  'returned',
  'quarantined',
  'held',
  'sealed',
  'discarded',
] as const
export type DeliveryState = (typeof deliveryStates)[number]

/** Who may make a change: the folder whose code asks for it. */
export type Owner =
  | 'gateway'
  | 'inspection'
  | 'delivery'
  | 'queue'
  | 'quarantine'
  | 'review'
  | 'jobs'
  | 'spool'

interface Transition {
  readonly from: DeliveryState | 'new'
  readonly to: DeliveryState
  readonly owners: readonly Owner[]
  readonly when: string
}

/** Every change that exists. What is not here cannot happen. */
export const transitions: readonly Transition[] = [
  {
    from: 'new',
    to: 'waiting',
    owners: ['gateway', 'delivery', 'jobs'],
    when: 'accepted: to be delivered, or inspection goes on behind the answer',
  },
  { from: 'new', to: 'quarantined', owners: ['gateway'], when: 'accepted with a verdict that sets it aside' },
  {
    from: 'new',
    to: 'held',
    owners: ['gateway'],
    when: 'accepted, and a person must look (a mail loop, a review)',
  },
  { from: 'new', to: 'discarded', owners: ['gateway'], when: 'accepted, and a named policy drops it' },
  { from: 'waiting', to: 'delivered', owners: ['delivery'], when: 'the next hop answered 250' },
  {
    from: 'waiting',
    to: 'returned',
    owners: ['delivery', 'queue'],
    when: 'refused for good, expired, or returned by hand; the sender hears of it',
  },
  {
    from: 'waiting',
    to: 'discarded',
    owners: ['delivery', 'inspection', 'queue', 'spool'],
    when: 'failed, and nobody may hear of it (a bounce of a bounce, NOTIFY=NEVER, a copy by a rule), redirected by a rule, or withdrawn because its client heard 451',
  },
  { from: 'waiting', to: 'quarantined', owners: ['inspection'], when: 'the verdict came after the answer' },
  {
    from: 'waiting',
    to: 'held',
    owners: ['inspection', 'queue', 'delivery'],
    when: 'stopped by hand, by a late verdict, or failed where a rule has sent it',
  },
  {
    from: 'quarantined',
    to: 'waiting',
    owners: ['quarantine', 'inspection'],
    when: 'released; or its checks could be finished after all',
  },
  {
    from: 'quarantined',
    to: 'discarded',
    owners: ['quarantine', 'jobs', 'inspection'],
    when: 'deleted by hand or at the end of its time; or a report that could be read after all',
  },
  {
    from: 'held',
    to: 'waiting',
    owners: ['queue', 'review', 'inspection', 'jobs'],
    when: 'released, or judged anew; or to be returned, by hand or at the end of its time',
  },
  {
    from: 'held',
    to: 'quarantined',
    owners: ['review'],
    when: 'its sender was somebody else, who had the password',
  },
  {
    from: 'held',
    to: 'returned',
    owners: ['queue', 'review', 'jobs'],
    when: 'returned by hand or at the end of its time',
  },
  { from: 'held', to: 'discarded', owners: ['queue', 'review'], when: 'withdrawn' },
  { from: 'returned', to: 'waiting', owners: ['queue'], when: 'sent again' },
]

const allowed = new Map(transitions.map((each) => [`${each.from}>${each.to}`, each]))

/** A change of state that the table does not have: a fault of ours, never of the mail. */
export class TransitionError extends Error {
  readonly code = 'transition-not-allowed'
  constructor(from: string, to: string, owner: string) {
    super(`a delivery cannot go from ${from} to ${to} by ${owner}`)
    this.name = 'TransitionError'
  }
}

/** @throws TransitionError when the table has no such change for this owner */
export function assertTransition(from: DeliveryState | 'new', to: DeliveryState, owner: Owner): void {
  if (!allowed.get(`${from}>${to}`)?.owners.includes(owner)) throw new TransitionError(from, to, owner)
}

/** States that no attempt, release or time limit of ours changes any more. */
export function isSettled(state: DeliveryState): boolean {
  return state === 'delivered' || state === 'returned' || state === 'discarded' || state === 'sealed'
}
