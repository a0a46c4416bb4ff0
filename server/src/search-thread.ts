import { parentPort, workerData } from 'node:worker_threads'
import { niceness, yieldToMail } from '#ground/platform/thread-priority.ts'
import { SearchService, type SearchThreadData } from '#ground/storage/search/search-service.ts'
import type { ThreadCall, ThreadReply } from '#ground/storage/search/thread-client.ts'

/** The thread of the index of messages: one keeps it behind the mail, another searches. Mail waits for neither. */
const port = parentPort
if (!port) throw new Error('search-thread.ts runs as a thread only')

yieldToMail((workerData as SearchThreadData).mode === 'write' ? niceness.reading : niceness.beside)
const service = new SearchService(workerData as SearchThreadData)
port.on('message', (call: ThreadCall | 'close') => {
  if (call === 'close') {
    service.close()
    port.close()
  } else port.postMessage({ id: call.id, answer: service.answer(call) } satisfies ThreadReply)
})
