import { type MessageContent, routes } from '@mailkeep/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ContentUnavailable } from '#services/content/content-unavailable.ts'
import { type ContentLook, lookAtContent, takeContent } from '#services/content/look-at-content.ts'
import { principalOf } from '../access/guard-access.ts'
import { moment } from '../answers/moment.ts'
import { problems } from '../api-problem.ts'
import { previewPage, previewPolicy } from '../page/preview-page.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

type Asking = FastifyRequest<{ Params: { id: string }; Querystring: { part?: number } }>

/** `/api/v1/messages/:id/content`, `preview` and `download`: looking at mail, each look written down. */
export function contentRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  addRoute(app, routes.messageContent, async ({ principal, params }) =>
    describe(params.id, await lookAtContent(parts.content, principal, params.id), parts.clock.now()),
  )
  const { messagePreview, downloadMessage } = routes
  app.get(
    messagePreview.path,
    {
      config: { access: messagePreview.access, ofPeople: messagePreview.ofPeople },
      schema: { params: messagePreview.params },
    },
    async (request: Asking, reply) => {
      const { shown } = await lookAtContent(parts.content, principalOf(request), request.params.id)
      return closed(reply)
        .header('content-security-policy', previewPolicy)
        .type('text/html; charset=utf-8')
        .send(previewPage(shown))
    },
  )
  app.get(
    downloadMessage.path,
    {
      config: { access: downloadMessage.access, ofPeople: downloadMessage.ofPeople },
      schema: { params: downloadMessage.params, querystring: downloadMessage.query },
    },
    async (request: Asking, reply) => {
      const { params, query } = request
      try {
        const taken = await takeContent(parts.content, principalOf(request), params.id, query.part ?? null)
        return closed(reply)
          .type('application/octet-stream')
          .header('content-disposition', asAttachment(taken.name))
          .send(Buffer.from(taken.bytes.buffer, taken.bytes.byteOffset, taken.bytes.byteLength))
      } catch (cause) {
        if (!(cause instanceof ContentUnavailable)) throw cause
        throw problems.notAvailable(`The content cannot be read at the moment: ${cause.message}.`)
      }
    },
  )
}

function closed(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-store')
}

function describe(messageId: string, { marks, shown, why }: ContentLook, now: number): MessageContent {
  const missing = shown === null ? { since: moment(now), why } : null
  return {
    messageId,
    marks,
    content: {
      value: shown && {
        ...shown,
        header: [...shown.header],
        removed: [...shown.removed],
        attachments: [...shown.attachments],
      },
      missing,
    },
  }
}

/** Saved, never opened, under a name without a path (RFC 6266). */
function asAttachment(name: string): string {
  const bare = name.replace(/^.*[/\\]/, '').slice(0, 150)
  const plain = bare.replace(/[^A-Za-z0-9._ -]/g, '_')
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(bare).replace(/['()*]/g, (each) => `%${each.charCodeAt(0).toString(16)}`)}`
}
