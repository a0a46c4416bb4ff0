import { followFindings } from '#services/incidents/follow-findings.ts'
import type { Base } from './base.ts'

/** Mail that takes longer than so many periods is late: a minute. */
const periodsLate = 2

/** Opens, watches and closes incidents for what measurements find. */
export function createIncidentRounds({ stores, config }: Base): () => Promise<void> {
  const { directory, status, incidents } = stores
  return () =>
    followFindings({
      order: (at) => ({ directory, status, incidents, at, who: 'mailkeep' }),
      findings: stores.readWatch,
      ledger: stores.ledger,
      now: () => Date.now(),
      lateMs: periodsLate * config['watch.period'],
    })
}
