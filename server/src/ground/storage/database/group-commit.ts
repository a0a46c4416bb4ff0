import type { EventEmitter } from 'node:events'
import { Worker } from 'node:worker_threads'
import { askedOnceKey } from '#ground/platform/asked-once.ts'
import { StoreError } from '#ground/platform/store-error.ts'
import type { StoreCall } from './sqlite-stores.ts'
import { isStoreAway } from './store-answer.ts'
import type { CommitTimes, StoreReply, StoreRequest, StoreThreadData } from './store-service.ts'

interface Waiting {
  readonly call: StoreCall
  readonly since: number
  readonly resolve: (value: unknown) => void
  readonly reject: (cause: StoreError) => void
}

/** As much of a thread as is needed of one that owns a store. */
export interface StoreThread extends Pick<EventEmitter, 'on' | 'once'> {
  removeAllListeners(event: string): unknown
  postMessage(message: StoreRequest | 'close'): void
}

/** File that a store thread runs, or what starts something that answers as one does. */
export type ThreadEntry = URL | ((data: StoreThreadData) => StoreThread)

/** As the system names the thread. */
export const threadName = (mode: StoreThreadData['mode']): string => `store-${mode}`

/**
 * Sends calls to a store thread in batches: while one transaction is synced, the next calls gather,
 * and go together when it is done. Under load a sync serves many messages, at rest a message waits for nobody.
 */
export class GroupCommit {
  readonly #thread: StoreThread
  #gathering: Waiting[] = []
  #underWay: readonly Waiting[] = []
  #scheduled = false
  #endsLog = false
  #stopped = false
  readonly #onBatch: (calls: number, times: CommitTimes) => void
  readonly #restMs: number
  #restsUntil = 0
  /** When the first of the calls was made since which nothing could be written; null: it can. */
  #awaySince: number | null = null

  /**
   * @param thread a started store thread that has said it is ready
   * @param onBatch told the size and time of each transaction, for metrics
   * @param restMs time between the end of a batch and the next one
   */
  private constructor(
    thread: StoreThread,
    onBatch: (calls: number, times: CommitTimes) => void,
    restMs: number,
  ) {
    this.#thread = thread
    this.#onBatch = onBatch
    this.#restMs = restMs
    thread.on('message', (reply: StoreReply) => this.#finish(reply))
  }

  /** Starts the thread and waits until its database is open. @throws what opening it threw */
  static start(
    entry: ThreadEntry,
    data: StoreThreadData,
    onBatch: (calls: number, times: CommitTimes) => void,
    restMs = 0,
  ): Promise<GroupCommit> {
    return new Promise((resolve, reject) => {
      const thread = typeof entry === 'function' ? entry(data) : startThread(entry, data)
      thread.once('error', reject)
      thread.once('message', () => resolve(new GroupCommit(thread, onBatch, restMs)))
    })
  }

  /** Told when the thread dies: nothing can be promised any more, so the process has to end. */
  onDeath(listener: (cause: Error) => void): void {
    this.#thread.removeAllListeners('error')
    this.#thread.on('error', (cause) => listener(cause as Error))
    this.#thread.on('exit', () => {
      if (!this.#stopped) listener(new Error('the store thread ended by itself'))
    })
  }

