import { ScimError } from '#services/sync/scim/scim-error.ts'
import { PassingThread } from './passing-thread.ts'

export interface ReadBody {
  readonly body: unknown
  readonly isJson: boolean
}

interface Reading {
  readonly text: string
  readonly resolve: (body: unknown) => void
  readonly reject: (cause: ScimError) => void
}

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
  let underWay: Reading | null = null
  const waiting = new Set<Reading>()
  const end = (answer: (reading: Reading) => void) => {
    if (underWay) answer(underWay)
    underWay = null
    next()
  }
  const thread = new PassingThread<string, ReadBody>({
    module: new URL('./scim-thread.ts', import.meta.url),
    ...{ name: 'scim', heapMb },
    hear: ({ body, isJson }) =>
      end(({ resolve, reject }) => {
        if (isJson) resolve(body)
        else reject(new ScimError(400, 'invalidSyntax', 'The body is not JSON.'))
      }),
    lost: () => end(({ reject }) => reject(notRead())),
  })
  const next = () => {
    if (underWay) return
    const [first] = waiting
    if (!first) {
      thread.rest()
      return
    }
    waiting.delete(first)
    underWay = first
    thread.begin()
    thread.say(first.text)
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
