import type { DirectoryOrder } from '#services/directory/directory-order.ts'
import type { IncidentOrder } from '#services/incidents/incident-order.ts'
import type { PolicyOrder } from '#services/policy/policy-order.ts'
import type { Site } from './site.ts'

/** An order to the directory by whoever runs this command, now. */
export function orderOf(site: Site): DirectoryOrder {
  return { directory: site.directory, at: Date.now(), who: site.who }
}

/** An order about what tenants want, likewise. */
export function policyOrderOf(site: Site): PolicyOrder {
  return { ...orderOf(site), policy: site.policy }
}

/** An order about incidents and what the public is told, likewise. */
export function incidentOrderOf(site: Site): IncidentOrder {
  const { status, incidents, ownHosts } = site
  return { ...orderOf(site), status, incidents, ownHosts }
}
