import type { LedgerStore } from '#services/ledger/ledger-store.ts'
import { countAffected, questionOf } from './affected-mail.ts'
import { affectedWords, type Figures, type Incident, touchedOf } from './incident.ts'
import { faceOf, type IncidentOrder, incidentOf, takeStep } from './incident-order.ts'

/** A hundred thousand rows are counted in seconds; nobody waits longer than this for one count. */
const longestMs = 60_000

interface Counting {
  /** How long each of its counts may take. */
  readonly budgetMs?: number
  /** It is made by itself while the incident lasts: no line of the audit log, and nothing that people would have to see. */
  readonly isRecount?: boolean
}

/**
 * Counts in the ledger whom an incident touched, and out of how many. Where its beginning was only told and the first
 * of that mail was touched earlier, the incident begins then: what is measured wins. @throws OrderError
 */
export async function measureIncident(
  order: IncidentOrder,
  ledger: Pick<LedgerStore, 'affected'>,
  id: string,
  { budgetMs = longestMs, isRecount = false }: Counting = {},
): Promise<Incident> {
  const before = await incidentOf(order, id)
  const query = questionOf(before, order.at)
  const found = await countAffected(ledger, query, budgetMs)
  const { since, until, direction } = query
  const all = await countAffected(
    ledger,
    { since, until, kind: 'accepted', ...(direction && { direction }) },
    budgetMs,
  )
  const refused = await countAffected(
    ledger,
    { since, until, kind: 'refused', ...(direction && { direction }) },
    budgetMs,
  )
  // What was counted before, and not to its end now, has not become less.
  const affected = found.isExact ? found.affected : Math.max(found.affected, before.figures?.affected ?? 0)
  const figures: Figures = {
    ...{ at: order.at, affected, tenants: Object.keys(found.tenants).length },
    // Mail that was accepted before the stretch can be touched within it.
    all: Math.max(affected, all.affected + refused.affected),
    ...{ states: found.states, firstAt: found.firstAt, lastAt: found.lastAt },
    delays: found.delays,
    isExact: found.isExact && all.isExact && refused.isExact,
  }
  const isEarlier = found.firstAt !== null && found.firstAt < before.startedAt
  const start = isEarlier ? { startedAt: found.firstAt, startFrom: 'telemetry' as const } : {}
  const face = await faceOf(order, before)
  const touched = touchedOf({ figures, predicate: before.predicate })
  return takeStep(order, before, {
    what: isRecount ? null : 'incident-measured',
    now: { figures, ...start, ...(isRecount && { recounts: (before.recounts ?? 0) + 1 }) },
    // The public is told the same beginning and the same count.
    ...(face && {
      face: {
        ...face,
        startedAt: Math.min(face.startedAt, start.startedAt ?? face.startedAt),
        ...(touched && { touched }),
      },
    }),
    ...(before.figures === null && {
      log: {
        kind: 'list',
        text: `${affectedWords(figures)} deliveries and refusals, ${figures.tenants} ${figures.tenants === 1 ? 'tenant' : 'tenants'}`,
      },
    }),
    before: before.figures && { affected: before.figures.affected },
    after: { affected, all: figures.all, isExact: figures.isExact },
  })
}
