import { fdatasyncSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'

/**
 * Waiting for the lock after which the disk is tried, each once. No oftener: on a disk that is slow now and then each try
 * is a wait of its own, that nobody needs.
 */
const triedAfterMs: readonly number[] = [300, 1200]
const fileNames = 'disk-try-'

/**
 * Tells a disk that holds everybody up from a lock that somebody does not give back: who waits for the lock of the
 * database writes a byte beside it meanwhile, and has the disk take it. Where whoever has the lock waits for the disk,
 * this waits as long; where he is slow, or stands still, it is done at once.
 */
export class DiskTry {
  readonly #path: string
  readonly #sync: (file: number) => void
  #file: number | null = null
  #tries = 0

  /** @param folder where the database is; @param sync has the disk take what was written to a file */
  constructor(folder: string, sync: (file: number) => void = fdatasyncSync) {
    this.#path = join(folder, `${fileNames}${process.pid}-${threadId}`)
    this.#sync = sync
    removeLeftBehind(folder)
  }

  /** Begins to wait. */
  begin(): void {
    this.#tries = 0
  }

  /** Tries the disk if it is time; takes as long as the disk does. @param lockMs how long the lock was waited for */
  whileWaiting(lockMs: number): void {
    if (lockMs < (triedAfterMs[this.#tries] ?? Number.POSITIVE_INFINITY)) return
    this.#tries += 1
    try {
      this.#file ??= openNameless(this.#path)
      writeSync(this.#file, '.', 0)
      this.#sync(this.#file)
    } catch {
      // A disk that is full, read-only or failing is told by those whose writing fails.
    }
  }
}

/** Names of those whose process ended before it took its own away; a file that is open needs none. */
function removeLeftBehind(folder: string): void {
  try {
    for (const name of readdirSync(folder))
      if (name.startsWith(fileNames)) rmSync(join(folder, name), { force: true })
  } catch {
    // Where nothing can be read or taken away, a file of one byte does no harm.
  }
}

/** A file that is gone with the process. */
function openNameless(path: string): number {
  const file = openSync(path, 'w')
  // Somebody who begins beside may have been faster.
  rmSync(path, { force: true })
  return file
}
