import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logRestart } from './serve-status.ts'

const supervisorWith = (runs: readonly string[], noted: number[]) => ({
  ended: Promise.resolve({
    runs: runs.map((why, n) => ({ pid: n + 1, why, awayFrom: 1000, lastWords: '' })),
    lately: runs.length,
  }),
  up: Promise.resolve(5000),
  noted: (many: number) => void noted.push(many),
})

test('the process of the status page says in its log why it was started again, once', async () => {
  const [noted, said]: [number[], string[]] = [[], []]
  const log = { warn: (_: object, text: string) => void said.push(text) }
  await logRestart(supervisorWith(['ended by SIGKILL', 'ended with 70'], noted), log)
  assert.match(
    said.join('\n'),
    /^this process was started again: process 1 ended by SIGKILL .* it was away for 4 s$/,
  )
  assert.deepEqual(noted, [2])
  await logRestart(supervisorWith([], noted), log)
  assert.deepEqual([noted, said.length], [[2], 1])
})
