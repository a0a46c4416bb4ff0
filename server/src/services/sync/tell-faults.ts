import { lasts, type SyncFaultCode, syncFaults } from './sync-fault.ts'
import type { SyncParts } from './sync-parts.ts'
import type { SyncSource } from './sync-store.ts'

/** A fault that so many tenants have at once is not theirs. */
const tenantsOfIncident = 3

const lasting = (Object.keys(syncFaults) as SyncFaultCode[]).filter(lasts)

/**
 * Tells of faults: the managers of a tenant once for each fault until it is over, the operator by an alarm for each
 * tenant, or by one for all where three tenants or more have it. Faults of ours are told to the operator alone. Run every few seconds.
 */
export async function tellFaults(parts: SyncParts): Promise<void> {
  const { store, now, limits, notify } = parts
  const { began } = await store.attendToFaults(lasting, now())
  for (const notice of began) if (notice.code !== 'own-fault') await notify(notice)
  // Failed sources are tried again within an interval; what was not seen for two is not known any more.
  const faulty = await store.faulty(now() - 2 * limits().intervalMs)
  raiseFaults(parts, faulty.filter(isTold))
  raiseWaiting(parts, await store.waiting())
}

function isTold({ fault, failures }: SyncSource): boolean {
  return fault !== null && (lasts(fault.code) || failures >= 2)
}

function raiseFaults({ alarms }: SyncParts, faulty: readonly SyncSource[]): void {
  const wanted = new Map<string, { name: string; subject: string; text: string }>()
  const add = (name: string, subject: string, text: string) =>
    wanted.set(`${name} ${subject}`, { name, subject, text })
  for (const [key, sources] of Map.groupBy(faulty, ({ kind, fault }) => `${kind} ${fault?.code}`)) {
    const code = sources[0]?.fault?.code ?? 'own-fault'
    const tenants = [...new Set(sources.map((each) => each.tenant))].sort()
    if (code === 'own-fault') add('sync-own-fault', key, ownFaultText(sources, tenants))
    else if (tenants.length >= tenantsOfIncident)
      add('sync-incident', key, incidentText(code, sources, tenants))
    else
      for (const tenant of tenants)
        add(
          'sync-failed',
          `${tenant} ${key}`,
          tenantText(
            code,
            sources.filter((each) => each.tenant === tenant),
          ),
        )
  }
  for (const open of alarms.open())
    if (/^sync-(?:own-fault|incident|failed)$/.test(open.name) && !wanted.has(`${open.name} ${open.subject}`))
      alarms.clear(open.name, open.subject)
  for (const { name, subject, text } of wanted.values())
    if (name === 'sync-own-fault') alarms.raise('sync-own-fault', subject, text)
    else if (name === 'sync-incident') alarms.raise('sync-incident', subject, text)
    else alarms.raise('sync-failed', subject, text)
}

function tenantText(code: SyncFaultCode, sources: readonly SyncSource[]): string {
  const { what, todo } = syncFaults[code]
  const names = sources.map(({ name, id }) => `${name} (${id})`).join(', ')
  return `user sync of ${sources[0]?.tenant} by ${names}: ${what}: ${sources[0]?.fault?.detail}. Its people stay as they were, last good run ${goodAt(sources)}. ${todo}`
}

function incidentText(
  code: SyncFaultCode,
  sources: readonly SyncSource[],
  tenants: readonly string[],
): string {
  const shown = tenants.slice(0, 20).join(', ')
  const more = tenants.length > 20 ? ` and ${tenants.length - 20} more` : ''
  return `user sync of ${tenants.length} tenants by ${sources[0]?.kind}: ${syncFaults[code].what} (${shown}${more}); first ${sources[0]?.fault?.detail}. Their people stay as they were. "mailkeep sync list --failing" shows each with its last good run`
}

function ownFaultText(sources: readonly SyncSource[], tenants: readonly string[]): string {
  return `what directories of ${tenants.length} tenants said (${tenants.slice(0, 20).join(', ')}) could not be worked on or stored here: ${sources[0]?.fault?.detail}. A fault of ours; their people stay as they were`
}

function goodAt(sources: readonly SyncSource[]): string {
  const times = sources.flatMap(({ goodAt }) => (goodAt === null ? [] : [goodAt]))
  return times.length === 0 ? 'never' : new Date(Math.max(...times)).toISOString()
}

function raiseWaiting({ alarms }: SyncParts, waiting: readonly SyncSource[]): void {
  const subjectOf = ({ id, tenant }: SyncSource) => `${id} of tenant:${tenant}`
  const subjects = new Set(waiting.map(subjectOf))
  for (const open of alarms.open())
    if (open.name === 'sync-shrink' && !subjects.has(open.subject)) alarms.clear('sync-shrink', open.subject)
  for (const source of waiting) {
    const { id, name, tenant } = source
    alarms.raise(
      'sync-shrink',
      subjectOf(source),
      `the directory behind ${name} of ${tenant} has lost many people at once; the old ones stay in force until somebody confirms it on the page of this source, or by "mailkeep sync confirm ${id}"`,
    )
  }
}