  /** One store call; resolves when its transaction is durable. @throws StoreError */
  call(store: string, method: string, values: readonly unknown[]): Promise<unknown> {
    if (this.#stopped) return Promise.reject(new StoreError('stopped', 'the store is closed'))
    return new Promise((resolve, reject) => {
      const call = { store, method, values, askedOnce: askedOnceKey() }
      this.#gathering.push({ call, since: performance.now(), resolve, reject })
      // After the sockets of this turn have been read: their messages then share the sync.
      if (this.#underWay.length === 0) this.#schedule()
    })
  }

  /** The next batch begins the log anew: what of it is not in the database file yet is carried over before. */
  endLog(): void {
    this.#endsLog = true
  }

  /**
   * Age in milliseconds of the oldest call without an answer, or of the first that a store which is away did not do; 0
   * when there is none. Whatever is called next finds out whether it is back: a process says every few seconds that it is well.
   */
  stalledMs(): number {
    const since = this.#awaySince ?? (this.#underWay[0] ?? this.#gathering[0])?.since
    return since === undefined ? 0 : performance.now() - since
  }

  /** Ends the thread after what was called before. */
  async stop(): Promise<void> {
    while (this.#underWay.length > 0 || this.#gathering.length > 0)
      await new Promise((resolve) => setTimeout(resolve, 5))
    this.#stopped = true
    const ended = new Promise((resolve) => this.#thread.once('exit', resolve))
    this.#thread.postMessage('close')
    await ended
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    const restMs = this.#restsUntil - performance.now()
    if (restMs > 0) setTimeout(() => this.#send(), restMs)
    else setImmediate(() => this.#send())
  }

  #send(): void {
    this.#scheduled = false
    if (this.#underWay.length > 0 || this.#gathering.length === 0) return
    this.#underWay = this.#gathering
    this.#gathering = []
    if (!this.#post()) {
      // One call that cannot be said to another thread is a mistake of its own, and no end of all others.
      this.#underWay = this.#underWay.filter(isSayable)
      if (this.#underWay.length === 0) return
      if (!this.#post()) {
        this.#rejectAll()
        return
      }
    }
    this.#endsLog = false
  }

  #post(): boolean {
    const calls = this.#underWay.map((each) => each.call)
    try {
      this.#thread.postMessage({ calls, endsLog: this.#endsLog } satisfies StoreRequest)
      return true
    } catch {
      return false
    }
  }

  /** Said alone each call can be, together they cannot: all hear so, or nobody would ever be answered again. */
  #rejectAll(): void {
    const lost = this.#underWay
    this.#underWay = []
    for (const { call, reject } of lost)
      reject(new StoreError('failed', `${call.store}.${call.method}: the batch could not be handed over`))
  }

  #finish(reply: StoreReply): void {
    const done = this.#underWay
    this.#underWay = []
    this.#restsUntil = performance.now() + this.#restMs
    if (reply.hasWritten) this.#awaySince = null
    else if (reply.answers.some(isStoreAway)) this.#awaySince ??= done[0]?.since ?? performance.now()
    this.#onBatch(done.length, reply)
    for (const [index, answer] of reply.answers.entries()) {
      const waiting = done[index]
      if ('error' in answer) waiting?.reject(new StoreError(answer.error.code, answer.error.text))
      else waiting?.resolve(answer.value)
    }
    // The next batch leaves after the answers have been acted on, so that what they lead to can join it.
    if (this.#gathering.length > 0) this.#schedule()
  }
}

function startThread(entry: URL, data: StoreThreadData): StoreThread {
  return new Worker(entry, {
    workerData: data,
    name: threadName(data.mode),
    // Closed with the thread it would take the locks of the others along; see database-file.ts.
    trackUnmanagedFds: false,
    // What passes through a store is gone at once; a larger young heap would only hold memory.
    resourceLimits: { maxYoungGenerationSizeMb: 6 },
  })
}

/** False: the call has something in it that no thread can be told, and is answered so. */
function isSayable({ call, reject }: Waiting): boolean {
  try {
    structuredClone(call)
    return true
  } catch (cause) {
    reject(new StoreError('failed', `${call.store}.${call.method}: ${(cause as Error).message}`))
    return false
  }
}

/** A store whose calls go through a group commit: the asynchronous face of an embedded store. */
export function throughThread<Store extends object>(commit: GroupCommit, store: string): Store {
  return new Proxy({} as Store, {
    get: (_target, method) => {
      // A promise that resolves to this object asks for `then`; it has none.
      if (typeof method !== 'string' || method === 'then') return undefined
      return (...values: unknown[]) => commit.call(store, method, values)
    },
  })
}

/**
 * The same over two threads: calls that only read go to the thread that reads, and take no turn from those who write.
 * They see whatever was durable when they were made.
 */
export function throughThreads<Store extends object>(
  [writer, reader]: readonly [GroupCommit, GroupCommit],
  store: string,
  reads: readonly (keyof Store)[],
): Store {
  const reading = new Set<PropertyKey>(reads)
  const [write, read] = [throughThread<Store>(writer, store), throughThread<Store>(reader, store)]
  return new Proxy({} as Store, {
    get: (_target, method) => Reflect.get(reading.has(method) ? read : write, method),
  })
}
