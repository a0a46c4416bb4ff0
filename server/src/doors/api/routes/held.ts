import { type HeldDone, type HeldLine, type HeldOrder, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { type Principal, reachOfMail } from '#services/access/principal.ts'
import { heldUntil } from '#services/held/held-for.ts'
import type { HeldLine as Found, HeldAction } from '#services/held/held-store.ts'
import { orderHeld } from '#services/held/order-held.ts'
import { whyHeld } from '#services/held/why-held.ts'
import { cutText } from '../answers/cut-text.ts'
import { keyOf } from '../answers/key-of.ts'
import { moment } from '../answers/moment.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

const subjectShown = 200

/** `/api/v1/held`: mail of our people that is held before it leaves, and what managers do with it. */
export function heldRoutes(app: FastifyInstance, { parts, reads }: ApiContext): void {
  const { held, reasonText } = parts
  const returnsAt = (line: Found) => heldUntil(held, line, line.heldAt)
  addRoute(app, routes.held, async ({ principal, query }) => {
    const { sender, asked, after, limit = 25 } = query
    const within = reachOfMail(principal)
    const wanted = {
      ...(sender !== undefined && { sender }),
      ...(asked === 'yes' && { asked: true }),
      ...(after !== undefined && { after: readPlace(after) }),
      ...(within && { within }),
    }
    const found = await reads.ask('held mail', `${keyOf(within)} ${JSON.stringify(query)}`, () =>
      held.readHeld.list(wanted, limit + 1),
    )
    const lines = found.value?.slice(0, limit) ?? null
    const last = lines?.at(-1)
    const hasMore = (found.value?.length ?? 0) > limit
    return {
      completeUpTo: reads.completeUpTo,
      lines: {
        ...found,
        value: lines?.map((each) => describe(each, reasonText, returnsAt(each))) ?? null,
      },
      next: last && hasMore ? `${last.heldAt}.${last.messageId}` : null,
    }
  })
  const order =
    (action: Exclude<HeldAction, 'expire'>) =>
    async ({
      principal,
      params,
      body,
    }: {
      principal: Principal
      params: { id: string }
      body: HeldOrder
    }): Promise<HeldDone> => {
      const within = reachOfMail(principal)
      const { who, ip, rights } = principal
      const done = await orderHeld(
        {
          ...held,
          ...{ messageId: params.id, who, ip, mayVirus: rights.has('quarantine.virus') },
          ...(within && { within }),
          ...(body.note !== undefined && { note: body.note }),
        },
        action,
      )
      return { messageId: params.id, done }
    }
  addRoute(app, routes.releaseHeld, order('release'))
  addRoute(app, routes.returnHeld, order('return'))
  addRoute(app, routes.withdrawHeld, order('withdraw'))
}

function readPlace(after: string): { heldAt: number; messageId: string } {
  const [heldAt = '0', messageId = ''] = after.split('.')
  return { heldAt: Number(heldAt), messageId }
}

function describe(
  { state: _state, findings, recipients, ...found }: Found,
  reasonText: (reason: string) => string,
  returnsAt: number,
): HeldLine {
  return {
    ...found,
    recipients: [...recipients],
    subject: cutText(found.subject, subjectShown),
    reasonText: reasonText(found.reason),
    why: whyHeld({ ...found, findings }),
    heldAt: moment(found.heldAt),
    returnsAt: moment(returnsAt),
    toldAt: orNull(found.toldAt),
    warnedAt: orNull(found.warnedAt),
    askedAt: orNull(found.askedAt),
  }
}

function orNull(at: number | null): string | null {
  return at === null ? null : moment(at)
}
