import { OrderError } from '#services/ledger/order-error.ts'
import { checkText } from '#services/status/status-order.ts'
import {
  type Cause,
  type CauseName,
  causes,
  type Evidence,
  type Incident,
  incidentLimits,
} from './incident.ts'
import { type IncidentOrder, incidentOf, takeStep } from './incident-order.ts'

export interface NewCause {
  readonly name: CauseName
  readonly words: string
  readonly evidence?: readonly Evidence[]
}

/** Says what caused it, with what was measured. Evidence that was there before stays. @throws OrderError */
export async function nameCause(order: IncidentOrder, id: string, given: NewCause): Promise<Incident> {
  const before = await incidentOf(order, id)
  const known = before.cause?.evidence ?? []
  const cause = checkCause(order, { ...given, evidence: [...known, ...(given.evidence ?? [])] })
  return takeStep(order, before, {
    what: 'incident-cause-named',
    now: { cause },
    log: { kind: 'cause', text: `${cause.name}: ${cause.words}` },
    before: before.cause && { name: before.cause.name, words: before.cause.words },
    after: { name: cause.name, words: cause.words },
  })
}

/** @throws OrderError wrong */
export function checkCause({ at, who }: IncidentOrder, { name, words, evidence = [] }: NewCause): Cause {
  if (!causes.includes(name)) throw new OrderError('wrong', `a cause is one of ${causes.join(', ')}`)
  return {
    ...{ name, at, who },
    words: checkText('what the cause was, in words,', words, 1000),
    evidence: evidence.slice(-incidentLimits.evidence).map((each) => ({
      ...{ what: each.what.slice(0, 300), value: each.value.slice(0, 300), at: each.at },
      ...(each.usual !== undefined && { usual: each.usual }),
    })),
  }
}
