import assert from 'node:assert/strict'
import { getPriority } from 'node:os'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'

test('a thread that yields is nicer than the rest of its process', {
  skip: process.platform !== 'linux' && 'only Linux knows priorities of threads',
}, async () => {
  const before = getPriority()
  const module = new URL('./thread-priority.ts', import.meta.url).href
  const thread = new Worker(
    `import(${JSON.stringify(module)}).then(({ yieldToMail }) => {
      yieldToMail(12)
      require('node:worker_threads').parentPort.postMessage(require('node:os').getPriority())
    })`,
    { eval: true },
  )
  const [nice] = await new Promise<number[]>((resolve, reject) => {
    thread.once('message', (found: number) => resolve([found]))
    thread.once('error', reject)
  })
  await thread.terminate()
  assert.equal(nice, Math.min(19, before + 12))
  assert.equal(getPriority(), before)
})
