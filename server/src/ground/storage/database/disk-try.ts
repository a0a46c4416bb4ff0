import { fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'

/** Waiting for the lock after which the disk is tried, for the first time; then after twice as long, and so on. */
const firstAfterMs = 300

/**
 * Tells a disk that holds everybody up from a lock that somebody does not give back: who waits for the lock of the
 * database writes a byte beside it meanwhile, and has the disk take it. Where whoever has the lock waits for the disk,
 * this waits as long; where he is slow, or stands still, it is done at once.
 */
export class DiskTry {
  readonly #path: string
  readonly #sync: (file: number) => void
  #file: number | null = null
  #nextAfterMs = firstAfterMs

  /** @param folder where the database is; @param sync has the disk take what was written to a file */
  constructor(folder: string, sync: (file: number) => void = fdatasyncSync) {
    this.#path = join(folder, `disk-try-${process.pid}-${threadId}`)
    this.#sync = sync
  }

  /** Begins to wait. */
  begin(): void {
    this.#nextAfterMs = firstAfterMs
  }

  /** Tries the disk if it is time; takes as long as the disk does. @param lockMs how long the lock was waited for */
  whileWaiting(lockMs: number): void {
    if (lockMs < this.#nextAfterMs) return
    this.#nextAfterMs *= 2
    try {
      this.#file ??= openNameless(this.#path)
      writeSync(this.#file, '.', 0)
      this.#sync(this.#file)
    } catch {
      // A disk that is full, read-only or failing is told by those whose writing fails.
    }
  }
}

/** A file that is gone with the process. */
function openNameless(path: string): number {
  const file = openSync(path, 'w')
  rmSync(path)
  return file
}
