import type { FastifyRequest } from 'fastify'
import { OrderError } from '#services/ledger/order-error.ts'
import type { PickedMail } from '#services/review/act-on-many.ts'
import { type PersonOrder, readMine } from '#services/review/act-on-review.ts'
import { reviewDeletePage } from '../page/review-delete-page.ts'
import { readForm } from './read-form.ts'
import type { ReviewAnswer } from './review-reply.ts'

interface DeleteForm {
  readonly action: string
  readonly fields: (picks: readonly PickedMail[]) => readonly (readonly [string, string])[]
}

/**
 * The question before messages of somebody's are deleted for good. Null: he has said yes to it, or none of them waits for
 * him, which the deletion itself tells him.
 * @param action what the form asked, with `fields` in it for those that wait: no other is deleted by the yes
 */
export async function askBeforeDeleting(
  { body }: FastifyRequest,
  order: Omit<PersonOrder, 'messageId' | 'n'>,
  picks: readonly PickedMail[],
  { action, fields }: DeleteForm,
): Promise<ReviewAnswer | null> {
  const { sure, older } = readForm(body, ['sure', 'older'])
  if (sure === '1') return null
  const read = await Promise.all(picks.map((pick) => readMine({ ...order, ...pick }).catch(notThere)))
  const waiting = picks.flatMap((pick, at) => {
    const line = read[at]
    return line?.state === 'quarantined' ? [{ pick, line }] : []
  })
  if (waiting.length === 0) return null
  const [lines, isOlder] = [waiting.map(({ line }) => line), older === '1']
  const asked = fields(waiting.map(({ pick }) => pick))
  const page = reviewDeletePage({
    ...{ who: order.session.address, lines, action, older: isOlder },
    fields: isOlder ? [...asked, ['older', '1']] : asked,
  })
  return { page }
}

function notThere(cause: unknown): null {
  if (cause instanceof OrderError && cause.code === 'not-found') return null
  throw cause
}
