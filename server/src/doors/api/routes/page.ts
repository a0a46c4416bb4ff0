import type { FastifyInstance } from 'fastify'
import { principalOf, reachOf } from '../access/guard-access.ts'
import { describeMessages } from '../answers/describe-messages.ts'
import { describeOverview } from '../answers/describe-overview.ts'
import { describeQueue } from '../answers/describe-queue.ts'
import { describeTrace } from '../answers/describe-trace.ts'
import { homePage } from '../page/home-page.ts'
import { layout } from '../page/layout.ts'
import { messagePage } from '../page/message-page.ts'
import { parseMessagesQuery } from '../parse-messages-query.ts'
import type { ApiContext } from './api-context.ts'
import { sendTagged } from './send-tagged.ts'

const htmlType = 'text/html; charset=utf-8'
const hopsShown = 12

/**
 * `GET /` and `GET /messages/:id`: the first page, and one message. They are whole without a script; the script asks
 * for the same address again and puts what has changed in place.
 */
export function pageRoutes(app: FastifyInstance, { parts, reads, assets }: ApiContext): void {
  const salt = assets.version
  const reading = { config: { access: 'mail.read' } } as const
  app.get<{ Querystring: Record<string, unknown> }>('/', reading, async (request, reply) => {
    const query = parseMessagesQuery(request.query)
    const [overview, queue, messages] = await Promise.all([
      describeOverview(parts, reads, principalOf(request)),
      describeQueue(parts, reads, hopsShown, reachOf(request)),
      describeMessages(parts, reads, query, reachOf(request)),
    ])
    const { tenant } = principalOf(request)
    const place = overview.node?.name ?? tenant
    const home = { overview, queue, messages, query, place, completeUpTo: reads.completeUpTo }
    return sendTagged(request, reply, home, {
      type: htmlType,
      salt,
      body: () => layout(homePage(home), assets, request.asker.signedIn?.manager.id ?? null),
    })
  })
  app.get<{ Params: { id: string } }>('/messages/:id', reading, async (request, reply) => {
    const trace = await describeTrace(parts, reads, request.params.id, reachOf(request))
    return sendTagged(request, reply, trace, {
      type: htmlType,
      salt,
      body: () =>
        layout(
          messagePage(trace, parts.config['node.name']),
          assets,
          request.asker.signedIn?.manager.id ?? null,
        ),
    })
  })
}
