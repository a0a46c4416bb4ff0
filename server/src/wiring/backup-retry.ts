const firstMs = 15_000

/**
 * How long a backup that was not made is waited for (ms): a fault that passes soon costs little, and one that stays does not
 * copy all the time.
 * @param failed how many were not made in a row, from 1
 */
export function retryWait(failed: number, everyMs: number): number {
  return Math.min(everyMs, firstMs * 2 ** Math.min(failed - 1, 20))
}
