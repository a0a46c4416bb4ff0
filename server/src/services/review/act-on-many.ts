import { OrderError } from '#services/ledger/order-error.ts'
import { deleteMine, deliverMine, type PersonOrder } from './act-on-review.ts'

/** What may be done with several messages at once. */
export type ManyAct = 'deliver' | 'delete'

/** What became of each message; `refused`: it is for managers, `gone`: there is none of his by this name. */
export const manyOutcomes = ['delivered', 'asked', 'deleted', 'idle', 'refused', 'gone'] as const
export type ManyOutcome = (typeof manyOutcomes)[number]
export type ManyCounts = Readonly<Record<ManyOutcome, number>>

/** One message of somebody's, as his page names it. */
export type PickedMail = { readonly messageId: string; readonly n: number }

/** Does the same with several messages of his own, each as if he had pressed its button. Answers what became of them. */
export async function actOnMany(
  order: Omit<PersonOrder, 'messageId' | 'n'>,
  act: ManyAct,
  picks: readonly PickedMail[],
): Promise<ManyCounts> {
  const counts: Record<ManyOutcome, number> = {
    ...{ delivered: 0, asked: 0, deleted: 0 },
    ...{ idle: 0, refused: 0, gone: 0 },
  }
  for (const pick of picks) counts[await actOnOne({ ...order, ...pick }, act)] += 1
  return counts
}

async function actOnOne(order: PersonOrder, act: ManyAct): Promise<ManyOutcome> {
  try {
    return await (act === 'deliver' ? deliverMine(order) : deleteMine(order))
  } catch (cause) {
    if (cause instanceof OrderError) return cause.code === 'not-found' ? 'gone' : 'refused'
    throw cause
  }
}
