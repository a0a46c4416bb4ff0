import type { FastifyInstance } from 'fastify'
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
  app.get<{ Querystring: Record<string, unknown> }>('/', async (request, reply) => {
    const query = parseMessagesQuery(request.query)
    const [overview, queue, messages] = await Promise.all([
      describeOverview(parts, reads),
      describeQueue(parts, reads, hopsShown),
      describeMessages(parts, reads, query),
    ])
    const home = { overview, queue, messages, query, completeUpTo: reads.completeUpTo }
    return sendTagged(request, reply, home, {
      type: htmlType,
      salt,
      body: () => layout(homePage(home), assets),
    })
  })
  app.get<{ Params: { id: string } }>('/messages/:id', async (request, reply) => {
    const trace = await describeTrace(parts, reads, request.params.id)
    return sendTagged(request, reply, trace, {
      type: htmlType,
      salt,
      body: () => layout(messagePage(trace, parts.config['node.name']), assets),
    })
  })
}
