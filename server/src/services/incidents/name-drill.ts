import { OrderError } from '#services/ledger/order-error.ts'
import { checkText } from '#services/status/status-order.ts'
import { drillWords, type Incident, type RepeatedBy } from './incident.ts'
import { type IncidentOrder, incidentOf, takeStep } from './incident-order.ts'

/** Drills that come with the platform, as `./mailkeep drill --list` names them. */
export const drillsKnown: readonly string[] = [
  ...[
    'D01',
    'D02',
    'D03',
    'D04',
    'D05',
    'D06',
    'D07',
    'D08',
    'D09',
    'D10',
    'D11',
    'D12',
    'D13',
    'D14',
    'D15',
    'D16',
  ],
  ...[
    'D17',
    'D18',
    'D19',
    'D20',
    'D21',
    'D22',
    'D24',
    'D26',
    'D27',
    'D28',
    'D29',
    'D30',
    'D31',
    'D32',
    'D33',
  ],
  ...['D34', 'KILL'],
]

/** A drill that repeats an incident, or why none can; one of both. */
export interface NewDrill {
  /** One of the platform by its name, or one of one's own in words. */
  readonly drill?: string
  readonly noDrill?: string
}

/**
 * Names the drill that repeats an incident, so that it is known to be understood; or says why none can.
 * @throws OrderError
 */
export async function nameDrill(order: IncidentOrder, id: string, given: NewDrill): Promise<Incident> {
  const before = await incidentOf(order, id)
  const repeatedBy = checkDrill(order, given)
  return takeStep(order, before, {
    what: 'incident-drill-named',
    now: { repeatedBy },
    log: { kind: 'promise', text: drillWords(repeatedBy) },
    before: before.repeatedBy ?? null,
    after: repeatedBy,
  })
}

/** @throws OrderError wrong */
export function checkDrill({ at, who }: IncidentOrder, { drill, noDrill }: NewDrill): RepeatedBy {
  if ((drill === undefined) === (noDrill === undefined))
    throw new OrderError('wrong', 'name a drill that repeats it, or say why none can; one of both')
  if (noDrill !== undefined)
    return { drill: null, why: checkText('why no drill can repeat it', noDrill, 500), at, who }
  const name = checkText('a drill', drill ?? '', 120)
  // What looks like one of ours is one of ours; any other words are somebody's own.
  const isOurs = /^(d\d+|kill)$/i.test(name)
  if (isOurs && !drillsKnown.includes(name.toUpperCase()))
    throw new OrderError(
      'wrong',
      `there is no drill ${name}; mailkeep drill --list names them, and one of your own is told in words`,
    )
  return { drill: isOurs ? name.toUpperCase() : name, why: '', at, who }
}
