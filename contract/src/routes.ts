import { AuditList, AuditQuery, Me } from './access.ts'
import { accountRoutes } from './account-routes.ts'
import { alarmRoutes } from './alarm-routes.ts'
import { backupsRoutes } from './backups-routes.ts'
import { brandRoutes } from './brand-routes.ts'
import { bypassRoutes } from './bypass-routes.ts'
import { contentRoutes } from './content-routes.ts'
import { detectionRoutes } from './detection-routes.ts'
import { directoryRoutes } from './directory-routes.ts'
import { dkimRoutes } from './dkim-routes.ts'
import { domainClaimsRoutes } from './domain-claims-routes.ts'
import { domainReportsRoutes } from './domain-reports-routes.ts'
import { domainStateRoutes } from './domain-state-routes.ts'
import { HealthReport } from './health.ts'
import { heldRoutes } from './held-routes.ts'
import { historyRoutes } from './history-routes.ts'
import { identityProviderRoutes } from './identity-provider-routes.ts'
import { incidentsRoutes } from './incidents-routes.ts'
import { keysRoutes } from './keys-routes.ts'
import { liveDrillsRoutes } from './live-drills-routes.ts'
import { lossesRoutes } from './losses-routes.ts'
import { maintenanceRoutes } from './maintenance-routes.ts'
import { managersRoutes } from './managers-routes.ts'
import { nodesRoutes } from './nodes-routes.ts'
import { Overview } from './overview.ts'
import { personDataRoutes } from './person-data-routes.ts'
import { policyRoutes } from './policy-routes.ts'
import { probesRoutes } from './probes-routes.ts'
import { quarantineRoutes } from './quarantine-routes.ts'
import { QueueQuery, QueueView } from './queue.ts'
import { QueueOrder, QueuePreview } from './queue-order.ts'
import { radarRoutes } from './radar-routes.ts'
import { relaysRoutes } from './relays-routes.ts'
import { reportsRoutes } from './reports-routes.ts'
import { reviewRoutes } from './review-routes.ts'
import type { ApiRoute } from './route.ts'
import { scopeRoutes } from './scope-routes.ts'
import { searchRoutes } from './search-routes.ts'
import { sendersRoutes } from './senders-routes.ts'
import { sendingRoutes } from './sending-routes.ts'
import { ScopeQuery } from './shared.ts'
import { statusRoutes } from './status-routes.ts'
import { suppressionsRoutes } from './suppressions-routes.ts'
import { syncRoutes } from './sync-routes.ts'
import { Task } from './task.ts'
import { taskRoutes } from './task-routes.ts'
import { Trace } from './trace.ts'
import { upstreamRoutes } from './upstream-routes.ts'
import { webhooksRoutes } from './webhooks-routes.ts'

/** Every address there is. */
export const routes = {
  overview: {
    method: 'GET',
    access: 'mail.read',
    ofPeople: true,
    path: '/api/v1/overview',
    summary: 'Books, the last 60 minutes, open alarms and facts of this node.',
    query: ScopeQuery,
    answer: Overview,
  },
  ...searchRoutes,
  message: {
    method: 'GET',
    access: 'mail.read',
    ofPeople: true,
    path: '/api/v1/messages/:id',
    summary: 'Everything about one message or refusal, but never its content. 404: there is none of this id.',
    answer: Trace,
  },
  queue: {
    method: 'GET',
    access: 'mail.read',
    path: '/api/v1/queue',
    summary: 'What waits and what is held, by next hop, most first; at most 1000.',
    query: QueueQuery,
    answer: QueueView,
  },
  live: {
    method: 'GET',
    access: 'open',
    path: '/health/live',
    summary: 'This process answers: `{"status":"live"}`.',
  },
  ready: {
    method: 'GET',
    access: 'open',
    path: '/health/ready',
    summary:
      'New mail may come to this node. 503: it should not, with reasons; a load balancer then leaves it out.',
    answer: HealthReport,
  },
  metrics: {
    method: 'GET',
    access: 'open',
    path: '/metrics',
    summary: 'Every figure of this process in the Prometheus format; see [metrics](metrics.md).',
  },
  mtaSts: {
    method: 'GET',
    access: 'open',
    path: '/.well-known/mta-sts.txt',
    summary:
      'For the host name `mta-sts.DOMAIN` of a domain of ours: its MTA-STS policy (RFC 8461), as `gateway.mtaSts` has it. A web server with the certificate of that name passes the question on to here.',
  },
  console: {
    method: 'GET',
    access: 'signed-in',
    path: '/',
    summary:
      'The console. Its pages have addresses of their own, as `/messages` and `/queue`; what they limit their lists to stands behind the question mark.',
  },
  ...quarantineRoutes,
  previewQueueOrder: {
    method: 'POST',
    access: 'queue.act',
    path: '/api/v1/queue/preview',
    summary: 'How many deliveries an order would touch; does nothing.',
    query: ScopeQuery,
    body: QueueOrder,
    answer: QueuePreview,
  },
  orderQueue: {
    method: 'POST',
    access: 'queue.act',
    path: '/api/v1/queue/orders',
    summary:
      'Does something with waiting, held or returned mail, each delivery once; what is on the wire at that moment is left alone. Answers within two seconds, with the task: look again where it still runs.',
    query: ScopeQuery,
    body: QueueOrder,
    answer: Task,
  },
  ...policyRoutes,
  ...taskRoutes,
  ...dkimRoutes,
  ...historyRoutes,
  ...upstreamRoutes,
  ...bypassRoutes,
  ...radarRoutes,
  ...incidentsRoutes,
  ...statusRoutes,
  ...domainClaimsRoutes,
  ...relaysRoutes,
  ...heldRoutes,
  ...suppressionsRoutes,
  ...sendingRoutes,
  ...sendersRoutes,
  ...syncRoutes,
  openapi: {
    method: 'GET',
    access: 'open',
    media: ['application/json'],
    path: '/api/v1/openapi.json',
    summary: 'This contract as an OpenAPI 3.1 document.',
  },
  me: {
    method: 'GET',
    access: 'signed-in',
    path: '/api/v1/me',
    summary: 'Who asks, and what he may do.',
    answer: Me,
  },
  auditLog: {
    method: 'GET',
    access: 'audit.read',
    path: '/api/v1/audit-log',
    summary: 'Who did what, in the tenants in reach. Who has some domains of them alone reads none of it.',
    query: AuditQuery,
    answer: AuditList,
  },
  ...reportsRoutes,
  ...reviewRoutes,
  ...contentRoutes,
  ...directoryRoutes,
  ...personDataRoutes,
  ...managersRoutes,
  ...keysRoutes,
  ...accountRoutes,
  ...scopeRoutes,
  ...brandRoutes,
  ...webhooksRoutes,
  ...identityProviderRoutes,
  ...backupsRoutes,
  ...maintenanceRoutes,
  ...liveDrillsRoutes,
  ...lossesRoutes,
  ...nodesRoutes,
  ...probesRoutes,
  ...domainReportsRoutes,
  ...domainStateRoutes,
  ...alarmRoutes,
  ...detectionRoutes,
} as const satisfies Record<string, ApiRoute>

export const apiRoutes: readonly ApiRoute[] = Object.values(routes)
