import type { StoredContent } from './content-store.ts'
import { ContentThread } from './content-thread-link.ts'
import { ContentUnavailable } from './content-unavailable.ts'
import type { ShownContent, TakenPart } from './shown-content.ts'

/** What a content thread is asked: to show a message, to take one part of it, or all its bytes. */
export interface ContentQuestion {
  readonly content: Exclude<StoredContent, { kind: 'damaged' }>
  readonly want: 'shown' | 'raw' | 'probe' | { readonly part: number }
}

export type ContentAnswer =
  | { readonly shown: ShownContent }
  | { readonly raw: Uint8Array }
  | { readonly part: (Omit<TakenPart, 'bytes'> & { readonly bytes: Uint8Array }) | null }
  | { readonly probed: true }
  | { readonly fault: string }

export interface ContentReaderOptions {
  /** File that a thread runs; see content-thread.ts. */
  readonly entry: URL
  /** Time for one message. */
  readonly waitMs: number
  /** Tells whether the folder of content could be read: for the alarm. */
  readonly onRead: (why: string | null) => void
}

/** Messages that are read at a time; more wait. */
const atATime = 2
/** Threads that hang in the disk: beyond this many nobody else is sent there until one comes back. */
const mostHanging = 3
const mostWaiting = 30

/** A thread without work ends after this, and its memory with it. */
const idleMs = 60_000

/**
 * Reads hostile mail in threads of their own, one message at a time in each: what takes too long or too much memory ends
 * with its thread and nothing else. A disk that hangs holds up a thread here, and no file access of the mail beside it.
 * A thread that did well reads the next message too: making one costs a hundred times what reading costs.
 */
export class ContentReader {
  readonly #options: ContentReaderOptions
  readonly #waiting: (() => void)[] = []
  readonly #idle: ContentThread[] = []
  #busy = 0
  #hanging = 0

  constructor(options: ContentReaderOptions) {
    this.#options = options
  }

  /** @throws ContentUnavailable where it cannot be read now */
  async read(content: StoredContent, want: ContentQuestion['want']): Promise<ContentAnswer> {
    if (content.kind === 'damaged') throw new ContentUnavailable(content.why)
    await this.#enter()
    try {
      if (content.kind === 'file' && this.#hanging >= mostHanging)
        throw new ContentUnavailable('the folder of content does not answer')
      const answer = await this.#ask({ content, want })
      if ('fault' in answer) throw new ContentUnavailable(answer.fault)
      if (content.kind === 'file') this.#options.onRead(null)
      return answer
    } catch (cause) {
      const why = (cause as Error).message
      if (content.kind === 'file') this.#options.onRead(why)
      throw cause instanceof ContentUnavailable ? cause : new ContentUnavailable(why)
    } finally {
      this.#busy--
      this.#waiting.shift()?.()
    }
  }

  /** Tries the folder of content: writes a file, reads it and takes it away. What comes of it goes to `onRead`. */
  async probe(folder: string): Promise<void> {
    await this.read({ kind: 'file', path: folder, size: 0 }, 'probe').catch((cause: unknown) => {
      if (!(cause instanceof ContentUnavailable)) throw cause
    })
  }

  async #enter(): Promise<void> {
    if (this.#waiting.length >= mostWaiting)
      throw new ContentUnavailable('too many people look at messages now')
    while (this.#busy >= atATime) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#busy++
  }

  async #ask(question: ContentQuestion): Promise<ContentAnswer> {
    const { entry, waitMs } = this.#options
    const thread = this.#idle.pop() ?? new ContentThread(entry, (gone) => this.#drop(gone))
    try {
      const answer = await thread.ask(question, waitMs)
      this.#idle.push(thread)
      thread.rest(idleMs)
      return answer
    } catch (cause) {
      if (thread.isBusy) this.#watchHanging(thread)
      thread.end()
      throw cause
    }
  }

  #drop(thread: ContentThread): void {
    const place = this.#idle.indexOf(thread)
    if (place >= 0) this.#idle.splice(place, 1)
  }

  /** A thread that hangs in the kernel ends when the disk lets it go. */
  #watchHanging({ ended }: ContentThread): void {
    this.#hanging++
    void ended.then(() => {
      this.#hanging--
    })
  }
}
