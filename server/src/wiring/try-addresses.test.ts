import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { LoopReceiver } from '#flow/delivery/loop-receiver.ts'
import { addressTries } from './try-addresses.ts'

test('one broken address of two is told by its name, and the good one carries nothing of it', async (t) => {
  const loop = new LoopReceiver({
    host: 'mx.site.example',
    isOurs: () => false,
    onArrival: async () => undefined,
    onFault: () => undefined,
    now: () => Date.now(),
  })
  await loop.listen()
  t.after(() => loop.stop())
  const port = loop.port
  // 192.0.2.1 is nobody's: nothing can be sent from there.
  let addresses = ['127.0.0.1', '192.0.2.1']
  const look = addressTries(() => ({ addresses, port }), 'mx.site.example')
  assert.match((await look()).failed ?? '', /^nothing leaves by 192\.0\.2\.1 in 1 of 1 tries: [^;]+$/)
  assert.match((await look()).failed ?? '', /in 2 of 2 tries/)
  addresses = ['127.0.0.1', '127.0.0.2']
  assert.equal((await look()).failed, null)
  addresses = []
  assert.equal((await look()).failed, null)
})

test('an address that fails three times of its last ten has failed, also where the last try went well', async (t) => {
  let isBad = true
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    if (isBad) return socket.destroy()
    let step = 0
    const replies = ['250 mx', '250 OK', '250 OK', '221 Bye']
    socket.write('220 mx\r\n')
    return socket.on('data', () => socket.write(`${replies[step++] ?? '500 ?'}\r\n`))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as { port: number }
  const look = addressTries(() => ({ addresses: ['127.0.0.1'], port }), 'mx.site.example')
  const outcomes: (string | null)[] = []
  for (const each of [true, false, true, false, true, false]) {
    isBad = each
    outcomes.push((await look()).failed)
  }
  assert.deepEqual(
    outcomes.map((each) => each !== null),
    [true, false, true, false, true, true],
  )
  assert.match(outcomes.at(-1) ?? '', /in 3 of 6 tries: it hung up/)
  for (let well = 0; well < 6; well++) outcomes.push((await look()).failed)
  assert.equal(outcomes.at(-1), null)
})
