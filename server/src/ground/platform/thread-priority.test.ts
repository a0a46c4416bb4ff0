import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { getPriority } from 'node:os'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'

const onLinux = { skip: process.platform !== 'linux' && 'only Linux knows priorities of threads' }

test('a thread that yields is nicer than the rest of its process', onLinux, async () => {
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

test(
  'a process that yields does so with all its threads but those that mail waits for',
  onLinux,
  async () => {
    const module = new URL('./thread-priority.ts', import.meta.url).href
    const script = `
    const { Worker } = require('node:worker_threads')
    const { readdirSync, readFileSync } = require('node:fs')
    const { getPriority } = require('node:os')
    const before = getPriority()
    const thread = new Worker('setInterval(() => undefined, 1000)', { eval: true, name: 'writes' })
    thread.once('online', async () => {
      const { yieldProcessToMail } = await import(${JSON.stringify(module)})
      yieldProcessToMail(7, new Set(['writes']))
      const nice = readdirSync('/proc/self/task').map((id) => [
        readFileSync('/proc/self/task/' + id + '/comm', 'utf8').trim(),
        getPriority(Number(id)) - before,
      ])
      console.log(JSON.stringify(nice))
      process.exit()
    })`
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script])
    const nice = JSON.parse(stdout) as [string, number][]
    const least = Math.min(7, 19 - getPriority())
    assert.deepEqual(
      nice.filter(([name]) => name === 'writes'),
      [['writes', 0]],
    )
    const others = nice.filter(([name]) => name !== 'writes')
    assert.ok(others.length > 4, stdout)
    assert.deepEqual(
      others.filter(([, by]) => by !== least),
      [],
    )
  },
)
