import { OrderError } from '#services/ledger/order-error.ts'

/** Planned work is announced so long ahead, or said to be announced late. */
const noticeDays = 5
const dayMs = 86_400_000

/** @throws OrderError wrong */
export function checkWindow(from: number, until: number, now: number): void {
  if (until <= from || until <= now)
    throw new OrderError('wrong', 'its end has to be after its beginning, and in the future')
  if (until - from > 7 * dayMs) throw new OrderError('wrong', 'maintenance lasts a week at most')
}

/** Whether work is told late. @param isKnown whoever tells it knows that. @throws OrderError wrong where he does not */
export function isAtShortNotice(from: number, now: number, isKnown = false): boolean {
  const isLate = from - now < noticeDays * dayMs
  if (isLate && !isKnown)
    throw new OrderError(
      'wrong',
      `planned work is announced ${noticeDays} days ahead; say that it is at short notice, and the page says so too`,
    )
  return isLate
}
