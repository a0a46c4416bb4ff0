import { OrderError } from '#services/ledger/order-error.ts'
import { checkText, newStatusId } from '#services/status/status-order.ts'
import { drillWords, type Incident, incidentLimits } from './incident.ts'
import { type IncidentOrder, incidentOf, takeStep } from './incident-order.ts'
import { checkDrill, type NewDrill } from './name-drill.ts'

/** Promises a review until a moment: it keeps the incident open until it is held. @throws OrderError */
export async function promiseReview(
  order: IncidentOrder,
  id: string,
  given: { readonly what: string; readonly due: number },
): Promise<Incident> {
  const before = await incidentOf(order, id)
  if (before.promises.length >= incidentLimits.promises)
    throw new OrderError('wrong', `it has ${incidentLimits.promises} promises already`)
  if (!(given.due > order.at)) throw new OrderError('wrong', 'it is due in the future')
  const what = checkText('what is promised', given.what, 500)
  const promised = { id: newStatusId(), what, due: given.due, who: order.who, keptAt: null, result: '' }
  return takeStep(order, before, {
    what: 'incident-review-promised',
    now: { promises: [...before.promises, promised] },
    log: { kind: 'promise', text: `${what}, until ${new Date(given.due).toISOString().slice(0, 10)}` },
    after: promised,
  })
}

/**
 * Says what came out of a review. It needs a drill that repeats the incident, or why none can: what cannot be repeated is
 * not known to be mended.
 * @param given names the drill where the incident has none yet
 * @throws OrderError
 */
export async function keepPromise(
  order: IncidentOrder,
  id: string,
  promise: string,
  result: string,
  given: NewDrill = {},
): Promise<Incident> {
  const before = await incidentOf(order, id)
  const found = before.promises.find((each) => each.id === promise)
  if (!found) throw new OrderError('not-found', `there is no promise ${promise}`)
  if (found.keptAt !== null) throw new OrderError('conflict', 'this was held already')
  const isNamed = given.drill !== undefined || given.noDrill !== undefined
  const repeatedBy = isNamed ? checkDrill(order, given) : before.repeatedBy
  if (repeatedBy === undefined)
    throw new OrderError(
      'conflict',
      'a review is held when a drill is named that repeats the incident, or why none can',
    )
  const kept = { ...found, keptAt: order.at, result: checkText('what came out of it', result, 2000) }
  return takeStep(order, before, {
    what: 'incident-review-held',
    now: { promises: before.promises.map((each) => (each.id === promise ? kept : each)), repeatedBy },
    log: { kind: 'promise', text: `held: ${kept.what}. ${kept.result} ${drillWords(repeatedBy)}` },
    before: found,
    after: { ...kept, ...(isNamed && { repeatedBy }) },
  })
}
