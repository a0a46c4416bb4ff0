import { Worker } from 'node:worker_threads'
import {
  BenchBusyError,
  type BenchTrial,
  type DryRunFound,
  type DryRunOrder,
  type PolicyBench,
} from '#services/policy/policy-bench.ts'
import type { Base } from './base.ts'

/** What the thread is asked. */
export type BenchOrder =
  | { readonly kind: 'try'; readonly trial: BenchTrial }
  | {
      readonly kind: 'dry-run'
      readonly order: DryRunOrder
      readonly after: string
      readonly found: DryRunFound
    }

/** Data of a site, and the file that the thread runs. */
interface ThreadPlace {
  readonly folder: string
  readonly node: string
  readonly entry: URL
}

type Answer = { readonly value: unknown } | { readonly error: string }

/** A thread that nobody has asked for so long gives its memory back. */
const idleMs = 30_000
/** Longer work than this is ended with its thread. */
const longestTryMs = 15_000
const longestStepMs = 60_000
/** Who wait for the thread at a time. */
const mostWaiting = 8
const heapMb = 256

/** Threads of a node in which changes of policy are tried. */
export function createBench({ folder, config }: Pick<Base, 'folder' | 'config'>): ThreadedBench {
  const entry = new URL('../policy-thread.ts', import.meta.url)
  return new ThreadedBench({ folder, node: config['node.name'], entry })
}

/** Threads in which changes of policy are tried: one for messages, one for dry runs, made when they are first asked. */
class ThreadedBench implements PolicyBench {
  readonly #tries: BenchThread
  readonly #runs: BenchThread

  constructor(given: ThreadPlace) {
    this.#tries = new BenchThread(given, longestTryMs)
    this.#runs = new BenchThread(given, longestStepMs)
  }

  tryMessage(trial: BenchTrial) {
    return this.#tries.ask({ kind: 'try', trial }) as ReturnType<PolicyBench['tryMessage']>
  }

  dryRun(order: DryRunOrder, after: string, found: DryRunFound) {
    return this.#runs.ask({ kind: 'dry-run', order, after, found }) as ReturnType<PolicyBench['dryRun']>
  }

  async stop(): Promise<void> {
    await Promise.all([this.#tries.stop(), this.#runs.stop()])
  }
}

/** A thread, and whoever waits for its next word. */
interface Running {
  readonly worker: Worker
  hear: (answer: Answer) => void
}

class BenchThread {
  readonly #given: ThreadPlace
  readonly #longestMs: number
  #running: Running | null = null
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0
  #idle: NodeJS.Timeout | undefined

  constructor(given: ThreadPlace, longestMs: number) {
    this.#given = given
    this.#longestMs = longestMs
  }

  /** One question at a time. @throws BenchBusyError, or the words of the thread */
  async ask(order: BenchOrder): Promise<unknown> {
    if (this.#waiting >= mostWaiting) throw new BenchBusyError()
    this.#waiting += 1
    const mine = this.#last.then(() => this.#run(order))
    this.#last = mine.catch(() => undefined)
    try {
      return await mine
    } finally {
      this.#waiting -= 1
    }
  }

  async stop(): Promise<void> {
    clearTimeout(this.#idle)
    const { worker } = this.#running ?? {}
    this.#running = null
    await worker?.terminate()
  }

  async #run(order: BenchOrder): Promise<unknown> {
    clearTimeout(this.#idle)
    const running = this.#running ?? this.#start()
    this.#running = running
    let timer: NodeJS.Timeout | undefined
    const answer = await new Promise<Answer>((resolve) => {
      running.hear = resolve
      timer = setTimeout(() => {
        resolve({ error: `it took longer than ${this.#longestMs / 1000} s` })
        // What it says too late must not be taken for the answer to the next question.
        void this.stop()
      }, this.#longestMs)
      running.worker.postMessage(order)
    })
    clearTimeout(timer)
    this.#idle = setTimeout(() => void this.stop(), idleMs)
    this.#idle.unref()
    if ('error' in answer) throw new Error(answer.error)
    return answer.value
  }

  #start(): Running {
    const { entry, folder, node } = this.#given
    const worker = new Worker(entry, {
      workerData: { folder, node },
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    })
    const running: Running = { worker, hear: () => undefined }
    const ended = (error: string) => {
      if (this.#running === running) this.#running = null
      running.hear({ error })
    }
    worker.on('message', (answer: Answer) => running.hear(answer))
    worker.on('error', (cause) => ended(String((cause as Error).message)))
    worker.on('exit', () => ended('the thread in which it was tried has ended'))
    worker.unref()
    return running
  }
}
