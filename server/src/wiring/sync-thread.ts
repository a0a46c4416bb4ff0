import { createReadStream } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { createResolver } from '#ground/platform/dns/create-resolver.ts'
import { NetworkList } from '#ground/platform/network-list.ts'
import { niceness, yieldToMail } from '#ground/platform/thread-priority.ts'
import { createReader } from '#services/sync/sources/read-source.ts'
import { SyncFault } from '#services/sync/sync-fault.ts'
import type { DirectoryRow } from '#services/sync/sync-store.ts'
import type { SyncThreadAnswer, SyncThreadData, SyncThreadOrder } from './read-in-thread.ts'

// What the thread of read-in-thread.ts runs: libraries for directories, their answers and the comparing lie in its memory.
yieldToMail(niceness.beside)
const { dns, allowed, userAgent } = workerData as SyncThreadData
const read = createReader({
  resolver: createResolver(dns),
  allowed: new NetworkList(allowed),
  userAgent,
  openFile: (path) => createReadStream(path),
})
/** Lines that travel in one message. */
const batch = 1000

interface Reading {
  readonly stop: AbortController
  readonly take: (rows: readonly DirectoryRow[] | null) => void
}
const readings = new Map<number, Reading>()

parentPort?.on('message', (order: SyncThreadOrder) => {
  if (order.kind === 'begin') void begin(order)
  else if (order.kind === 'rows') readings.get(order.reading)?.take(order.rows)
  else readings.get(order.reading)?.stop.abort(new Error('it was broken off'))
})

async function begin({ reading, source }: SyncThreadOrder & { kind: 'begin' }): Promise<void> {
  const stop = new AbortController()
  const pages: (readonly DirectoryRow[] | null)[] = []
  let wake = () => {}
  readings.set(reading, {
    stop,
    take(rows) {
      pages.push(rows)
      wake()
    },
  })
  async function* current(): AsyncGenerator<readonly DirectoryRow[]> {
    say({ kind: 'wants-rows', reading })
    for (;;) {
      const rows = pages.shift()
      if (rows === null) return
      if (rows) yield rows
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
  }
  try {
    const { lines, counts } = await read(source, current(), stop.signal)
    for (let from = 0; from < lines.length; from += batch)
      say({ kind: 'lines', reading, lines: lines.slice(from, from + batch) })
    say({ kind: 'done', reading, counts })
  } catch (cause) {
    const fault =
      cause instanceof SyncFault ? cause : new SyncFault('own-fault', String((cause as Error).message))
    say({
      kind: 'failed',
      reading,
      code: fault.code,
      detail: fault.message,
      retryAfterMs: fault.retryAfterMs,
    })
  } finally {
    readings.delete(reading)
  }
}

function say(answer: SyncThreadAnswer): void {
  parentPort?.postMessage(answer)
}
