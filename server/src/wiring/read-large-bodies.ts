import { Worker } from 'node:worker_threads'
import { ScimError } from '#services/sync/scim/scim-error.ts'

export interface ReadBody {
  readonly body: unknown
  readonly isJson: boolean
}

interface Reading {
  readonly text: string
  readonly resolve: (body: unknown) => void
  readonly reject: (cause: ScimError) => void
}

/** A thread without work ends after this, and its memory with it. */
const idleMs = 30_000
/** Megabytes of JSON may be many times as large once they are read. */
const heapMb = 512
const longestMs = 4000
const busyMs = 1000

/**
 * Reads large bodies that directories push in a thread, which is there only while there are any: JSON of some megabytes
 * takes up to half a second, and sockets of mail would wait for it. The thread has one text at a time; the others wait
 * here, where those that nobody waits for any more are let go.
 */
export function createLargeBodies(): (text: string) => Promise<unknown> {
  let thread: Worker | null = null
  let idle: NodeJS.Timeout | undefined
  let underWay: Reading | null = null
  const waiting = new Set<Reading>()
  const end = (answer: (reading: Reading) => void) => {
    if (underWay) answer(underWay)
    underWay = null
    next()
  }
  const lose = (ended: Worker) => {
    if (thread !== ended) return
    thread = null
    end(({ reject }) => reject(notRead()))
  }
  const begin = (): Worker => {
    clearTimeout(idle)
    if (thread) return thread
    const begun = new Worker(new URL('./scim-thread.ts', import.meta.url), {
      name: 'scim',
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 16 },
    })
    thread = begun
    begun.on('message', ({ body, isJson }: ReadBody) =>
      end(({ resolve, reject }) => {
        if (isJson) resolve(body)
        else reject(new ScimError(400, 'invalidSyntax', 'The body is not JSON.'))
      }),
    )
    begun.on('error', () => lose(begun))
    begun.on('exit', () => lose(begun))
    // Behind its listeners, which would hold the process again.
    begun.unref()
    return begun
  }
  const rest = () => {
    clearTimeout(idle)
    idle = setTimeout(() => {
      const ended = thread
      thread = null
      void ended?.terminate()
    }, idleMs).unref()
  }
  const next = () => {
    if (underWay) return
    const [first] = waiting
    if (!first) {
      rest()
      return
    }
    waiting.delete(first)
    underWay = first
    begin().postMessage(first.text)
  }
  return async (text) => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const reading = { text, resolve, reject }
    const late = setTimeout(() => {
      waiting.delete(reading)
      reject(notRead())
    }, longestMs)
    waiting.add(reading)
    next()
    try {
      return await promise
    } finally {
      clearTimeout(late)
    }
  }
}

function notRead(): ScimError {
  return new ScimError(503, null, 'The body could not be read in time; try again.', busyMs)
}
