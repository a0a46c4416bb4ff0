import { routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import type { SendingProcess } from '#services/alarms/process-store.ts'
import { moment } from '../answers/moment.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

/** `GET /api/v1/nodes`: processes that send mail, and how far each is trusted. */
export function nodesRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  addRoute(app, routes.nodes, async () => ({ nodes: (await parts.processes.nodes()).map(describe) }))
}

function describe({ node, pid, startedAt, seenAt, restart, standing, tries }: SendingProcess) {
  const sum = (what: 'tried' | 'failed') => tries.reduce((total, each) => total + each[what], 0)
  const told = standing ?? { kind: 'full' as const, percent: 100, passed: 0, step: '', why: '', since: null }
  const { kind, percent, passed, step, why, since } = told
  return {
    ...{ node, pid, startedAt: moment(startedAt), seenAt: moment(seenAt), restart },
    ...{ standing: kind, percent, passed, step, why, since: since === null ? null : moment(since) },
    ...{ tried: sum('tried'), failed: sum('failed') },
  }
}
