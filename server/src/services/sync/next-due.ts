const firstRetryMs = 300_000
const longestRetryAfterMs = 86_400_000

/**
 * When a source runs next. A good run: an interval later, a tenth more or less, so that a thousand sources do not all ask
 * at the full hour. A failed one: sooner, and ever later up to the interval; never before the other side wants it.
 * @param failures runs in a row that have failed, this one included; 0: it went well
 * @param random from 0 to 1
 */
export function nextDue(
  now: number,
  intervalMs: number,
  failures: number,
  retryAfterMs: number | null,
  random: number,
): number {
  const jitter = 0.9 + 0.2 * random
  if (failures === 0) return now + Math.round(intervalMs * jitter)
  const retry = Math.min(intervalMs, firstRetryMs * 2 ** Math.min(failures - 1, 10)) * jitter
  return now + Math.round(Math.max(retry, Math.min(retryAfterMs ?? 0, longestRetryAfterMs)))
}
