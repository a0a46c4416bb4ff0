import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { type LoopArrival, LoopReceiver } from './loop-receiver.ts'

test('a slow message whose sender has gone has not arrived; one that waited has', async (context) => {
  // Its wait alone: sockets have timers of their own.
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const arrivals: LoopArrival[] = []
  let harmed = Promise.withResolvers<void>()
  const receiver = new LoopReceiver({
    host: 'mx.test',
    isOurs: () => true,
    onArrival: async (arrival) => void arrivals.push(arrival),
    onFault: assert.fail,
    now: () => 1,
    fault: () => 'slow',
    onHarm: () => harmed.resolve(),
  })
  await receiver.listen()
  const send = async (to: string) => {
    harmed = Promise.withResolvers()
    const socket = connect(receiver.port, '127.0.0.1')
    let heard = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      heard += chunk
    })
    socket.on('error', () => undefined)
    socket.write(`EHLO a.test\r\nMAIL FROM:<>\r\nRCPT TO:<${to}>\r\nDATA\r\nSubject: x\r\n\r\n.\r\n`)
    await harmed.promise
    return { socket, heard: () => heard }
  }
  try {
    const gone = await send('gone@drill.invalid')
    const closed = once(gone.socket, 'close')
    // As a drill does that mends it.
    receiver.stop()
    await closed
    await receiver.listen()
    const waits = await send('waits@drill.invalid')
    context.mock.timers.tick(20_000)
    while (!waits.heard().includes('It has arrived')) await turn()
    assert.deepEqual(
      arrivals.map(({ rcptTo }) => rcptTo),
      ['waits@drill.invalid'],
    )
    waits.socket.destroy()
  } finally {
    receiver.stop()
  }
})
