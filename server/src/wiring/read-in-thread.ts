import type { Plan } from '#services/sync/make-plan.ts'
import { SyncFault, type SyncFaultCode } from '#services/sync/sync-fault.ts'
import type { OpenedSource, ReadSource } from '#services/sync/sync-parts.ts'
import type { DirectoryRow, PlanCounts, PlanLine } from '#services/sync/sync-store.ts'
import { PassingThread } from './passing-thread.ts'

export interface SyncThreadData {
  readonly dns: {
    readonly servers: readonly string[]
    readonly timeoutMs: number
    readonly cacheEntries: number
    readonly staleForMs: number
  }
  readonly allowed: readonly string[]
  readonly userAgent: string
}

export type SyncThreadOrder =
  | { readonly kind: 'begin'; readonly reading: number; readonly source: OpenedSource }
  | { readonly kind: 'rows'; readonly reading: number; readonly rows: readonly DirectoryRow[] | null }
  | { readonly kind: 'stop'; readonly reading: number }

export type SyncThreadAnswer =
  | { readonly kind: 'wants-rows'; readonly reading: number }
  | { readonly kind: 'lines'; readonly reading: number; readonly lines: readonly PlanLine[] }
  | { readonly kind: 'done'; readonly reading: number; readonly counts: PlanCounts }
  | {
      readonly kind: 'failed'
      readonly reading: number
      readonly code: SyncFaultCode
      readonly detail: string
      readonly retryAfterMs: number | null
    }

interface Reading {
  readonly current: AsyncIterable<readonly DirectoryRow[]>
  readonly lines: PlanLine[]
  readonly resolve: (plan: Plan) => void
  readonly reject: (cause: Error) => void
}

/** People of a very large directory, twice. */
const heapMb = 1024

/** Reads sources in one thread, which is there only while there is something to read: answers of strangers and libraries for them are kept away from the sockets of the server. */
export function createReadInThread(data: SyncThreadData): { readonly read: ReadSource; stop(): void } {
  let last = 0
  const readings = new Map<number, Reading>()
  const thread = new PassingThread<SyncThreadOrder, SyncThreadAnswer>({
    module: new URL('./sync-thread.ts', import.meta.url),
    ...{ name: 'sync', heapMb, workerData: data },
    hear: (answer) => hear(answer),
    lost(why) {
      for (const { reject } of readings.values()) reject(new SyncFault('own-fault', why))
      readings.clear()
    },
  })
  const say = (order: SyncThreadOrder) => thread.say(order)
  const end = (reading: number) => {
    readings.delete(reading)
    if (readings.size === 0) thread.rest()
  }
  const hear = (answer: SyncThreadAnswer) => {
    const reading = readings.get(answer.reading)
    if (!reading) return
    if (answer.kind === 'wants-rows') void giveRows(answer.reading, reading)
    else if (answer.kind === 'lines') reading.lines.push(...answer.lines)
    else if (answer.kind === 'done') reading.resolve({ lines: reading.lines, counts: answer.counts })
    else reading.reject(new SyncFault(answer.code, answer.detail, answer.retryAfterMs))
  }
  const giveRows = async (id: number, { current, reject }: Reading) => {
    try {
      for await (const rows of current) say({ kind: 'rows', reading: id, rows })
      say({ kind: 'rows', reading: id, rows: null })
    } catch (cause) {
      reject(new SyncFault('own-fault', String((cause as Error).message)))
    }
  }
  return {
    async read(source, current, signal) {
      thread.begin()
      last += 1
      const reading = last
      const stop = () => say({ kind: 'stop', reading })
      signal.addEventListener('abort', stop, { once: true })
      try {
        return await new Promise<Plan>((resolve, reject) => {
          readings.set(reading, { current, lines: [], resolve, reject })
          signal.addEventListener('abort', () => reject(new SyncFault('unreachable', 'it was broken off')), {
            once: true,
          })
          say({ kind: 'begin', reading, source })
        })
      } finally {
        signal.removeEventListener('abort', stop)
        end(reading)
      }
    },
    stop: () => thread.stop(),
  }
}
