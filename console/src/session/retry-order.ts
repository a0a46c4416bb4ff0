import { ApiFault } from '../api/api-fault.ts'

/** Times that an order is sent again of which no answer came. */
const mostUnanswered = 2
/** An order whose answer got lost counts as being done for a minute, if the server died over it. */
const longestMs = 70_000

/**
 * How long to wait before the same order is sent again, in milliseconds; null: it is not. The server knows it by its key:
 * it does it once, and says while it is at it when to ask again.
 * @param failures that came before this one
 */
export function waitToRetry(failures: number, cause: unknown): number | null {
  if (!(cause instanceof ApiFault)) return null
  if (cause.status === 0) return failures < mostUnanswered ? 1000 * 2 ** failures : null
  const isUnderWay = cause.status === 409 && cause.retryMs > 0
  return isUnderWay && failures * cause.retryMs < longestMs ? cause.retryMs : null
}
