import { Worker } from 'node:worker_threads'

export interface PassingThreadOptions<Answer> {
  readonly module: URL
  readonly name: string
  /** Megabytes that what it reads may take; beyond them the thread is lost, and not the process. */
  readonly heapMb: number
  readonly workerData?: unknown
  readonly hear: (answer: Answer) => void
  /** It has ended while it had work. */
  readonly lost: (why: string) => void
}

/** A thread without work ends after this, and its memory with it. */
const idleMs = 30_000

/**
 * A thread that is there only while there is something for it to do, so that what strangers send is read beside the
 * sockets of the server. It keeps no process alive.
 */
export class PassingThread<Order, Answer> {
  readonly #options: PassingThreadOptions<Answer>
  #thread: Worker | null = null
  #idle: NodeJS.Timeout | undefined

  constructor(options: PassingThreadOptions<Answer>) {
    this.#options = options
  }

  /** Work comes: makes the thread where there is none. */
  begin(): void {
    clearTimeout(this.#idle)
    if (this.#thread) return
    const { module, name, heapMb, workerData, hear, lost } = this.#options
    const begun = new Worker(module, {
      ...{ name, workerData },
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 16 },
    })
    this.#thread = begun
    const lose = (why: string) => {
      if (this.#thread !== begun) return
      this.#thread = null
      lost(why)
    }
    begun.on('message', hear)
    begun.on('error', (cause) => lose(`the thread ${name} has ended: ${(cause as Error).message}`))
    begun.on('exit', () => lose(`the thread ${name} has ended`))
    // Behind its listeners, which would hold the process again.
    begun.unref()
  }

  /** Says something to the thread that is there; what is said to none is lost with it. */
  say(order: Order): void {
    this.#thread?.postMessage(order)
  }

  /** There is nothing to do for now. */
  rest(): void {
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => this.stop(), idleMs).unref()
  }

  stop(): void {
    clearTimeout(this.#idle)
    const ended = this.#thread
    this.#thread = null
    void ended?.terminate()
  }
}
