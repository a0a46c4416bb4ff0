import { localTime } from './local-time.ts'

/**
 * When a waiting delivery is tried, for a column: `-` where nobody has said when, `due` where its time has come and it
 * only waits for its next hop, which is tried with one message at a time while it is down.
 */
export function nextTry(dueAt: number | null, now: number): string {
  if (dueAt === null) return '-'
  return dueAt <= now ? 'due' : localTime(dueAt).slice(5)
}
