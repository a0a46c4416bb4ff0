import { utcWords } from '#ground/platform/utc-words.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { describeIncident, newStatusId, type StatusOrder, statusLimits } from './status-order.ts'
import { dayMs, phaseOf } from './status-state.ts'
import { inStatus, type StatusIncident, type StatusUpdate } from './status-store.ts'

/** Planned work lasts a week at most. */
const longestMs = 8 * dayMs

/**
 * Writes down as updates that planned work has begun and ended by itself, each once and at the moment that was announced,
 * so that feeds and subscribers hear of both as of all else. Where a person has said so nothing is added.
 */
export async function tellPlanned(order: StatusOrder): Promise<void> {
  for (const before of await order.status.incidents(order.at - longestMs, 200)) {
    const after = afterItsHours(before, order)
    if (after === before) continue
    // Whoever was faster has said something, and this is not noted; the next round looks anew.
    await changeRecorded(order, inStatus.putIncident(after, before), {
      ...{ what: 'status-update-posted', tenant: null },
      detail: { before: describeIncident(before), after: describeIncident(after) },
    })
  }
}

/** It stays `scheduled` while it is on: what a person calls `in_progress` does not end by itself. */
function afterItsHours(work: StatusIncident, { at, who }: StatusOrder): StatusIncident {
  const { from, until, updates } = work
  const phase = phaseOf(work, at)
  if (work.kind !== 'maintenance' || work.state !== 'scheduled' || phase === 'scheduled') return work
  if (from === null || until === null || updates.length > statusLimits.updates - 2) return work
  const told = (state: StatusUpdate['state'], text: string, moment: number): StatusUpdate => ({
    // What is older stays in front of it.
    ...{ id: newStatusId(), state, text, at: Math.max(moment, updates.at(-1)?.at ?? 0), who },
  })
  const hasBegun = updates.some((each) => each.state === 'in_progress' && each.at >= from)
  const begun = hasBegun
    ? []
    : [told('in_progress', `This work has begun. It is announced until ${utcWords(until)}.`, from)]
  if (phase === 'in_progress') return hasBegun ? work : { ...work, updates: [...updates, ...begun] }
  const over = told('completed', 'The announced time of this work is over, and with it the work.', until)
  return { ...work, state: 'completed', resolvedAt: until, updates: [...updates, ...begun, over] }
}
