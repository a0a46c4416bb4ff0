import { Worker } from 'node:worker_threads'
import type { StoredContent } from './content-store.ts'
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

/** Content cannot be read now; the text says why. It is not known to be lost. */
export class ContentUnavailable extends Error {
  override readonly name = 'ContentUnavailable'
}

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
const heapMb = 160

/**
 * Reads hostile mail in threads of their own, one message a thread: what takes too long or too much memory ends with its
 * thread and nothing else. A disk that hangs holds up a thread here, and no file access of the mail beside it.
 */
export class ContentReader {
  readonly #options: ContentReaderOptions
  readonly #waiting: (() => void)[] = []
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

  #ask(question: ContentQuestion): Promise<ContentAnswer> {
    const { entry, waitMs } = this.#options
    const worker = new Worker(entry, {
      workerData: question,
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
    })
    return new Promise<ContentAnswer>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#watchHanging(worker)
        reject(new ContentUnavailable(`it could not be read within ${waitMs} ms`))
      }, waitMs)
      worker.once('message', resolve)
      worker.on('error', reject)
      worker.once('exit', () => {
        clearTimeout(timer)
        reject(new ContentUnavailable('its reader ended'))
      })
    }).finally(() => void worker.terminate())
  }

  /** A thread that hangs in the kernel ends when the disk lets it go. */
  #watchHanging(worker: Worker): void {
    this.#hanging++
    worker.once('exit', () => {
      this.#hanging--
    })
  }
}
