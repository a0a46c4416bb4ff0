import type { FastifyInstance } from 'fastify'
import { acknowledgeByLink, lookByLink } from '#services/alarms/acknowledge-by-link.ts'
import { acknowledgedPage, acknowledgePage, noAcknowledgePage } from '../page/acknowledge-page.ts'
import type { ApiContext } from './api-context.ts'
import { addReviewPage } from './review-reply.ts'

type Link = { Params: { secret: string } }

/** `/alarms/acknowledge/...`: links of mails about alarms. Programs that look at mail open them too, so a button acts. */
export function acknowledgePageRoutes(app: FastifyInstance, context: ApiContext): void {
  const { alarmTelling, tenancy, clock } = context.parts
  const parts = { ...alarmTelling, directory: tenancy }
  const gone = { page: noAcknowledgePage, code: 404 }
  addReviewPage<Link>(app, context, ['GET', '/alarms/acknowledge/:secret'], async (request) => {
    const { secret } = request.params
    const found = isSecret(secret) ? await lookByLink(parts, secret) : null
    return found ? { page: acknowledgePage(found, secret) } : gone
  })
  addReviewPage<Link>(app, context, ['POST', '/alarms/acknowledge/:secret'], async (request) => {
    const { secret } = request.params
    const ip = context.who.addressOf(request)
    const found = isSecret(secret) ? await acknowledgeByLink(parts, secret, clock.now(), ip) : null
    return found ? { page: acknowledgedPage } : gone
  })
}

const isSecret = (text: string) => /^[\w-]{43,64}$/.test(text)
