import type { NewContentKey } from '#ground/platform/sealed-content.ts'
import type { Body } from './message.ts'

/** Takes in the bytes of one message while they arrive. */
export interface BodyWriter {
  /** Bytes taken in so far. */
  readonly size: number
  /**
   * Takes a chunk. The caller must not change it afterwards.
   * A promise means: wait for it before giving more, so that a fast sender cannot fill the memory.
   */
  write(chunk: Buffer): Promise<void> | undefined
  /** Ends the message. A file is synced and under its final name when this resolves. @throws StoreError */
  finish(): Promise<Body>
  /** Forgets the bytes; safe to call at any time, more than once. */
  abort(): void
}

/** Where the bytes of messages go: memory for small ones on their way to the store, else a file. */
export interface BodyStore {
  /** @param key what the content is encrypted with wherever it is written; none: it is kept as it came */
  create(messageId: string, key?: NewContentKey | null): BodyWriter
  /** Throws away content that was finished but never promised. */
  discard(body: Body): void
  /** Paths of all files that lie here now. */
  files(): Promise<readonly string[]>
  /**
   * Clears up after crashes: half written files go, whole ones that no row names are set aside, since they may be all
   * that is left of a message. Files of processes that still run stay.
   * @param found what `files` answered before it was asked who runs: later files may be of a process that nobody has heard of
   * @param running instances of this site that run now
   * @param known paths that rows name
   */
  sweep(found: readonly string[], running: readonly string[], known: readonly string[]): Promise<Swept>
}

export interface Swept {
  readonly removed: number
  /** Where the files are now. */
  readonly setAside: readonly string[]
}
