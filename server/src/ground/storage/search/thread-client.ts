import { Worker } from 'node:worker_threads'
import { StoreError } from '#ground/platform/store-error.ts'
import type { StoreAnswer } from '../database/store-answer.ts'

/** A call to a thread and its answer, told from others by a number. */
export interface ThreadCall {
  readonly id: number
  readonly store: string
  readonly method: string
  readonly values: readonly unknown[]
}
export interface ThreadReply {
  readonly id: number
  readonly answer: StoreAnswer
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (cause: Error) => void
}

const stopWaitMs = 1000

/**
 * Calls to a thread that nothing depends on: it is started when it is first asked, and again when it has died. Whoever
 * waited for it then hears so.
 */
export class ThreadClient {
  readonly #entry: URL
  readonly #data: object
  readonly #name: string
  readonly #waiting = new Map<number, Waiting>()
  #thread: Worker | null = null
  #next = 0
  #stopped = false

  constructor(entry: URL, name: string, data: object) {
    this.#entry = entry
    this.#name = name
    this.#data = data
  }

  /** The stores that run in the thread, as they are asked from here. */
  store<Store extends object>(store: string): Store {
    return new Proxy({} as Store, {
      get: (_target, method) => {
        // A promise that resolves to this object asks for `then`; it has none.
        if (typeof method !== 'string' || method === 'then') return undefined
        return (...values: unknown[]) => this.#call(store, method, values)
      },
    })
  }

  /** Ends the thread, after what it is doing if that takes no longer than a moment. */
  async stop(): Promise<void> {
    this.#stopped = true
    const thread = this.#thread
    if (!thread) return
    const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()))
    thread.postMessage('close')
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, stopWaitMs)
    })
    await Promise.race([ended, late])
    clearTimeout(timer)
    // It may stand in a disk that answers no more; the process must end all the same.
    void thread.terminate()
    thread.unref()
  }

  #call(store: string, method: string, values: readonly unknown[]): Promise<unknown> {
    if (this.#stopped) return Promise.reject(new StoreError('stopped', 'the store is closed'))
    const thread = this.#thread ?? this.#start()
    return new Promise((resolve, reject) => {
      const id = ++this.#next
      this.#waiting.set(id, { resolve, reject })
      thread.postMessage({ id, store, method, values } satisfies ThreadCall)
    })
  }

  #start(): Worker {
    const thread = new Worker(this.#entry, { workerData: this.#data, name: this.#name })
    let why = 'its thread ended by itself'
    thread.on('message', ({ id, answer }: ThreadReply) => this.#answer(id, answer))
    thread.on('error', (cause) => {
      why = (cause as Error).message
    })
    thread.on('exit', () => {
      if (this.#thread === thread) this.#thread = null
      for (const { reject } of this.#waiting.values()) reject(new StoreError('failed', why))
      this.#waiting.clear()
    })
    this.#thread = thread
    return thread
  }

  #answer(id: number, answer: StoreAnswer): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if ('error' in answer) waiting?.reject(new StoreError(answer.error.code, answer.error.text))
    else waiting?.resolve(answer.value)
  }
}
