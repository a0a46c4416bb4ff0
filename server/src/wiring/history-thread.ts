import { parentPort } from 'node:worker_threads'
import { niceness, yieldToMail } from '#ground/platform/thread-priority.ts'
import { workOutHistory } from '#services/history/work-out.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { HistoryAnswer, HistoryQuestion } from './history-work.ts'

// What the thread of history-work.ts runs.
yieldToMail(niceness.beside)
parentPort?.on('message', (question: HistoryQuestion) => {
  parentPort?.postMessage(answer(question))
})

function answer({ n, work }: HistoryQuestion): HistoryAnswer {
  try {
    return { n, done: workOutHistory(work) }
  } catch (cause) {
    if (cause instanceof OrderError) return { n, wrong: cause.message }
    return { n, fault: (cause as Error).message }
  }
}
