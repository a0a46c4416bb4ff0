import type { DatabaseSync } from 'node:sqlite'

/** How long a writer waits for others: the server, a process beside it, a command. */
export const writersWaitMs = 10_000
/** How often it looks whether it is its turn. */
const lookEveryMs = 1
/** SQLite's answer where somebody else writes. */
const busy = 5

const never = new Int32Array(new SharedArrayBuffer(4))

/**
 * Begins a transaction that writes, and waits until no other connection does. SQLite's own waiting sleeps longer from
 * look to look, up to 100 ms: of two processes that write in turn, for milliseconds each, one then waited 50 to 100 ms
 * for a place that was free at once. For threads that may wait, never for one with sockets.
 * @param whileWaiting told again and again how long others had the lock so far (ms); trying to get it counts for nothing
 * @throws where others have not finished within `waitMs`
 */
export function beginWriting(
  database: DatabaseSync,
  waitMs = writersWaitMs,
  whileWaiting: (lockMs: number) => void = () => undefined,
): void {
  database.exec('PRAGMA busy_timeout = 0')
  let lockMs = 0
  try {
    for (const deadline = performance.now() + waitMs; ; ) {
      try {
        database.exec('BEGIN IMMEDIATE')
        return
      } catch (cause) {
        if ((cause as { errcode?: number }).errcode !== busy || performance.now() >= deadline) throw cause
      }
      const since = performance.now()
      Atomics.wait(never, 0, 0, lookEveryMs)
      lockMs += performance.now() - since
      whileWaiting(lockMs)
    }
  } finally {
    database.exec(`PRAGMA busy_timeout = ${writersWaitMs}`)
  }
}
