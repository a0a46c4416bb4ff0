import type { IncidentFinder } from '#services/alarms/tell-alarms.ts'
import { faultOf } from '#services/incidents/fault-of.ts'
import type { IncidentStore } from '#services/incidents/incident-store.ts'
import type { FindingStore } from '#services/watch/finding.ts'

const dayMs = 86_400_000
const mostFindings = 500
const mostIncidents = 100

/**
 * Which open incident an alarm belongs to: the one that was opened for the finding of the same name and subject, or for
 * the next hop or node that the alarm is about.
 */
export async function findIncidents(
  incidents: Pick<IncidentStore, 'list'>,
  findings: Pick<FindingStore, 'findings'>,
  now: number,
): Promise<IncidentFinder> {
  const open = await incidents.list({ open: true }, mostIncidents)
  if (open.length === 0) return () => null
  const byFault = new Map(
    open.flatMap((each) => (each.finding === null ? [] : [[each.finding, each] as const])),
  )
  const found = new Map<string, { readonly id: string; readonly name: string }>()
  for (const finding of await findings.findings(now - dayMs, mostFindings)) {
    const incident = byFault.get(faultOf(finding))
    if (!incident) continue
    const { id, name } = incident
    found.set(`${finding.kind}\n${finding.subject}`, { id, name })
    for (const place of [finding.hop, finding.hop === null ? finding.node : null])
      if (place !== null) found.set(place, { id, name })
  }
  return ({ name, subject }) =>
    found.get(`${name}\n${subject}`) ?? (placed.has(name) ? found.get(subject) : undefined) ?? null
}

/** Alarms whose subject is the next hop, or the node, that findings name. */
const placed: ReadonlySet<string> = new Set([
  ...['next-hop-down', 'next-hop-defers', 'next-hop-tls', 'target-out', 'receiver-trouble', 'node-unfit'],
])
