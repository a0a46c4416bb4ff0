import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { type Sent, sendLoad } from '../harness/load.ts'
import type { DrillReport } from './drill.ts'
import { holdPutOff } from './measure.ts'

function sent(count: number, of: Partial<Sent>): Sent[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{
      id: `<${index}@load.example>`,
      rcptTo: 'b@site.example',
      outcome: 'acknowledged',
      reply: '250 2.0.0 Ok',
    },
    ...{ at: 0, tookMs: 10, putOff: 0 },
    ...of,
  }))
}

/** Whether the bound is held; undefined: there is none. */
function isHeld(...all: Sent[]): boolean | undefined {
  const held: boolean[] = []
  const hold: DrillReport['hold'] = (_what, _bound, _measured, each) => held.push(each)
  holdPutOff({ hold } as DrillReport, all)
  return held[0]
}

test('mail that is put off is a miss where it is much, or for long, and none where a store stood still for a moment', () => {
  assert.equal(isHeld(...sent(40, {}), ...sent(2, { putOff: 3, tookMs: 4000 })), true)
  assert.equal(isHeld(...sent(400, {}), ...sent(20, { putOff: 1 })), true)
  assert.equal(isHeld(...sent(32, {}), ...sent(8, { putOff: 1 })), false, 'a fifth of it')
  assert.equal(isHeld(...sent(40, {}), ...sent(1, { putOff: 60, tookMs: 31_000 })), false, 'for long')
  assert.equal(isHeld(...sent(40, { putOff: null })), undefined, 'its sender does not come again')
})

test('what is put off keeps the moment of its first try', async () => {
  const tries: number[] = []
  const server = createServer((socket) => {
    let isContent = false
    socket.on('error', () => undefined)
    socket.write('220 it\r\n')
    socket.on('data', (bytes: Buffer) => {
      for (const line of bytes.toString().split('\r\n').slice(0, -1)) {
        if (isContent && line !== '.') continue
        if (line.startsWith('MAIL')) tries.push(Date.now())
        isContent = line === 'DATA'
        const answer = line.startsWith('MAIL') && tries.length < 3 ? '451 4.3.0 Not now' : '250 2.0.0 Ok'
        socket.write(isContent ? '354 go on\r\n' : `${answer}\r\n`)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as { port: number }
    const [one] = await sendLoad({
      ...{ port: () => port, messages: 1, connections: 1, comesAgain: true },
      rcptTo: () => 'b@site.example',
    })
    assert.ok(one)
    assert.deepEqual([one.outcome, one.putOff], ['acknowledged', 2])
    const [first = 0, second = 0, third = 0] = tries
    assert.ok(one.at < second, 'told of the first try')
    assert.ok(one.tookMs >= third - first - 50, `${one.tookMs} ms, and ${third - first} between the tries`)
  } finally {
    server.close()
  }
})
