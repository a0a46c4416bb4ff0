import { parentPort, workerData } from 'node:worker_threads'
import { niceness, yieldToMail } from '#ground/platform/thread-priority.ts'
import { dryRunStep } from './wiring/dry-run-step.ts'
import { openBenchSite } from './wiring/open-bench-site.ts'
import type { BenchOrder } from './wiring/policy-bench.ts'
import { tryMessage } from './wiring/try-message.ts'

/**
 * The thread in which changes of policy are tried: it computes with what people have just typed, so it has a connection
 * and memory of its own, and ends with the work that takes too long.
 */
const { folder, node } = workerData as { readonly folder: string; readonly node: string }
const port = parentPort
if (!port) throw new Error('policy-thread.ts runs as a thread only')

yieldToMail(niceness.beside)
const site = openBenchSite(folder, node)
port.on('message', (order: BenchOrder) => {
  site.refresh()
  const work =
    order.kind === 'try'
      ? tryMessage(site, order.trial)
      : dryRunStep(site, order.order, order.after, order.found)
  work.then(
    (value) => port.postMessage({ value }),
    (cause: unknown) => port.postMessage({ error: String((cause as Error).message) }),
  )
})
