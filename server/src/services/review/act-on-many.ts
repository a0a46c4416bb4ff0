import { OrderError } from '#services/ledger/order-error.ts'
import { deleteMine, deliverMine, type PersonOrder } from './act-on-review.ts'

/** What may be done with several messages at once. */
export type ManyAct = 'deliver' | 'delete'

/**
 * What became of each message; `refused`: it is for managers, `gone`: there is none of his by this name, `unsure`: the
 * store failed at it or was not done in time, `left`: nothing was begun with it.
 */
export const manyOutcomes = [
  'delivered',
  'asked',
  'deleted',
  'idle',
  'refused',
  'gone',
  'unsure',
  'left',
] as const
export type ManyOutcome = (typeof manyOutcomes)[number]
export type ManyCounts = Readonly<Record<ManyOutcome, number>>

/** One message of somebody's, as his page names it. */
export type PickedMail = { readonly messageId: string; readonly n: number }

export interface ManyLimits {
  /** Begins with none any more after this (ms), and waits no longer: somebody waits for the answer. */
  readonly limitMs: number
  /** Told of what the store threw. */
  readonly onFault: (cause: unknown) => void
}

/**
 * Does the same with several messages of his own, each as if he had pressed its button, until the time is over or the
 * store fails: at the next one it would fail too. Answers what became of each.
 */
export async function actOnMany(
  order: Omit<PersonOrder, 'messageId' | 'n'>,
  act: ManyAct,
  picks: readonly PickedMail[],
  { limitMs, onFault }: ManyLimits,
): Promise<ManyCounts> {
  const counts = Object.fromEntries(manyOutcomes.map((each) => [each, 0])) as Record<ManyOutcome, number>
  let isOver = false
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<ManyOutcome>((resolve) => {
    timer = setTimeout(() => {
      isOver = true
      resolve('unsure')
    }, limitMs)
  })
  for (const pick of picks) {
    const outcome = isOver
      ? 'left'
      : await Promise.race([actOnOne({ ...order, ...pick }, act, onFault), over])
    counts[outcome] += 1
    if (outcome === 'unsure') isOver = true
  }
  clearTimeout(timer)
  return counts
}

async function actOnOne(
  order: PersonOrder,
  act: ManyAct,
  onFault: ManyLimits['onFault'],
): Promise<ManyOutcome> {
  try {
    return await (act === 'deliver' ? deliverMine(order) : deleteMine(order))
  } catch (cause) {
    if (cause instanceof OrderError) return cause.code === 'not-found' ? 'gone' : 'refused'
    onFault(cause)
    return 'unsure'
  }
}
