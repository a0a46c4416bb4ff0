import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roundText } from './live-messages.ts'

test('whoever loses the connection within a round goes on before it: only its last event names the place after it', () => {
  const events = [1, 2, 3].map((n) => ({ event: 'mail', data: { n } }))
  const text = roundText(events, '7-0')
  const parts = text.split('\n\n').filter((each) => each !== '')
  assert.deepEqual(
    parts.map((each) => /^id: (.*)$/m.exec(each)?.[1]),
    [undefined, undefined, '7-0'],
  )
  assert.ok(parts.every((each, n) => each.includes(`data: {"n":${n + 1}}`)))
})
