import type { TSchema } from 'typebox'
import { HealthReport } from './health.ts'
import { MessageList, MessagesQuery } from './messages.ts'
import { Overview } from './overview.ts'
import { QueueView } from './queue.ts'
import { Trace } from './trace.ts'

/** One address of the HTTP door. */
export interface ApiRoute {
  readonly path: string
  readonly summary: string
  /** Parameters after the question mark; null: there are none. */
  readonly query: TSchema | null
  /** The answer as JSON; null: it is no JSON. */
  readonly answer: TSchema | null
}

/** Every address there is; all are asked with GET, and nothing can be changed. */
export const apiRoutes: readonly ApiRoute[] = [
  {
    path: '/api/v1/overview',
    summary: 'Books, the last 60 minutes, open alarms and facts of this node.',
    query: null,
    answer: Overview,
  },
  {
    path: '/api/v1/messages',
    summary: 'Messages and refusals, newest first.',
    query: MessagesQuery,
    answer: MessageList,
  },
  {
    path: '/api/v1/messages/:id',
    summary: 'Everything about one message or refusal, but never its content. 404: there is none of this id.',
    query: null,
    answer: Trace,
  },
  {
    path: '/api/v1/queue',
    summary: 'What waits and what is held, by next hop, most first; at most 1000.',
    query: null,
    answer: QueueView,
  },
  {
    path: '/health/live',
    summary: 'This process answers: `{"status":"live"}`.',
    query: null,
    answer: null,
  },
  {
    path: '/health/ready',
    summary:
      'New mail may come to this node. 503: it should not, with reasons; a load balancer then leaves it out.',
    query: null,
    answer: HealthReport,
  },
  {
    path: '/metrics',
    summary: 'Every figure of this process in the Prometheus format; see [metrics](metrics.md).',
    query: null,
    answer: null,
  },
  {
    path: '/.well-known/mta-sts.txt',
    summary:
      'For the host name `mta-sts.DOMAIN` of a domain of ours: its MTA-STS policy (RFC 8461), as `gateway.mtaSts` has it. A web server with the certificate of that name passes the question on to here.',
    query: null,
    answer: null,
  },
  {
    path: '/',
    summary: 'The first page; the same parameters as `/api/v1/messages`.',
    query: MessagesQuery,
    answer: null,
  },
  { path: '/messages/:id', summary: 'The page of one message.', query: null, answer: null },
]
