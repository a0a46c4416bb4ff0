import { Worker } from 'node:worker_threads'
import type { ContentAnswer, ContentQuestion } from './content-reader.ts'
import { ContentUnavailable } from './content-unavailable.ts'

const heapMb = 160

interface Asked {
  readonly resolve: (answer: ContentAnswer) => void
  readonly reject: (cause: Error) => void
}

/** A thread that reads messages for people, one at a time. It keeps no process from ending. */
export class ContentThread {
  /** Resolves when it is gone. */
  readonly ended: Promise<void>
  readonly #worker: Worker
  #asked: Asked | null = null
  #idle: NodeJS.Timeout | undefined

  /** @param onEnd told when it is of no more use */
  constructor(entry: URL, onEnd: (thread: ContentThread) => void) {
    this.#worker = new Worker(entry, {
      name: 'content',
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
    })
    this.ended = new Promise((resolve) => this.#worker.once('exit', () => resolve()))
    this.#worker.on('message', (answer: ContentAnswer) => this.#settle()?.resolve(answer))
    this.#worker.on('error', (cause) => this.#settle()?.reject(cause as Error))
    this.#worker.on('exit', () => {
      clearTimeout(this.#idle)
      onEnd(this)
      this.#settle()?.reject(new ContentUnavailable('its reader ended'))
    })
  }

  /** It has not answered yet what it was asked. */
  get isBusy(): boolean {
    return this.#asked !== null
  }

  /** Asks for one message. @throws ContentUnavailable after `waitMs`, or what ended the thread */
  async ask(question: ContentQuestion, waitMs: number): Promise<ContentAnswer> {
    clearTimeout(this.#idle)
    this.#worker.ref()
    let timer: NodeJS.Timeout | undefined
    try {
      return await new Promise<ContentAnswer>((resolve, reject) => {
        this.#asked = { resolve, reject }
        timer = setTimeout(
          () => reject(new ContentUnavailable(`it could not be read within ${waitMs} ms`)),
          waitMs,
        )
        this.#worker.postMessage(question)
      })
    } finally {
      clearTimeout(timer)
    }
  }

  /** Has nothing to do; ends after a while. */
  rest(idleMs: number): void {
    this.#worker.unref()
    this.#idle = setTimeout(() => this.end(), idleMs).unref()
  }

  /** Ends it, also in the middle of a message. */
  end(): void {
    void this.#worker.terminate()
  }

  #settle(): Asked | null {
    const asked = this.#asked
    this.#asked = null
    return asked
  }
}
