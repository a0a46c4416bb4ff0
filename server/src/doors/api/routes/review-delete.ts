import type { FastifyRequest } from 'fastify'
import { OrderError } from '#services/ledger/order-error.ts'
import type { PickedMail } from '#services/review/act-on-many.ts'
import { type PersonOrder, readMine } from '#services/review/act-on-review.ts'
import { reviewDeletePage } from '../page/review-delete-page.ts'
import { readForm } from './read-form.ts'
import type { ReviewAnswer } from './review-reply.ts'

/**
 * The question before messages of somebody's are deleted for good. Null: he has said yes to it, or none of them waits for
 * him, which the deletion itself tells him.
 * @param action what the form asked, with `fields` in it
 */
export async function askBeforeDeleting(
  { body }: FastifyRequest,
  order: Omit<PersonOrder, 'messageId' | 'n'>,
  picks: readonly PickedMail[],
  { action, fields }: { readonly action: string; readonly fields: readonly (readonly [string, string])[] },
): Promise<ReviewAnswer | null> {
  const { sure, older } = readForm(body, ['sure', 'older'])
  if (sure === '1') return null
  const found = await Promise.all(picks.map((pick) => readMine({ ...order, ...pick }).catch(notThere)))
  const lines = found.filter((line) => line?.state === 'quarantined').filter((line) => line !== null)
  if (lines.length === 0) return null
  const isOlder = older === '1'
  const page = reviewDeletePage({
    ...{ who: order.session.address, lines, action, older: isOlder },
    fields: isOlder ? [...fields, ['older', '1']] : fields,
  })
  return { page }
}

function notThere(cause: unknown): null {
  if (cause instanceof OrderError && cause.code === 'not-found') return null
  throw cause
}
