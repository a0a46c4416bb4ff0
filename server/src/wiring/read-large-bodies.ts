import { Worker } from 'node:worker_threads'
import { ScimError } from '#services/sync/scim/scim-error.ts'

export interface LargeBody {
  readonly id: number
  readonly text: string
}
export interface ReadBody {
  readonly id: number
  readonly body: unknown
  readonly isJson: boolean
}

interface Reading {
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
 * takes up to half a second, and sockets of mail would wait for it.
 */
export function createLargeBodies(): (text: string) => Promise<unknown> {
  let thread: Worker | null = null
  let idle: NodeJS.Timeout | undefined
  let last = 0
  const readings = new Map<number, Reading>()
  const lose = (ended: Worker) => {
    if (thread !== ended) return
    thread = null
    for (const { reject } of readings.values()) reject(notRead())
  }
  const begin = (): Worker => {
    clearTimeout(idle)
    if (thread) return thread
    const begun = new Worker(new URL('./scim-thread.ts', import.meta.url), {
      name: 'scim',
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 16 },
    })
    thread = begun
    begun.on('message', ({ id, body, isJson }: ReadBody) => {
      const reading = readings.get(id)
      if (isJson) reading?.resolve(body)
      else reading?.reject(new ScimError(400, 'invalidSyntax', 'The body is not JSON.'))
    })
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
  return async (text) => {
    const id = ++last
    const asked = begin()
    let late: NodeJS.Timeout | undefined
    try {
      return await new Promise<unknown>((resolve, reject) => {
        readings.set(id, { resolve, reject })
        late = setTimeout(() => reject(notRead()), longestMs)
        asked.postMessage({ id, text } satisfies LargeBody)
      })
    } finally {
      clearTimeout(late)
      readings.delete(id)
      if (readings.size === 0) rest()
    }
  }
}

function notRead(): ScimError {
  return new ScimError(503, null, 'The body could not be read in time; try again.', busyMs)
}
