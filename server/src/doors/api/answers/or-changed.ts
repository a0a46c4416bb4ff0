import { OrderError } from '#services/ledger/order-error.ts'
import { problems } from '../api-problem.ts'

/** An order with If-Match: that somebody else was faster is said as the failed precondition that it is (412). */
export async function orChanged<Answer>(order: Promise<Answer>): Promise<Answer> {
  try {
    return await order
  } catch (cause) {
    throw cause instanceof OrderError && cause.code === 'conflict'
      ? problems.changedMeanwhile(cause.message)
      : cause
  }
}
