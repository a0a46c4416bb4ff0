import { parentPort } from 'node:worker_threads'
import { niceness, yieldToMail } from '#ground/platform/thread-priority.ts'
import { leanBody } from '#services/sync/scim/lean-body.ts'
import type { ReadBody } from './read-large-bodies.ts'

// What the thread of read-large-bodies.ts runs.
yieldToMail(niceness.beside)
parentPort?.on('message', (text: string) => {
  parentPort?.postMessage(read(text))
})

function read(text: string): ReadBody {
  try {
    return { body: leanBody(JSON.parse(text)), isJson: true }
  } catch {
    return { body: null, isJson: false }
  }
}
