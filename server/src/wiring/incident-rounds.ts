import { endDueReturned } from '#services/incidents/end-returned.ts'
import { followFindings } from '#services/incidents/follow-findings.ts'
import { followMeasured } from '#services/incidents/follow-measured.ts'
import { createRenaming } from '#services/incidents/rename-told.ts'
import type { Base } from './base.ts'
import { ownHostsOf } from './own-hosts.ts'

/** Mail that takes longer than so many periods is late: a minute. */
const periodsLate = 2

/** Opens, watches, closes and opens again incidents for what measurements find. */
export function createIncidentRounds({ stores, config }: Base): () => Promise<void> {
  const { directory, status, incidents } = stores
  const ownHosts = ownHostsOf(config)
  const order = (at: number) => ({ directory, status, incidents, ownHosts, at, who: 'mailkeep' })
  const renameTold = createRenaming()
  return async () => {
    await followFindings({
      order,
      findings: stores.readWatch,
      ledger: stores.ledger,
      now: () => Date.now(),
      lateMs: periodsLate * config['watch.period'],
    })
    await followMeasured({ order, findings: stores.readWatch, now: () => Date.now() })
    await renameTold(order(Date.now()))
  }
}

/** What keeps returned mail that incidents have touched. */
export function incidentKeepOf({ stores, config }: Base) {
  const { readIncidents: incidents, ledger, retention } = stores
  return { incidents, ledger, retention, keepMs: config['spool.keepIncident'] }
}

/** Frees content of returned mail whose time is over; see endDueReturned(). */
export function createReturnedEnd(base: Base): (now: number) => Promise<void> {
  const parts = incidentKeepOf(base)
  return (now) => endDueReturned(parts, now)
}
