import { utcWords } from '#ground/platform/utc-words.ts'
import { assertSeen, changedMeanwhile } from '#services/directory/directory-order.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { checkWindow, isAtShortNotice } from './maintenance-window.ts'
import { assertNamesNobody } from './names-nobody.ts'
import {
  checkText,
  checkWords,
  describeIncident,
  incidentOf,
  newStatusId,
  type StatusOrder,
  statusLimits,
  textsOf,
  type UpdateWords,
} from './status-order.ts'
import { phaseOf } from './status-state.ts'
import { inStatus, type StatusIncident, type StatusUpdate } from './status-store.ts'

export interface NewTime extends UpdateWords {
  /** As it is if absent. Work that has begun keeps its beginning. */
  readonly from?: number
  readonly until?: number
  /** Why it is moved, for the public. */
  readonly text: string
  /** It is known to be told less than five days ahead, and the page says so. */
  readonly isShortNotice?: boolean
}

/**
 * Moves planned work to another time, or the end of work that is on. It begins and ends by itself then, and whoever reads
 * its calendar has it moved there. @throws OrderError
 */
export async function moveMaintenance(
  order: StatusOrder,
  id: string,
  given: NewTime,
): Promise<StatusIncident> {
  const before = await plannedWork(order, id)
  const phase = phaseOf(before, order.at)
  const [wasFrom, wasUntil] = [before.from ?? before.startedAt, before.until ?? before.startedAt]
  const { from = wasFrom, until = wasUntil } = given
  if (from === wasFrom && until === wasUntil)
    throw new OrderError('wrong', 'name another beginning or another end')
  if (phase !== 'scheduled' && from !== wasFrom)
    throw new OrderError('conflict', 'this work has begun; only its end can be moved')
  if (from !== wasFrom && from <= order.at) throw new OrderError('wrong', 'it is moved to a time to come')
  const isShortNotice =
    from === wasFrom ? before.isShortNotice === true : isAtShortNotice(from, order.at, given.isShortNotice)
  checkWindow(from, until, order.at)
  const why = checkText('a text', given.text, statusLimits.text)
  await assertNamesNobody(order, textsOf(given))
  const said = `New time: ${utcWords(from)} to ${utcWords(until)}. It was ${utcWords(wasFrom)} to ${utcWords(wasUntil)}.`
  const { isShortNotice: _before, ...others } = before
  return put(order, before, 'status-maintenance-moved', {
    ...others,
    ...{ from, until, startedAt: from },
    ...(isShortNotice && { isShortNotice }),
    ...(from !== wasFrom && { noticedAt: order.at }),
    revision: (before.revision ?? 0) + 1,
    updates: [
      ...before.updates,
      { ...updateOf(order, phase, `${why}\n${said}`), ...checkWords(given, order.at) },
    ],
  })
}

/** Cancels planned work before it begins, with the reason that the public reads. It stays told as cancelled. @throws OrderError */
export async function cancelMaintenance(
  order: StatusOrder,
  id: string,
  why: string,
): Promise<StatusIncident> {
  const before = await plannedWork(order, id)
  if (phaseOf(before, order.at) !== 'scheduled')
    throw new OrderError('conflict', 'this work has begun; tell that it is completed')
  const text = checkText('a reason', why, statusLimits.text)
  await assertNamesNobody(order, [text])
  return put(order, before, 'status-maintenance-cancelled', {
    ...before,
    ...{ state: 'cancelled', resolvedAt: order.at, revision: (before.revision ?? 0) + 1 },
    updates: [...before.updates, updateOf(order, 'cancelled', text)],
  })
}

function updateOf({ at, who }: StatusOrder, state: StatusUpdate['state'], text: string): StatusUpdate {
  return { id: newStatusId(), state, text, at, who }
}

/** Such that is still to come, or is on. */
async function plannedWork(order: StatusOrder, id: string): Promise<StatusIncident> {
  const found = await incidentOf(order, id)
  if (found.kind !== 'maintenance') throw new OrderError('not-found', `there is no planned work ${id}`)
  assertSeen(order, found, 'this planned work')
  const phase = phaseOf(found, order.at)
  if (phase === 'cancelled' || phase === 'completed')
    throw new OrderError('conflict', `this work is ${phase}; announce new work`)
  if (found.updates.length >= statusLimits.updates)
    throw new OrderError('wrong', `it has ${statusLimits.updates} updates already`)
  return found
}

async function put(
  order: StatusOrder,
  before: StatusIncident,
  what: string,
  after: StatusIncident,
): Promise<StatusIncident> {
  const timed = (each: StatusIncident) => ({ ...describeIncident(each), from: each.from, until: each.until })
  const line = { what, tenant: null, detail: { before: timed(before), after: timed(after) } }
  if (!(await changeRecorded(order, inStatus.putIncident(after, before), line)))
    throw changedMeanwhile('this planned work')
  return after
}
